/** Comma-separated values as RFC 4180 has them, and as people write them: quotes, line breaks in quotes, `;` and tabs. Pure. */

const QUOTE = '"';
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The mark of the byte order, and a line in which Excel is told what parts the cells. */
const TOLD_SEPARATOR = /^\ufeff?(?:sep=(.)\r?\n)?/i;

/** No table of spans has as many columns: a header that has more is none, and cells further right belong to no column. */
const MAX_CELLS = 10_000;
/** Enough of the first line to tell what parts its cells. */
const FIRST_LINE = /^[^\n]{0,65536}/;

/** One list of cells a line; lines without any text are left out. */
export function* readCsvRows(text: string): Generator<readonly string[], undefined> {
  const [told = "", ownSeparator] = TOLD_SEPARATOR.exec(text) ?? [];
  const start = told.length;
  const separator = ownSeparator ?? guessSeparator(text);
  let row: string[] = [];
  let isHeader = true;
  for (let at = start; at < text.length;) {
    const cell = text[at] === QUOTE ? readQuoted(text, at) : readPlain(text, at, separator);
    if (row.length < MAX_CELLS) row.push(cell.value);
    else if (isHeader) return;
    at = cell.end;
    if (text[at] === separator) {
      at += 1;
      // A separator at the very end still has an empty cell after it.
      if (at === text.length) row.push("");
      if (text[at] !== "\n" && text[at] !== "\r") continue;
      row.push("");
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    if (row.length > 1 || row[0]?.trim() !== "") yield row;
    row = [];
    isHeader = false;
  }
  if (row.length > 0) yield row;
}

interface Cell {
  readonly value: string;
  readonly end: number;
}

function readPlain(text: string, start: number, separator: string): Cell {
  const separatorCode = separator.charCodeAt(0);
  let end = start;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === separatorCode || code === LINE_FEED || code === CARRIAGE_RETURN) break;
  }
  return { value: text.slice(start, end), end };
}

/** Two quotation marks are one; what is left open goes to the end. Text behind the closing one belongs to the cell. */
function readQuoted(text: string, open: number): Cell {
  let close = text.indexOf(QUOTE, open + 1);
  while (close >= 0 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2);
  const end = close < 0 ? text.length : close;
  const value = text.slice(open + 1, end).replaceAll('""', QUOTE);
  return { value, end: Math.min(end + 1, text.length) };
}

/** Whichever the first line has most of. */
function guessSeparator(text: string): string {
  const [line = ""] = FIRST_LINE.exec(text) ?? [];
  const count = (separator: string): number => line.split(separator).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The rows behind the header, by its names; a row that is too short has fewer, one that is too long no more. */
export function* readCsvObjects(text: string): Generator<Record<string, string>, undefined> {
  const rows = readCsvRows(text);
  const header = (rows.next().value ?? []).map(name => name.trim());
  for (const row of rows) {
    const cells = row.slice(0, header.length);
    yield Object.fromEntries(cells.map((cell, index) => [header[index] ?? "", cell.trim()]));
  }
}

/** With all of the names, where cells are missing too. */
export function nameCells(
  header: readonly string[],
  row: readonly string[],
): Record<string, string> {
  return Object.fromEntries(header.map((name, index) => [name.trim(), row[index]?.trim() ?? ""]));
}
