/** Times that cannot be: they are flagged, no length is negative, and the other spans stay to be seen. */

import { describe, expect, it } from "vitest";
import { SpanFlag, type SpanInput } from "../../src/model/span.ts";
import { findUsualTime, withoutStrays } from "../../src/model/strayTimes.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";

const dayNs = 1_772_000_000_000_000_000n;
const ms = (offset: number): bigint => dayNs + BigInt(offset) * 1_000_000n;

function build(...spans: readonly (readonly [string, string, bigint, bigint, number?])[]): Trace {
  const inputs = spans.map(
    ([spanId, parentSpanId, startUnixNs, endUnixNs, flags = 0]): SpanInput => ({
      ...{ spanId, parentSpanId, name: spanId, startUnixNs, endUnixNs, flags },
    }),
  );
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return buildTrace("t", [{ store: "test", spans: inputs, details }]);
}

/** `name from–to` in milliseconds after the first. */
function draw({ columns, spanIds }: Trace): string[] {
  const first = Math.min(...columns.startNs);
  return spanIds.map((id, i) => {
    const [from, to] = [columns.startNs[i]!, columns.endNs[i]!].map(ns => (ns - first) / 1e6);
    const flags = columns.flags[i]!;
    return `${id} ${from}–${to}${flags & SpanFlag.noStart ? " no start" : ""}${flags & SpanFlag.untimed ? " untimed" : ""}`;
  });
}

const codes = (trace: Trace): string[] => trace.problems.map(({ code }) => code);

describe("a root without a start", () => {
  it("begins with the first span below it", () => {
    const trace = build(["a", "", 0n, ms(240)], ["b", "a", ms(20), ms(220)]);
    expect(draw(trace)).toEqual(["a 0–220 no start", "b 0–200"]);
    expect(codes(trace)).toEqual(["noStart"]);
  });

  it("that ended before what it caused began is an instant", () => {
    const trace = build(["a", "", 0n, ms(10)], ["b", "a", ms(20), ms(230)]);
    expect(draw(trace)).toEqual(["a 0–0 no start", "b 10–220"]);
    expect(codes(trace)).toEqual(["noStart"]);
  });

  it("takes it from deeper below, where the next level has none", () => {
    const trace = build(["a", "", 0n, ms(90)], ["b", "a", 0n, ms(80)], ["c", "b", ms(30), ms(40)]);
    expect(draw(trace)).toEqual(["a 0–60 no start", "b 0–50 no start", "c 0–10"]);
  });
});

describe("a time years away from the rest", () => {
  it("in seconds where nanoseconds are due hides no span", () => {
    const trace = build(["a", "", dayNs / 1_000_000_000n, ms(240)], ["b", "a", ms(20), ms(230)]);
    expect(draw(trace)).toEqual(["a 0–220 no start", "b 0–210"]);
    expect(codes(trace)).toEqual(["strayTime"]);
    expect(trace.columns.originUnixMs).toBe(Number(ms(20) / 1_000_000n));
  });

  it("as an end is no end, and nothing runs", () => {
    const trace = build(
      ["a", "", ms(0), ms(240)],
      ["b", "a", ms(20), ms(230) * 1_000n],
      ["c", "a", ms(30), ms(230) / 1_000_000n],
    );
    expect(draw(trace)).toEqual(["a 0–240", "b 20–20 untimed", "c 30–30 untimed"]);
    expect(trace.problems).toMatchObject([{ code: "strayTime", spans: [1, 2] }]);
  });

  it("of a clock that was never set still tells how long its spans took, and how far they lie apart", () => {
    const board = (offset: number): bigint => BigInt(offset) * 1_000_000n + 5_000_000_000n;
    const trace = build(
      ["a", "", ms(0), ms(100)],
      ["b", "a", board(0), board(50)],
      ["c", "b", board(10), board(30)],
    );
    expect(draw(trace)).toEqual(["a 0–100", "b 0–50 no start", "c 10–30 no start"]);
    expect(codes(trace)).toEqual(["strayTime"]);
  });

  it("of a parent that is missing is passed over", () => {
    const trace = build(["b", "gone", 5n, 9n], ["c", "gone", ms(10), ms(30)]);
    expect(Math.max(...trace.columns.endNs)).toBeLessThan(1e9);
    expect(trace.columns.startNs.every((start, i) => trace.columns.endNs[i]! >= start)).toBe(true);
  });
});

it("a trace that counts from zero, or lasts for months, is left as it is", () => {
  const zero = build(["a", "", 1n, 2_000_000n], ["b", "a", 1_000_000n, 1_500_000n]);
  expect(codes(zero)).toEqual([]);
  const long = build(["a", "", ms(0), ms(90 * 86_400_000)], ["b", "a", ms(5), ms(6)]);
  expect(codes(long)).toEqual([]);
});

it("the usual time is that of the most clocks that can be", () => {
  const now = Date.UTC(2026, 1);
  expect(findUsualTime([now, now + 5])).toBeUndefined();
  expect(findUsualTime([1.7, now])).toBe(now);
  expect(findUsualTime([now, now * 1000])).toBe(now);
  expect(withoutStrays([1.7, now, now + 5])).toEqual([now, now + 5]);
});
