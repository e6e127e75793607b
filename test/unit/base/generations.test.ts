import { expect, it } from "vitest";
import { Generations } from "../../../src/base/generations.ts";

it("keeps what came or was asked for last, and never more than it may", () => {
  const cache = new Generations<number, string>(10);
  for (let key = 0; key < 100; key += 1) {
    cache.set(key, `value ${key}`);
    expect(cache.get(0)).toBe("value 0");
    expect(cache.size).toBeLessThanOrEqual(11);
    for (let late = Math.max(0, key - 1); late <= key; late += 1) {
      expect(cache.get(late)).toBe(`value ${late}`);
    }
  }
  expect(cache.get(50)).toBeUndefined();
  cache.set(0, "another");
  expect(cache.get(0)).toBe("another");
  cache.clear();
  expect(cache.get(0)).toBeUndefined();
  expect(cache.size).toBe(0);
});
