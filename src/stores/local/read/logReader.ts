/** Reads logs: those of a trace, and those that name none by time, service and words. Knows the tables, no threads. */

import type { LogPage, LogQuery, LogRecord } from "../../../model/logRecord.ts";
import { findText } from "../../../formats/values/attributeValues.ts";
import { toLevel } from "../../../model/logLevel.ts";
import { NS_PER_MS } from "../../../model/units.ts";
import { MINUTE_MS, toMinuteId } from "../file/looseLogs.ts";
import { listLogTexts } from "../index/recordTerms.ts";
import type { TraceReader } from "./traceReader.ts";

/** Two days: each minute is one look into an index. */
const MAX_MINUTES = 2_880;

/** In the order of time. Where there are more than the limit, the first are given, or the last where that is asked. */
export function readLogs(reader: TraceReader, query: LogQuery): LogPage {
  const found: LogRecord[] = [];
  let isCut = false;
  const isNewest = "newestFirst" in query && query.newestFirst;
  const isWanted = createTest(query);
  const addAll = (traceId: string): void => {
    for (const log of reader.listLogs(reader.readCachedSegments(...reader.findTraces(traceId)))) {
      if (isWanted(log)) found.push(log);
    }
  };
  if ("traceId" in query) {
    addAll(query.traceId);
  } else {
    const first = Math.max(query.fromUnixMs, query.toUnixMs - MAX_MINUTES * MINUTE_MS);
    isCut = first > query.fromUnixMs;
    const from = Math.floor(first / MINUTE_MS);
    const count = Math.floor(query.toUnixMs / MINUTE_MS) - from + 1;
    for (let at = 0; at < count && found.length <= query.limit; at += 1) {
      addAll(toMinuteId((from + (isNewest ? count - 1 - at : at)) * MINUTE_MS));
    }
  }
  found.sort((a, b) => getUnixMs(a) - getUnixMs(b));
  const start = isNewest ? Math.max(0, found.length - query.limit) : 0;
  const logs = found.slice(start, start + query.limit);
  return { logs, isCut: isCut || found.length > query.limit };
}

function createTest(query: LogQuery): (log: LogRecord) => boolean {
  if ("traceId" in query) return () => true;
  const { fromUnixMs, toUnixMs, services, levels, text = "" } = query;
  const needle = text.trim().toLowerCase();
  return log => {
    const unixMs = getUnixMs(log);
    if (unixMs !== 0 && (unixMs < fromUnixMs || unixMs > toUnixMs)) return false;
    const service = read(log, "resource.service.name");
    if (services !== undefined && !services.includes(service)) return false;
    if (levels !== undefined) {
      const level = toLevel(read(log, "log.severity"));
      if (level === undefined || !levels.includes(level)) return false;
    }
    if (needle === "") return true;
    return [...listLogTexts(log)].some(each => each.toLowerCase().includes(needle));
  };
}

function getUnixMs({ event }: LogRecord): number {
  return Number(BigInt(event.timeUnixNs)) / NS_PER_MS;
}

function read({ event }: LogRecord, wanted: string): string {
  return findText(event.attributes, wanted) ?? "";
}
