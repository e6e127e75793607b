/**
 * The changes from one run to the next: two traces, or one against the median of several, aligned by call path. Pure;
 * linear but for sorting the few runs of a path.
 *
 *     before            after
 *     order             order                same
 *       SELECT ×4         SELECT ×14         more often: 4 → 14
 *       charge            charge !           newly failing
 *       mail                                 missing
 *                         audit              new
 */

import type { SpanIndex } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import type { AnalysedTrace } from "./analysedTrace.ts";
import { buildCallPaths, type CallPaths } from "./callGraphPaths.ts";
import { getGroup } from "./groups.ts";

export type PathChange =
  "failing" | "new" | "missing" | "moreOften" | "slower" | "lessOften" | "faster" | "recovered";

/** Sums over the spans of a call path; of several runs the median of each. */
export interface PathFigures {
  readonly calls: number;
  readonly totalNs: number;
  readonly selfNs: number;
  readonly errors: number;
}

export interface ComparedPath {
  readonly name: string;
  readonly group: string;
  /** An index into the rows, smaller than the row's own; −1 for a root. */
  readonly parent: number;
  readonly depth: number;
  readonly before: PathFigures | undefined;
  readonly after: PathFigures | undefined;
  /** The one that matters most; `undefined`: nothing worth a look. */
  readonly change: PathChange | undefined;
  /** The path above is new or missing too, so this one is no news of its own. */
  readonly isImplied: boolean;
  /** Its first span in the later trace; `undefined` where it is missing. */
  readonly span: SpanIndex | undefined;
}

export interface TraceComparison {
  /** How many earlier runs there were. */
  readonly runs: number;
  /** How long the earlier trace took, the median of several; and the later one. */
  readonly beforeNs: number;
  readonly afterNs: number;
  /** Parents before children, in the order of their first calls, what is missing last among its siblings. */
  readonly rows: readonly ComparedPath[];
  /** By span of the later trace: its row. */
  readonly rowOfSpan: Int32Array;
}

/** Own time per call that is so many times as long has changed; clocks and caches make less by chance. */
const SLOWER_RATIO = 1.25;
/** The least that it adds to the trace to be worth a look. */
const LEAST_NS = NS_PER_MS;
const LEAST_SHARE = 0.02;
const OFTEN_RATIO = 1.2;

export function compareTraces(
  before: readonly AnalysedTrace[],
  after: AnalysedTrace,
): TraceComparison {
  const forest = new PathForest(before.length);
  // The later trace gives the order; what only earlier ones have comes after it.
  const rowOfSpan = forest.add(after, -1);
  before.forEach((trace, run) => forest.add(trace, run));
  const beforeNs = median(before.map(({ startNs, endNs }) => endNs - startNs));
  const afterNs = after.endNs - after.startNs;
  const { rows, rowOfNode } = forest.toRows(Math.max(beforeNs, afterNs));
  return {
    runs: before.length,
    beforeNs,
    afterNs,
    rows,
    rowOfSpan: rowOfSpan.map(node => rowOfNode[node]!),
  };
}

interface PathNode {
  readonly name: string;
  readonly group: string;
  readonly parent: number;
  readonly children: number[];
  after: PathFigures | undefined;
  span: SpanIndex | undefined;
  /** By run; a run without the path has none. */
  readonly before: (PathFigures | undefined)[];
}

/** Call paths of several traces, one node for each path that any of them has. */
class PathForest {
  readonly #nodes: PathNode[] = [];
  readonly #roots: number[] = [];
  readonly #byLabel = new Map<string, number>();
  readonly #runs: number;

  constructor(runs: number) {
    this.#runs = runs;
  }

  /** `run` −1 is the later trace. Answers with the node of each span. */
  add({ columns, selfNs, endNs }: AnalysedTrace, run: number): Int32Array {
    const paths = buildCallPaths(columns, selfNs, endNs, "aggregated");
    const nodeOfPath = new Int32Array(paths.count);
    for (let path = 0; path < paths.count; path += 1) {
      const span = paths.spans[paths.spansStart[path]!]!;
      const name = columns.strings[columns.name[span]!] ?? "";
      const group = columns.strings[getGroup(columns, span)] ?? "";
      const above = paths.parent[path]!;
      const parent = above < 0 ? -1 : nodeOfPath[above]!;
      const index = this.#find(parent, name, group);
      nodeOfPath[path] = index;
      const node = this.#nodes[index]!;
      const figures = readFigures(paths, path);
      if (run < 0) {
        node.after = figures;
        node.span = span;
      } else {
        node.before[run] = figures;
      }
    }
    return paths.pathOfSpan.map(path => nodeOfPath[path]!);
  }

  #find(parent: number, name: string, group: string): number {
    const label = `${parent}\n${group}\n${name}`;
    const known = this.#byLabel.get(label);
    if (known !== undefined) return known;
    const before = new Array<undefined>(this.#runs).fill(undefined);
    const index =
      this.#nodes.push({
        name,
        group,
        parent,
        children: [],
        after: undefined,
        span: undefined,
        before,
      }) - 1;
    this.#byLabel.set(label, index);
    (parent < 0 ? this.#roots : this.#nodes[parent]!.children).push(index);
    return index;
  }

  /** Depth first, by a stack of its own: a path may be deeper than the call stack. */
  toRows(wholeNs: number): {
    readonly rows: readonly ComparedPath[];
    readonly rowOfNode: Int32Array;
  } {
    const rows: ComparedPath[] = [];
    const rowOfNode = new Int32Array(this.#nodes.length);
    const stack = [...this.#roots].reverse();
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      const node = this.#nodes[index]!;
      const parent = node.parent < 0 ? -1 : rowOfNode[node.parent]!;
      const above = rows[parent];
      rowOfNode[index] = rows.length;
      const change = findChange(node, wholeNs);
      rows.push({
        name: node.name,
        group: node.group,
        parent,
        depth: above === undefined ? 0 : above.depth + 1,
        before: summarise(node.before),
        after: node.after,
        change,
        isImplied:
          (change === "new" || change === "missing") &&
          above !== undefined &&
          above.change === change,
        span: node.span,
      });
      for (let i = node.children.length - 1; i >= 0; i -= 1) stack.push(node.children[i]!);
    }
    return { rows, rowOfNode };
  }
}

function readFigures(paths: CallPaths, path: number): PathFigures {
  return {
    calls: paths.spansStart[path + 1]! - paths.spansStart[path]!,
    totalNs: paths.totalNs[path]!,
    selfNs: paths.selfNs[path]!,
    errors: paths.errors[path]!,
  };
}

/** `undefined` where most runs do not have it. */
function summarise(runs: readonly (PathFigures | undefined)[]): PathFigures | undefined {
  const known = runs.filter(each => each !== undefined);
  if (known.length * 2 <= runs.length) return undefined;
  const of = (read: (figures: PathFigures) => number): number => median(known.map(read));
  return {
    calls: of(({ calls }) => calls),
    totalNs: of(({ totalNs }) => totalNs),
    selfNs: of(({ selfNs }) => selfNs),
    errors: of(({ errors }) => errors),
  };
}

function findChange(node: PathNode, wholeNs: number): PathChange | undefined {
  const known = node.before.filter(each => each !== undefined);
  const before = summarise(node.before);
  const { after } = node;
  if (after === undefined) return before === undefined ? undefined : "missing";
  // Some earlier runs had it: nothing new, and nothing to hold it against.
  if (before === undefined) {
    return known.length > 0 ? undefined : "new";
  }
  // What any earlier run did, this one may do: so several runs say what is usual.
  const mostOf = (read: (figures: PathFigures) => number): number => Math.max(...known.map(read));
  const leastOf = (read: (figures: PathFigures) => number): number => Math.min(...known.map(read));
  const errorsOf = ({ errors }: PathFigures): number => errors;
  const callsOf = ({ calls }: PathFigures): number => calls;
  const ownOf = ({ selfNs, calls }: PathFigures): number => selfNs / Math.max(1, calls);
  if (after.errors > 0 && mostOf(errorsOf) === 0) return "failing";
  if (after.calls > mostOf(callsOf) && after.calls >= OFTEN_RATIO * before.calls) {
    return "moreOften";
  }
  const worthNs = Math.max(LEAST_NS, LEAST_SHARE * wholeNs);
  const addedNs = (ownOf(after) - ownOf(before)) * after.calls;
  if (addedNs >= worthNs && ownOf(after) >= SLOWER_RATIO * mostOf(ownOf)) return "slower";
  if (after.errors === 0 && leastOf(errorsOf) > 0) return "recovered";
  if (after.calls < leastOf(callsOf) && before.calls >= OFTEN_RATIO * after.calls) {
    return "lessOften";
  }
  if (-addedNs >= worthNs && ownOf(after) * SLOWER_RATIO <= leastOf(ownOf)) return "faster";
  return undefined;
}

/** The middle one, the mean of the middle two; NaN of none. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return Number.NaN;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
}
