/** Reads logs: those of a trace, and those that name none by time, service and words. Knows the tables, no threads. */

import type { LogPage, LogQuery, LogRecord } from "../../../model/logRecord.ts";
import { NS_PER_MS } from "../../../model/units.ts";
import { MINUTE_MS, toMinuteId } from "../file/looseLogs.ts";
import { listLogTexts } from "../index/recordTerms.ts";
import type { TraceReader } from "./traceReader.ts";

/** Two days: each minute is one look into an index. */
const MAX_MINUTES = 2_880;

/** In the order of time. Where there are more than the limit, the first are given. */
export function readLogs(reader: TraceReader, query: LogQuery): LogPage {
  const found: LogRecord[] = [];
  let isCut = false;
  const isWanted = createTest(query);
  const addAll = (traceId: string): void => {
    const trace = reader.findTrace(traceId);
    if (trace === undefined) return;
    for (const log of reader.listLogs(reader.readTraceSegments(trace))) {
      if (isWanted(log)) found.push(log);
    }
  };
  if ("traceId" in query) {
    addAll(query.traceId);
  } else {
    const first = Math.max(query.fromUnixMs, query.toUnixMs - MAX_MINUTES * MINUTE_MS);
    isCut = first > query.fromUnixMs;
    const start = Math.floor(first / MINUTE_MS) * MINUTE_MS;
    for (let minute = start; minute <= query.toUnixMs; minute += MINUTE_MS) {
      if (found.length > query.limit) break;
      addAll(toMinuteId(minute));
    }
  }
  found.sort((a, b) => getUnixMs(a) - getUnixMs(b));
  return { logs: found.slice(0, query.limit), isCut: isCut || found.length > query.limit };
}

function createTest(query: LogQuery): (log: LogRecord) => boolean {
  if ("traceId" in query) return () => true;
  const { fromUnixMs, toUnixMs, services, text = "" } = query;
  const wanted = text.trim().toLowerCase();
  return log => {
    const unixMs = getUnixMs(log);
    if (unixMs !== 0 && (unixMs < fromUnixMs || unixMs > toUnixMs)) return false;
    if (services !== undefined && !services.includes(getService(log))) return false;
    if (wanted === "") return true;
    return [...listLogTexts(log)].some(each => each.toLowerCase().includes(wanted));
  };
}

function getUnixMs({ event }: LogRecord): number {
  return Number(BigInt(event.timeUnixNs)) / NS_PER_MS;
}

function getService({ event }: LogRecord): string {
  const service = event.attributes.find(({ key }) => key === "resource.service.name")?.value;
  return typeof service === "string" ? service : "";
}
