/** The badge counts what failed since someone looked, once for a burst, and goes when someone looks. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cell } from "../../../src/base/cell.ts";
import {
  quietTraffic,
  stoppedState,
  type CollectorState,
} from "../../../src/collector/collectorState.ts";
import { FailedTraces } from "../../../src/features/tracesView/failedTraces.ts";
import type { TraceBrief, TraceQuery } from "../../../src/model/traceStore.ts";

const START_MS = 1_700_000_000_000;
let collector: Cell<CollectorState>;
let failedAt: number[];
let queries: TraceQuery[];
let counts: number[];
let failed: FailedTraces;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  collector = new Cell<CollectorState>(stoppedState);
  [failedAt, queries, counts] = [[], [], []];
  failed = new FailedTraces({
    collector,
    store: {
      searchTraces: query => {
        queries.push(query);
        const traces = failedAt.filter(ms => ms >= (query.fromUnixMs ?? 0));
        return Promise.resolve({ traces: traces.slice(0, query.limit) as unknown as TraceBrief[] });
      },
    },
    onCount: count => counts.push(count),
    onError: error => {
      throw error;
    },
  });
});

afterEach(() => {
  failed.dispose();
  vi.useRealTimers();
});

function receive(spans: number, ...failures: readonly number[]): void {
  failedAt.push(...failures);
  collector.set({ ...stoppedState, traffic: { ...quietTraffic, spans } });
}

test("a burst is one question, and asks for failures since someone looked", async () => {
  receive(10, START_MS - 5, START_MS + 1);
  receive(20, START_MS + 2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(queries).toEqual([{ status: "error", fromUnixMs: START_MS, limit: 99 }]);
  expect(counts).toEqual([2]);
});

test("nothing is asked while the list is looked at, and what was seen is not counted again", async () => {
  receive(10, START_MS + 1);
  await vi.advanceTimersByTimeAsync(5_000);
  failed.setLookedAt(true);
  receive(20, START_MS + 5_001);
  await vi.advanceTimersByTimeAsync(5_000);
  failed.setLookedAt(false);
  receive(30, START_MS + 10_001);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(counts).toEqual([1, 0, 0, 1]);
  expect(queries).toHaveLength(2);
});

test("a collector that only tells of its ports asks nothing", async () => {
  collector.set({ ...stoppedState, phase: { kind: "receiving" } });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(queries).toEqual([]);
});
