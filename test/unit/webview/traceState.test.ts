/** The sign of a trace is the same in the list and in its panel. */

import { expect, test } from "vitest";
import { toListed } from "../../../src/features/tracesView/listedTrace.ts";
import { SpanStatus } from "../../../src/model/span.ts";
import type { TraceBrief } from "../../../src/model/traceStore.ts";
import type { SpanState } from "../../../webview/words/spanFacts.ts";
import { getTraceState, type TraceFacts } from "../../../webview/words/traceFacts.ts";
import { asSpan } from "../spanIndex.ts";

const nothing: TraceFacts = {
  spans: 2,
  tasks: 0,
  failed: [],
  running: [],
  queued: [],
  silent: [],
  retried: [],
  groups: [],
};

function brief(root: Partial<TraceBrief["root"]>, rest: Partial<TraceBrief> = {}): TraceBrief {
  return {
    traceId: "a".repeat(32),
    root: {
      traceId: "a".repeat(32),
      spanId: "b".repeat(16),
      name: "root",
      status: SpanStatus.unset,
      startUnixMs: 1_000,
      ...root,
    },
    spanCount: 2,
    errorCount: 0,
    startUnixMs: 1_000,
    durationMs: 5,
    services: [],
    ...rest,
  };
}

const cases: readonly (readonly [SpanState, TraceFacts, SpanState, TraceBrief])[] = [
  ["ended", nothing, "ended", brief({})],
  ["ok", nothing, "ok", brief({ status: SpanStatus.ok })],
  [
    "failed",
    { ...nothing, failed: [asSpan(1)] },
    "ok",
    brief({ status: SpanStatus.ok }, { errorCount: 1 }),
  ],
  [
    "running",
    { ...nothing, running: [asSpan(0)] },
    "running",
    brief({}, { durationMs: undefined }),
  ],
  ["silent", { ...nothing, silent: [asSpan(0)] }, "silent", brief({ noHeartbeat: true })],
  ["untimed", nothing, "untimed", brief({ startUnixMs: undefined })],
];

test.each(cases)("%s", (state, facts, root, listed) => {
  expect(getTraceState(facts, root)).toBe(state);
  expect(toListed(listed).state).toBe(state);
});
