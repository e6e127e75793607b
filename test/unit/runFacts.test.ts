/** What the runs of a function say: counts, percentiles, trend, and what got worse since an edit. */

import { expect, test } from "vitest";
import { getRunFacts, HOUR_MS, mergeRuns, type RunColumns } from "../../src/analysis/runFacts.ts";

const now = Date.UTC(2026, 5, 1);

/** `20!` is a run of 20 ms that failed; runs of a second each, the last one a second ago; `a b, c`: two traces. */
function draw(text: string, endUnixMs = now): RunColumns {
  const traces = text.split(",").map(part => part.trim().split(/\s+/));
  const runs = traces.flatMap((words, trace) => words.map(word => ({ word, trace })));
  return {
    startUnixMs: Float64Array.from(runs, (_, i) => endUnixMs - (runs.length - i) * 1_000),
    trace: Uint32Array.from(runs, ({ trace }) => trace),
    durationMs: Float32Array.from(runs, ({ word }) => Number.parseFloat(word)),
    failed: Uint8Array.from(runs, ({ word }) => Number(word.endsWith("!"))),
    isCut: false,
  };
}

const repeat = (word: string, count: number): string => Array(count).fill(word).join(", ");

test("nothing is said of no runs", () => {
  expect(getRunFacts(mergeRuns([]), now)).toBeUndefined();
});

test("counts, percentiles and the last run", () => {
  const runs = draw("10, 20!, 30, 40, 50, 60, 70, 80, 90, 100");
  const facts = getRunFacts(runs, now);
  expect(facts).toMatchObject({
    lastUnixMs: now - 1_000,
    isLastFailed: false,
    hour: { count: 10, errors: 1, p50Ms: 50, p95Ms: 100 },
    isHourCut: false,
  });
});

test("the hour ends: what ran before is known, and not counted in it", () => {
  const runs = draw("10, 20, 30", now - HOUR_MS);
  expect(getRunFacts(runs, now)).toMatchObject({ hour: { count: 0 }, all: { count: 3 } });
  expect(getRunFacts(runs, now - 2_000)).toMatchObject({ hour: { count: 2, p50Ms: 20 } });
});

test("where runs were left out, the hour says so only if it reaches so far back", () => {
  const runs = { ...draw("10, 20, 30"), isCut: true };
  expect(getRunFacts(runs, now)?.isHourCut).toBe(true);
  expect(getRunFacts(runs, now + HOUR_MS - 2_000)?.isHourCut).toBe(false);
});

test.each([
  ["slower", `${repeat("10", 8)}, ${repeat("15", 4)}`, 0.5],
  ["the same", repeat("10", 12), 0],
  ["too few to say", repeat("10", 11), undefined],
])("the trend: %s", (_, text, expected) => {
  expect(getRunFacts(draw(text), now)?.trend).toBe(expected);
});

/** The edit was before the last `since` runs. */
const edited = (text: string, since: number) => {
  const at = now - since * 1_000 - 500;
  return getRunFacts(draw(text), now, at)?.sinceEdit;
};

test.each([
  ["slower", `${repeat("10", 6)}, ${repeat("14", 5)}`, 5, { runs: 5, p95: 0.4 }],
  ["too few runs to be slower", `${repeat("10", 6)}, ${repeat("14", 4)}`, 4, undefined],
  ["faster is not worse", `${repeat("14", 6)}, ${repeat("10", 5)}`, 5, undefined],
  ["slower by less than a clock's step", `${repeat("0.1", 6)}, ${repeat("0.9", 5)}`, 5, undefined],
  ["one failed", `${repeat("10", 6)}, 10!`, 1, { runs: 1, errors: 1 }],
  ["failed as before", "10!, 10, 10!, 10", 2, undefined],
  [
    "more often in each trace",
    "10, 10, 10, 10 10 10",
    3,
    { runs: 3, perTrace: { before: 1, after: 3 } },
  ],
  ["no run since", repeat("10", 6), 0, undefined],
  ["no run before", repeat("10!", 6), 6, undefined],
])("since the edit: %s", (_, text, since, expected) => {
  const effect = edited(text, since);
  if (effect?.p95 === undefined) expect(effect).toEqual(expected);
  else expect({ ...effect, p95: Math.round(effect.p95 * 100) / 100 }).toEqual(expected);
});

test("operations are merged in time, and only as far back as all are known", () => {
  const one = draw("1, 2, 3", now - 500);
  const other = draw("10!, 20");
  expect([...mergeRuns([one, other]).durationMs]).toEqual([1, 2, 10, 3, 20]);
  const cut = mergeRuns([one, { ...other, isCut: true }]);
  expect([...cut.durationMs]).toEqual([10, 3, 20]);
  expect(cut.isCut).toBe(true);
});
