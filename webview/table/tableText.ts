/** A table as text to paste: Markdown for an issue, CSV for a spreadsheet. Pure. */

import { NS_PER_MS } from "../../src/model/units.ts";
import type { TableColumn } from "./tableColumns.ts";

export function writeMarkdown<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): string {
  const escape = (text: string): string =>
    text.replaceAll(/[\\|`*_<]/g, each => `\\${each}`).replaceAll(/\s+/g, " ");
  const lines = [
    columns.map(({ label }) => escape(label)),
    columns.map(({ isNumber }) => (isNumber ? "---:" : "---")),
    ...rows.map(row => columns.map(column => escape(column.text(row)))),
  ];
  return lines.map(cells => `| ${cells.join(" | ")} |\n`).join("");
}

/** RFC 4180; durations in milliseconds, for a spreadsheet reckons with numbers. */
export function writeCsv<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const quote = (text: string): string => {
    // A spreadsheet would run what begins like a formula.
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const header = columns.map(({ label, unit }) => quote(unit === "ns" ? `${label} (ms)` : label));
  const lines = rows.map(row =>
    columns.map(column => {
      const known = column.value(row);
      if (!column.isNumber || typeof known === "string") return quote(column.text(row).trim());
      return Number.isNaN(known) ? "" : String(column.unit === "ns" ? known / NS_PER_MS : known);
    }),
  );
  return [header, ...lines].map(cells => `${cells.join(",")}\r\n`).join("");
}
