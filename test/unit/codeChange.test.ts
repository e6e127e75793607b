import { expect, test } from "vitest";
import { CodeSide, findCodeChange } from "../../src/analysis/codeChange.ts";
import { getRunFacts, type RunColumns } from "../../src/analysis/runFacts.ts";
import type { CaptureLog } from "../../src/model/workspaceCommit.ts";

const root = "/shop";

/** `a`, `b+` from the trace of their place on, `+` with changes, `?` where nobody knows; `-` is a trace that was imported. */
function draw(states: string): CaptureLog {
  const words = states.split(" ");
  return {
    marks: words.flatMap((word, i) => {
      const mark = { root, firstTrace: i + 1 };
      if (word === "." || word === "-") return [];
      return word === "?"
        ? [mark]
        : [{ ...mark, commit: word.replace("+", ""), isDirty: word.endsWith("+") }];
    }),
    copied: words.flatMap((word, i) => (word === "-" ? [{ first: i + 1, last: i + 1 }] : [])),
  };
}

/** For each run, which is in the trace of its place: `n` now, `b` before, `.` neither; and of which commit is before. */
function describe(states: string, of = root): string {
  const log = draw(states);
  const trace = Uint32Array.from(states.split(" "), (_, i) => i + 1);
  const change = findCodeChange(log, of, trace);
  if (change === undefined) return "nothing";
  const sides = [...change.sideOf].map(side =>
    side === CodeSide.now ? "n" : side === CodeSide.before ? "b" : ".",
  );
  const { commit, isDirty } = change.before;
  return `${sides.join("")} ${commit}${isDirty === true ? "+" : ""}`;
}

test.each([
  ["a . b .", "bbnn a"],
  ["a . a+ .", "bbnn a"],
  ["a b c c", ".bnn b"],
  // Back on a commit that ran before: its earlier runs count too.
  ["a b a .", "nbnn b"],
  // Windows that close and open say the same again.
  ["a ? a b ? b", "b.bn.n a"],
  ["a - b -", "b.n. a"],
  ["? a . -", "nothing"],
  ["a . . .", "nothing"],
  // Changes are not told apart.
  ["a+ . a+ .", "nothing"],
])("%s: %s", (states, expected) => {
  expect(describe(states)).toBe(expected);
});

test("another repository's commits say nothing", () => {
  expect(describe("a . b .", "/mail")).toBe("nothing");
});

test("what got worse between commits is told with the commit before, and runs of neither are left out", () => {
  const now = Date.UTC(2026, 5, 1);
  const states = `a ${". ".repeat(5)}? b${" .".repeat(5)}`;
  const count = states.split(" ").length;
  const runs: RunColumns = {
    startUnixMs: Float64Array.from({ length: count }, (_, i) => now - (count - i) * 1_000),
    trace: Uint32Array.from({ length: count }, (_, i) => i + 1),
    durationMs: Float32Array.from({ length: count }, (_, i) => (i < 6 ? 10 : i === 6 ? 900 : 15)),
    failed: new Uint8Array(count),
    isCut: false,
  };
  const change = findCodeChange(draw(states), root, runs.trace);
  const facts = getRunFacts(runs, now, undefined, change);
  expect(facts?.sinceCommit).toEqual({
    before: { root, commit: "a", isDirty: false },
    effect: { runs: 6, p95: 0.5 },
  });
  expect(facts?.sinceEdit).toBeUndefined();
});
