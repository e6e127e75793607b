/** Deletions that can be undone: when the store hears of them, and what the list leaves out until then. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PendingDeletions, UNDO_MS } from "../../../src/features/tracesView/pendingDeletions.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const deleted: string[] = [];
  let changes = 0;
  const pending = new PendingDeletions(
    traceIds => {
      deleted.push(...traceIds);
      return Promise.resolve();
    },
    () => {
      changes += 1;
    },
  );
  return { pending, deleted, countChanges: () => changes };
}

test("the store deletes only when the time for Undo is over; until then the list leaves them out", async () => {
  const { pending, deleted, countChanges } = start();
  pending.add(["a", "b"]);
  expect([pending.undoable, pending.has("a"), countChanges()]).toEqual([2, true, 1]);
  await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
  expect(deleted).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(deleted).toEqual(["a", "b"]);
  expect([pending.undoable, pending.has("a")]).toEqual([0, false]);
});

test("Undo brings back the last deletion, then the one before", async () => {
  const { pending, deleted } = start();
  pending.add(["a"]);
  pending.add(["a", "b", "c"]);
  expect(pending.undo()).toEqual(["b", "c"]);
  expect([pending.has("a"), pending.has("b"), pending.undoable]).toEqual([true, false, 1]);
  expect(pending.undo()).toEqual(["a"]);
  expect(pending.undo()).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
  expect(deleted).toEqual([]);
});

test("a view that goes leaves nothing undone, a window that is killed deletes nothing", async () => {
  const { pending, deleted } = start();
  pending.add(["a"]);
  pending.add(["b"]);
  await pending.flush();
  expect(deleted).toEqual(["a", "b"]);
  pending.add(["c"]);
  pending.dispose();
  await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
  expect(deleted).toEqual(["a", "b"]);
});
