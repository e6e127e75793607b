/** The likely cause of a missing parent: one row for each thing that the trace and its stores can tell. */

import { expect, test } from "vitest";
import { findMissingCause } from "../../src/analysis/missingParent.ts";
import { isUnfinished } from "../../src/analysis/unfinished.ts";
import type { StoreAnswer } from "../../src/model/failure.ts";
import type { Problem } from "../../src/model/problem.ts";
import { SpanFlag, SpanKind, type SpanInput } from "../../src/model/span.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";

const START_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;
const parentSpanId = "00f067aa0ba902b7";

const child = (more: Partial<SpanInput>): SpanInput => ({
  ...{ spanId: "c", name: "c", parentSpanId },
  ...{ startUnixNs: BigInt(START_MS) * 1_000_000n, endUnixNs: BigInt(START_MS + 5) * 1_000_000n },
  ...more,
});
const found: StoreAnswer = { kind: "found", store: "local", tookMs: 1 };
const waiting: StoreAnswer = { kind: "waiting", store: "tempo" };
const down: StoreAnswer = {
  ...{ kind: "failed", store: "jaeger" },
  failure: { code: "storeTimeout", store: "jaeger", afterMs: 5 },
};
const cut: Problem = { code: "cutAt", limit: 5, store: "mongo", spans: [] };

test.each<[string, Partial<SpanInput>, readonly StoreAnswer[], readonly Problem[], number]>([
  ["cut", {}, [found, down], [cut], HOUR_MS],
  ["otherStore", {}, [found, down], [], HOUR_MS],
  ["otherStore", {}, [found, waiting], [], HOUR_MS],
  ["arriving", {}, [found], [], 10_000],
  ["arriving", { endUnixNs: undefined }, [found], [], HOUR_MS],
  ["notSaved", { parentSpanId: "019b4ed4-1a6d-7be3-8516-192449685f6d" }, [found], [], HOUR_MS],
  ["remote", { flags: SpanFlag.remoteParent, kind: SpanKind.server }, [found], [], HOUR_MS],
  ["notSampled", { kind: SpanKind.consumer }, [found], [], HOUR_MS],
  ["lost", { kind: SpanKind.internal }, [found], [], HOUR_MS],
])("%s", (code, span, answers, more, agoMs) => {
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  const { columns, problems } = buildTrace("t", [
    { store: "local", spans: [child(span)], details },
  ]);
  const missing = problems.find(problem => problem.code === "missingParent");
  if (missing === undefined) throw new Error("It is not missing.");
  const all = [...problems, ...more];
  expect(findMissingCause(columns, missing, all, answers, START_MS + agoMs).code).toBe(code);
});

test.each<[string, Partial<SpanInput>, number, boolean]>([
  ["a missing parent of a moment ago may still come", {}, 60_000, true],
  ["one of an hour ago will not", {}, HOUR_MS, false],
  ["what is over is over", { parentSpanId: undefined }, 1_000, false],
  ["what runs goes on", { parentSpanId: undefined, endUnixNs: undefined }, 300_000, true],
  ["until nothing was heard for ten minutes", { endUnixNs: undefined }, 700_000, false],
  [
    "or its heart has stopped",
    { parentSpanId: undefined, endUnixNs: undefined, flags: SpanFlag.noHeartbeat },
    1_000,
    false,
  ],
])("unfinished: %s", (_name, span, agoMs, expected) => {
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  const { columns } = buildTrace("t", [{ store: "local", spans: [child(span)], details }]);
  expect(isUnfinished(columns, START_MS + agoMs)).toBe(expected);
});
