import { expect, it } from "vitest";
import { createStamp } from "../../../src/base/stamp.ts";

it("keeps a value with an object, where nobody else sees it", () => {
  const stamp = createStamp<number>();
  const other = createStamp<string>();
  const object = Object.freeze({ a: 1 });
  expect(stamp.get(object)).toBe(undefined);
  stamp.set(object, 7);
  expect(stamp.get(object)).toBe(7);
  expect(other.get(object)).toBe(undefined);
  expect(stamp.get({ ...object })).toBe(undefined);
  expect(Reflect.ownKeys(object)).toEqual(["a"]);
  expect(structuredClone(object)).toEqual({ a: 1 });
});
