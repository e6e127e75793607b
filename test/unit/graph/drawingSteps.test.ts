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

let nowMs = 0;

/** So long after the one before. */
function passFrame(tookMs: number): void {
  const steps = [...frames.values()];
  frames.clear();
  nowMs += tookMs;
  for (const step of steps) step(nowMs);
}

/** The numbers of nodes that a view draws, frame by frame, until nothing is asked for any more. */
function draw(key: string, total: number, steps?: DrawingSteps, frameMs = 16): readonly number[] {
  const counts: number[] = [];
  let isAsked = true;
  const own = steps ?? new DrawingSteps(() => (isAsked = true));
  while (isAsked) {
    isAsked = false;
    counts.push(own.count(key, total));
    own.next(total);
    passFrame(frameMs);
  }
  return counts;
}

test("a graph of 110 nodes takes some frames, each with as many more as the machine bears", () => {
  expect(draw("trace aggregated", 110)).toEqual([8, 16, 28, 44, 64, 88, 110]);
  expect(draw("trace aggregated", 30, undefined, 50)).toEqual([8, 16, 20, 24, 28, 30]);
  expect(draw("trace aggregated", 40, undefined, 25)).toEqual([8, 16, 24, 32, 40]);
  expect(draw("trace aggregated", 6)).toEqual([6]);
});

test("a graph that is drawn stays so when it grows; another one begins anew", () => {
  const steps = new DrawingSteps(() => undefined);
  while (draw("trace aggregated", 120, steps)[0]! < 120);
  expect(draw("trace aggregated", 280, steps)).toEqual([280]);
  expect(draw("trace spans", 280, steps)).toEqual([8]);
});

test("a view that draws for other reasons meanwhile asks for one frame", () => {
  const steps = new DrawingSteps(() => undefined);
  steps.count("trace aggregated", 300);
  for (let i = 0; i < 3; i += 1) steps.next(300);
  passFrame(16);
  expect(steps.count("trace aggregated", 300)).toBe(16);
});
