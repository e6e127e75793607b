import assert from "node:assert/strict";
import { total } from "./prices.mjs";

it("adds the prices", () => {
  assert.equal(total([5, 5]), 10);
});

describe("a discount", () => {
  it("of nothing is nothing", async () => {
    assert.equal(total([]), 0);
  });
});

it("is wrong", () => {
  assert.equal(total([1, 2]), 4);
}).retries(1);
