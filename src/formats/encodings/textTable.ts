/**
 * Tables as clients of databases print them become rows: `psql`, `mysql`, `cqlsh`, `clickhouse-client`, DuckDB and
 * Markdown, a line a row, or a block a row with a line a column; and lines of `name=value` (logfmt). Pure; knows no
 * format.
 *
 *      trace_id | name          +----------+-------+       ┌─TraceId─┬─Name─┐     Row 1:          -[ RECORD 1 ]--
 *     ----------+-------        | trace_id | name  |    1. │ 0af7    │ GET  │     ──────          trace_id | 0af7
 *      0af7     | GET           +----------+-------+       └─────────┴──────┘     TraceId: 0af7   name     | GET
 */

import { parseCassandraRow } from "./cassandraCells.ts";
import { readCsvObjects, readCsvRows } from "./csvText.ts";
import { parseCell } from "./inspectedText.ts";
import { parseExact } from "./jsonText.ts";

type Row = Readonly<Record<string, unknown>>;

/** Whatever tells a table stands near its beginning. */
const HEAD_LENGTH = 65_536;
const BLOCK = /^(?:Row \d+:|\*{10,} \d+\. row \*{10,}|-\[ RECORD \d+ \][-+]*|@ Row \d+)$/;
/** A line under the names of columns, or around the table: nothing but strokes, at least three of one. */
const RULE =
  /^(?:\d+\. )?[ \t]*[+|│┃├┝┠┞╞┡┌┏╔╭└┗╚╰]?[ :]*[-─━═]{3}[-─━═+|┼╇╋╪┬┳╤┴┻╧: ]*[+|│┃┤┥┨┩╡┐┓╗╮┘┛╝╯]?$/;
/** ClickHouse writes the names of columns into the line above the table. */
const NAMED_RULE = /^[ \t]*┌─+[^─┬┐]/;
const NULLS = /^(?:NULL|null|<null>|ᴺᵁᴸᴸ|\\N)$/;
/** Where a cell ends in a line; a rule shows where the columns meet. */
const STROKE = /[|│┃]/;

/** The rows of all tables in the text; none where there is no table. */
export function readTextTables(text: string): readonly Row[] {
  const head = text.slice(0, HEAD_LENGTH).split(/\r?\n/).slice(0, -1);
  const [first = ""] = head.filter(line => line.trim() !== "");
  const isUnmarked = UNMARKED.test(first);
  const isBlocks = isUnmarked || head.some(line => BLOCK.test(line));
  const isTable = isBlocks || head.some(line => RULE.test(line) || NAMED_RULE.test(line));
  if (!isTable && listPairs(first).length < LEAST_FIELDS) return [];
  const lines = text.split(/\r?\n/);
  if (!isTable) return lines.map(listPairs).filter(hasFields).map(toRow);
  return (isBlocks ? readBlocks(lines, isUnmarked) : readLines(lines))
    .filter(row => row.size > 0)
    .map(toRow);
}

/** The blocks of SQLite's mode `line` have an empty line between them and no head. */
const UNMARKED = /^ *[\w.]+ = /;
const PAIR = /(?<=^|\s)"?([A-Za-z_][\w.@-]{0,200})"?=("(?:[^"\\]|\\.)*"|[^\s"]*)/g;
/** When a span of Wavefront began, and how many milliseconds it took: all that stands behind its pairs. */
const WAVEFRONT_TIMES = /^ +(\d{10,19}) +(\d{1,18})\s*$/;

function listPairs(line: string): readonly (readonly [string, string])[] {
  const matches = [...line.matchAll(PAIR)];
  const pairs = matches.map(([, name = "", value = ""]): readonly [string, string] => {
    const parsed = value.startsWith('"') ? parseExact(value) : { value };
    return [name, "value" in parsed ? String(parsed.value) : value];
  });
  const [first, last] = [matches[0], matches.at(-1)];
  const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
  const [, start, duration] = WAVEFRONT_TIMES.exec(line.slice(end)) ?? [];
  if (start === undefined || duration === undefined) return pairs;
  const name = line.slice(0, first?.index).trim().replace(/^"|"$/g, "");
  return [...pairs, ["name", name], ["start", start], ["duration_ms", duration]];
}

function readBlocks(lines: readonly string[], isUnmarked: boolean): readonly Map<string, string>[] {
  const rows: Map<string, string>[] = isUnmarked ? [new Map<string, string>()] : [];
  let last = "";
  for (const line of lines) {
    const row = rows.at(-1);
    if (BLOCK.test(line) || (line.trim() === "" && isUnmarked)) {
      rows.push(new Map());
      last = "";
      continue;
    }
    if (row === undefined || RULE.test(line) || /^\s*[─━-]+$/.test(line)) continue;
    const [, name = "", mark, value = ""] =
      /^\s*([\w.$ ()]{1,200}?) *(:|\||(?<= )=(?= )) ?(.*)$/.exec(line) ?? [];
    if (line.trim() === "" || /^\(?\d+ rows?\b/.test(line)) last = "";
    else if (mark === "|" && name === "") row.set(last, `${row.get(last) ?? ""}\n${value.trim()}`);
    else if (mark !== undefined && name !== "") {
      row.set(name, value.trim());
      last = name;
    } else if (last !== "") row.set(last, `${row.get(last) ?? ""}\n${line}`);
  }
  return rows;
}

function readLines(lines: readonly string[]): readonly Map<string, string>[] {
  const rows: Map<string, string>[] = [];
  let names: readonly string[] | undefined;
  let columns: readonly number[] = [];
  let isFramed = true;
  /** Lines since the last that was none of a table: the first has the names, where no rule has them. */
  let head: string[] = [];
  let continues = false;
  for (const line of lines) {
    if (NAMED_RULE.test(line)) {
      names = line
        .replace(/^[ \t]*┌|┐\s*$/g, "")
        .split("┬")
        .map(trimRule);
      columns = [];
      isFramed = true;
    } else if (RULE.test(line)) {
      const [header] = head;
      if (names !== undefined || header === undefined) continue;
      columns = listColumns(line);
      isFramed = /^\s*[|│┃].*[|│┃]\s*$/.test(header);
      names = splitCells(header, columns, isFramed);
    } else if (!STROKE.test(line)) {
      names = undefined;
      head = [];
    } else if (names === undefined) {
      head.push(line);
    } else {
      const cells = splitCells(line, columns, isFramed);
      const row = continues ? rows.at(-1) : undefined;
      continues = hasMore(line, columns);
      const named = names.map(
        (name, at) => [name, (cells[at] ?? "").replace(/ *\+$/, "")] as const,
      );
      if (row === undefined) rows.push(new Map(named));
      for (const [name, more] of row === undefined ? [] : named) {
        if (more !== "") row?.set(name, `${row.get(name) ?? ""}\n${more}`);
      }
    }
  }
  return rows;
}

/** Where the columns meet, in the rule under their names. */
function listColumns(rule: string): readonly number[] {
  return [...rule.matchAll(/[^-─━═: \t]/g)].map(match => match.index);
}

/** Strokes around the table have nothing outside, or the number of the row. */
function splitCells(
  line: string,
  columns: readonly number[],
  isFramed: boolean,
): readonly string[] {
  const isAligned = columns.length > 0 && columns.every(at => STROKE.test(line[at] ?? ""));
  const strokes = isAligned ? columns : [...line.matchAll(/[|│┃]/g)].map(match => match.index);
  const bounds = [-1, ...strokes, line.length];
  const cells = bounds
    .slice(1)
    .map((end, index) => line.slice((bounds[index] ?? -1) + 1, end).trim());
  return isFramed ? cells.slice(1, -1) : cells;
}

/** `psql` ends a line of a cell that goes on with a plus. */
function hasMore(line: string, columns: readonly number[]): boolean {
  return (columns.length > 0 && columns.some(at => line[at - 1] === "+")) || /\+$/.test(line);
}

function trimRule(name: string): string {
  return name.replace(/^─+|─+$/g, "");
}

const LEAST_FIELDS = 3;

/** The rows of comma-separated values, with what their cells hold. */
export function readCellRows(text: string): readonly Row[] {
  const [header = []] = readCsvRows(text.slice(0, HEAD_LENGTH));
  if (header.length < LEAST_FIELDS) return [];
  // A span has an id, a name and a time at least: lines of other text that break into fewer are none.
  return [...readCsvObjects(text)].map(row => toRow(Object.entries(row))).filter(hasFields);
}

function hasFields(row: object): boolean {
  return Object.keys(row).length >= LEAST_FIELDS;
}

/** Whatever is empty is no value; maps, lists and JSON come out of their text. */
function toRow(cells: Iterable<readonly [string, string]>): Row {
  const filled = [...cells].filter(
    ([name, cell]) => name !== "" && cell !== "" && !NULLS.test(cell),
  );
  const row = Object.fromEntries(filled);
  return (
    parseCassandraRow(row) ??
    Object.fromEntries(filled.map(([name, cell]) => [name, parseCell(cell) ?? cell]))
  );
}
