/** When an open trace is read again, on a clock that the test turns. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TraceFollower } from "../../../src/features/tracePanel/traceFollower.ts";
import { createBrokenStore } from "../../../src/stores/open.ts";
import type { TraceStore } from "../../../src/model/traceStore.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Tell = (traceIds: readonly string[]) => void;

function createStores() {
  const base = createBrokenStore({ kind: "mongodb", name: "x" }, new Error("not asked"));
  const tells = new Set<Tell>();
  const watched: TraceStore = {
    ...base,
    name: "watched",
    watch: tell => {
      tells.add(tell);
      return { dispose: () => tells.delete(tell) };
    },
  };
  const polled: TraceStore = { ...base, name: "polled", watch: undefined };
  const tell: Tell = ids => {
    for (const each of tells) each(ids);
  };
  return { watched, polled, tell, tells };
}

function follow(
  stores: readonly TraceStore[],
  options: {
    readonly isVisible?: boolean;
    readonly readMs?: number;
    readonly isUnfinished?: () => boolean;
    readonly hasChanged?: () => boolean;
  } = {},
) {
  const reads: string[] = [];
  const startMs = performance.now();
  const follower = new TraceFollower(
    {
      stores,
      isOurs: id => id === "ours",
      isUnfinished: options.isUnfinished ?? (() => true),
      read: async which => {
        // A timer of 0 ms takes 1.
        const atMs = Math.round((performance.now() - startMs) / 10) * 10;
        reads.push(`${atMs} ${which.map(({ name }) => name).join(" ")}`);
        await new Promise(resolve => setTimeout(resolve, options.readMs ?? 10));
        return options.hasChanged?.() ?? true;
      },
      onError: error => {
        throw error;
      },
    },
    options.isVisible ?? true,
  );
  return { follower, reads };
}

describe("a store that watches", () => {
  it("is read at once at its first word, then at most twice a second", async () => {
    const { watched, tell } = createStores();
    const { reads, follower } = follow([watched]);
    for (let i = 0; i < 100; i += 1) {
      tell(["ours"]);
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(reads).toEqual(["0 watched", "510 watched", "1020 watched", "1530 watched"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).toHaveLength(5);
    follower.dispose();
  });

  it("is not read for the news of other traces", async () => {
    const { watched, tell } = createStores();
    const { reads } = follow([watched]);
    tell(["theirs"]);
    tell([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reads).toEqual([]);
  });

  it("is read the less often the longer reading and drawing take", async () => {
    const { watched, tell } = createStores();
    const { reads, follower } = follow([watched], { readMs: 300 });
    tell(["ours"]);
    await vi.advanceTimersByTimeAsync(300);
    follower.addWork(200);
    tell(["ours"]);
    await vi.advanceTimersByTimeAsync(10_000);
    // 500 ms of work, so 2 s of rest.
    expect(reads).toEqual(["0 watched", "2300 watched"]);
  });

  it("is not read while nobody sees the panel, and as soon as somebody does", async () => {
    const { watched, tell } = createStores();
    const { reads, follower } = follow([watched], { isVisible: false });
    tell(["ours"]);
    tell(["ours"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reads).toEqual([]);
    follower.setVisible(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(reads).toEqual(["60000 watched"]);
  });

  it("is left when the trace is closed", async () => {
    const { watched, tell, tells } = createStores();
    const { reads, follower } = follow([watched]);
    tell(["ours"]);
    follower.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reads).toEqual([]);
    expect(tells.size).toBe(0);
  });
});

describe("a store that does not watch", () => {
  it("is asked every 2 s while it has news, more and more seldom while it has none, at last every 30 s", async () => {
    const { polled } = createStores();
    let hasChanged = true;
    const { reads, follower } = follow([polled], { readMs: 0, hasChanged: () => hasChanged });
    await vi.advanceTimersByTimeAsync(4_100);
    expect(reads).toEqual(["2000 polled", "4000 polled"]);
    hasChanged = false;
    await vi.advanceTimersByTimeAsync(300_000);
    const times = reads.map(read => Number.parseInt(read, 10));
    const pauses = times.slice(1).map((ms, i) => Math.floor((ms - times[i]!) / 250) * 250);
    expect(pauses.slice(0, 5)).toEqual([2_000, 2_000, 3_000, 4_500, 6_750]);
    expect(pauses.at(-1)).toBe(30_000);
    follower.dispose();
  });

  it("is not asked for a trace that is finished, nor while nobody looks", async () => {
    const { polled, watched } = createStores();
    const finished = follow([polled], { isUnfinished: () => false });
    const hidden = follow([polled], { isVisible: false });
    const alone = follow([watched]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([finished.reads, hidden.reads, alone.reads]).toEqual([[], [], []]);
    hidden.follower.setVisible(true);
    await vi.advanceTimersByTimeAsync(2_010);
    expect(hidden.reads).toEqual(["62000 polled"]);
    hidden.follower.setVisible(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hidden.reads).toHaveLength(1);
    hidden.follower.dispose();
  });
});
