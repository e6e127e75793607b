/** The shape of the tree, derived once from the parents. Pure; spans stand in depth-first order. */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN, nextSpan } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";

export interface TraceTree {
  /** 0 for a root. */
  readonly depth: Int32Array;
  /** The index after the last span of the subtree: a subtree is [span, subtreeEnd[span]). */
  readonly subtreeEnd: IndexArray<SpanIndex>;
  readonly childCount: Int32Array;
  readonly roots: readonly SpanIndex[];
  readonly maxDepth: number;
}

export function buildTree({ count, parent }: Pick<TraceColumns, "count" | "parent">): TraceTree {
  const depth = new Int32Array(count);
  const subtreeEnd = newIndexArray<SpanIndex>(count);
  const childCount = new Int32Array(count);
  const roots: SpanIndex[] = [];
  let maxDepth = 0;
  for (let span = FIRST_SPAN; span < count; span++) {
    subtreeEnd[span] = nextSpan(span);
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
    if (above >= 0) {
      subtreeEnd[above] = Math.max(subtreeEnd[above]!, subtreeEnd[span]!) as SpanIndex;
    }
  }
  return { depth, subtreeEnd, childCount, roots, maxDepth };
}

/** The spans that are rows while these subtrees are folded, in order. */
export function buildRows(
  count: number,
  tree: Pick<TraceTree, "subtreeEnd">,
  folded: ReadonlySet<SpanIndex>,
): IndexArray<SpanIndex> {
  const rows = newIndexArray<SpanIndex>(count);
  let row = 0;
  for (let span = FIRST_SPAN; span < count; row += 1) {
    rows[row] = span;
    span = folded.has(span) ? tree.subtreeEnd[span]! : nextSpan(span);
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
  for (let child = nextSpan(span); child < end; child = tree.subtreeEnd[child]!) {
    children.push(child);
  }
  return children;
}
