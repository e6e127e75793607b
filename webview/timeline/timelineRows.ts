/**
 * Which spans have a row of the timeline, in order, and which row stands for one that has none: under a fold, behind a
 * filter, in a group of alike siblings. A value, made anew when any of these changes; knows no pixel.
 */

import { buildGroupedRows, findLeaders, findShown } from "../../src/analysis/siblingGroups.ts";
import { buildFilteredRows } from "../../src/analysis/spanFilter.ts";
import { buildRows } from "../../src/analysis/tree.ts";
import { findRow, type RowIndex } from "../../src/analysis/treeSearch.ts";
import { type IndexArray, newIndexArray } from "../../src/base/indexArray.ts";
import { NO_SPAN } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { ViewState } from "../panel/state.ts";
import type { GroupFacts } from "./groupFacts.ts";
import type { TimelineData } from "./timelineData.ts";

type RowChoice = Pick<ViewState, "folded" | "passing" | "areAlikeGrouped" | "openGroups">;

export class TimelineRows {
  /** The spans that have a row. */
  readonly spans: IndexArray<SpanIndex>;
  readonly #data: TimelineData | undefined;
  /** The leaders of the groups of alike siblings that are open; `undefined` while nothing is grouped. */
  readonly #openLeaders: ReadonlySet<SpanIndex> | undefined;

  constructor(data: TimelineData | undefined, choice: RowChoice) {
    this.#data = data;
    if (data === undefined) {
      this.spans = newIndexArray(0);
      return;
    }
    const { columns, tree, groups } = data.trace;
    const { count } = columns;
    const folded = choice.folded.value;
    const passing = choice.passing.value;
    // The state makes another one in the moment in which it takes a trace that has grown.
    if (passing?.length === count) {
      // Every span that passes a filter is worth its row.
      this.spans = buildFilteredRows(count, tree, folded, passing);
    } else if (choice.areAlikeGrouped.value) {
      this.#openLeaders = findLeaders(groups, choice.openGroups.value);
      this.spans = buildGroupedRows(count, tree, folded, groups, this.#openLeaders);
    } else this.spans = buildRows(count, tree, folded);
  }

  /** The row of a span, or of what hides it: a folded ancestor, or the group of alike siblings that it is in. */
  readonly rowOf = (span: SpanIndex): RowIndex => {
    const trace = this.#data?.trace;
    const open = this.#openLeaders;
    if (trace === undefined || open === undefined) return findRow(this.spans, span);
    return findRow(this.spans, findShown(span, trace.columns, trace.groups, open));
  };

  /** Whether the span has a row of its own. */
  has(span: SpanIndex): boolean {
    return this.spans[findRow(this.spans, span)] === span;
  }

  /** The group of alike siblings that the row of a span stands for. */
  readonly groupOf = (span: SpanIndex): GroupFacts | undefined =>
    this.#openLeaders?.has(span) === false ? this.#data?.getGroupOf(span) : undefined;

  /** The depth of the row that is indented least from `first` to before `end`. */
  leastDepth(first: RowIndex, end: RowIndex): number {
    const depth = this.#data?.trace.tree.depth;
    let least = depth?.[this.spans[first] ?? 0] ?? 0;
    for (let row = first; row < end; row++) {
      least = Math.min(least, depth?.[this.spans[row]!] ?? 0);
    }
    return least;
  }

  /** The group that a span leads whose members all have rows. */
  readonly openGroupOf = (span: SpanIndex): GroupFacts | undefined =>
    this.#openLeaders?.has(span) === true ? this.#data?.getGroupOf(span) : undefined;

  /** The first of the open group that a span is a member of. */
  readonly findOpenLeader = (span: SpanIndex): SpanIndex | undefined => {
    const leader = this.#data?.trace.groups.leaderOf[span] ?? NO_SPAN;
    return this.#openLeaders?.has(leader) === true ? leader : undefined;
  };
}
