/**
 * What is read from a file, written as OTLP or Jaeger JSON and read again, is what it was: every real file that opens.
 * What a format cannot carry stands in its table, and nothing else may differ. Passed over where the files are absent.
 */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { JaegerJsonWriter, writeJaegerJson } from "../../../src/formats/jaeger/jaegerJsonWriter.ts";
import { OtlpJsonWriter, writeOtlpJson } from "../../../src/formats/otlp/otlpJsonWriter.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { canonicalTraceId, isNoId } from "../../../src/model/ids.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { Attribute, SpanError, TaskFacts } from "../../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { readTraceRecords } from "../../../src/model/traceRecords.ts";
import { dataFolder, hasData, listData, needsData, widenedByData } from "../../publicTraces.ts";

/** A record as plain JSON, with every way to say "nothing" said alike. */
interface Plain {
  traceId: string;
  name: string;
  spanId: string;
  parentSpanId: string;
  refs: PlainRef[];
  service: string;
  queue: string;
  messageId: string;
  host: string;
  warnings: readonly string[];
  kind: SpanKind;
  status: SpanStatus;
  flags: number;
  startUnixNs: string;
  endUnixNs: string | undefined;
  attributes: Attribute[];
  resource: Attribute[];
  scope: unknown;
  events: { name: string; timeUnixNs: string; attributes: readonly Attribute[] }[];
  links: { kind: EdgeKind; traceId: string; spanId: string; attributes: readonly Attribute[] }[];
  error: SpanError | undefined;
  told: unknown;
}
type PlainRef = { kind: EdgeKind; traceId: string; spanId: string };

interface Loss {
  readonly what: string;
  /** Makes alike what the format makes alike. */
  readonly forget: (plain: Plain) => void;
}

const isRefType = ({ key }: Attribute): boolean => key === "opentracing.ref_type";

const isOfTask = (key: string): boolean =>
  /^(?:task\.|messaging\.message[._]id$|code\.function|code\.file)/.test(key);

const isQueue = ({ key }: Attribute): boolean => key === "messaging.destination.name";

/** Of both. */
const sharedLosses: readonly Loss[] = [
  {
    what: "a service or a host that is known beside the resource is the resource's",
    forget: plain => {
      plain.resource = plain.resource.filter(({ key }) => !/^(?:service|host)\.name$/.test(key));
    },
  },
  {
    what: "a queue that is known beside the attributes is an attribute",
    forget: plain => {
      const { attributes, queue } = plain;
      plain.attributes = attributes.filter(each => !isQueue(each) || each.value !== queue);
    },
  },
  {
    what: "what a task's document knew stands among the attributes too",
    forget: plain => {
      const { task } = plain.told as { readonly task: TaskFacts | undefined };
      if (task === undefined) return;
      plain.attributes = plain.attributes.filter(({ key }) => !isOfTask(key));
    },
  },
  {
    what: "an error that only a task's document knew is an event too",
    forget: plain => {
      const { task } = plain.told as { readonly task: TaskFacts | undefined };
      if (task === undefined) return;
      plain.events = plain.events.filter(({ name }) => name !== "exception");
    },
  },
  {
    what: "an error that has neither type nor words is no more than the status",
    forget: plain => {
      if (!plain.error?.type && !plain.error?.message && !plain.error?.stack) {
        plain.error = undefined;
      }
    },
  },
];

const otlpLosses: readonly Loss[] = [
  ...sharedLosses,
  {
    what: "a link that follows from a span says so in an attribute",
    forget: plain => {
      for (const link of plain.links) {
        link.attributes = link.attributes.filter(each => !isRefType(each));
      }
    },
  },
  {
    what: "every link is a reference, one to the parent too, which is not drawn",
    forget: plain => {
      plain.refs = plain.refs.filter(ref => ref.spanId !== plain.parentSpanId);
    },
  },
];

/** Tags that stand for fields of OpenTelemetry. */
const fieldTags = new Set([
  "span.kind",
  "error",
  "otel.status_code",
  "otel.status_description",
  "otel.scope.name",
  "otel.scope.version",
  "otel.library.name",
  "otel.library.version",
]);

const toMicros = (nanos: string): string => String((BigInt(nanos) / 1000n) * 1000n);
const toText = (attributes: readonly Attribute[]): Attribute[] =>
  attributes.map(({ key, value }) => ({
    key,
    value: typeof value === "object" ? JSON.stringify(value) : (value ?? ""),
  }));

const jaegerLosses: readonly Loss[] = [
  ...sharedLosses,
  {
    what: "fractions of a microsecond",
    forget: plain => {
      plain.startUnixNs = toMicros(plain.startUnixNs);
      plain.endUnixNs &&= toMicros(plain.endUnixNs);
      for (const event of plain.events) event.timeUnixNs = toMicros(event.timeUnixNs);
    },
  },
  {
    what: "the kinds of links, and their attributes",
    forget: plain => {
      for (const ref of plain.refs) ref.kind = EdgeKind.followsFrom;
      for (const link of plain.links) {
        link.kind = EdgeKind.followsFrom;
        link.attributes = [];
      }
    },
  },
  {
    what: "lists and maps are their JSON, and nothing is an empty text",
    forget: plain => {
      plain.attributes = toText(plain.attributes);
      plain.resource = toText(plain.resource);
      for (const event of plain.events) event.attributes = toText(event.attributes);
    },
  },
  {
    what: "kind, status and scope are tags",
    forget: plain => {
      plain.attributes = plain.attributes.filter(each => !fieldTags.has(each.key));
    },
  },
  {
    what: "that the parent lives in another process",
    forget: plain => {
      plain.flags &= ~SpanFlag.remoteParent;
    },
  },
  {
    what: "a span of OpenTelemetry whose kind is not said is an internal one",
    forget: plain => {
      if (plain.kind === SpanKind.internal) plain.kind = SpanKind.unspecified;
    },
  },
  {
    what: "a status that is not said is read from the tags",
    forget: plain => {
      const tells = plain.attributes.some(
        ({ key, value }) => key === "http.status_code" && Number(value) >= 400,
      );
      if (tells) plain.status = SpanStatus.unset;
    },
  },
  {
    what: "of several references within the trace, one that leads to a span is the parent",
    forget: plain => {
      const own = plain.links.filter(
        link => isNoId(link.traceId) || link.traceId === plain.traceId,
      );
      if (own.length === 0) return;
      plain.links = plain.links.filter(link => !own.includes(link));
      plain.refs = plain.refs.filter(ref => ref.traceId !== "");
      const ids = new Set([plain.parentSpanId, ...own.map(link => link.spanId)]);
      plain.parentSpanId = [...ids].sort().join();
    },
  },
];

function toPlain({ traceId, span, detail }: SpanRecord): Plain {
  const { attributes, resource, scope, events, links, error, task, parameters, result } = detail;
  return structuredClone({
    traceId,
    name: span.name,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    refs: (span.refs ?? []).map(({ kind, spanId, traceId: of = "" }) => ({
      kind,
      spanId,
      traceId: of,
    })),
    service: span.service ?? "",
    queue: span.queue ?? "",
    messageId: span.messageId ?? "",
    host: span.host ?? "",
    warnings: span.warnings ?? [],
    kind: span.kind ?? SpanKind.unspecified,
    status: span.status ?? SpanStatus.unset,
    // Whether there is a start, the times say.
    flags: (span.flags ?? 0) & ~SpanFlag.noStart,
    startUnixNs: String(span.startUnixNs ?? 0n),
    endUnixNs: span.endUnixNs === undefined ? undefined : String(span.endUnixNs),
    attributes: [...attributes],
    // A map, but for its order.
    resource: [...resource].sort((a, b) => (a.key < b.key ? -1 : 1)),
    scope,
    events: events.map(event => ({ ...event })),
    links: links.map(link => ({ ...link, traceId: canonicalTraceId(link.traceId) })),
    error,
    told: { task, parameters, result },
  });
}

/** Sorted, because writers group. */
function listPlain(records: readonly SpanRecord[], losses: readonly Loss[]): readonly string[] {
  return records
    .map(record => {
      const plain = toPlain(record);
      for (const loss of losses) loss.forget(plain);
      return JSON.stringify(plain);
    })
    .sort();
}

const read = (bytes: Uint8Array, path = "a.json") =>
  readTraceFile(bytes, { store: "file", path, nowUnixMs: 0 });

const repo = join(import.meta.dirname, "../../..");
const list = (folder: string, ...patterns: string[]): { path: string; folder: string }[] =>
  globSync(patterns, { cwd: folder })
    .sort()
    .map(path => ({ path, folder }));
const recorded = list(repo, "media/samples/*.ndjson", "test/fixtures/{celery,funboost,otel}/*.*");
const published = listData().map(path => ({ path, folder: dataFolder }));
const files = [...recorded, ...published].flatMap(file => {
  const { path } = file;
  const bytes = readFileSync(join(file.folder, path));
  try {
    return [{ path, size: bytes.length, ...read(bytes, path) }];
  } catch (error) {
    if (getFailure(error)?.code === "unreadableFile") return [];
    throw error;
  }
});

const formats = [
  {
    to: "OTLP",
    write: writeOtlpJson,
    losses: otlpLosses,
    otherPictures: new Set<string>(),
    createWriter: () => new OtlpJsonWriter(),
  },
  {
    to: "Jaeger's JSON",
    write: writeJaegerJson,
    losses: jaegerLosses,
    otherPictures: new Set([
      // Of the parent, which is not there, and a span that it follows, which is, the second is the parent for Jaeger.
      "jaeger/memv2-db_traces_01.json",
      "jaeger/memv2-otel_traces_01.json",
      // A start that is not known is 0, and where a trace counts from zero that is a time.
      "jaeger-ui/contract-zero-start-times.legacy.json",
      "jaeger/anonymizer-trace_scan_error.json",
      "jaeger/anonymizer-trace_wrong_format.json",
    ]),
    createWriter: () => new JaegerJsonWriter(),
  },
];

describe.for(formats)("$to", widenedByData, ({ write, losses, otherPictures, createWriter }) => {
  const again = (records: readonly SpanRecord[]): readonly SpanRecord[] =>
    read(Buffer.from(write(records))).records;

  it("has files to carry", () => {
    expect(files.length).toBeGreaterThan(hasData ? 150 : 3);
  });

  it.for(files)("$path", ({ records }) => {
    expect(listPlain(again(records), losses)).toEqual(listPlain(records, losses));
  });

  it.for(losses)("loses no more than it says: $what", needsData, loss => {
    const others = losses.filter(each => each !== loss);
    const isNeeded = files
      .filter(file => file.size < 300_000)
      .some(({ records }) => {
        const before = listPlain(records, others);
        return listPlain(again(records), others).some((text, index) => text !== before[index]);
      });
    expect(isNeeded).toBe(true);
  });

  it.for(files.filter(file => file.size < 300_000 && !otherPictures.has(file.path)))(
    "$path is the same picture after it was opened and exported",
    async ({ records }) => {
      for (const [traceId, members] of Map.groupBy(records, record => record.traceId)) {
        const trace = open(traceId, members);
        const writer = createWriter();
        await readTraceRecords(trace, new AbortController().signal, record => writer.add(record));
        const text = [...writer.listPieces()].join("");
        const opened = open(traceId, read(Buffer.from(text)).records);
        expect(listRows(opened)).toEqual(listRows(trace));
      }
    },
  );
});

function open(traceId: string, records: readonly SpanRecord[]): Trace {
  return buildTrace(traceId, [
    {
      store: "file",
      spans: records.map((record, index) => ({ ...record.span, detailKey: String(index) })),
      details: { readDetail: key => Promise.resolve(records[Number(key)]!.detail) },
    },
  ]);
}

/** A row as it is drawn, to the microsecond; siblings that began in the same one in the order of their ids. */
function listRows({ columns, spanIds }: Trace): readonly string[] {
  const rows: string[] = [];
  const trails: string[] = [];
  const text = (column: Int32Array, span: number): string => columns.strings[column[span]!]!;
  for (let i = 0; i < columns.count; i += 1) {
    const parent = columns.parent[i]!;
    const trail = `${parent < 0 ? "" : trails[parent]!}/${spanIds[i]!}`;
    trails.push(trail);
    const end = columns.endNs[i]!;
    const originNs = BigInt(columns.originUnixMs) * 1_000_000n;
    const unixUs = (ns: number): bigint => (originNs + BigInt(Math.round(ns))) / 1_000n;
    rows.push(
      [
        trail,
        text(columns.name, i),
        text(columns.service, i),
        text(columns.queue, i),
        columns.flags[i]! & SpanFlag.noStart ? "not known" : unixUs(columns.startNs[i]!),
        Number.isNaN(end) ? "runs" : unixUs(end),
      ].join(" | "),
    );
  }
  return rows.sort();
}
