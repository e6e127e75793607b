/** A held key is kept with its first step and its last, and with the one in between at which somebody turns away. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Burst } from "../../../webview/panel/burst.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first step at once, those of a held key not, and the last when it rests", () => {
  const kept: number[] = [];
  let step = 0;
  const burst = new Burst(() => kept.push(step), 100);
  const hold = (steps: number): void => {
    for (let i = 0; i < steps; i += 1) {
      step += 1;
      burst.call();
      vi.advanceTimersByTime(30);
    }
  };
  hold(50);
  expect(kept).toEqual([1]);
  // Another tab comes to the front.
  burst.flush();
  expect(kept).toEqual([1, 50]);
  hold(10);
  expect(kept).toEqual([1, 50]);
  vi.advanceTimersByTime(100);
  expect(kept).toEqual([1, 50, 60]);
  vi.advanceTimersByTime(10_000);
  burst.flush();
  expect(kept).toEqual([1, 50, 60]);
  hold(1);
  expect(kept).toEqual([1, 50, 60, 61]);
});
