/** The shape of the tree, derived once from the parents. Pure; spans stand in depth-first order. */

import type { SpanIndex, TraceColumns } from "../model/trace.ts";

export interface TraceTree {
  /** 0 for a root. */
  readonly depth: Int32Array;
  /** The index after the last span of the subtree: a subtree is [span, subtreeEnd[span]). */
  readonly subtreeEnd: Int32Array;
  readonly childCount: Int32Array;
  readonly roots: readonly SpanIndex[];
  readonly maxDepth: number;
}

export function buildTree({ count, parent }: Pick<TraceColumns, "count" | "parent">): TraceTree {
  const depth = new Int32Array(count);
  const subtreeEnd = new Int32Array(count);
  const childCount = new Int32Array(count);
  const roots: SpanIndex[] = [];
  let maxDepth = 0;
  for (let span = 0; span < count; span += 1) {
    subtreeEnd[span] = span + 1;
    const above = parent[span]!;
    if (above < 0) {
      roots.push(span);
    } else {
      depth[span] = depth[above]! + 1;
      childCount[above]! += 1;
      maxDepth = Math.max(maxDepth, depth[span]!);
    }
  }
  for (let span = count - 1; span >= 0; span -= 1) {
    const above = parent[span]!;
    if (above >= 0) subtreeEnd[above] = Math.max(subtreeEnd[above]!, subtreeEnd[span]!);
  }
  return { depth, subtreeEnd, childCount, roots, maxDepth };
}

/** The spans that are rows while these subtrees are folded, in order. */
export function buildRows(
  count: number,
  tree: Pick<TraceTree, "subtreeEnd">,
  folded: ReadonlySet<SpanIndex>,
): Int32Array {
  const rows = new Int32Array(count);
  let row = 0;
  for (let span = 0; span < count; row += 1) {
    rows[row] = span;
    span = folded.has(span) ? tree.subtreeEnd[span]! : span + 1;
  }
  return rows.subarray(0, row);
}

/** The direct children, oldest first. */
export function listChildren(
  span: SpanIndex,
  tree: Pick<TraceTree, "subtreeEnd">,
): readonly SpanIndex[] {
  const children: SpanIndex[] = [];
  const end = tree.subtreeEnd[span]!;
  for (let child = span + 1; child < end; child = tree.subtreeEnd[child]!) children.push(child);
  return children;
}
