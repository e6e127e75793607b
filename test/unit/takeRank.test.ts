/** Ranks without sorting are those of what is sorted. */

import { expect, test } from "vitest";
import { takeRank } from "../../src/analysis/takeRank.ts";
import { createRandom } from "./formats/fuzzing.ts";

test.each([0, 1, 2, 3, 20, 101])("of %s values in any order, with doubles and without", count => {
  const random = createRandom(count);
  for (const distinct of [2, 1e6]) {
    const values = Float64Array.from({ length: count }, () => Math.floor(random() * distinct));
    const sorted = values.slice().sort();
    for (const share of [0.05, 0.5, 0.95, 1]) {
      const rank = Math.ceil(count * share) - 1;
      expect(takeRank(values, share)).toBe(sorted[Math.max(0, rank)] ?? Number.NaN);
    }
    // They are the same values still.
    expect(values.sort()).toEqual(sorted);
  }
});
