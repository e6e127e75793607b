/**
 * The call graph as it is drawn: nodes for the call paths that are shown and for what is hidden beside them, calls
 * as edges of the tree, and other causes apart. Pure; knows no pixels.
 *
 *     shown: a, b, e           a ──▶ b        "+2 more" stands for c and d, which are hidden;
 *     a ─┬─ b                  └──▶ +2 more ──▶ e      e is shown for its own sake
 *        ├─ c
 *        └─ d ── e
 *
 * A shown path with hidden calls and none shown below it carries their number itself: it is folded.
 */

import { newIndexArray } from "../base/indexArray.ts";
import { SpanFlag, type EdgeKind } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import {
  buildCallPaths,
  type CallGraphMode,
  type CallPaths,
  type PathIndex,
  FIRST_PATH,
  NO_PATH,
} from "./callGraphPaths.ts";
import {
  buildPathTree,
  chooseShown,
  noWishes,
  type FoldLimits,
  type FoldWishes,
  type PathTree,
} from "./callGraphFold.ts";
import { getGroup } from "./groups.ts";

export interface CallNode {
  readonly kind: "calls" | "more";
  /** Stays with the same path from one folding to the next. */
  readonly key: string;
  /** The path; of a `more` node the path whose hidden calls it stands for, −1 for hidden roots. */
  readonly path: PathIndex;
  /** An index into the nodes, smaller than the node's own; −1 for a root. */
  readonly parent: number;
  readonly depth: number;
  /** In order of their first calls, a `more` node last. */
  readonly children: readonly number[];
  /** The first call; a `more` node has none. */
  readonly first: SpanIndex | undefined;
  /** Its name; a `more` node has none. */
  readonly name: string;
  /** A string index: queue or service; 0 where there is none. */
  readonly group: number;
  readonly isPlaceholder: boolean;
  /** Its times are not known, so that its sums say nothing. */
  readonly isUntimed: boolean;
  /** Spans of the path; of a `more` node all that it stands for. */
  readonly calls: number;
  readonly totalNs: number;
  readonly selfNs: number;
  readonly maxNs: number;
  readonly waitNs: number;
  readonly errors: number;
  readonly running: number;
  /** Not begun by a worker; not among the running. */
  readonly queued: number;
  /** Without heartbeat; not among the running. */
  readonly silent: number;
  readonly retries: number;
  /** Calls folded into this node, and how many of them failed. */
  readonly hiddenCalls: number;
  readonly hiddenErrors: number;
  /** Whether the path has calls below it, shown or not. */
  readonly hasCalls: boolean;
}

/** Causes beside the tree, gathered: from the node that caused to the node that was caused. */
export interface CausalEdge {
  readonly kind: EdgeKind;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface CallGraph {
  readonly mode: CallGraphMode;
  /** Parents before children. Each node but the roots has one edge of calls, from its parent. */
  readonly nodes: readonly CallNode[];
  readonly causes: readonly CausalEdge[];
  /** Causal edges left out for want of room. */
  readonly hiddenCauses: number;
  readonly shownCalls: number;
  readonly allCalls: number;
  /** The node that shows a path or hides it. */
  readonly nodeOfPath: Int32Array;
}

export interface GraphLimits extends FoldLimits {
  /** Tree and causal edges together: layout time grows with edges faster than with nodes. */
  readonly maxEdges: number;
  /** Causal edges for each node: a dense graph is the slowest to lay out and says the least. */
  readonly causesPerNode: number;
}

export const graphLimits: GraphLimits = {
  maxNodes: 300,
  maxSiblings: 30,
  maxEdges: 600,
  causesPerNode: 3,
};

/** Everything of the graph that does not depend on what is folded: built once for a trace and mode. */
export interface CallGraphSource {
  readonly mode: CallGraphMode;
  readonly columns: TraceColumns;
  readonly paths: CallPaths;
  readonly tree: PathTree;
}

export function buildCallGraphSource(
  columns: TraceColumns,
  selfNs: Float64Array,
  endOfTraceNs: number,
  mode: CallGraphMode,
): CallGraphSource {
  const paths = buildCallPaths(columns, selfNs, endOfTraceNs, mode);
  return { mode, columns, paths, tree: buildPathTree(paths) };
}

export function buildCallGraph(
  source: CallGraphSource,
  wishes: FoldWishes = noWishes,
  limits: GraphLimits = graphLimits,
): CallGraph {
  const shown = chooseShown(source.paths, source.tree, wishes, limits);
  const { nodes, nodeOfPath } = buildNodes(source, shown);
  const room = Math.min(limits.maxEdges - nodes.length, limits.causesPerNode * nodes.length);
  const all = gatherCauses(source, nodeOfPath);
  const causes = [...all].sort((a, b) => b.count - a.count).slice(0, Math.max(0, room));
  return {
    mode: source.mode,
    nodes,
    causes,
    hiddenCauses: sum(all.map(cause => cause.count)) - sum(causes.map(cause => cause.count)),
    shownCalls: sum(nodes.map(node => (node.kind === "calls" ? node.calls : 0))),
    allCalls: source.columns.count,
    nodeOfPath,
  };
}

/** A node while its sums grow. */
type Draft = { -readonly [K in keyof CallNode]: CallNode[K] } & { readonly children: number[] };

function buildNodes(
  source: CallGraphSource,
  shown: Uint8Array,
): { nodes: readonly CallNode[]; nodeOfPath: Int32Array } {
  const { paths, tree } = source;
  // The nearest shown path at or above each path, −1 above the roots; and whether anything shown lies below it.
  const owner = newIndexArray<PathIndex>(paths.count);
  const hasShownBelow = new Uint8Array(paths.count + 1);
  for (let path = FIRST_PATH; path < paths.count; path++) {
    const above = paths.parent[path]!;
    const aboveOwner = above < 0 ? NO_PATH : owner[above]!;
    owner[path] = shown[path] === 1 ? path : aboveOwner;
    if (shown[path] === 1) hasShownBelow[aboveOwner + 1] = 1;
  }
  const nodes: Draft[] = [];
  const nodeOfPath = new Int32Array(paths.count);
  const moreOf = new Map<PathIndex, number>();
  const keys = new Map<string, number>();
  const add = (kind: CallNode["kind"], path: PathIndex, parent: number): number => {
    const draft = startNode(source, kind, path, parent, nodes[parent]);
    const times = (keys.get(draft.key) ?? 0) + 1;
    keys.set(draft.key, times);
    if (times > 1) draft.key = `${draft.key}#${times}`;
    nodes[parent]?.children.push(nodes.length);
    return nodes.push(draft) - 1;
  };
  for (let path = FIRST_PATH; path < paths.count; path++) {
    const above = paths.parent[path]!;
    if (shown[path] === 1) {
      nodeOfPath[path] = add("calls", path, above < 0 ? -1 : nodeOfPath[above]!);
      addSums(nodes[nodeOfPath[path]!]!, paths, path);
      continue;
    }
    const hiddenBy = owner[path]!;
    const calls = paths.spansStart[path + 1]! - paths.spansStart[path]!;
    if (hiddenBy >= 0 && hasShownBelow[hiddenBy + 1] === 0) {
      nodeOfPath[path] = nodeOfPath[hiddenBy]!;
      const folded = nodes[nodeOfPath[path]!]!;
      folded.hiddenCalls += calls;
      folded.hiddenErrors += paths.errors[path]!;
      continue;
    }
    let more = moreOf.get(hiddenBy);
    if (more === undefined) {
      more = add("more", hiddenBy, hiddenBy < 0 ? -1 : nodeOfPath[hiddenBy]!);
      moreOf.set(hiddenBy, more);
    }
    nodeOfPath[path] = more;
    addSums(nodes[more]!, paths, path);
  }
  const isMore = (node: number): number => (nodes[node]!.kind === "more" ? 1 : 0);
  for (const node of nodes) {
    node.children.sort((a, b) => isMore(a) - isMore(b) || a - b);
    node.hasCalls = node.kind === "calls" && tree.size[node.path]! > 1;
  }
  return { nodes, nodeOfPath };
}

/** 64 bits in two halves (FNV-1a with two seeds): a chain of calls may be thousands of names long. */
function hashText(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193) >>> 0;
    high = Math.imul(high ^ code, 0x5bd1e995) >>> 0;
  }
  return `${high.toString(36)}${low.toString(36)}`;
}

function startNode(
  { columns, paths, mode }: CallGraphSource,
  kind: CallNode["kind"],
  path: PathIndex,
  parent: number,
  parentNode: CallNode | undefined,
): Draft {
  const first: SpanIndex | undefined =
    kind === "calls" ? paths.spans[paths.spansStart[path]!] : undefined;
  const name = first === undefined ? "" : (columns.strings[columns.name[first]!] ?? "");
  const group = first === undefined ? 0 : getGroup(columns, first);
  const above = parentNode?.key ?? mode;
  return {
    kind,
    // By names, not by number: in a trace that grows other paths come between.
    key: hashText(`${above}\n${kind}\n${name}\n${columns.strings[group] ?? ""}`),
    path,
    parent,
    depth: parentNode === undefined ? 0 : parentNode.depth + 1,
    children: [],
    first,
    name,
    group,
    isPlaceholder: first !== undefined && (columns.flags[first]! & SpanFlag.placeholder) !== 0,
    isUntimed:
      first === undefined
        ? columns.originUnixMs === 0
        : (columns.flags[first]! & SpanFlag.untimed) !== 0,
    calls: 0,
    totalNs: 0,
    selfNs: 0,
    maxNs: 0,
    waitNs: 0,
    errors: 0,
    running: 0,
    queued: 0,
    silent: 0,
    retries: 0,
    hiddenCalls: 0,
    hiddenErrors: 0,
    hasCalls: false,
  };
}

function addSums(node: Draft, paths: CallPaths, path: PathIndex): void {
  node.calls += paths.spansStart[path + 1]! - paths.spansStart[path]!;
  node.totalNs += paths.totalNs[path]!;
  node.selfNs += paths.selfNs[path]!;
  node.maxNs = Math.max(node.maxNs, paths.maxNs[path]!);
  node.waitNs += paths.waitNs[path]!;
  node.errors += paths.errors[path]!;
  node.running += paths.running[path]!;
  node.queued += paths.queued[path]!;
  node.silent += paths.silent[path]!;
  node.retries += paths.retries[path]!;
}

/** Causes within one node would be loops that say nothing. */
function gatherCauses(
  { columns, paths }: CallGraphSource,
  nodeOfPath: Int32Array,
): readonly CausalEdge[] {
  const gathered = new Map<string, { -readonly [K in keyof CausalEdge]: CausalEdge[K] }>();
  for (let edge = 0; edge < columns.edgeFrom.length; edge += 1) {
    const from = nodeOfPath[paths.pathOfSpan[columns.edgeFrom[edge]!]!]!;
    const to = nodeOfPath[paths.pathOfSpan[columns.edgeTo[edge]!]!]!;
    if (from === to) continue;
    const kind = columns.edgeKind[edge] as EdgeKind;
    const key = `${from} ${to} ${kind}`;
    const known = gathered.get(key);
    if (known === undefined) gathered.set(key, { kind, from, to, count: 1 });
    else known.count += 1;
  }
  return [...gathered.values()];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
