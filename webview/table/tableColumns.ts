/** The columns of the table: what a cell says, and what it sorts by. Knows no DOM. */

import type { OperationRow } from "../../src/analysis/operations.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";

export interface TableColumn<Row> {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  /** Numbers stand at the end of their cells and are sorted from the largest. */
  readonly isNumber: boolean;
  readonly unit?: "ns";
  // Methods, and no properties, so that a table of any rows is a table.
  value(row: Row): number | string;
  text(row: Row): string;
}

/** The rows and columns that a table shows. */
export interface TableContent<Row = unknown> {
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** The id of the column that it is sorted by at first. */
  readonly sortedBy: string;
  /** Where a row leads to; `undefined`: nowhere. */
  spanOf(row: Row): SpanIndex | undefined;
  /** The palette's slot of its queue or service. */
  slotOf(row: Row): number;
  /** Whether a cell tells of something bad. */
  isBad(row: Row, columnId: string): boolean;
}

export function tabulateOperations(
  trace: LoadedTrace,
  rows: readonly OperationRow[],
): TableContent<OperationRow> {
  return {
    columns: listOperationColumns(trace),
    rows,
    sortedBy: "self",
    spanOf: ({ worst }) => worst,
    slotOf: ({ group }) => trace.slots.get(group) ?? 0,
    isBad: ({ errors }, columnId) => columnId === "errors" && errors > 0,
  };
}

export function listOperationColumns(trace: LoadedTrace): readonly TableColumn<OperationRow>[] {
  const nameOf = ({ name }: OperationRow): string =>
    (trace.columns.strings[name] ?? "") || t("(no name)");
  const groupOf = ({ group }: OperationRow): string => trace.columns.strings[group] ?? "";
  type NumberColumn = readonly [
    id: string,
    label: string,
    note: string,
    value: (row: OperationRow) => number,
  ];
  const count = (...[id, label, note, value]: NumberColumn): TableColumn<OperationRow> => ({
    id,
    label,
    note,
    isNumber: true,
    value,
    text: row => (value(row) === 0 ? "–" : formatCount(value(row))),
  });
  const duration = (...column: NumberColumn): TableColumn<OperationRow> => ({
    ...count(...column),
    unit: "ns",
    text: row => (column[3](row) === 0 ? "–" : formatDuration(column[3](row))),
  });
  return [
    {
      id: "name",
      label: t("Operation"),
      note: t("Name, and the queue or service that it ran in"),
      isNumber: false,
      value: row => `${nameOf(row)}\n${groupOf(row)}`,
      text: nameOf,
    },
    {
      id: "group",
      label: t("Service or queue"),
      note: t("The queue of a task, else the service"),
      isNumber: false,
      value: groupOf,
      text: groupOf,
    },
    count("count", t("Count"), t("How often it ran"), row => row.count),
    duration("total", t("Total"), t("The durations of all its runs together"), row => row.totalNs),
    duration(
      "self",
      t("Self"),
      t("It ran, and none of the spans that it waited for did"),
      row => row.selfNs,
    ),
    duration(
      "critical",
      t("Critical"),
      t("How long the critical path runs in it"),
      row => row.criticalNs,
    ),
    duration("p50", "p50", t("Half of its runs took no longer"), row => row.p50Ns),
    duration("p95", "p95", t("95 of 100 of its runs took no longer"), row => row.p95Ns),
    count("errors", t("Errors"), t("How many of its runs failed"), row => row.errors),
    duration("waits", t("Waits"), t("In queues, before its runs began"), row => row.waitNs),
  ];
}

/** In a stable order: what is equal stays as it stood. A value that is not known comes last. */
export function sortRows<Row>(
  rows: readonly Row[],
  column: TableColumn<Row>,
  isDescending: boolean,
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (typeof left === "string" || typeof right === "string") {
      return sign * String(left).localeCompare(String(right));
    }
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    }
    return sign * (left - right);
  });
}
