/** The table of operations: its order, and what is copied of it. */

import { describe, expect, it, vi } from "vitest";
import { analyseTrace } from "../../../src/analysis/analysedTrace.ts";
import { tabulate } from "../../../src/analysis/operations.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { compareTraces } from "../../../src/analysis/compareTraces.ts";
import { tabulateComparison } from "../../../webview/table/comparedColumns.ts";
import { listOperationColumns, sortRows } from "../../../webview/table/tableColumns.ts";
import { writeCsv, writeMarkdown } from "../../../webview/table/tableText.ts";
import { drawTrace } from "../drawTrace.ts";

vi.stubGlobal("document", { documentElement: { lang: "en" } });

function load(drawing: string) {
  const { columns, problems } = drawTrace(drawing);
  const live = { watched: [], polled: [], isReading: false };
  const summary = { revision: 1, traceId: "t", problems, answers: [], sources: [], live };
  return { columns, trace: loadTrace({ ...summary, detailsRevision: 0 }, columns) };
}

function open(drawing: string) {
  const { columns, trace } = load(drawing);
  return { table: listOperationColumns(trace), rows: tabulate(analyseTrace(columns)) };
}

const drawing = `
  order #shop     ==========
    charge | x      ==!
    charge | x         ====>
    =SUM(A1)         =
`;

describe("the table", () => {
  it("sorts by each column both ways, and puts what is not known last", () => {
    const { table, rows } = open(`
      a    ====
        b    =>
        c  ==
    `);
    const order = (id: string, isDescending: boolean): string => {
      const column = table.find(each => each.id === id)!;
      return sortRows(rows, column, isDescending)
        .map(row => table[0]!.text(row))
        .join("");
    };
    expect(order("name", false)).toBe("abc");
    expect(order("name", true)).toBe("cba");
    expect(order("total", true)).toBe("acb");
    // `b` has not ended.
    expect(order("p50", true)).toBe("acb");
    expect(order("p50", false)).toBe("cab");
  });

  it("is copied as Markdown that no name can break", () => {
    const { table, rows } = open(drawing);
    const lines = writeMarkdown(table, rows).trim().split("\n");
    expect(lines).toHaveLength(2 + 3);
    expect(lines[1]).toBe("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    expect(lines.find(line => line.includes("charge"))).toContain("| charge \\| x | shop | 2 |");
  });

  it("is copied as CSV with numbers, and no cell that a spreadsheet would run", () => {
    const { table, rows } = open(drawing);
    const lines = writeCsv(table, rows).trim().split("\r\n");
    expect(lines[0]).toBe(
      "Operation,Service or queue,Count,Total (ms),Self (ms),Critical (ms),p50 (ms),p95 (ms),Errors,Waits (ms)",
    );
    expect(lines.find(line => line.startsWith("order"))).toContain("order,shop,1,10,");
    expect(lines.find(line => line.includes("SUM"))).toMatch(/^'=SUM\(A1\),/);
  });

  it("of a comparison begins with what a person should look at first", () => {
    const before = analyseTrace(
      drawTrace(`
      order       ==========
        old        =
        read         =
        charge         =
    `).columns,
    );
    const { trace, columns } = load(`
      order       ==========
        read       =
        read         =
        charge         =!
        audit            =
    `);
    const result = compareTraces([before], analyseTrace(columns));
    const content = tabulateComparison(trace, result);
    const change = content.columns.find(({ id }) => id === content.sortedBy)!;
    const rows = sortRows(content.rows, change, false);
    const lines = rows.map(row => `${row.name}: ${change.text(row)}`);
    expect(lines).toEqual([
      "charge: newly failing",
      "audit: new",
      "old: missing",
      "read: ×1 → ×2",
      "order: ",
    ]);
    expect(rows.map(row => content.spanOf(row) === undefined)).toEqual([
      ...[false, false, true, false, false],
    ]);
  });
});
