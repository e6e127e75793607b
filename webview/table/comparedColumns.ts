/** The table of a comparison: a row for each call path, earlier and later side by side. Knows no DOM. */

import type {
  ComparedPath,
  PathFigures,
  TraceComparison,
} from "../../src/analysis/compareTraces.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { describeChange, rankChange } from "../words/changeText.ts";
import { formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";
import type { TableColumn, TableContent } from "./tableColumns.ts";

/** Deeper paths are not moved further to the right: the name must stay in sight. */
const MOST_STEPS = 8;

export function tabulateComparison(
  trace: LoadedTrace,
  { rows }: TraceComparison,
): TableContent<ComparedPath> {
  const slots = new Map(
    [...trace.slots].map(([index, slot]) => [trace.columns.strings[index] ?? "", slot]),
  );
  return {
    columns: listColumns(),
    rows,
    sortedBy: "change",
    spanOf: ({ span }) => span,
    slotOf: ({ group }) => slots.get(group) ?? 0,
    isBad: ({ change }, columnId) => columnId === "change" && change === "failing",
  };
}

function listColumns(): readonly TableColumn<ComparedPath>[] {
  const sum = (
    id: string,
    label: string,
    note: string,
    read: (row: ComparedPath) => number,
    unit?: "ns",
    sign = "",
  ): TableColumn<ComparedPath> => ({
    id,
    label,
    note,
    isNumber: true,
    ...(unit !== undefined && { unit }),
    value: read,
    text: row => {
      const value = read(row);
      if (Number.isNaN(value) || value === 0) return "–";
      const written = unit === "ns" ? formatDuration(value) : formatCount(value);
      return value > 0 ? `${sign}${written}` : written;
    },
  });
  const of = (figures: PathFigures | undefined, key: keyof PathFigures): number =>
    figures?.[key] ?? Number.NaN;
  const differ = ({ before, after }: ComparedPath): number =>
    (after?.totalNs ?? 0) - (before?.totalNs ?? 0);
  return [
    {
      id: "name",
      label: t("Call path"),
      note: t("Each name below the one that called it"),
      isNumber: false,
      value: ({ name }) => name,
      text: ({ name, depth }) =>
        `${"\u00a0\u00a0".repeat(Math.min(depth, MOST_STEPS))}${name || t("(no name)")}`,
    },
    {
      id: "change",
      label: t("Change"),
      note: t("What matters most of what has changed"),
      isNumber: false,
      value: row => String(rankChange(row)).padStart(2, "0"),
      text: describeChange,
    },
    sum("callsBefore", t("Count before"), t("How often it ran"), row => of(row.before, "calls")),
    sum("callsAfter", t("Count now"), t("How often it ran"), row => of(row.after, "calls")),
    sum(
      "totalBefore",
      t("Total before"),
      t("The durations of all its runs together"),
      row => of(row.before, "totalNs"),
      "ns",
    ),
    sum(
      "totalAfter",
      t("Total now"),
      t("The durations of all its runs together"),
      row => of(row.after, "totalNs"),
      "ns",
    ),
    sum("difference", t("Difference"), t("Total now less total before"), differ, "ns", "+"),
    sum(
      "selfBefore",
      t("Self before"),
      t("It ran, and none of the spans that it waited for did"),
      row => of(row.before, "selfNs"),
      "ns",
    ),
    sum(
      "selfAfter",
      t("Self now"),
      t("It ran, and none of the spans that it waited for did"),
      row => of(row.after, "selfNs"),
      "ns",
    ),
    sum("errors", t("Errors"), t("How many of its runs failed"), row => of(row.after, "errors")),
  ];
}
