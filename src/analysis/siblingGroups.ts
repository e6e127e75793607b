/**
 * Siblings that are alike: of one name in one service and queue, of one kind, with alike calls below. Five or more are a
 * group, which a view may show as one row. Pure and linear.
 *
 *     order                 order
 *       SELECT                SELECT ×6      its leader is the first SELECT
 *       render                render
 *       SELECT …
 */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN, nextSpan, NO_SPAN, SpanFlag } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import type { TraceTree } from "./tree.ts";

/** Fewer alike rows are read as quickly as one that stands for them. */
const LEAST_MEMBERS = 5;

export interface SiblingGroups {
  /** The first span of the group that a span is a member of; −1 for none. */
  readonly leaderOf: IndexArray<SpanIndex>;
  /** By leader, in order, the leader among them. */
  readonly members: ReadonlyMap<SpanIndex, readonly SpanIndex[]>;
}

export function buildSiblingGroups(columns: TraceColumns, tree: TraceTree): SiblingGroups {
  const { count, parent, flags } = columns;
  const leaderOf = newIndexArray<SpanIndex>(count);
  leaderOf.fill(NO_SPAN);
  const members = new Map<SpanIndex, readonly SpanIndex[]>();
  const shapes = buildShapes(columns);
  const gather = (siblings: Iterable<SpanIndex>): void => {
    const alike = Map.groupBy(siblings, span => shapes[span]!);
    for (const group of alike.values()) {
      const [leader = NO_SPAN] = group;
      if (group.length < LEAST_MEMBERS || flags[leader]! & SpanFlag.placeholder) continue;
      members.set(leader, group);
      for (const span of group) leaderOf[span] = leader;
    }
  };
  if (tree.roots.length >= LEAST_MEMBERS) gather(tree.roots);
  const children = function* (span: SpanIndex): Iterable<SpanIndex> {
    const end = tree.subtreeEnd[span]!;
    for (let child = nextSpan(span); child < end; child = tree.subtreeEnd[child]!) yield child;
  };
  for (let span = FIRST_SPAN; span < parent.length; span++) {
    if (tree.childCount[span]! >= LEAST_MEMBERS) gather(children(span));
  }
  return { leaderOf, members };
}

/** A number that is the same for spans that are alike, and below them as well, in the same order. */
function buildShapes({ count, parent, name, service, queue, kind }: TraceColumns): Int32Array {
  const shapes = new Int32Array(count);
  for (let span = count - 1; span >= 0; span -= 1) {
    // What is below is in it already, because children come after their parents.
    let shape = mix(shapes[span]!, name[span]!);
    shape = mix(mix(mix(shape, service[span]!), queue[span]!), kind[span]!);
    shapes[span] = shape;
    const above = parent[span]!;
    if (above >= 0) shapes[above] = mix(shapes[above]!, shape);
  }
  return shapes;
}

/** A step of MurmurHash3. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** The leaders of the groups that any of these spans is a member of. */
export function findLeaders(
  { leaderOf }: SiblingGroups,
  spans: Iterable<SpanIndex>,
): ReadonlySet<SpanIndex> {
  const leaders = new Set<SpanIndex>();
  for (const span of spans) {
    const leader = leaderOf[span] ?? NO_SPAN;
    if (leader >= 0) leaders.add(leader);
  }
  return leaders;
}

/** The rows, in order, while these subtrees are folded and every group but the open ones is one row, its leader's. */
export function buildGroupedRows(
  count: number,
  tree: Pick<TraceTree, "subtreeEnd">,
  folded: ReadonlySet<SpanIndex>,
  { leaderOf }: SiblingGroups,
  openLeaders: ReadonlySet<SpanIndex>,
): IndexArray<SpanIndex> {
  const rows = newIndexArray<SpanIndex>(count);
  let row = 0;
  for (let span = FIRST_SPAN; span < count;) {
    const leader = leaderOf[span]!;
    const isGrouped = leader >= 0 && !openLeaders.has(leader);
    if (!isGrouped || leader === span) rows[row++] = span;
    span = isGrouped || folded.has(span) ? tree.subtreeEnd[span]! : nextSpan(span);
  }
  return rows.slice(0, row);
}

/** The span whose row stands for a span: the leader of the outermost group that hides it, else itself. */
export function findShown(
  span: SpanIndex,
  { parent }: Pick<TraceColumns, "parent">,
  { leaderOf }: SiblingGroups,
  openLeaders: ReadonlySet<SpanIndex>,
): SpanIndex {
  let shown = span;
  for (let at = span; at >= 0; at = parent[at]!) {
    const leader = leaderOf[at]!;
    if (leader >= 0 && !openLeaders.has(leader)) shown = leader;
  }
  return shown;
}

/** Members of the groups that must be open so that a span has a row of its own. */
export function listGroupsToOpen(
  span: SpanIndex,
  { parent }: Pick<TraceColumns, "parent">,
  { leaderOf }: SiblingGroups,
): readonly SpanIndex[] {
  const leaders: SpanIndex[] = [];
  for (let at = span; at >= 0; at = parent[at]!) {
    const leader = leaderOf[at]!;
    // The leader's row is there without opening; what is below it is not.
    if (leader >= 0 && (leader !== at || at !== span)) leaders.push(leader);
  }
  return leaders;
}
