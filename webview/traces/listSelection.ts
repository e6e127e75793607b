/** Which rows of the list are selected, and which one has the keyboard, as in VS Code's own lists. Pure. */

import type { ListedTrace } from "../../src/protocol/tracesView.ts";
import type { ListRow } from "./traceList.ts";

export interface ListSelection {
  /** The key of the row that has the keyboard. */
  readonly active: string | undefined;
  /** Where a range begins that Shift draws. */
  readonly anchor: string | undefined;
  readonly keys: ReadonlySet<string>;
}

export function selectOne(key: string | undefined): ListSelection {
  return { active: key, anchor: key, keys: new Set(key === undefined ? [] : [key]) };
}

/** Control and a click: this row more, or less. */
export function toggleRow(selection: ListSelection, key: string): ListSelection {
  const keys = new Set(selection.keys);
  if (!keys.delete(key)) keys.add(key);
  return { active: key, anchor: key, keys };
}

/** Shift: everything from the anchor to this row. */
export function selectRange(
  selection: ListSelection,
  rows: readonly ListRow[],
  key: string,
): ListSelection {
  const from = rows.findIndex(row => row.key === selection.anchor);
  const to = rows.findIndex(row => row.key === key);
  if (from < 0 || to < 0) return selectOne(key);
  const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { active: key, anchor: selection.anchor, keys: new Set(range.map(row => row.key)) };
}

export function selectAll(selection: ListSelection, rows: readonly ListRow[]): ListSelection {
  const active = selection.active ?? rows[0]?.key;
  return { active, anchor: active, keys: new Set(rows.map(row => row.key)) };
}

/** Lists the targets of a command on `row`: all selected traces where the row is one of them, else that trace alone. */
export function listTargets(
  selection: ListSelection,
  rows: readonly ListRow[],
  row: ListRow,
): readonly ListedTrace[] {
  const isAmong = selection.keys.has(row.key);
  return rows.flatMap(each =>
    each.kind === "trace" && (isAmong ? selection.keys.has(each.key) : each.key === row.key)
      ? each.trace
      : [],
  );
}
