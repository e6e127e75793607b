/**
 * The content of the graph view: from trace, mode and wishes to a graph and its picture, and what became of the last
 * layout. The last good picture stays until a better one is there. Knows no DOM.
 */

import {
  graphLimits,
  type CallGraph,
  type CallNode,
  type GraphLimits,
} from "../../src/analysis/callGraph.ts";
import type { FoldWishes } from "../../src/analysis/callGraphFold.ts";
import {
  listSlowestFirst,
  matchPaths,
  type PathIndex,
  type SpanPaths,
} from "../../src/analysis/callGraphPaths.ts";
import { Cell } from "../../src/base/cell.ts";
import type { Disposable } from "../../src/base/disposables.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";
import { formatCount } from "../words/localText.ts";
import type { CallGraphs } from "../panel/callGraphs.ts";
import type { GraphMode, LoadedTrace } from "../panel/state.ts";
import { readElkAnswer, toElkGraph } from "./elkGraph.ts";
import type { GraphLayout } from "./graphLayout.ts";
import { describeCall, describeTimes, nameNode } from "./graphWords.ts";
import { layOutTree } from "./tidyTree.ts";
import {
  chooseDirection,
  writeShape,
  type Direction,
  type Gaps,
  type Picture,
  type Size,
} from "./picture.ts";

/** The call paths of a trace, which others have built. */
export interface GraphSource {
  readonly mode: GraphMode;
  readonly columns: TraceColumns;
  readonly paths: SpanPaths;
}

/** A graph, what it was made from and where it lies: always of one moment. */
export interface ShownGraph {
  readonly trace: LoadedTrace;
  readonly source: GraphSource;
  readonly graph: CallGraph;
  readonly picture: Picture;
  readonly shape: string;
}

export type GraphStatus =
  | { readonly kind: "idle" }
  | { readonly kind: "working" }
  | { readonly kind: "late" }
  | { readonly kind: "failed"; readonly message: string };

/** From here on a wait is felt: a plain tree is drawn until the layout is there; at once where its code must be loaded. */
const TREE_AFTER_MS = 150;
/** A picture of the same calls that is there holds for longer, because all of them would move twice. */
const TREE_AFTER_PICTURE_MS = 600;
/** Fewer nodes than this say nothing any more. */
const FEWEST_NODES = 20;

export class GraphModel implements Disposable {
  readonly shown = new Cell<ShownGraph | undefined>(undefined);
  readonly status = new Cell<GraphStatus>({ kind: "idle" });
  readonly #layout: GraphLayout;
  readonly #graphs: CallGraphs;
  #trace: LoadedTrace | undefined;
  #mode: GraphMode | undefined;
  /** `undefined` while it is built. */
  #source: GraphSource | undefined;
  /** The source whose paths are folded and opened. */
  #foldedSource: GraphSource | undefined;
  /** Counts the arrangements that were begun: only the last one is shown. */
  #arrangements = 0;
  #pane: Size = { widthPx: 0, heightPx: 0 };
  #folded = new Set<PathIndex>();
  #opened = new Map<PathIndex, number>();
  #selected: SpanIndex | undefined;
  #limits: GraphLimits = graphLimits;
  #direction: Direction | undefined;
  #chosenDirection: Direction | undefined;
  #spans: { readonly node: CallNode; readonly list: readonly SpanIndex[] } | undefined;

  constructor(layout: GraphLayout, graphs: CallGraphs) {
    this.#layout = layout;
    this.#graphs = graphs;
  }

  dispose(): void {
    this.#layout.dispose();
  }

  warm(): void {
    this.#layout.warm();
  }

  /** The limit that the user did not ask to lower further. */
  get canFoldMore(): boolean {
    return this.#limits.maxNodes > FEWEST_NODES;
  }

  setTrace(trace: LoadedTrace | undefined, mode: GraphMode, selected: SpanIndex | undefined): void {
    if (trace?.columns === this.#trace?.columns && mode === this.#mode) {
      // Stores have answered meanwhile; the spans are the same.
      this.#trace = trace;
      return;
    }
    if (trace?.summary.traceId !== this.#trace?.summary.traceId) this.shown.set(undefined);
    this.#trace = trace;
    this.#mode = mode;
    this.#selected = selected;
    this.#source = undefined;
    this.#arrangements += 1;
    this.#layout.cancel();
    if (trace !== undefined) this.#open(trace, mode).catch((error: unknown) => this.#fail(error));
  }

  async #open(trace: LoadedTrace, mode: GraphMode): Promise<void> {
    const opened = await this.#graphs.open(trace, mode, this.#selected);
    const { columns } = trace;
    if (opened === undefined || this.#trace?.columns !== columns || this.#mode !== mode) return;
    const before = this.#foldedSource;
    const source = { mode, columns, paths: opened.paths };
    this.#source = this.#foldedSource = source;
    const isGrowth = before?.columns.traceId === columns.traceId && before.mode === mode;
    if (isGrowth) this.#keepFolds(before, source);
    else {
      this.#folded = new Set();
      this.#opened = new Map();
      this.#limits = graphLimits;
      this.#direction = undefined;
    }
    const isAsWanted = !isGrowth && opened.selected === this.#selected;
    await this.#arrange(isAsWanted ? opened.graph : undefined);
  }

  #fail(error: unknown): void {
    this.status.set({
      kind: "failed",
      message: error instanceof Error ? error.message : String(error),
    });
  }

  /** Keeps folded and open what the user folded and opened, in a trace that has grown. */
  #keepFolds(before: GraphSource, after: GraphSource): void {
    if (this.#folded.size === 0 && this.#opened.size === 0) return;
    const moved = matchPaths(before, after, [...this.#folded, ...this.#opened.keys()]);
    this.#folded = new Set([...this.#folded].flatMap(path => moved.get(path) ?? []));
    this.#opened = new Map(
      [...this.#opened].flatMap(([path, count]) => {
        const now = moved.get(path);
        return now === undefined ? [] : [[now, count] as const];
      }),
    );
  }

  /** A pane without size is hidden: nothing is laid out for it. */
  setPane(pane: Size): void {
    const wasHidden = this.#pane.widthPx === 0;
    this.#pane = pane;
    if (pane.widthPx === 0) return;
    const { graph } = this.shown.value ?? {};
    const isTurned = graph !== undefined && this.#findDirection(graph) !== this.#direction;
    if (wasHidden || isTurned) this.arrange();
  }

  turn(): void {
    this.#chosenDirection = this.shown.value?.picture.direction === "right" ? "down" : "right";
    this.arrange();
  }

  /** Makes sure that the span's own node is there, unless the user folded it away in the graph itself. */
  select(span: SpanIndex | undefined, isFromHere: boolean): void {
    this.#selected = span;
    const shown = this.shown.value;
    if (span === undefined || shown === undefined || this.#source === undefined) return;
    const path = this.#source.paths.pathOfSpan[span]!;
    const node = shown.graph.nodes[shown.graph.nodeOfPath[path] ?? -1];
    if (
      isFromHere ||
      (shown.source === this.#source && node?.path === path && node.kind === "calls")
    ) {
      return;
    }
    for (let above = this.#source.paths.parent[path]!; above >= 0;) {
      this.#folded.delete(above);
      above = this.#source.paths.parent[above]!;
    }
    this.arrange();
  }

  fold({ path }: CallNode): void {
    this.#folded.add(path);
    this.#opened.delete(path);
    this.arrange();
  }

  /** Opens a folded node, or shows more of what a `more` node stands for. */
  unfold({ path }: CallNode): void {
    const before = this.#opened.get(path);
    this.#folded.delete(path);
    // Set anew, so that it is the last one.
    this.#opened.delete(path);
    const isMore = this.shown.value?.graph.nodes.some(
      each => each.kind === "more" && each.path === path,
    );
    const { maxSiblings } = this.#limits;
    this.#opened.set(path, (before ?? maxSiblings) + (isMore === true ? maxSiblings : 0));
    this.arrange();
  }

  /** Half the room, for a graph that was too much for the layout. */
  foldMore(): void {
    const { maxNodes, maxEdges, maxSiblings, causesPerNode } = this.#limits;
    this.#limits = {
      maxNodes: Math.max(FEWEST_NODES, maxNodes >> 1),
      maxEdges: maxEdges >> 1,
      maxSiblings: Math.max(5, maxSiblings >> 1),
      causesPerNode: causesPerNode / 2,
    };
    this.#opened = new Map();
    this.arrange();
  }

  /** The node that shows a span or hides it; −1 while there is none. */
  findNode(span: SpanIndex | undefined): number {
    const shown = this.shown.value;
    if (span === undefined || shown === undefined) return -1;
    const path = shown.source.paths.pathOfSpan[span];
    return path === undefined ? -1 : (shown.graph.nodeOfPath[path] ?? -1);
  }

  /** The spans of a node, slowest first; a `more` node has none to step through. */
  listSpans(node: CallNode): readonly SpanIndex[] {
    const shown = this.shown.value;
    if (shown === undefined || node.kind === "more") return [];
    if (this.#spans?.node !== node) {
      const { columns, paths } = shown.source;
      this.#spans = { node, list: listSlowestFirst(columns, paths, node.path) };
    }
    return this.#spans.list;
  }

  arrange(): void {
    this.#arrange().catch((error: unknown) => this.#fail(error));
  }

  /** `folded`: the graph as it is wanted, where it is known. */
  async #arrange(folded?: CallGraph): Promise<void> {
    // Its picture would take the place of this one, also where this one needs no layout.
    this.#layout.cancel();
    const arrangement = (this.#arrangements += 1);
    const source = this.#source;
    const trace = this.#trace;
    if (source === undefined || trace === undefined || this.#pane.widthPx === 0) return;
    const wishes: FoldWishes = {
      folded: this.#folded,
      opened: this.#opened,
      selected: this.#selected === undefined ? undefined : source.paths.pathOfSpan[this.#selected],
    };
    const graph = folded ?? (await this.#graphs.fold(trace, source.mode, wishes, this.#limits));
    if (graph === undefined || arrangement !== this.#arrangements) return;
    const { value: before } = this.shown;
    const direction = this.#findDirection(graph);
    this.#direction = direction;
    const gaps = gapsOf(graph, direction);
    const node = sizeOf(graph);
    const shape = writeShape(graph, direction, node, gaps);
    if (before !== undefined && before.shape === shape) {
      this.shown.set({ ...before, trace, source, graph });
      this.status.set({ kind: "idle" });
      return;
    }
    this.status.set({ kind: "working" });
    /** Has no routes for its causes, so another layout of the same graph is still worth its time. */
    const showTree = (): void => {
      const picture = holdWords(graph, layOutTree(graph, direction, node, gaps));
      this.shown.set({ trace, source, graph, picture, shape: `tree ${shape}` });
    };
    const isFirst = before === undefined && !this.#layout.isReady;
    if (isFirst) showTree();
    const isAlike = before?.trace.columns === trace.columns && before.source === source;
    const afterMs = isAlike ? TREE_AFTER_PICTURE_MS : TREE_AFTER_MS;
    const waiting = isFirst ? undefined : setTimeout(showTree, afterMs);
    const outcome = await this.#layout.layout(toElkGraph(graph, direction, node, gaps));
    clearTimeout(waiting);
    switch (outcome.kind) {
      case "done": {
        const picture = holdWords(graph, readElkAnswer(graph, direction, node, outcome.answer));
        this.shown.set({ trace, source, graph, picture, shape });
        this.status.set({ kind: "idle" });
        break;
      }
      case "late":
      case "failed":
        showTree();
        this.status.set(outcome);
        break;
      case "superseded":
        break;
    }
  }

  #findDirection(graph: CallGraph): Direction {
    return (
      this.#chosenDirection ??
      chooseDirection(
        graph,
        this.#pane,
        sizeOf(graph),
        direction => gapsOf(graph, direction),
        this.#direction,
      )
    );
  }
}

/** One size for all nodes of a graph: calm to the eye, and as wide as their words ask for, within reason. */
function sizeOf({ nodes }: CallGraph): Size {
  let widthPx = 128;
  for (const node of nodes) {
    const marks =
      30 * [node.errors, node.running, node.silent, node.retries].filter(count => count > 0).length;
    const name = 30 + 7.4 * nameNode(node).length + marks;
    const times = 30 + 5.6 * describeTimes(node).length;
    widthPx = Math.max(widthPx, name, times);
  }
  return { widthPx: Math.min(208, Math.ceil(widthPx / 4) * 4), heightPx: 44 };
}

/** How wide a letter of the words beside the edges is, about. */
const LETTER_PX = 5.6;

/** In a picture that runs down, the words beside the last edges reach beyond their nodes: they are a part of it. */
function holdWords({ nodes }: CallGraph, picture: Picture): Picture {
  if (picture.direction === "right") return picture;
  const ends = picture.nodes.map(
    ({ x }, index) =>
      x + picture.node.widthPx / 2 + 8 + LETTER_PX * describeCall(nodes[index]!).length,
  );
  return { ...picture, widthPx: Math.max(picture.widthPx, ...ends) };
}

/** Words beside the edges need room between the layers. */
function gapsOf({ nodes }: CallGraph, direction: Direction): Gaps {
  let letters = 0;
  let hiddenCalls = 0;
  for (const node of nodes) {
    if (node.parent >= 0) letters = Math.max(letters, describeCall(node).length);
    hiddenCalls = Math.max(hiddenCalls, node.hiddenCalls);
  }
  if (direction === "down") {
    return { trunkPx: 16, betweenLayersPx: letters === 0 ? 32 : 42, betweenNodesPx: 20 };
  }
  // To the right of a folded node stands the number of its calls.
  const trunkPx = hiddenCalls === 0 ? 16 : 36 + 7 * formatCount(hiddenCalls).length;
  const wordsPx = letters === 0 ? 32 : 24 + Math.min(130, LETTER_PX * letters);
  return { trunkPx, betweenLayersPx: trunkPx + wordsPx, betweenNodesPx: 12 };
}
