/** A large graph is drawn over several frames, another picture of the same nodes at once. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DrawingSteps } from "../../../webview/graph/drawingSteps.ts";

const frames = new Map<number, FrameRequestCallback>();
let lastFrame = 0;

beforeEach(() => {
  frames.clear();
  vi.stubGlobal("requestAnimationFrame", (step: FrameRequestCallback) => {
    frames.set((lastFrame += 1), step);
    return lastFrame;
  });
  vi.stubGlobal("cancelAnimationFrame", (frame: number) => frames.delete(frame));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function passFrame(): void {
  const steps = [...frames.values()];
  frames.clear();
  for (const step of steps) step(0);
}

/** The numbers of nodes that a view draws, frame by frame, until nothing is asked for any more. */
function draw(key: string, total: number, steps?: DrawingSteps): readonly number[] {
  const counts: number[] = [];
  let isAsked = true;
  const own = steps ?? new DrawingSteps(() => (isAsked = true));
  while (isAsked) {
    isAsked = false;
    counts.push(own.count(key, total));
    own.next(total);
    passFrame();
  }
  return counts;
}

test("a graph of 110 nodes takes six frames, each with twenty more", () => {
  expect(draw("trace aggregated", 110)).toEqual([20, 40, 60, 80, 100, 110]);
  expect(draw("trace aggregated", 12)).toEqual([12]);
});

test("a graph that is drawn stays so when it grows; another one begins anew", () => {
  const steps = new DrawingSteps(() => undefined);
  while (draw("trace aggregated", 120, steps)[0]! < 120);
  expect(draw("trace aggregated", 280, steps)).toEqual([280]);
  expect(draw("trace spans", 280, steps)).toEqual([20]);
});

test("a view that draws for other reasons meanwhile asks for one frame", () => {
  const steps = new DrawingSteps(() => undefined);
  steps.count("trace aggregated", 300);
  for (let i = 0; i < 3; i += 1) steps.next(300);
  passFrame();
  expect(steps.count("trace aggregated", 300)).toBe(40);
});
