/** What of the graph is in sight while pictures come and go: the first tree, ELK's, another mode, another direction. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fitPicture } from "../../../webview/graph/camera.ts";
import type { ElkGraph } from "../../../webview/graph/elkGraph.ts";
import { GraphLayout, type LayoutWorker } from "../../../webview/graph/graphLayout.ts";
import { GraphModel, type ShownGraph } from "../../../webview/graph/graphModel.ts";
import { GraphSight } from "../../../webview/graph/graphSight.ts";
import { loadTrace, ViewState, type GraphMode } from "../../../webview/panel/state.ts";
import { drawTrace } from "../drawTrace.ts";
import { openCallGraphsHere } from "./callGraphsHere.ts";
import { quiet } from "../webview/quiet.ts";

const pane = { widthPx: 600, heightPx: 400 };

/** Answers a layout when the test says so: every node below the one before it. */
class HeldWorker implements LayoutWorker {
  onmessage: LayoutWorker["onmessage"] = null;
  onerror: LayoutWorker["onerror"] = null;
  isTerminated = false;
  #asked: { readonly id: number; readonly graph: ElkGraph } | undefined;
  postMessage(message: unknown): void {
    const asked = message as { readonly id: number; readonly graph?: ElkGraph };
    if (asked.graph !== undefined) this.#asked = { id: asked.id, graph: asked.graph };
  }
  terminate(): void {
    this.isTerminated = true;
  }
  answer(): void {
    if (this.#asked === undefined) throw new Error("No layout was asked for.");
    const { id, graph } = this.#asked;
    const children = graph.children.map((each, index) => ({ id: each.id, x: 0, y: index * 100 }));
    const data = { children, edges: [], width: 300, height: children.length * 100 };
    this.onmessage?.(new MessageEvent("message", { data: { id, data } }));
  }
}

/** Forty calls of one name: two nodes when they are aggregated, a picture larger than the pane as spans. */
function drawShop(): string {
  return ["order =========", ...Array.from({ length: 40 }, () => "  SELECT =")].join("\n");
}

function open() {
  const workers: HeldWorker[] = [];
  const model = new GraphModel(
    new GraphLayout(() => {
      const worker = new HeldWorker();
      workers.push(worker);
      return Promise.resolve(worker);
    }, 10_000),
    openCallGraphsHere(),
  );
  const state = new ViewState();
  const stage = { clientWidth: pane.widthPx, clientHeight: pane.heightPx } as HTMLElement;
  const renderRoot = {
    querySelector: () => null,
    querySelectorAll: () => [],
  } as unknown as ParentNode;
  const view = { state, stage, renderRoot, requestUpdate: () => {} };
  const sight = new GraphSight(view, model, () => "");
  let before: ShownGraph | undefined;
  model.shown.watch(shown => {
    sight.follow(before, shown);
    before = shown;
  });
  const { columns } = drawTrace(drawShop());
  const { traceId } = columns;
  const summary = { revision: 1, traceId, problems: [], answers: [], ...quiet };
  const trace = loadTrace(summary, columns);
  sight.resize();
  return {
    model,
    sight,
    /** As the bar's buttons do. */
    choose: (mode: GraphMode) => {
      sight.forget();
      model.setTrace(trace, mode, undefined);
    },
    show: (mode: GraphMode) => model.setTrace(trace, mode, undefined),
    /** Lets the first tree come. */
    waitForTree: () => vi.advanceTimersByTimeAsync(150),
    answer: async () => {
      workers.at(-1)?.answer();
      await vi.advanceTimersByTimeAsync(1_000);
    },
    get wholeCamera() {
      const { picture } = model.shown.value ?? {};
      return picture && fitPicture(picture, pane);
    },
    get nodes() {
      return model.shown.value?.graph.nodes.length;
    },
  };
}

let isStill = true;

beforeEach(() => {
  vi.useFakeTimers();
  isStill = true;
  vi.stubGlobal("document", {
    documentElement: { lang: "en" },
    body: { classList: { contains: () => isStill } },
  });
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.stubGlobal("requestAnimationFrame", (step: FrameRequestCallback) =>
    Number(setTimeout(() => step(performance.now()), 16)),
  );
  vi.stubGlobal("cancelAnimationFrame", (frame: number) => clearTimeout(frame));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([true, false])(
  "the whole graph, asked for before another mode's picture is there, is seen whole (still: %s)",
  async still => {
    isStill = still;
    const graph = open();
    graph.show("aggregated");
    await graph.answer();
    graph.choose("spans");
    graph.sight.fit();
    expect(graph.nodes).toBe(2);
    await graph.waitForTree();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(graph.nodes).toBeGreaterThan(30);
    expect(graph.sight.camera.value).toEqual(graph.wholeCamera);
    await graph.answer();
    expect(graph.sight.camera.value).toEqual(graph.wholeCamera);
  },
);

test("the whole graph stays whole when the first tree gives way, and when it is turned meanwhile", async () => {
  const graph = open();
  graph.show("spans");
  await graph.waitForTree();
  graph.sight.fit();
  await graph.answer();
  expect(graph.sight.camera.value).toEqual(graph.wholeCamera);
  graph.sight.forget();
  graph.model.turn();
  graph.sight.fit();
  await graph.answer();
  expect(graph.sight.camera.value).toEqual(graph.wholeCamera);
});

test("who moves or zooms afterwards keeps the place that they chose", async () => {
  for (const move of [
    ({ sight }: ReturnType<typeof open>) => sight.move({ x: 5, y: 6, scale: 1 }),
    ({ sight }: ReturnType<typeof open>) => sight.zoom(2),
  ]) {
    const graph = open();
    graph.show("spans");
    await graph.waitForTree();
    graph.sight.fit();
    move(graph);
    const { scale } = graph.sight.camera.value;
    await graph.answer();
    expect(graph.sight.camera.value.scale).toBe(scale);
    graph.choose("aggregated");
    await graph.answer();
    expect(graph.sight.camera.value.scale).toBe(1);
  }
});

test("a mode that is chosen again before the other's picture came keeps its own", async () => {
  const graph = open();
  graph.show("aggregated");
  await graph.answer();
  graph.choose("spans");
  graph.choose("aggregated");
  await graph.waitForTree();
  await graph.answer();
  expect(graph.model.shown.value?.graph.mode).toBe("aggregated");
});

test("a tree is seen at once while the layout's code is loaded, and gives way to the layout", async () => {
  const graph = open();
  graph.show("spans");
  await vi.advanceTimersByTimeAsync(0);
  expect(graph.nodes).toBeGreaterThan(30);
  const tree = graph.model.shown.value;
  expect(tree?.shape).toMatch(/^tree /);
  // It is not drawn again while it waits.
  await graph.waitForTree();
  expect(graph.model.shown.value).toBe(tree);
  await graph.answer();
  expect(graph.model.shown.value?.shape).not.toMatch(/^tree /);
});

test("a picture of the same calls stays longer than a first tree is waited for", async () => {
  const graph = open();
  graph.show("spans");
  await vi.advanceTimersByTimeAsync(0);
  await graph.answer();
  const before = graph.model.shown.value;
  expect(before?.shape).not.toMatch(/^tree /);
  graph.model.foldMore();
  await vi.advanceTimersByTimeAsync(0);
  await graph.waitForTree();
  expect(graph.model.shown.value).toBe(before);
  await vi.advanceTimersByTimeAsync(450);
  expect(graph.model.shown.value?.shape).toMatch(/^tree /);
});
