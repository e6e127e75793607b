/** A trace whose spans lie under its 128-bit id and under the lower half of it, as tracers of different age write them. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepRecords } from "../../../src/collector/ingestTarget.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { createTraceIdUniter, listJoinedIds } from "../../../src/model/traceIdHalves.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { FileTraces } from "../../../src/stores/file/fileTraces.ts";
import { never, readSpans, record, useStores } from "../local/records.ts";
import { addSpans } from "../local/addSpans.ts";

const whole = "7f0c3a5d91e2b4466d1e8a9c20f7b353";
const uuid = "7f0c3a5d-91e2-b446-6d1e-8a9c20f7b353";
const half = whole.slice(16);
const padded = half.padStart(32, "0");
const stranger = `1${whole.slice(1)}`;

const jaegerTrace = (traceID: string, spanID: string, parent?: string): object => ({
  traceID,
  spans: [
    {
      ...{ traceID, spanID, operationName: spanID, processID: "p1" },
      ...{ startTime: 1_767_261_600_000_000, duration: 5_000 },
      references: parent === undefined ? [] : [{ refType: "CHILD_OF", traceID, spanID: parent }],
    },
  ],
  processes: { p1: { serviceName: "shop" } },
});
const datadog = (trace_id: number | string, span_id: number, parent_id: number): object => ({
  ...{ trace_id, span_id, parent_id, name: "work", service: "shop", resource: "/" },
  ...{ start: 1_767_261_600_000_000_000, duration: 5_000_000, error: 0, meta: {} },
});
const plain = (trace_id: string, span_id: string): object => ({
  ...{ trace_id, span_id, name: "work", start_time: 1_767_261_600_000, duration_ms: 5 },
});
const zipkin = (traceId: string, id: string): object => ({
  ...{ traceId, id, name: "work", timestamp: 1_767_261_600_000_000, duration: 5_000 },
  localEndpoint: { serviceName: "shop" },
});

const read = (value: unknown) =>
  readTraceFile(Buffer.from(JSON.stringify(value)), { store: "file", path: "a", nowUnixMs: 0 });
const listIds = (records: readonly SpanRecord[]): readonly string[] => [
  ...new Set(records.map(({ traceId }) => traceId)),
];

it.each([
  ["Jaeger", { data: [jaegerTrace(whole, "a1"), jaegerTrace(half, "a2", "a1")] }],
  ["plain spans", [plain(whole, "a1"), plain(half, "a2")]],
  ["Zipkin", [zipkin(whole, "a1"), zipkin(half, "a2")]],
])("joins a trace in a file of %s, and says so", (_, value) => {
  const { records, problems } = read(value);
  expect(listIds(records)).toEqual([whole]);
  expect(records).toHaveLength(2);
  expect(problems).toMatchObject([{ text: expect.stringContaining("1 of 2 spans") as unknown }]);
});

it.each([
  ["plain spans", [plain(uuid, "a1"), plain(whole, "a2")]],
  ["Jaeger", { data: [jaegerTrace(uuid.toUpperCase(), "a1"), jaegerTrace(whole, "a2", "a1")] }],
  [
    "base64 without padding",
    [plain(Buffer.from(whole, "hex").toString("base64url"), "a1"), plain(whole, "a2")],
  ],
  ["two formats", [plain(uuid, "a1"), datadog(BigInt(`0x${whole}`).toString(), 2, 1)]],
])("joins another spelling with the same digits, in a file of %s", (_, value) => {
  const { records, problems } = read(value);
  expect(listIds(records)).toEqual([whole]);
  expect(records).toHaveLength(2);
  expect(problems).toEqual([]);
});

it("knows a UUID and its digits as one trace, and another one of the same half as none of it", () => {
  expect(listJoinedIds(uuid, [whole, uuid])).toEqual([uuid, whole]);
  expect(listJoinedIds(uuid, [stranger, uuid])).toEqual([uuid]);
});

it("joins what one file has in two formats", () => {
  const { records } = read([plain(whole, "a1"), datadog(BigInt(`0x${half}`).toString(), 2, 1)]);
  expect(listIds(records)).toEqual([whole]);
});

it.each([
  ["two whole ids with the half", [plain(whole, "a1"), plain(stranger, "a3"), plain(half, "a2")]],
  ["a half of zeros", [plain(`${half}${"0".repeat(16)}`, "a1"), plain("0".repeat(32), "a2")]],
  ["no whole id with the half", [plain(half, "a2"), plain("d".repeat(32), "a1")]],
])("leaves apart what nobody knows, with %s", (_, value) => {
  const { records, problems } = read(value);
  expect(listIds(records)).toHaveLength(value.length);
  expect(problems).toEqual([]);
});

it("joins the spans of one request", async () => {
  const kept: SpanRecord[] = [];
  const ingestSpans = (records: readonly SpanRecord[]) => {
    kept.push(...records);
    return Promise.resolve({ stored: records.length, rejected: 0 });
  };
  const sink = { ingestSpans, ingestOtlp: never, ingestLogs: never } as never;
  const records = [record({ spanId: "a" }, {}, whole), record({ spanId: "b" }, {}, padded)];
  await keepRecords({ sink, store: "local" }, { records, problems: [] });
  expect(listIds(kept)).toEqual([whole]);
});

describe("the embedded store", () => {
  const { open } = useStores();

  it.each([whole, padded, half])("tells both together when it is asked for %s", async id => {
    const store = open();
    await addSpans(store, [record({ spanId: "a" }, {}, padded)]);
    await addSpans(store, [record({ spanId: "b", parentSpanId: "a" }, { result: "b" }, whole)]);
    const stored = await store.readTrace(id, never);
    expect((await readSpans(store, id)).map(({ spanId }) => spanId)).toEqual(["a", "b"]);
    expect(stored?.problems).toMatchObject([{ code: "storeNote" }]);
    expect(await stored?.details.readDetail("b", never)).toMatchObject({ result: "b" });
  });

  it("lists both in one row, whichever of them a question finds, and deletes both", async () => {
    const store = open();
    const list = async (query: object = {}) => {
      const { traces } = await store.searchTraces({ limit: 10, ...query }, never);
      return traces.map(({ traceId, spanCount, root }) => [traceId, spanCount, root.spanId]);
    };
    await addSpans(store, [record({ spanId: "a", parentSpanId: "b", service: "old" }, {}, padded)]);
    expect(await list()).toEqual([[padded, 1, "a"]]);
    await addSpans(store, [record({ spanId: "b", service: "new" }, {}, whole)]);
    const both = [[whole, 2, "b"]];
    expect(await list()).toEqual(both);
    expect(await list({ service: "old" })).toEqual(both);
    expect(await list({ service: "new" })).toEqual(both);
    expect(await list({ service: "none" })).toEqual([]);
    await addSpans(store, [record({ spanId: "c" }, {}, stranger)]);
    expect((await list()).map(([id]) => id).sort()).toEqual([padded, stranger, whole].sort());
    await store.deleteTraces([stranger], never);
    await store.deleteTraces([whole], never);
    expect(await list()).toEqual([]);
  });

  it("tells each alone where two whole ids have the half", async () => {
    const store = open();
    const ids = [whole, stranger, padded];
    await addSpans(
      store,
      ids.map((id, index) => record({ spanId: `s${index}` }, {}, id)),
    );
    for (const [index, id] of ids.entries()) {
      expect((await readSpans(store, id)).map(({ spanId }) => spanId)).toEqual([`s${index}`]);
      expect((await store.readTrace(id, never))?.problems).toBeUndefined();
    }
  });
});

it("joins what lies in several files of a folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "traceside-halves-"));
  writeFileSync(join(folder, "new.json"), JSON.stringify([plain(whole, "a1")]));
  writeFileSync(join(folder, "old.json"), JSON.stringify([plain(half, "a2")]));
  const traces = new FileTraces({ path: folder, store: "folder" });
  for (const id of [whole, half]) {
    const trace = await traces.readTrace(id, () => Promise.resolve());
    expect(trace?.spans.map(({ spanId }) => spanId).sort()).toEqual(["a1", "a2"]);
    expect(trace?.problems).toMatchObject([
      { text: expect.stringContaining("1 of 2 spans") as unknown },
    ]);
  }
  const search = (query: object) =>
    traces.searchTraces({ limit: 10, ...query }, () => Promise.resolve());
  for (const query of [{}, { text: "work" }]) {
    expect((await search(query)).traces).toMatchObject([{ traceId: whole, spanCount: 2 }]);
  }
  rmSync(folder, { recursive: true });
});

it("knows which ids are of one trace", () => {
  expect(listJoinedIds(padded, [padded, whole, "x"])).toEqual([padded, whole]);
  expect(listJoinedIds(padded, [whole])).toEqual([whole]);
  expect(listJoinedIds(whole, [padded])).toEqual([]);
  expect(listJoinedIds("order-1", ["order-1", whole])).toEqual(["order-1"]);
  expect(createTraceIdUniter([whole, whole, padded])(padded)).toBe(whole);
});
