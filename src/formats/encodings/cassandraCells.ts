/** Rows of Jaeger's own table in Cassandra, as `cqlsh` copies or prints them: lists, maps and numbers out of their text. Pure. */

import { parseInspectedValue } from "./inspectedText.ts";
import type { JsonObject } from "../values/jsonObject.ts";

const COLUMNS = ["trace_id", "span_id", "operation_name", "process"];

export function isCassandraHeader(header: readonly string[]): boolean {
  return COLUMNS.every(name => header.includes(name)) && header.includes("start_time");
}

/** `undefined` for a row of another table. */
export function parseCassandraRow(
  row: Readonly<Record<string, string>>,
  tellUnread: () => void = () => undefined,
): JsonObject | undefined {
  if (!isCassandraHeader(Object.keys(row))) return undefined;
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => {
      if (!/^(?:[[{]|-?\d+$)/.test(cell)) return [name, cell];
      const value = parseInspectedValue(cell);
      if (value === undefined) tellUnread();
      return [name, value ?? cell];
    }),
  );
}
