/**
 * Answers of databases and pages with queries that tell the names of columns once, beside rows of as many cells or
 * beside a list of values for each column: they come out as rows of their own. Pure.
 *
 *     {"meta": [{"name": "TraceId", "type": …}, …], "data": [[…], …]}                          ClickHouse
 *     {"schema": {"column_schemas": [{"name": …}]}, "rows": [[…], …]}                          GreptimeDB
 *     {"columns": [{"name": …, "type": …}], "values": [[…], …]}                                ES|QL
 *     {"fields": [{"name": …}], "columns": [[…], …]}                                           Axiom
 *     {"schema": {"fields": [{"name": …}]}, "rows": [{"f": [{"v": …}, …]}, …]}                 BigQuery
 *     {"columns": ["name", "span_id"], "index": [0], "data": [["GET", "a"]]}                   pandas, `orient="split"`
 */

import { fieldName } from "./values/fieldName.ts";
import { isObject, listObjects, type JsonObject } from "./values/jsonObject.ts";
import { toPlainText } from "./values/wireValue.ts";

/** Where the names of columns stand, and in what the names or the rows may lie. */
const namesOfColumns = new Set([
  ...["columns", "columnnames", "columnschemas", "columninfo", "cols", "fields", "meta"],
  ...["rowtype", "headers"],
]);
const holders = new Set(["schema", "manifest", "result", "records", "data", "resultsetmetadata"]);
const MAX_DEPTH = 3;

type List = readonly [key: string, list: readonly unknown[]];

export function fromColumnRows(item: JsonObject): readonly unknown[] | undefined {
  const lists = listHeld(item, 0);
  for (const [key, columns] of lists) {
    const names = namesOfColumns.has(key) ? columns.map(toColumnName) : [];
    if (names.length === 0 || names.includes("")) continue;
    const isTyped = columns.every(each => isObject(each) && "type" in each);
    for (const [other, held] of lists) {
      if (held === columns || held.length === 0) continue;
      const rows = held.map(readCells);
      if (isTyped && rows.every(isObject)) return rows;
      if (!rows.every(Array.isArray)) continue;
      return nameCells(names, other === "columns" ? transpose(rows) : rows);
    }
  }
  return undefined;
}

/** The cells of a row of BigQuery: `{"f": [{"v": "GET"}, {"v": "a"}]}`. */
function readCells(row: unknown): unknown {
  const cells = isObject(row) ? listObjects(row["f"]) : [];
  return cells.length === 0 ? row : cells.map(cell => cell["v"]);
}

/** Rows behind a first one with the names of the columns: `JSONCompactEachRowWithNames`. */
export function fromHeaderRow(rows: readonly unknown[]): readonly unknown[] {
  const [names, ...others] = rows;
  const isTable =
    Array.isArray(names) &&
    names.length >= LEAST_COLUMNS &&
    others.length > 0 &&
    names.every(name => typeof name === "string") &&
    others.every(row => Array.isArray(row) && row.length === names.length && !row.some(isObject));
  return isTable ? nameCells(names, others as unknown[][]) : rows;
}

/** A span has an id, a name and a time at least. */
const LEAST_COLUMNS = 3;

/** A row that is too short has no more fields than cells, however many columns there are. */
function nameCells(
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
): readonly JsonObject[] {
  return rows.map(row =>
    Object.fromEntries(row.slice(0, names.length).map((cell, index) => [names[index] ?? "", cell])),
  );
}

function transpose(columns: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return (columns[0] ?? []).map((_, row) => columns.map(column => column[row]));
}

function listHeld(value: JsonObject, depth: number): readonly List[] {
  return Object.entries(value).flatMap(([key, held]): readonly List[] => {
    if (Array.isArray(held)) return [[fieldName(key), held]];
    const isHolder = depth < MAX_DEPTH && isObject(held) && holders.has(fieldName(key));
    return isHolder ? listHeld(held, depth + 1) : [];
  });
}

function toColumnName(column: unknown): string {
  if (!isObject(column)) return typeof column === "string" ? column : "";
  return toPlainText(column["name"] ?? column["Name"] ?? column["ColumnName"]);
}
