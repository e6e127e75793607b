/** The rows of the list, built anew only where what they are made of has changed. Knows no DOM. */

import type { TraceGrouping, TraceSort } from "../../src/protocol/tracesView.ts";
import { buildRows, findLongestMs, type ListRow, type TraceList } from "./traceList.ts";

export interface RowSources {
  readonly list: TraceList;
  /** The keys of the unfolded groups. */
  readonly open: ReadonlySet<string>;
  readonly grouping: TraceGrouping;
  readonly sort: TraceSort;
}

export class BuiltRows {
  #rows: readonly ListRow[] = [];
  #longestMs = 0;
  #from: RowSources | undefined;

  get rows(): readonly ListRow[] {
    return this.#rows;
  }

  get longestMs(): number {
    return this.#longestMs;
  }

  /** `isReading`: groups keep their order under the reader, until they want another one. */
  update(sources: RowSources, isReading: boolean): void {
    const { list, open, grouping, sort } = sources;
    const from = this.#from;
    const isSameKind = from?.grouping === grouping && from.sort === sort;
    if (isSameKind && from.list === list && from.open === open) return;
    this.#from = sources;
    const isKept = isReading && isSameKind;
    const isOutermost = (row: ListRow): boolean => row.kind === "group" || row.level === 1;
    const order = isKept ? this.#rows.filter(isOutermost).map(({ key }) => key) : [];
    this.#rows = buildRows(list.traces, grouping, open, { order, sort });
    this.#longestMs = findLongestMs(list.traces);
  }
}
