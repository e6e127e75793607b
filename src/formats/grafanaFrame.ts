/** Rows of the trace frames that Grafana's data sources answer become span records. Pure. */

import type { SpanRecords } from "../model/spanRecord.ts";
import { readMappedSpans, renameFields } from "./mappedSpans.ts";
import { listObjects, type FileContext, type JsonObject } from "./traceFormat.ts";

/** All data sources give these columns, also those of Jaeger and Zipkin. */
export function isGrafanaRow(item: JsonObject): boolean {
  return ["traceID", "spanID", "operationName", "serviceTags", "startTime"].every(
    key => key in item,
  );
}

export function readGrafanaRows(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  return readMappedSpans(
    items.map(item => ({ source: item, span: toPlain(item) })),
    context,
  );
}

/** Times are milliseconds with fractions, whatever the data source has. */
function toPlain(row: JsonObject): JsonObject {
  return {
    ...renameFields(row, {
      serviceTags: "resource",
      startTime: "start_time_ms",
      duration: "duration_ms",
      tags: "attributes",
    }),
    logs: listObjects(row["logs"]).map(log =>
      renameFields(log, { timestamp: "timestamp_ms", fields: "attributes" }),
    ),
    links: listObjects(row["references"]).map(link => renameFields(link, { tags: "attributes" })),
    references: undefined,
  };
}
