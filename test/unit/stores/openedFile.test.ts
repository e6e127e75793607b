/** What a file holds is in the embedded store after it was imported, or its absence is said. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findAll } from "../tracePanel/findAll.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { CellSpans } from "../../../src/stores/local/read/traceCells.ts";
import { field, message } from "../formats/protoWriter.ts";
import { makeJaegerFile } from "../../perf/makeJaegerFile.ts";
import { OpenedFile } from "../../../src/stores/file/openedFile.ts";
import { never, record, useStores, workerPath } from "../local/records.ts";
import { asSpan } from "../spanIndex.ts";
import { addSpans } from "../local/addSpans.ts";

const { newFile, open } = useStores();

async function importSpans(spans: readonly object[]) {
  const into = newFile();
  const bytes = Buffer.from(JSON.stringify(spans));
  const file = new OpenedFile({ bytes, name: "own.json", path: "own.json" });
  const { stored: kept } = await file.keep(
    { into },
    () => Promise.resolve(),
    () => undefined,
  );
  return { imported: { ...file.describe(), kept }, store: open(into) };
}

const times = { start_time: 1_767_261_600_000, duration_ms: 5 };

it("keeps the spans of a tracer that counts from zero", async () => {
  const { imported, store } = await importSpans([
    { trace_id: 0, span_id: 0, name: "request", ...times },
    { trace_id: 0, span_id: 1, parent_id: 0, name: "query", ...times },
  ]);
  expect(imported.problems).toEqual([]);
  expect(imported).toMatchObject({ traceId: "0", spanCount: 2, kept: 2 });
  const spans = [...((await store.readTrace("0", never))?.spans ?? [])];
  expect(spans.map(({ spanId, parentSpanId }) => [spanId, parentSpanId])).toEqual([
    ["0", undefined],
    ["1", "0"],
  ]);
});

describe("a file of OTLP logs without spans", () => {
  const nanos = (offset: number): string => `${1_767_261_600_000 + offset}000000`;
  const scopeLogs = [
    {
      logRecords: [
        { timeUnixNano: nanos(0), severityNumber: 17, body: { stringValue: "refused" } },
        { timeUnixNano: nanos(1), severityNumber: 9, body: { stringValue: "again" } },
      ],
    },
  ];
  const request = { resourceLogs: [{ scopeLogs }] };
  const record = (offset: number, body: string): Buffer =>
    message(field(1, BigInt(nanos(offset))), field(5, message(field(1, body))));
  const records = [record(0, "refused"), record(1, "again")].map(each => field(2, each));
  const packed = message(field(1, message(field(2, message(...records)))));
  it.each([
    ["JSON", Buffer.from(JSON.stringify(request))],
    ["lines of a log", Buffer.from(`till-1 | ${JSON.stringify(request)}\n`)],
    ["protobuf", packed],
  ])("is shown and kept as its logs, in %s", async (_, bytes) => {
    const into = newFile();
    const file = new OpenedFile({ bytes, name: "own", path: "own" });
    const { logs } = file.describe();
    expect(logs?.logs.map(({ event }) => event.name)).toEqual(["refused", "again"]);
    await file.keep(
      { into },
      () => Promise.resolve(),
      () => undefined,
    );
    const range = { fromUnixMs: 1_767_261_599_000, toUnixMs: 1_767_261_601_000 };
    const kept = await open(into).readLogs({ ...range, limit: 10 }, never);
    expect(kept.logs.map(({ event }) => event.name)).toEqual(["refused", "again"]);
  });
});

it("keeps spans without ids under made-up ones, and says so", async () => {
  const zero = "0".repeat(16);
  const { imported, store } = await importSpans([
    { trace_id: zero + zero, span_id: zero, name: "request", ...times },
    { trace_id: zero + zero, span_id: "1122334455667788", name: "query", ...times },
  ]);
  expect(imported).toMatchObject({ traceId: "0", spanCount: 2, kept: 2 });
  expect([...((await store.readTrace("0", never))?.spans ?? [])]).toHaveLength(2);
  expect(imported.problems).toMatchObject([
    { text: "2 of 2 spans have no id of their own or of their trace, and were given one" },
  ]);
});

it("keeps the sides of a message that several hosts of one service took", async () => {
  const span = (host: string, offset: number): object => ({
    ...{ traceId: "7c1d3f5a9b2e4c60", id: "a1", kind: "CONSUMER", name: "mail" },
    ...{
      timestamp: 1_767_261_600_000_000 + offset,
      localEndpoint: { serviceName: "mailer", ipv4: host },
    },
  });
  const producer = { ...span("10.0.0.9", 0), kind: "PRODUCER", duration: 3 };
  const { imported, store } = await importSpans([
    ...[producer, span("10.0.0.1", 5), span("10.0.0.2", 5), span("10.0.0.3", 9)],
  ]);
  const id = "7c1d3f5a9b2e4c60".padStart(32, "0");
  expect(imported).toMatchObject({ traceId: id, spanCount: 4, kept: 4 });
  expect([...((await store.readTrace(id, never))?.spans ?? [])]).toHaveLength(4);
});

const traceId = "5b8efff798038103d269b633813fc60c";
const spanId = "eee19b7ec3c1b174";
const span = {
  ...{ traceId, spanId, name: "GET /cart" },
  ...{ startTimeUnixNano: "1767261600000000000", endTimeUnixNano: "1767261600050000000" },
};
const toLog = (text: string, ids: object, ms: number): object => ({
  ...{ timeUnixNano: `17672616000${ms}000000`, severityText: "WARN", body: { stringValue: text } },
  ...ids,
});
const spans = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
const logs = {
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: [
            toLog("cart is slow", { traceId, spanId }, 10),
            toLog("request came", { traceId }, 20),
            toLog("nobody's", {}, 30),
          ],
        },
      ],
    },
  ],
};

it.each([
  ["in one object", [{ ...spans, ...logs }]],
  ["in lines of their own", [spans, logs]],
  ["in the answer of a dashboard", [{ data: { ...spans, ...logs } }]],
  ["in groups of their own", [spans.resourceSpans[0], logs.resourceLogs[0]]],
])("keeps the logs beside the spans of a file, %s", async (_, lines) => {
  const into = newFile();
  const bytes = Buffer.from(lines.map(line => JSON.stringify(line)).join("\n"));
  const file = new OpenedFile({ bytes, name: "both.json", path: "both.json" });
  expect(file.describe()).toMatchObject({ traceId, spanCount: 1, problems: [] });
  const namesOf = (detail?: { readonly events: readonly { readonly name: string }[] }) =>
    detail?.events.map(({ name }) => name);
  expect(namesOf(file.readDetail(traceId, spanId, "store"))).toEqual([
    "cart is slow",
    "request came",
  ]);
  const isKept = await file.keep(
    { into },
    () => Promise.resolve(),
    () => undefined,
  );
  expect(isKept).toEqual({ stored: 1, problems: [] });
  const store = open(into);
  const trace = await store.readTrace(traceId, never);
  expect(namesOf(await trace?.details.readDetail(spanId, never))).toEqual([
    "cart is slow",
    "request came",
  ]);
  const fromUnixMs = 1_767_261_600_000;
  const minute = { fromUnixMs, toUnixMs: fromUnixMs + 60_000, limit: 9 };
  const loose = await store.readLogs(minute, never);
  expect(loose.logs.map(log => log.event.name)).toEqual(["nobody's"]);
});

describe("a file that is shown before it is kept", () => {
  const fixture = (path: string): Buffer =>
    readFileSync(join(import.meta.dirname, "../../fixtures", path));
  const files: readonly (readonly [string, Uint8Array])[] = [
    ["console.txt", fixture("otel/javascript-console.txt")],
    ["zipkin.json", fixture("sdks/py-zipkin-v2-json-1.json")],
    ["jaeger.json", Buffer.from([...makeJaegerFile({ spans: 2_500 })].join(""))],
    // The same span again, and another of its id.
    ["twins.json", Buffer.from(JSON.stringify([twin("a"), twin("a"), twin("b")]))],
  ];

  function twin(name: string): object {
    return { trace_id: "1".repeat(32), span_id: "2".repeat(16), name, ...times };
  }

  it.each(files)(
    "tells the spans and details of %s as the store does afterwards",
    async (name, bytes) => {
      const into = newFile();
      const file = new OpenedFile({ bytes, name, path: name });
      const { traceId = "" } = file.describe();
      const cells = file.readTrace(traceId)!;
      const shown = buildTrace(traceId, [
        {
          store: "local",
          spans: new CellSpans(cells),
          details: {
            readDetail: key => Promise.resolve(file.readDetail(traceId, key, "local")!),
            findText: async function* (text) {
              yield await Promise.resolve({ keys: file.findText(traceId, text), next: undefined });
            },
          },
        },
      ]);
      await file.keep(
        { into },
        () => Promise.resolve(),
        () => undefined,
      );
      const kept = buildTrace(traceId, [(await open(into).readTrace(traceId, never))!]);
      expect(shown.columns).toEqual(kept.columns);
      expect(shown.spanIds).toEqual(kept.spanIds);
      for (const text of ["tenant-042", "e", "nothing of the kind"]) {
        expect(await findAll(shown, text)).toEqual(await findAll(kept, text));
      }
      for (let span = 0; span < kept.columns.count; span += 97) {
        const detail = await shown.readDetail(asSpan(span), never);
        expect(detail).toEqual(await kept.readDetail(asSpan(span), never));
      }
    },
  );

  it("counts what is on disk, and stops where it is cancelled", async () => {
    const bytes = Buffer.from([...makeJaegerFile({ spans: 9_000 })].join(""));
    const file = new OpenedFile({ bytes, name: "j", path: "j" });
    const into = newFile();
    const counts: number[] = [];
    let breaths = 0;
    const check = (): Promise<void> =>
      ++breaths < 3 ? Promise.resolve() : Promise.reject(new Error("cancelled"));
    const cancelled = file.keep({ into, workerPath }, check, kept => counts.push(kept));
    await expect(cancelled).rejects.toThrow("cancelled");
    const { traceId = "" } = file.describe();
    const stored = (await open(into).readTrace(traceId, never))!;
    expect([...stored.spans]).toHaveLength(counts.at(-1) ?? 0);
    expect(counts.at(-1)).toBe(4_096);
    const again = await file.keep(
      { into, workerPath },
      () => Promise.resolve(),
      () => undefined,
    );
    expect(again).toEqual({ stored: 9_000, problems: [] });
  });
});

it("tells a trace from where it comes until that is over, and says so to who watches", async () => {
  const store = open();
  const id = "3".repeat(32);
  const arriving = store.answerFrom({
    traceIds: new Set([id]),
    readTrace: () => Promise.resolve(undefined),
    readDetail: (traceId, key, name) =>
      Promise.resolve({ ...record({ spanId: key }).detail, traceId, stores: [name] }),
    findText: (_traceId, text) => Promise.resolve({ keys: [text], next: undefined }),
  });
  await addSpans(store, [record({ spanId: "4".repeat(16) }, {}, id)]);
  expect(await store.readTrace(id, never)).toBe(undefined);
  expect([store.isArriving?.(id), store.isArriving?.("4".repeat(32))]).toEqual([true, false]);
  const told: string[] = [];
  const watching = store.watch(traceIds => void told.push(...traceIds));
  arriving.dispose();
  arriving.dispose();
  watching.dispose();
  expect(told).toEqual([id]);
  expect(store.isArriving?.(id)).toBe(false);
  expect([...(await store.readTrace(id, never))!.spans]).toHaveLength(1);
});
