import type { ReactiveController } from "lit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AgeTicks } from "../../../webview/kit/ageTicks.ts";

const page = { hidden: false };

beforeEach(() => {
  vi.useFakeTimers();
  page.hidden = false;
  vi.stubGlobal("document", page);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** An element that tells the age of something this old, and counts how often it was drawn since. */
function tell(ageMs: number) {
  const youngest = Date.now() - ageMs;
  let ticks: ReactiveController | undefined;
  const element = {
    drawn: 0,
    updateComplete: Promise.resolve(true),
    addController: (controller: ReactiveController) => (ticks = controller),
    removeController: () => undefined,
    requestUpdate: () => {
      element.drawn += 1;
      ticks?.hostUpdated?.();
    },
  };
  new AgeTicks(element, () => youngest);
  ticks?.hostConnected?.();
  ticks?.hostUpdated?.();
  return { element, leave: () => ticks?.hostDisconnected?.() };
}

it("tells seconds each second, and minutes seldom", () => {
  const { element } = tell(55_000);
  vi.advanceTimersByTime(4_000);
  expect(element.drawn).toBe(4);
  vi.advanceTimersByTime(60_000);
  expect(element.drawn).toBe(6);
});

it("rests while nobody sees it, and is right at once when it is seen again", () => {
  const { element } = tell(3_600_000);
  page.hidden = true;
  vi.advanceTimersByTime(120_000);
  expect(element.drawn).toBe(0);
  page.hidden = false;
  vi.advanceTimersByTime(1_000);
  expect(element.drawn).toBe(1);
});

it("ends with its element", () => {
  const { element, leave } = tell(1_000);
  leave();
  vi.advanceTimersByTime(10_000);
  expect(element.drawn).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
