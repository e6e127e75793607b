/** New traces of the embedded store are held against what the workspace expects, when they have settled. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ExpectationsFile } from "../../../src/analysis/expectations.ts";
import { ExpectationChecks } from "../../../src/features/tracesView/expectationChecks.ts";
import type { TraceStore } from "../../../src/model/traceStore.ts";
import { drawSpans } from "../drawTrace.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const file: ExpectationsFile = {
  version: 1,
  traces: [
    {
      root: "order",
      expect: [{ kind: "noErrors" }, { kind: "mostCalls", operation: "pay", calls: 1 }],
    },
  ],
};

function start(drawings: Readonly<Record<string, string>>) {
  let tell: (traceIds: readonly string[]) => void = () => undefined;
  let watchers = 0;
  const read: string[] = [];
  const store = {
    watch: (onChange: typeof tell) => {
      tell = onChange;
      watchers += 1;
      return { dispose: () => (watchers -= 1) };
    },
    findId: (traceId: string) =>
      Promise.resolve([{ traceId, brief: { name: drawSpans(drawings[traceId]!)[0]!.name } }]),
    readTrace: (traceId: string) => {
      read.push(traceId);
      const details = { readDetail: () => Promise.reject(new Error("not asked")) };
      return Promise.resolve({ store: "local", spans: drawSpans(drawings[traceId]!), details });
    },
  } as unknown as TraceStore;
  const changed = vi.fn();
  const checks = new ExpectationChecks(store, changed, error => {
    throw error;
  });
  return {
    checks,
    changed,
    read,
    come: (...ids: string[]) => tell(ids),
    countWatchers: () => watchers,
  };
}

const drawings = {
  good: "order  ====\n  pay  ==",
  bad: "order  ====!\n  pay  ==\n  pay    ==",
  other: "refund  ==!",
};

it("checks each new run once it has settled, and reads no trace of another root", async () => {
  const { checks, changed, read, come } = start(drawings);
  checks.expect(file);
  come("good", "other");
  await vi.advanceTimersByTimeAsync(1_000);
  // More of it came: it settles later.
  come("good", "bad");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(checks.resultOf("good")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(checks.resultOf("good")).toEqual({ checked: 2, broken: 0 });
  expect(checks.resultOf("bad")).toEqual({ checked: 2, broken: 2 });
  expect(checks.resultOf("other")).toBeUndefined();
  expect(read.sort()).toEqual(["bad", "good"]);
  expect(changed).toHaveBeenCalledTimes(2);
});

it("checks again when the file changes, and watches nobody while nothing is expected", async () => {
  const { checks, come, countWatchers } = start(drawings);
  checks.expect(undefined);
  expect(countWatchers()).toBe(0);
  checks.expect(file);
  come("bad");
  await vi.advanceTimersByTimeAsync(2_000);
  checks.expect({ version: 1, traces: [{ root: "order", expect: [{ kind: "noErrors" }] }] });
  expect(checks.resultOf("bad")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(checks.resultOf("bad")).toEqual({ checked: 1, broken: 1 });
  checks.dispose();
  expect(countWatchers()).toBe(0);
});
