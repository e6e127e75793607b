/** The traces that were opened last: newest first, each once, and no more than one reads. */

import { expect, test } from "vitest";
import type { Memento } from "vscode";
import { RecentTraces } from "../../../src/features/tracePanel/recentTraces.ts";

function createMemento(): Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.get(key) ?? fallback) as T,
    update: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}

test("the newest stands first, and a trace that is opened again moves up under its new title", async () => {
  const recent = new RecentTraces(createMemento());
  const first = "0af7651916cd43dd8448eb211c80319c";
  await recent.add({ traceId: first, title: "Trace 0af76519" });
  await recent.add({ traceId: "b".repeat(32), title: "pay" });
  await recent.add({ traceId: first, title: "order" });
  expect(recent.list().map(({ title }) => title)).toEqual(["order", "pay"]);
});

test("the oldest go", async () => {
  const recent = new RecentTraces(createMemento());
  for (let i = 1; i <= 30; i += 1) {
    await recent.add({ traceId: i.toString(16).padStart(32, "0"), title: `run ${i}` });
  }
  expect(recent.list()).toHaveLength(12);
  expect(recent.list()[0]?.title).toBe("run 30");
});
