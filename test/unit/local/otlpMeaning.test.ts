/**
 * One span means one thing: what the store's quick readers take from OTLP's bytes is held against the full reader, over
 * random spans and over all that our own writers emit.
 */

import { describe, expect, it } from "vitest";
import { assert } from "../../../src/base/assert.ts";
import { findText } from "../../../src/formats/values/attributeValues.ts";
import { readHost } from "../../../src/formats/otlp/otlpSpan.ts";
import { readOtlpProto } from "../../../src/formats/otlp/otlpProto.ts";
import { writeJaegerJson } from "../../../src/formats/jaeger/jaegerJsonWriter.ts";
import { writeOtlpJson } from "../../../src/formats/otlp/otlpJsonWriter.ts";
import { writeOtlpProto } from "../../../src/formats/otlp/otlpProtoWriter.ts";
import { mark } from "../../../src/formats/otlp/roundTripAttributes.ts";
import { fullReaderKeys, spanKeys } from "../../../src/formats/otlp/spanKeys.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import type { JsonObject } from "../../../src/formats/values/jsonObject.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { AttributeValue } from "../../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { AttributeCache } from "../../../src/stores/local/log/attributeCache.ts";
import { CommitBuilder, type Commit } from "../../../src/stores/local/log/commitBuilder.ts";
import { readResource } from "../../../src/stores/local/log/otlpRecord.ts";
import { OtlpScan } from "../../../src/stores/local/log/otlpScan.ts";
import { findSpans } from "../../../src/stores/local/log/otlpShape.ts";
import { toSpanRow } from "../../../src/stores/local/log/spanRow.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { wordTerm } from "../../../src/stores/local/index/terms.ts";
import { codeKeys, OtlpOperationReader } from "../../../src/stores/local/read/otlpOperation.ts";
import { OtlpRowReader } from "../../../src/stores/local/read/otlpRow.ts";
import { createRandom } from "../formats/fuzzing.ts";
import { otlpBytes, type AnyValue, type TestSpan } from "./otlpBytes.ts";
import { never, record, start, useStores } from "./records.ts";

const { newFile, open } = useStores();

function commitOf(add: (builder: CommitBuilder) => unknown): Commit {
  cache.forget();
  const builder = new CommitBuilder(cache);
  add(builder);
  return builder.take();
}

/** One for all, because it is large. */
const cache = new AttributeCache();

/** What a commit says of its traces, without where their bytes stand. */
function describeCommit({ drafts, traces, labels, traceLabels, operations }: Commit) {
  const idOf = (trace: number): string =>
    traces.texts.get(trace) ??
    Buffer.from(traces.ids.subarray(trace * 16, trace * 16 + 16)).toString("hex");
  const entries = drafts.flatMap(({ words, owners }) =>
    [...owners].map((owner, i) => {
      const own = [...words.subarray(i * 8, i * 8 + 8)];
      own.splice(6, 1);
      return `${idOf(owner)} ${own.join(" ")}`;
    }),
  );
  const pairs = Array.from({ length: traceLabels.length / 2 }, (_, i) => {
    const [trace = 0, label = 0] = traceLabels.subarray(i * 2);
    return `${idOf(trace)} ${labels[label]}`;
  });
  return {
    entries: entries.sort(),
    labels: [...new Set(pairs)].sort(),
    operations: [...new Set(operations.map(each => each.join(" ")))].sort(),
  };
}

function listTerms({ terms, traces }: Commit): Map<string, Set<number>> {
  const byTrace = new Map<string, Set<number>>();
  terms.traces.forEach((trace, i) => {
    const id =
      traces.texts.get(trace) ??
      Buffer.from(traces.ids.subarray(trace * 16, trace * 16 + 16)).toString("hex");
    const own = byTrace.get(id) ?? new Set<number>();
    byTrace.set(id, own.add(terms.terms[i] as number));
  });
  return byTrace;
}

/** A request is counted and found as the records that the full reader makes of it, and drawn as they are. */
function checkRequest(request: Buffer): void {
  const { records } = readOtlpProto(request, { store: "" });
  const scanned = commitOf(builder => builder.addOtlp(request));
  const read = commitOf(builder => builder.addRecords(records.values()));
  expect(describeCommit(scanned)).toEqual(describeCommit(read));
  const found = listTerms(scanned);
  // Implied, and no text that anybody searches: the state of a run that Funboost exported, an error that is a boolean.
  const implied = new Set(["finish", "true", "false"].map(wordTerm));
  for (const [trace, terms] of listTerms(read)) {
    expect([...terms].filter(term => !implied.has(term) && !found.get(trace)?.has(term))).toEqual(
      [],
    );
  }
  const rows = new OtlpRowReader();
  const scan = new OtlpScan();
  const operations = new OtlpOperationReader();
  const operationOfText = new Map<string, string>();
  let next = 0;
  for (const { resource, scope, spans } of findSpans(request)) {
    const { service } = scan.readGroup(request, resource, scope);
    const host = readHost(readResource(request.subarray(resource.from, resource.to))) ?? "";
    for (const at of spans) {
      const row = rows.readRow(request, at, { service, host });
      const own = records[next++];
      assert(own, "every span has a record");
      if (row !== undefined) expect(row).toEqual(toSpanRow(own));
      const text = operations.readText(request, at);
      if (text === undefined) continue;
      const operation = describeOperation(own);
      expect(operationOfText.get(text + service) ?? operation).toEqual(operation);
      operationOfText.set(text + service, operation);
    }
  }
}

/** What tells its operation apart, as the full reader has it. */
function describeOperation({ span, detail: { attributes } }: SpanRecord): string {
  const { name, service = "", queue = "", kind } = span;
  const code = codeKeys.map(key => findText(attributes, key));
  return JSON.stringify([name, service, queue, kind, code]);
}

function toRequest(records: readonly SpanRecord[]): Buffer {
  const bytes = writeOtlpProto(JSON.parse(writeOtlpJson(records)) as JsonObject);
  assert(bytes, "what our writer wrote is protobuf too");
  return Buffer.from(bytes);
}

const keys = [
  ...codeKeys,
  ...[...spanKeys.queue, ...spanKeys.taskId, ...spanKeys.parameters, ...spanKeys.result],
  ...[spanKeys.messagingSystem, "http.route", "error.type", "exception.message", ""],
];
const texts = [
  ...["", "orders", "支付 queue", "a1", "b7ad6b7169203331", '{"city":"K\\u00f6ln","n":[1e3]}'],
  ...["0", "x".repeat(600), "shop", "[", "funboost"],
];

/** Random spans as bytes, with every key that means something, each value of any type. */
function makeSpans(seed: number): Buffer {
  const next = createRandom(seed);
  const random = (): number => next() / 2 ** 32;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const value = (): AnyValue =>
    pick<() => AnyValue>([
      () => pick(texts),
      () => pick(texts),
      () => Math.floor(random() * 1e6),
      () => random() * 100,
      () => random() < 0.5,
      () => -(2n ** 62n),
      () => [pick(texts), 7],
    ])();
  const attributes = (from: readonly string[]): Record<string, AnyValue> =>
    Object.fromEntries(
      Array.from({ length: Math.floor(random() * 4) }, () => [pick(from), value()]),
    );
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => pick("0123456789abcdef".split(""))).join("");
  const traceIds = [hex(32), hex(32), Buffer.from(hex(16)).toString("hex")];
  const span = (): TestSpan => {
    const startNs = pick([start, start + 5n, 0n, 12n, 2n ** 63n, 2n ** 64n - 1n]);
    const rare = random() < 0.3 ? attributes([...fullReaderKeys, ...keys]) : {};
    return {
      traceId: pick(traceIds),
      spanId: hex(16),
      ...(random() < 0.7 && { parentId: pick([hex(16), "0".repeat(16), hex(8), ""]) }),
      name: pick(["work", "支付", "", "GET /orders/{id}"]),
      kind: pick([0, 1, 2, 3, 4, 5, 6, 9]),
      status: pick([0, 1, 2, 3]),
      ...(random() < 0.3 && { message: pick(texts) }),
      startNs,
      endNs: pick([startNs, startNs + 1_000n, 0n, start + 9n, 2n ** 63n]) & (2n ** 64n - 1n),
      attributes: { ...attributes(keys), ...rare },
      events:
        random() < 0.3 ? [{ name: pick(["exception", "log"]), attributes: attributes(keys) }] : [],
    };
  };
  const group = () => ({
    resource: attributes([spanKeys.service, spanKeys.service, ...spanKeys.host, "k"]),
    ...(random() < 0.5 && { scope: "my.tracer" }),
    spans: Array.from({ length: 8 }, span),
  });
  return otlpBytes([group(), group()]);
}

/** Two tasks with ids that are no W3C ids, and spans with all that has no field of OTLP's. */
const tasks: readonly SpanRecord[] = [
  record({ spanId: "pay-1", name: "pay", queue: "bank", kind: SpanKind.consumer }, {}, "order-9"),
  record(
    {
      ...{ spanId: "ship-1", parentSpanId: "pay-1", name: "ship", queue: "parcels", attempts: 3 },
      ...{ messageId: "ship-1", queuedUnixNs: start - 5n, status: SpanStatus.error },
    },
    {
      task: { taskId: "ship-1", function: "ship", queue: "parcels", state: "failure" },
      parameters: { city: "Köln", count: 1_000 },
      error: { type: "ValueError", message: "no such parcel" },
    },
    "order-9",
  ),
];
const others: readonly SpanRecord[] = [
  record({ spanId: "b7ad6b7169203331", endUnixNs: undefined }),
  record({ spanId: "b7ad6b7169203332", flags: SpanFlag.adjusted | SpanFlag.remoteParent }),
  record({ spanId: "b7ad6b7169203333", warnings: ["clock skew"], kind: SpanKind.producer }),
  record({ spanId: "b7ad6b7169203334", queue: "plain", service: "shop", host: "pod-1" }),
  record({ spanId: "b7ad6b7169203335", startUnixNs: undefined, endUnixNs: undefined }),
  record(
    { spanId: "b7ad6b7169203336" },
    {
      parameters: [1, "two"],
      result: { ok: true },
      links: [{ kind: EdgeKind.crossProcess, traceId: "t", spanId: "far", attributes: [] }],
    },
  ),
];

function readJaeger(records: readonly SpanRecord[]): readonly SpanRecord[] {
  const context = { store: "f", path: "f.json", nowUnixMs: 0 };
  return readTraceFile(Buffer.from(writeJaegerJson(records)), context).records;
}

describe("scan and row agree with the full reader", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))("of random spans, seed %i", seed => {
    checkRequest(makeSpans(seed));
  });

  it.each([
    ["OTLP's writer", [...tasks, ...others]],
    ["Jaeger's writer", readJaeger([...tasks, ...others])],
  ] as const)("of what %s writes", (_, records) => {
    checkRequest(toRequest(records));
  });

  it("where an operation is known by its bytes, whatever else differs between its runs", () => {
    const reader = new OtlpOperationReader();
    const read = (id: string, startNs: bigint, order: number, name = "pay"): string | undefined => {
      const attributes = { "code.function.name": name, "order.id": order };
      const times = { startNs, endNs: startNs + 5n };
      const span = {
        traceId: id.repeat(32),
        spanId: id.repeat(16),
        name: "pay",
        kind: 1,
        status: 0,
      };
      const request = otlpBytes([{ resource: {}, spans: [{ ...span, ...times, attributes }] }]);
      const at = [...findSpans(request)][0]?.spans[0] ?? 0;
      return reader.readText(request, at);
    };
    const text = read("a", start, 1);
    expect(text).toBeTypeOf("string");
    expect(read("b", start + 7n, 2)).toBe(text);
    expect(read("a", start, 1, "pay_back")).not.toBe(text);
  });

  it("of every attribute that a task's document becomes, on a plain internal span", () => {
    const attributes = {
      ...{ [spanKeys.taskState]: "started", [spanKeys.queue[0]]: "orders" },
      [spanKeys.attempts]: 3,
    };
    const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
    const request = otlpBytes([{ resource: {}, spans: [{ ...ids, attributes }] }]);
    checkRequest(request);
    expect(describeCommit(commitOf(builder => builder.addOtlp(request))).labels).toEqual([
      `${ids.traceId} orders`,
    ]);
  });

  it.each(Object.values(mark))("of a span with %s", key => {
    const span = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
    for (const value of ["true", true, 4, [1]]) {
      checkRequest(
        otlpBytes([
          {
            resource: { [spanKeys.service]: "s" },
            spans: [{ ...span, attributes: { [key]: value } }],
          },
        ]),
      );
    }
  });
});

describe("a trace of tasks whose ids are no W3C ids", () => {
  it("is listed, found, opened, searched and shown in detail under the ids that it was given", async () => {
    const file = newFile();
    const log = openSpanLog({ file, capBytes: 2 ** 30 });
    expect(await log.ingestOtlp(toRequest(tasks))).toEqual({ stored: 2, rejected: 0 });
    await log.close();
    const store = open(file, { deadlineMs: 60_000 });
    const { traces } = await store.searchTraces({ limit: 10 }, never);
    expect(traces.map(each => [each.traceId, each.spanCount, each.errorCount])).toEqual([
      ["order-9", 2, 1],
    ]);
    const found = await store.findId("ship-1", never);
    expect(found.map(each => [each.traceId, each.spanId])).toEqual([["order-9", "ship-1"]]);
    const trace = await store.readTrace("order-9", never);
    expect([...(trace?.spans ?? [])].map(each => [each.spanId, each.parentSpanId])).toEqual([
      ["pay-1", undefined],
      ["ship-1", "pay-1"],
    ]);
    const detail = await trace?.details.readDetail("ship-1", never);
    expect(detail?.task).toMatchObject({ taskId: "ship-1", state: "failure" });
    for (const query of [{ service: "parcels" }, { text: "parcels" }, { text: "köln" }]) {
      const page = await store.searchTraces({ limit: 10, ...query }, never);
      expect(page.traces.map(each => each.traceId)).toEqual(["order-9"]);
    }
  });

  it("keeps a value of 64 levels in the same request as all else", async () => {
    const log = openSpanLog({ file: newFile(), capBytes: 2 ** 30 });
    for (const depth of [49, 50, 64]) {
      let value: AttributeValue = "deep";
      for (let level = 0; level < depth; level += 1) value = { k: value };
      const span = record({ spanId: "b7ad6b7169203331" }, { attributes: [{ key: "v", value }] });
      const request = toRequest([span]);
      expect(await log.ingestOtlp(request)).toEqual({ stored: 1, rejected: 0 });
      checkRequest(request);
      const [read] = readOtlpProto(request, { store: "" }).records;
      expect(read?.detail.attributes).toEqual([{ key: "v", value }]);
    }
    await log.close();
  });
});
