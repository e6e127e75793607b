/** A large graph is drawn in several steps, another picture of the same nodes at once. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DrawingSteps } from "../../../webview/graph/drawingSteps.ts";

const waiting = new Map<number, () => void>();
let last = 0;

beforeEach(() => {
  waiting.clear();
  vi.stubGlobal("requestIdleCallback", (step: () => void) => {
    waiting.set((last += 1), step);
    return last;
  });
  vi.stubGlobal("cancelIdleCallback", (handle: number) => waiting.delete(handle));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function rest(): void {
  const steps = [...waiting.values()];
  waiting.clear();
  for (const step of steps) step();
}

/** The numbers of nodes that a view draws, step by step, until nothing is asked for any more. */
function draw(key: string, total: number, steps?: DrawingSteps): readonly number[] {
  const counts: number[] = [];
  let isAsked = true;
  const drawn = steps ?? new DrawingSteps(() => (isAsked = true));
  while (isAsked) {
    isAsked = false;
    counts.push(drawn.count(key, total));
    drawn.next(total);
    rest();
  }
  return counts;
}

test("a graph of 300 nodes takes some steps, each while the page rests", () => {
  const counts = draw("trace aggregated", 300);
  expect(counts[0]).toBeLessThan(40);
  expect(counts.at(-1)).toBe(300);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.length).toBeGreaterThan(5);
  expect(counts.length).toBeLessThan(30);
  expect(draw("trace aggregated", 6)).toEqual([6]);
});

test("a graph that is drawn stays so when it grows; another one begins anew", () => {
  const steps = new DrawingSteps(() => undefined);
  while (draw("trace aggregated", 120, steps)[0]! < 120);
  expect(draw("trace aggregated", 280, steps)).toEqual([280]);
  expect(draw("trace spans", 280, steps)[0]).toBeLessThan(280);
});

test("a view that draws for other reasons meanwhile asks for one step", () => {
  const steps = new DrawingSteps(() => undefined);
  const first = steps.count("trace aggregated", 300);
  for (let i = 0; i < 3; i += 1) steps.next(300);
  expect(waiting.size).toBe(1);
  rest();
  expect(steps.count("trace aggregated", 300)).toBe(2 * first);
});

test("a view that has gone takes no step", () => {
  const steps = new DrawingSteps(() => undefined);
  steps.count("trace aggregated", 300);
  steps.next(300);
  steps.stop();
  expect(waiting.size).toBe(0);
});
