import { expect, it } from "vitest";
import { sortPairs } from "../../../src/stores/local/index/pairSort.ts";

/** The same numbers in every run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}

it("sorts as any sort does, and leaves each pair once", () => {
  const random = makeRandom(7);
  // Of numbers that fill one digit, several, and all 32 bits.
  for (const [count, mask] of [
    [0, 0],
    [1, 0xffffffff],
    [5_000, 0x3ff],
    [3_000, 0xffffffff],
    [40_000, 0xfffff000],
  ] as const) {
    const pairs = Array.from({ length: count }, () => [random() & mask, random() % 2_500] as const);
    const repeated = [...pairs, ...pairs.slice(0, count / 2)];
    const given = {
      terms: Uint32Array.from(repeated, ([term]) => term),
      traces: Uint32Array.from(repeated, ([, trace]) => trace),
    };
    const room = {
      terms: new Uint32Array(repeated.length),
      traces: new Uint32Array(repeated.length),
    };
    const { sorted, free } = sortPairs(given, room, repeated.length);
    expect([given, room]).toContain(free);
    const wanted = new Map(pairs.map(([term, trace]) => [(term >>> 0) * 4_096 + trace, true]));
    const keys = [...sorted.terms].map((term, i) => term * 4_096 + (sorted.traces[i] ?? 0));
    expect(keys).toEqual([...wanted.keys()].sort((a, b) => a - b));
  }
});
