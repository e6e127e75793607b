/** What a file holds is in the embedded store after it was imported, or its absence is said. */

import { expect, it } from "vitest";
import { importFile } from "../../../src/stores/file/importFile.ts";
import { never, useStores } from "../local/records.ts";

const { newFile, open } = useStores();

async function importSpans(spans: readonly object[]) {
  const into = newFile();
  const bytes = Buffer.from(JSON.stringify(spans));
  const file = { bytes, name: "own.json", path: "own.json", into };
  const imported = await importFile(file, () => Promise.resolve());
  return { imported, store: open(into) };
}

const times = { start_time: 1_767_261_600_000, duration_ms: 5 };

it("keeps the spans of a tracer that counts from zero", async () => {
  const { imported, store } = await importSpans([
    { trace_id: 0, span_id: 0, name: "request", ...times },
    { trace_id: 0, span_id: 1, parent_id: 0, name: "query", ...times },
  ]);
  expect(imported.problems).toEqual([]);
  expect(imported.traces).toMatchObject([{ traceId: "0", spanCount: 2 }]);
  const spans = [...((await store.readTrace("0", never))?.spans ?? [])];
  expect(spans.map(({ spanId, parentSpanId }) => [spanId, parentSpanId])).toEqual([
    ["0", undefined],
    ["1", "0"],
  ]);
});

it("keeps spans without ids under made-up ones, and says so", async () => {
  const zero = "0".repeat(16);
  const { imported, store } = await importSpans([
    { trace_id: zero + zero, span_id: zero, name: "request", ...times },
    { trace_id: zero + zero, span_id: "1122334455667788", name: "query", ...times },
  ]);
  expect(imported.traces).toMatchObject([{ traceId: "0", spanCount: 2 }]);
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
  expect(imported.traces).toMatchObject([{ traceId: id, spanCount: 4 }]);
  expect([...((await store.readTrace(id, never))?.spans ?? [])]).toHaveLength(4);
});
