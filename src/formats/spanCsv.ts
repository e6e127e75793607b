/**
 * Tables of spans: one row a span, columns by the names that people give them (Nezha and the like), DeathStarBench's
 * tables of edges, EagleEye's calls. Pure.
 */

import { lookupTable } from "../base/lookupTable.ts";
import { TraceError } from "../model/failure.ts";
import type { SpanRecords } from "../model/spanRecord.ts";
import { isCassandraHeader, parseCassandraRow } from "./encodings/cassandraCells.ts";
import { nameCells, readCsvRows } from "./encodings/csvText.ts";
import { isEagleEyeHeader, readEagleEye } from "./products/eagleEye.ts";
import { readJaegerJson } from "./jaeger/jaegerJson.ts";
import { fieldName } from "./values/fieldName.ts";
import { pairRows } from "./pairedRows.ts";
import { isPlainSpan, readPlainSpans } from "./plain/plainSpans.ts";
import { isObject } from "./values/jsonObject.ts";
import { notes, type FileContext } from "./traceFormat.ts";

/** DeathStarBench writes one row an edge: all of the child, of the parent what does not make a span of it. */
const edgeColumns = lookupTable<string>({
  childId: "span_id",
  childOperation: "operation",
  childMS: "service",
  childPod: "pod",
  childDuration: "duration",
});
const MOST_HEADER_LENGTH = 4_096;

export function isSpanCsv(text: string): boolean {
  const header = readHeader(text.slice(0, MOST_HEADER_LENGTH));
  const isKnown = isEagleEyeHeader(header.map(fieldName)) || isCassandraHeader(header);
  return isKnown || isSpanHeader(header);
}

export function readSpanCsv(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const rows = readCsvRows(text);
  const header = renameEdges(rows.next().value ?? []);
  if (isEagleEyeHeader(header.map(fieldName))) {
    return readEagleEye(
      [...rows].map(row => nameCells(header.map(fieldName), row)),
      context,
    );
  }
  if (isCassandraHeader(header)) {
    let unread = 0;
    const items = [...rows].map(row => {
      const cells = nameCells(header, row);
      return parseCassandraRow(cells, () => (unread += 1)) ?? cells;
    });
    const { records, problems } = readJaegerJson(items, context);
    const found = notes(context, [unread, `${unread} cells cannot be read`]);
    return { records, problems: [...problems, ...found] };
  }
  if (!isSpanHeader(header)) {
    const reason = `no columns of spans: ${header.slice(0, 20).join(", ")}`;
    throw new TraceError({ code: "unreadableFile", path: context.store, reason });
  }
  const items = pairRows([...rows].map(row => nameCells(header, row))).filter(isObject);
  // A row that breaks off, like the last of a file that was cut short, may not be a span at all.
  const spanRows = items.filter((item, index) => index < items.length - 1 || isPlainSpan(item));
  const { records, problems } = readPlainSpans(spanRows, context);
  const lost = items.length - spanRows.length;
  const found = notes(context, [lost, "the last row breaks off"]);
  return { records, problems: [...problems, ...found] };
}

function readHeader(text: string): readonly string[] {
  return renameEdges(readCsvRows(text).next().value ?? []);
}

function renameEdges(header: readonly string[]): readonly string[] {
  return header.includes("childId") ? header.map(name => edgeColumns[name] ?? name.trim()) : header;
}

/** Whether a row with something in every column would be a span. */
function isSpanHeader(header: readonly string[]): boolean {
  return header.length > 2 && isPlainSpan(Object.fromEntries(header.map(name => [name, "1"])));
}
