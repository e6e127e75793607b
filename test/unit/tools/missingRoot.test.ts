/** Answers about traces whose top no store has, and about what a tree leaves out. */

import { expect, onTestFinished, test } from "vitest";
import { SpanStatus, type SpanInput } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { Tools } from "../../../src/tools/runTool.ts";
import { createContext, MemoryStore } from "./memoryStore.ts";

const startMs = Date.parse("2026-03-01T10:00:00Z");

function span(traceId: string, spanId: string, change: Partial<SpanInput>): SpanRecord {
  const startUnixNs = BigInt(startMs) * 1_000_000n;
  const detail = { attributes: [], resource: [], events: [], links: [], stores: ["local"] };
  return {
    traceId,
    span: {
      ...{ spanId, name: spanId, service: "api" },
      ...{ startUnixNs, endUnixNs: startUnixNs + 100_000_000n },
      ...change,
    },
    detail: { ...detail, spanId, traceId, raw: "" },
  };
}

function open(records: readonly SpanRecord[]) {
  const tools = new Tools(
    createContext([new MemoryStore(records)], { now: () => startMs + 60_000 }),
  );
  onTestFinished(() => tools.dispose());
  return async (name: string, input: object): Promise<string> =>
    (await tools.run(name, input, new AbortController().signal)).text;
}

test("of a failure below what no store has, nobody is said to have carried on", async () => {
  const status = SpanStatus.error;
  const run = open([span("7", "charge", { parentSpanId: "gone", status })]);
  const text = await run("get_trace", { id: "7" });
  expect(text).toContain("no store has the span above it");
  expect(text).not.toContain("carried on");
});

test("a trace without its root is compared by its first span", async () => {
  const earlier = BigInt(startMs - 5_000) * 1_000_000n;
  const run = open([
    span("7", "charge", { parentSpanId: "gone" }),
    span("6", "charge", {
      ...{ parentSpanId: "lost", startUnixNs: earlier, endUnixNs: earlier + 50_000_000n },
    }),
  ]);
  expect(await run("compare_traces", { trace: "7" })).toMatch(
    /^100 % slower: 100 ms against 50 ms/,
  );
  expect(await run("compare_traces", { trace: "6" })).toContain('with the root "charge"');
});

test("spans that a tree leaves out are counted at the nearest row alone", async () => {
  const way = ["a", "b", "c", "d", "e", "f"];
  const run = open(way.map((id, at) => span("7", id, { parentSpanId: way[at - 1] })));
  const text = await run("get_trace", { id: "7", view: "tree", depth: 3 });
  expect(text.match(/\d+ below not shown/g)).toEqual(["3 below not shown"]);
  expect(text).toContain('#3 "c" in "api", 100 ms (self 0 ns), 3 below not shown (under=3)');
});
