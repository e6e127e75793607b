/** A large file of Jaeger that is read for drawing tells what the same file tells that is read in full. */

import { describe, expect, it } from "vitest";
import { readLargeJaeger } from "../../../src/formats/largeJaeger.ts";
import { getFailure } from "../../../src/model/failure.ts";
import type { SpanDetail } from "../../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import type { FileSpans } from "../../../src/stores/file/fileSpans.ts";
import { LargeFileSpans } from "../../../src/stores/file/largeFileSpans.ts";
import { ReadFileSpans } from "../../../src/stores/file/readFileSpans.ts";
import { BytesBuilder } from "../../../src/stores/local/log/bytesBuilder.ts";
import { RecordEncoder } from "../../../src/stores/local/log/recordEncoder.ts";
import { readRecordDetail, toSpanRow } from "../../../src/stores/local/log/spanRow.ts";
import { AttributeCache } from "../../../src/stores/local/log/attributeCache.ts";
import { addKeyedTerms, AttributeTexts } from "../../../src/stores/local/index/attributeTexts.ts";
import { DocumentTerms } from "../../../src/stores/local/index/documentTerms.ts";
import { addDetailTerms } from "../../../src/stores/local/index/recordTerms.ts";
import { CellSpans } from "../../../src/stores/local/read/traceCells.ts";
import { TextSearch } from "../../../src/stores/local/read/textSearch.ts";
import { makeJaegerFile } from "../../perf/makeJaegerFile.ts";
import { makeRandom } from "../../perf/makeTrace.ts";

type Span = Record<string, unknown>;
interface File {
  data: { traceID: string; spans: Span[]; processes: object; warnings: unknown }[];
}

const options = { store: "jaeger.json", path: "jaeger.json", nowUnixMs: 0 };

function make(
  spans: number,
  change: (file: File, spans: Span[]) => void = () => undefined,
): string {
  const file = JSON.parse([...makeJaegerFile({ spans })].join("")) as File;
  change(file, file.data[0]?.spans ?? []);
  return JSON.stringify(file);
}

function readLarge(text: string | Uint8Array): FileSpans | undefined {
  const large = readLargeJaeger(Buffer.from(text), options);
  return large && new LargeFileSpans(large);
}

/** All that a panel shows of the file, the store and the details. */
function describeSpans(file: FileSpans) {
  const { traceId = "" } = file.facts;
  const cells = file.readTrace(traceId);
  if (cells === undefined) throw new Error("no trace");
  const spans = new CellSpans(cells);
  const part = { store: "local", spans, plain: spans.plain, details: noDetails };
  const { columns, spanIds, problems } = buildTrace(traceId, [part]);
  return {
    ...{ facts: file.facts, isPlain: cells.plain !== undefined, columns, spanIds, problems },
    records: file.readRecords(0, cells.count).map(({ traceId, span, detail }) => ({
      traceId,
      span,
      detail: { ...detail },
    })),
    kept: file.readRecords(0, cells.count).map(keepAndRead),
    details: spanIds.slice(0, 20).map(id => ({ ...file.findDetail(traceId, id, 0) })),
    found: ["tenant-04", "operation-7", "é", "zzz"].map(text =>
      file.findText(traceId, new TextSearch(text)),
    ),
  };
}

/** The detail, as the embedded store tells it of what it has kept. */
function keepAndRead(record: SpanRecord): SpanDetail {
  return readRecordDetail(encode(record), options.store);
}

function encode(record: SpanRecord): Buffer {
  const row = toSpanRow(record);
  const { document } = record;
  const encoder = new RecordEncoder(new AttributeTexts());
  const target = new BytesBuilder();
  if (document === undefined) encoder.encode(target, row, record.detail);
  else encoder.encodeDocument(target, row, document);
  return Buffer.from(target.take());
}

/** The terms that the index lacks of a span, or has too many of where it has no events, as its document and as its detail tell it. */
function compareTerms(file: FileSpans): { readonly missing: number; readonly more: number } {
  const found = { missing: 0, more: 0 };
  const [texts, documents] = [new AttributeTexts(), new DocumentTerms(new AttributeCache())];
  for (const { document, detail } of file.readRecords(0, file.facts.spanCount)) {
    if (document === undefined) continue;
    const [own, told] = [new Set<number>(), new Set<number>()];
    for (const text of texts.readList(document.resource)) addKeyedTerms(own, text);
    documents.add(own, document);
    addDetailTerms(told, detail, texts.readAll(detail));
    found.missing += [...told].filter(term => !own.has(term)).length;
    if (detail.events.length > 0) continue;
    found.more += [...own].filter(term => !told.has(term)).length;
  }
  return found;
}

const noDetails = { readDetail: () => Promise.reject(new Error("nobody asks")) };

const tag = (key: string, value: unknown, type = "string") => ({ key, type, value });

/** What may be odd in a span, each of which says something of its row. */
const oddities: Readonly<Record<string, (span: Span, spans: Span[]) => void>> = {
  "no tags": span => (span["tags"] = []),
  "an OpenTelemetry span": span =>
    (span["tags"] = [tag("otel.scope.name", "http"), tag("otel.status_code", "ERROR")]),
  "a named error": span => (span["tags"] = [tag("error", "timed out"), tag("span.kind", "server")]),
  "a status of HTTP": span =>
    (span["tags"] = [tag("http.status_code", 404, "int64"), tag("span.kind", "client")]),
  "a message": span => {
    span["tags"] = [
      tag("span.kind", "consumer"),
      tag("messaging.system", "kafka"),
      tag("messaging.destination.name", "orders"),
      tag("messaging.message.id", `m-${String(span["spanID"])}`),
    ];
  },
  "a task": span =>
    (span["tags"] = [
      tag("span.kind", "consumer"),
      ...[tag("task.state", "finish"), tag("task.attempts", 3, "int64")],
      tag("task.queued_unix_nano", "1767225600000000000"),
    ]),
  "a mark": span => (span["tags"] = [tag("traceside.running", true, "bool")]),
  "a kind in another case, its key behind": span =>
    (span["tags"] = [{ type: "string", value: "SERVER", key: "span.kind" }]),
  "a follower": (span, spans) => (span["references"] = [refer("FOLLOWS_FROM", spans[0])]),
  "two parents": (span, spans) =>
    (span["references"] = [refer("FOLLOWS_FROM", spans[1]), refer("CHILD_OF", spans[0])]),
  "a cause in another trace": (span, spans) =>
    (span["references"] = [
      refer("CHILD_OF", spans[0]),
      { ...refer("FOLLOWS_FROM", spans[1]), traceID: "ab".repeat(16) },
    ]),
  "a parent that is not there": span =>
    (span["references"] = [{ ...refer("CHILD_OF", span), spanID: "00000000000000aa" }]),
  "zeros for a parent": span =>
    (span["references"] = [{ ...refer("CHILD_OF", span), spanID: "0".repeat(16) }]),
  "a parent of old": (span, spans) => {
    span["references"] = [];
    span["parentSpanID"] = spans[0]?.["spanID"];
  },
  "its parent told twice": (span, spans) => {
    span["references"] = [refer("CHILD_OF", spans[0])];
    span["parentSpanID"] = spans[0]?.["spanID"];
  },
  "a whole span in its reference": (span, spans) =>
    (span["references"] = [{ ...refer("CHILD_OF", spans[0]), span: { ...spans[0] } }]),
  "no duration": span => delete span["duration"],
  "a negative duration": span => (span["duration"] = -5),
  "a broken duration": span => (span["duration"] = 12.25),
  "a warning": span => (span["warnings"] = ["clock skew: timestamps were adjusted by 3ms"]),
  "no name": span => delete span["operationName"],
  "an escape and letters in its name": span => (span["operationName"] = 'GET "é"\n世界'),
  "a process of its own": span =>
    (span["process"] = { serviceName: "own", tags: [tag("hostname", "h")] }),
  "a process that nobody names": span => (span["processID"] = "p99"),
  "a map of tags": span => (span["tag"] = { "http@method": "GET", error: true }),
  "an event": span =>
    (span["logs"] = [{ timestamp: span["startTime"], fields: [tag("event", "retry")] }]),
  "an exception": span =>
    (span["logs"] = [
      {
        timestamp: span["startTime"],
        fields: [
          ...[tag("event", "error"), tag("error.object", "no stock \u00e9"), tag("n", 7, "int64")],
          { key: "stack", vType: "STRING", vStr: "at cart.ts:12" },
        ],
      },
      { fields: "none" },
    ]),
  "texts of JSON, an id of a session and a list": span =>
    (span["tags"] = [
      ...[tag("task.parameters", '{"item": [1.50, "blue \\u00e9"]}'), tag("session.id", "s-1")],
      ...[tag("list", ["one", { two: 3 }]), tag("celery.task_id", "AB-12 x"), tag("nothing", null)],
      tag("error.message", "out of paper"),
    ]),
  "fields in another order": span => {
    const entries = Object.entries(span).reverse();
    for (const key of Object.keys(span)) Reflect.deleteProperty(span, key);
    Object.assign(span, Object.fromEntries(entries));
  },
  "a field of nobody": span => (span["shard"] = { a: [1, { b: null }], c: 1e-7 }),
};

function refer(refType: string, span: Span | undefined) {
  return { refType, traceID: span?.["traceID"], spanID: span?.["spanID"] };
}

describe("a large file of Jaeger", () => {
  it.each(Object.entries(oddities))("with %s in it is told as if read in full", (_, change) => {
    const text = make(60, (_, spans) => {
      for (const index of [7, 30, 31]) change(spans[index] ?? {}, spans);
    });
    const large = readLarge(text);
    const full = new ReadFileSpans(Buffer.from(text), options);
    expect(large && describeSpans(large)).toEqual(describeSpans(full));
    expect(large && compareTerms(large)).toEqual({ missing: 0, more: 0 });
  });

  it("has any of them together, printed with spaces and line breaks", () => {
    const random = makeRandom(11);
    const changes = Object.values(oddities);
    for (const indent of [0, 1, 2]) {
      const file = JSON.parse(
        make(150, (_, spans) => {
          for (const span of spans) {
            if (random() < 0.2) changes[Math.floor(random() * changes.length)]?.(span, spans);
          }
        }),
      ) as File;
      const text = JSON.stringify(file, undefined, indent);
      const large = readLarge(text);
      expect(large && describeSpans(large)).toEqual(
        describeSpans(new ReadFileSpans(Buffer.from(text), options)),
      );
      expect(large && compareTerms(large).missing).toBe(0);
    }
  });

  it("is kept without what its documents say already", () => {
    const [first] = readLarge(make(60))?.readRecords(0, 1) ?? [];
    expect(encode(first!).toString().split("SELECT * FROM")).toHaveLength(2);
  });

  it("makes no object of a plain span", () => {
    const large = readLargeJaeger(Buffer.from(make(3_000)), options);
    // 12 services, by method and by whether it failed.
    expect(large?.count).toBe(3_000);
    expect(large?.examples.length).toBeLessThan(100);
  });

  it("tells what the server says of the trace, and the fields that nobody reads", () => {
    const text = make(90, (file, spans) => {
      if (file.data[0]) file.data[0].warnings = ["the trace is incomplete"];
      for (const span of spans) span["colour"] = "red";
    });
    const { problems } = readLarge(text)?.facts ?? {};
    expect(problems).toEqual(new ReadFileSpans(Buffer.from(text), options).facts.problems);
    expect(problems).toHaveLength(2);
  });

  const leftOver: Readonly<Record<string, (file: File, spans: Span[]) => void>> = {
    "ids that come twice": (_, spans) => (spans[9]!["spanID"] = spans[8]?.["spanID"]),
    "ids of another length": (_, spans) => (spans[9]!["spanID"] = "7"),
    "two traces": file => void file.data.push(structuredClone(file.data[0]!)),
    "a span of another trace": (_, spans) => (spans[9]!["traceID"] = "cd".repeat(16)),
    "starts that are not told": (_, spans) => delete spans[9]?.["startTime"],
    "a key that no object may have": (_, spans) =>
      (spans[9]!["logs"] = [{ fields: [JSON.parse('{"__proto__": 1}')] }]),
    "no spans": (_, spans) => void spans.splice(0),
  };

  it.each(Object.entries(leftOver))("leaves %s to the reader of the whole", (_, change) => {
    expect(readLarge(make(40, change))).toBeUndefined();
  });

  it("agrees with the reader of the whole on documents with a fault anywhere", () => {
    const random = makeRandom(5);
    const whole = Buffer.from(make(3, (_, spans) => oddities["an event"]?.(spans[1]!, spans)));
    const signs = Buffer.from('{}[]",:\\0-1atu \n\u0001');
    let read = 0;
    for (let i = 0; i < 400; i += 1) {
      const bytes = Buffer.from(whole);
      bytes[Math.floor(random() * bytes.length)] = signs[Math.floor(random() * signs.length)]!;
      const large = readLarge(bytes);
      if (large === undefined) continue;
      read += 1;
      expect(describeSpans(large)).toEqual(describeSpans(readWhole(bytes)));
    }
    expect(read).toBeGreaterThan(40);
  });
});

function readWhole(bytes: Uint8Array): ReadFileSpans {
  try {
    return new ReadFileSpans(bytes, options);
  } catch (error) {
    throw new Error(`refused: ${JSON.stringify(getFailure(error))}`, { cause: error });
  }
}
