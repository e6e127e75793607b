/** Names of a graph seen from afar, and the way it is laid out in a tall pane. */

import { expect, test } from "vitest";
import type { CallGraph, CallNode } from "../../../src/analysis/callGraph.ts";
import { placeFarLabels } from "../../../webview/graph/farLabels.ts";
import { chooseDirection, type Direction } from "../../../webview/graph/picture.ts";
import { layOutTree } from "../../../webview/graph/tidyTree.ts";

const size = { widthPx: 160, heightPx: 44 };
const gaps = { trunkPx: 16, betweenLayersPx: 40, betweenNodesPx: 20 };
const measure = (text: string): number => text.length * 6;

/** A root with leaves, some of which failed. */
function fan(leaves: number, failed: readonly number[]): CallGraph {
  const node = (index: number): Partial<CallNode> => ({
    key: String(index),
    kind: "calls",
    name: index === 0 ? "GET /checkout" : `shop.orders.call_${index}`,
    parent: index === 0 ? -1 : 0,
    depth: index === 0 ? 0 : 1,
    children: index === 0 ? Array.from({ length: leaves }, (_, i) => i + 1) : [],
    calls: 1,
    errors: failed.includes(index) ? 1 : 0,
  });
  const nodes = Array.from({ length: leaves + 1 }, (_, index) => node(index));
  return { nodes, causes: [] } as unknown as CallGraph;
}

test.each([0.6, 0.25, 0.1, 0.05])(
  "at %d names are readable, apart, and the weighty come first",
  scale => {
    const graph = fan(40, [7]);
    const picture = layOutTree(graph, "right", size, gaps);
    const labels = placeFarLabels(graph, picture, scale, 30, measure);
    const named = labels.map(({ node }) => node);
    expect(named).toEqual(expect.arrayContaining([30]));
    expect(
      labels.filter(({ isFailed }) => isFailed).every(({ text }) => text.startsWith("✕")),
    ).toBe(true);
    for (const a of labels) {
      expect(a.text.length).toBeGreaterThan(4);
      for (const b of labels) {
        if (a === b) continue;
        const isBeside =
          a.x + measure(a.text) / scale <= b.x || b.x + measure(b.text) / scale <= a.x;
        expect(isBeside || Math.abs(a.y - b.y) * scale >= 11).toBe(true);
      }
    }
  },
);

test("at half size every node of a list has its name", () => {
  const graph = fan(20, [3]);
  const labels = placeFarLabels(graph, layOutTree(graph, "right", size, gaps), 0.5, -1, measure);
  expect(labels).toHaveLength(21);
});

test("what failed has its name even where the root's would lie over it", () => {
  const graph = fan(3, [2]);
  const picture = layOutTree(graph, "right", size, gaps);
  const labels = placeFarLabels(graph, picture, 0.1, -1, measure);
  expect(labels[0]?.node).toBe(2);
});

test("a pane that is taller than wide is read from the top, unless that cannot be read", () => {
  const choose = (leaves: number, widthPx: number, heightPx: number): Direction =>
    chooseDirection(fan(leaves, []), { widthPx, heightPx }, size, () => gaps, undefined);
  expect(choose(2, 500, 900)).toBe("down");
  expect(choose(3, 600, 620)).toBe("down");
  expect(choose(12, 500, 900)).toBe("right");
  expect(choose(12, 900, 500)).toBe("right");
});
