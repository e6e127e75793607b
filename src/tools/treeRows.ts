/**
 * The tree of a trace as the few rows that a reader can take: alike siblings are one row, what matters most is chosen
 * first, and whoever is chosen brings its ancestors. Pure, and linear but for one sort.
 *
 *     order              1
 *       db.query ×412    2     the worst of them stands for all
 *         parse          5     below it, what is below the worst
 *       notify           830
 */

import { FIRST_SPAN, SpanFlag, SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { listChildren, type TraceTree } from "../analysis/tree.ts";
import { isRunning } from "../analysis/times.ts";

export interface TreeRow {
  /** The span of its row: the worst of those that are alike. */
  readonly span: SpanIndex;
  /** Index into the rows; −1 at the top. */
  readonly parent: number;
  readonly depth: number;
  /** How many alike siblings it stands for. */
  readonly count: number;
  /** The duration of all of them together. */
  readonly totalNs: number;
  readonly selfNs: number;
  readonly errors: number;
  /** How many spans stand below it and its likes, at any depth. */
  readonly below: number;
}

export interface TreeRowsOptions {
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
  readonly selfNs: Float64Array;
  readonly endNs: number;
  /** The top row; absent: the roots. */
  readonly under?: SpanIndex;
  readonly depth: number;
  readonly minNs: number;
}

/** Two alike are told one by one: that is how a retry reads. */
const LEAST_ALIKE = 3;

/** All rows within the depth, in the order of the tree. */
export function buildTreeRows(options: TreeRowsOptions): readonly TreeRow[] {
  const { columns, tree, depth: maxDepth, under } = options;
  const shapeAt = createShapeReader(columns);
  const rows: TreeRow[] = [];
  const errorsBelow = countErrors(options);
  const isWorthy = (span: SpanIndex): boolean =>
    durationOf(options, span) >= options.minNs || (errorsBelow[span] ?? 0) > 0;
  /** Groups that wait for their turn, the next on top. */
  const waiting: { readonly spans: readonly SpanIndex[]; parent: number; depth: number }[] = [];
  const wait = (spans: readonly SpanIndex[], parent: number, depth: number): void => {
    const groups = groupAlike(columns, spans.filter(isWorthy), shapeAt);
    for (let at = groups.length - 1; at >= 0; at -= 1) {
      waiting.push({ spans: groups[at] ?? [], parent, depth });
    }
  };
  wait(under === undefined ? tree.roots : [under], -1, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { spans, parent, depth } = next;
    const span = findWorst(options, errorsBelow, spans);
    const row = rows.length;
    let [totalNs, selfNs, errors, below] = [0, 0, 0, 0];
    for (const each of spans) {
      totalNs += durationOf(options, each);
      selfNs += options.selfNs[each] ?? 0;
      if (columns.status[each] === SpanStatus.error) errors += 1;
      below += (tree.subtreeEnd[each] ?? each + 1) - each - 1;
    }
    rows.push({ span, parent, depth, count: spans.length, totalNs, selfNs, errors, below });
    if (depth + 1 < maxDepth) wait(listChildren(span, tree), row, depth + 1);
  }
  return rows;
}

/** The rows that are chosen, in the order of the tree: the heaviest, each with all that stands above it. */
export function chooseRows(
  rows: readonly TreeRow[],
  weightOf: (row: TreeRow) => number,
  most: number,
): readonly number[] {
  const weights = rows.map(weightOf);
  const order = rows.map((_, at) => at).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const chosen = new Set<number>();
  for (const at of order) {
    if (chosen.size >= most) break;
    const way: number[] = [];
    for (let each = at; each >= 0 && !chosen.has(each); each = rows[each]!.parent) way.push(each);
    // One whose way is too long is passed over; the first is shown however long its way is.
    if (chosen.size > 0 && chosen.size + way.length > most) continue;
    // Of a way that alone is too long, the top stays.
    for (const each of way.slice(-Math.max(1, most - chosen.size))) chosen.add(each);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** In the order of their first: three or more neighbours or not, siblings of one name, service and queue. */
function groupAlike(
  { service, queue, kind }: TraceColumns,
  siblings: readonly SpanIndex[],
  shapeAt: (span: SpanIndex) => string,
): readonly (readonly SpanIndex[])[] {
  if (siblings.length < LEAST_ALIKE) return siblings.map(span => [span]);
  const groups = new Map<string, SpanIndex[]>();
  for (const span of siblings) {
    const [where, which] = [service[span], queue[span]];
    const key = `${shapeAt(span)}\0${where}\0${which}\0${kind[span]}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [span]);
    else group.push(span);
  }
  return [...groups.values()]
    .flatMap(group => (group.length < LEAST_ALIKE ? group.map(span => [span]) : [group]))
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** Names that differ in a number alone are alike: `GET /users/17`, `chunk 3 of 9`. */
function shapeOf(name: string): string {
  return name.replaceAll(/\b(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,64}|\d+)\b/gi, "#");
}

/** The shape of a span's name; each name is looked at once. */
export function createShapeReader({
  strings,
  name,
}: Pick<TraceColumns, "strings" | "name">): (span: SpanIndex) => string {
  const known = new Map<number, string>();
  return span => {
    const index = name[span] ?? 0;
    let shape = known.get(index);
    if (shape === undefined) known.set(index, (shape = shapeOf(strings[index] ?? "")));
    return shape;
  };
}

function findWorst(
  options: TreeRowsOptions,
  errorsBelow: Int32Array,
  spans: readonly SpanIndex[],
): SpanIndex {
  let [worst = FIRST_SPAN] = spans;
  for (const span of spans) {
    const byErrors = Number((errorsBelow[span] ?? 0) > 0) - Number((errorsBelow[worst] ?? 0) > 0);
    if (
      byErrors > 0 ||
      (byErrors === 0 && durationOf(options, span) > durationOf(options, worst))
    ) {
      worst = span;
    }
  }
  return worst;
}

/** Counts the errors of each span itself and of all below it. */
function countErrors({ columns }: TreeRowsOptions): Int32Array {
  const { count, status, parent } = columns;
  const errors = new Int32Array(count);
  for (let span = count - 1; span >= 0; span -= 1) {
    if (status[span] === SpanStatus.error) errors[span]! += 1;
    const above = parent[span]!;
    if (above >= 0) errors[above]! += errors[span]!;
  }
  return errors;
}

/** To the end of the trace for what still runs; 0 for what no store has. */
export function durationOf(
  { columns, endNs }: Pick<TreeRowsOptions, "columns" | "endNs">,
  span: SpanIndex,
): number {
  if ((columns.flags[span]! & SpanFlag.placeholder) !== 0) return 0;
  return (isRunning(columns, span) ? endNs : columns.endNs[span]!) - columns.startNs[span]!;
}
