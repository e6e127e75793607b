/** The layout of the call graph by ELK itself, and what becomes of a layout that takes too long. */

import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  buildCallGraph,
  buildCallGraphSource,
  type CallGraph,
} from "../../../src/analysis/callGraph.ts";
import { buildSelfTimes, getTraceEndNs } from "../../../src/analysis/times.ts";
import { buildTree } from "../../../src/analysis/tree.ts";
import { readElkAnswer, toElkGraph, type ElkGraph } from "../../../webview/graph/elkGraph.ts";
import { GraphLayout, type LayoutWorker } from "../../../webview/graph/graphLayout.ts";
import { firstLook } from "../../../webview/graph/camera.ts";
import { layOutTree } from "../../../webview/graph/tidyTree.ts";
import { findNeighbour } from "../../../webview/graph/graphKeys.ts";
import type { Direction, Gaps, Picture, Size } from "../../../webview/graph/picture.ts";
import { drawTrace } from "../drawTrace.ts";

/** ELK's worker file, run in this thread. */
const { Worker: ElkInThread } = createRequire(import.meta.url)("elkjs/lib/elk-worker.min.js") as {
  Worker: new () => LayoutWorker;
};

const node: Size = { widthPx: 160, heightPx: 44 };
const gaps: Gaps = { trunkPx: 16, betweenLayersPx: 48, betweenNodesPx: 12 };

const shop = `
  order          ==========
    validate     =
    reserve       ==
      SELECT      =
      UPDATE       =
    charge         ====     id=c1
      bank          ==
    pack               ==   link=c1
    mail                 =  follows=c1 link=validate
  alone          =
`;

function gather(drawing: string): CallGraph {
  const { columns } = drawTrace(drawing);
  const endNs = getTraceEndNs(columns);
  const selfNs = buildSelfTimes(columns, buildTree(columns), endNs);
  return buildCallGraph(buildCallGraphSource(columns, selfNs, endNs, "aggregated"));
}

async function arrange(graph: CallGraph, direction: Direction): Promise<Picture> {
  const layout = new GraphLayout(() => Promise.resolve(new ElkInThread()), 60_000);
  const outcome = await layout.layout(toElkGraph(graph, direction, node, gaps));
  if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
  return readElkAnswer(graph, direction, node, outcome.answer);
}

function layOutNow(graph: CallGraph, direction: Direction): Promise<Picture> {
  return Promise.resolve(layOutTree(graph, direction, node, gaps));
}

const layouts = { elk: arrange, tree: layOutNow };

describe.each(
  (["right", "down"] as const).flatMap(direction =>
    (["elk", "tree"] as const).map(layout => ({ direction, layout })),
  ),
)("laid out $direction by $layout", ({ direction, layout }) => {
  const arrange = layouts[layout];
  const graph = gather(shop);
  const indexOf = (name: string): number => graph.nodes.findIndex(each => each.name === name);

  test("no two nodes overlap, and callees follow their callers", async () => {
    const { nodes } = await arrange(graph, direction);
    nodes.forEach((a, i) => {
      for (const b of nodes.slice(i + 1)) {
        const isApart = Math.abs(a.x - b.x) >= node.widthPx || Math.abs(a.y - b.y) >= node.heightPx;
        expect(isApart).toBe(true);
      }
    });
    graph.nodes.forEach(({ parent }, i) => {
      if (parent < 0) return;
      const along = direction === "right" ? "x" : "y";
      expect(nodes[i]![along]).toBeGreaterThan(nodes[parent]![along]);
    });
  });

  test("siblings of one layer stand in the order of their calls", async () => {
    const { nodes } = await arrange(graph, direction);
    const across = direction === "right" ? "y" : "x";
    const along = direction === "right" ? "x" : "y";
    for (const { children } of graph.nodes) {
      children.slice(1).forEach((child, i) => {
        const before = nodes[children[i]!]!;
        if (before[along] === nodes[child]![along]) {
          expect(nodes[child]![across]).toBeGreaterThan(before[across]);
        }
      });
    }
  });

  test("every call has a line from one node to the other", async () => {
    const picture = await arrange(graph, direction);
    expect(graph.causes.length).toBe(3);
    // The plain tree leaves its causes to curves.
    const least = layout === "elk" ? 2 : 0;
    for (const points of picture.causes) expect(points.length).toBeGreaterThanOrEqual(least);
    graph.nodes.forEach(({ parent }, i) => {
      const end = picture.calls[i]!.at(-1);
      const at = picture.nodes[i]!;
      if (parent < 0) expect(end).toBeUndefined();
      else if (direction === "right") expect(end).toEqual({ x: at.x, y: at.y + 22 });
      else expect(end).toEqual({ x: at.x + 80, y: at.y });
    });
  });

  test("arrow keys walk along the calls and across them", async () => {
    const picture = await arrange(graph, direction);
    const [forth, back, next] =
      direction === "right"
        ? ["ArrowRight", "ArrowLeft", "ArrowDown"]
        : ["ArrowDown", "ArrowUp", "ArrowRight"];
    expect(findNeighbour(graph, picture, indexOf("charge"), forth)).toBe(indexOf("bank"));
    expect(findNeighbour(graph, picture, indexOf("bank"), back)).toBe(indexOf("charge"));
    expect(findNeighbour(graph, picture, indexOf("order"), back)).toBeUndefined();
    expect(findNeighbour(graph, picture, indexOf("reserve"), next)).toBe(indexOf("charge"));
  });
});

test.each(["right", "down"] as const)(
  "of a wide tree that runs %s its root is seen first, and what it calls",
  direction => {
    const branches = Array.from(
      { length: 25 },
      (_, i) => `    branch${i} =\n      leaf${i}a =\n      leaf${i}b =`,
    );
    const graph = gather(`\n  root ==========\n${branches.join("\n")}\n`);
    const picture = layOutTree(graph, direction, node, gaps);
    const pane: Size = { widthPx: 730, heightPx: 300 };
    const { x, y, scale } = firstLook(picture, pane, { ...picture.nodes[0]!, ...node }, 0.75);
    const seen = picture.nodes.filter(at => {
      const [left, top] = [at.x * scale + x, at.y * scale + y];
      const [right, bottom] = [left + node.widthPx * scale, top + node.heightPx * scale];
      return left >= 0 && top >= 0 && right <= pane.widthPx && bottom <= pane.heightPx;
    });
    expect(seen).toContain(picture.nodes[0]);
    expect(seen.length).toBeGreaterThan(8);
  },
);

describe("a layout that does not end", () => {
  /** Does not count: a machine may be busy when a worker starts. */
  const LOADING_MS = 10_000;
  class SilentWorker implements LayoutWorker {
    onmessage: LayoutWorker["onmessage"] = null;
    onerror: LayoutWorker["onerror"] = null;
    isTerminated = false;
    /** Loads its code, and then computes for ever. */
    postMessage(message: unknown): void {
      const { id, cmd } = message as { readonly id: number; readonly cmd: string };
      if (cmd === "register") {
        setTimeout(
          () => this.onmessage?.(new MessageEvent("message", { data: { id } })),
          LOADING_MS,
        );
      }
    }
    terminate(): void {
      this.isTerminated = true;
    }
  }
  const workers: SilentWorker[] = [];
  const create = (): Promise<SilentWorker> => {
    const worker = new SilentWorker();
    workers.push(worker);
    return Promise.resolve(worker);
  };
  const graph: ElkGraph = { id: "graph", layoutOptions: {}, children: [], edges: [] };

  beforeEach(() => {
    workers.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is stopped at its deadline, and the next one has a new worker", async () => {
    const layout = new GraphLayout(create, 3_000);
    const first = layout.layout(graph);
    await vi.advanceTimersByTimeAsync(LOADING_MS + 2_999);
    expect(workers[0]!.isTerminated).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toEqual({ kind: "late" });
    await vi.advanceTimersByTimeAsync(0);
    expect(workers[0]!.isTerminated).toBe(true);
    void layout.layout(graph);
    expect(workers.length).toBe(2);
  });

  test("is killed by a newer one", async () => {
    const layout = new GraphLayout(create, 3_000);
    const first = layout.layout(graph);
    const second = layout.layout(graph);
    expect(await first).toEqual({ kind: "superseded" });
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.map(worker => worker.isTerminated)).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(LOADING_MS + 3_000);
    expect(await second).toEqual({ kind: "late" });
  });

  test("a worker that cannot start is told of", async () => {
    let tries = 0;
    const layout = new GraphLayout(() => {
      tries += 1;
      return Promise.reject(new Error("blocked by policy"));
    }, 3_000);
    for (const round of [1, 2]) {
      const answer = await layout.layout(graph);
      expect(answer).toEqual({ kind: "failed", message: "Error: blocked by policy" });
      expect(tries).toBe(round);
    }
    expect(layout.isReady).toBe(false);
  });
});
