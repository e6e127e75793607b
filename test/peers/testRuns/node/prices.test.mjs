import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { total } from "./prices.mjs";

test("adds the prices", () => {
  assert.equal(total([5, 5]), 10);
});

describe("a discount", () => {
  test("of nothing is nothing", async () => {
    assert.equal(total([]), 0);
  });
});

test("is wrong", () => {
  assert.equal(total([1, 2]), 4);
});
