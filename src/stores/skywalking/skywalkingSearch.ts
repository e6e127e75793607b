/**
 * The newest traces that match, page by page. Most storages tell segments, which are parts of traces, newest first and
 * by the second; one tells whole traces.
 *
 *     segments   9:05 a   9:05 b   9:04 a   9:03 c …   →   traces   a   b   c …
 *
 * Some storages sort within a day only, so a page ends at the time of the last segment that was looked at, and the next
 * one begins there: what it tells again has been seen.
 */

import { isObject, listObjects } from "../../formats/values/jsonObject.ts";
import { toUnixMs } from "../briefs.ts";
import { canonicalTraceId } from "../../model/ids.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { toSpanBrief, toTraceBrief } from "../briefs.ts";
import { matchTrace } from "../matchTrace.ts";
import type { TraceBrief, TracePage, TraceQuery } from "../../model/traceStore.ts";
import type { SkywalkingApi } from "./skywalkingApi.ts";
import {
  segmentsQuestion,
  toEndpointsQuestion,
  toServiceId,
  toWholeTracesQuestion,
} from "./skywalkingQueries.ts";

/** Lists read for one page at most: a condition that the server does not know may match nothing at all. */
const MAX_READS = 8;
const MIN_LIST = 20;
const MAX_LIST = 200;
/** For a second full of segments; more in one is beyond what can be listed. */
const MAX_SECOND = 5_000;
/** Servers keep traces for three days, unless they are told otherwise. */
const REACH_MS = 30 * 86_400_000;
/** Its clock may be ahead of ours. */
const SLACK_MS = 60_000;
/** Endpoints whose name contains the one that is looked for. */
const MAX_ENDPOINTS = 100;

interface Cursor {
  readonly endMs: number;
  /**
   * The page of whole traces. Segments of one second come in any order, so that only a longer list tells more of them.
   */
  readonly page: number;
  readonly size: number;
  /** Traces that were looked at and may come again, with the time of their earliest span. */
  readonly listed: readonly (readonly [traceId: string, earliestMs: number])[];
}

/** A segment, or a whole trace where the storage tells those. */
interface Row {
  readonly traceId: string;
  readonly startMs: number;
  readonly records?: readonly SpanRecord[];
}

export interface SkywalkingReader {
  readonly api: SkywalkingApi;
  /** Keys that the server can search by. */
  listTags(signal: AbortSignal): Promise<readonly string[]>;
  /** The spans of each trace by its id as the server writes it; `isShort`: without logs and events. */
  readTraces(
    traceIds: readonly string[],
    isShort: boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly SpanRecord[]>>;
  toRecords(answer: unknown): readonly SpanRecord[];
}

export async function searchSkywalking(
  reader: SkywalkingReader,
  query: TraceQuery,
  signal: AbortSignal,
): Promise<TracePage> {
  // Agents report a segment when all of it has ended.
  if (query.status === "running") return { traces: [] };
  const condition = await toCondition(reader, query, signal);
  const isShort = isEmpty(query.text);
  const usualSize = Math.min(MAX_LIST, Math.max(MIN_LIST, query.limit * 3));
  let cursor = readCursor(query, usualSize);
  const traces: TraceBrief[] = [];
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const fromMs = query.fromUnixMs ?? cursor.endMs - REACH_MS;
    const { rows, isWhole } = await readRows(reader, condition, fromMs, cursor, signal);
    const listed = new Map(cursor.listed);
    const known = new Map(rows.flatMap(row => (row.records ? [[row.traceId, row.records]] : [])));
    const fresh = [...new Set(rows.map(row => row.traceId))].filter(id => !listed.has(id));
    let accepted = 0;
    let room = query.limit - traces.length;
    let unread: readonly string[] = isWhole ? [] : fresh;
    for (const row of rows) {
      if (!listed.has(row.traceId)) {
        if (room === 0) break;
        if (!known.has(row.traceId)) {
          // No more than are still wanted: most of them match.
          const next = unread.slice(0, room);
          unread = unread.slice(room);
          const read = await reader.readTraces(next, isShort, signal);
          for (const id of next) known.set(id, read.get(id) ?? []);
        }
        const records = known.get(row.traceId) ?? [];
        const brief = toBrief(records);
        listed.set(row.traceId, brief?.startUnixMs ?? row.startMs);
        if (brief !== undefined && matchTrace(brief, records, query)) {
          traces.push(brief);
          room -= 1;
        }
      }
      accepted += 1;
    }
    const isEnd = rows.length < cursor.size && accepted === rows.length;
    if (isEnd) return { traces };
    cursor = isWhole
      ? { ...cursor, page: cursor.page + (accepted === rows.length ? 1 : 0), listed: [...listed] }
      : moveOn(cursor, rows, accepted, listed, usualSize);
    if (room === 0) break;
  }
  return { traces, cursor: JSON.stringify(cursor) };
}

function moveOn(
  { endMs, page, size }: Cursor,
  rows: readonly Row[],
  accepted: number,
  listed: ReadonlyMap<string, number>,
  usualSize: number,
): Cursor {
  const endSecond = toSecond(endMs);
  const lastSecond = toSecond(rows[Math.max(0, accepted - 1)]?.startMs ?? endMs);
  const isStuck = lastSecond >= endSecond && accepted === rows.length;
  const next = !isStuck
    ? { endMs: lastSecond, size: lastSecond < endSecond ? usualSize : size }
    : size < MAX_SECOND
      ? { endMs, size: size * 2 }
      : { endMs: endSecond - 1_000, size: usualSize };
  const mayComeAgain = [...listed].filter(([, earliestMs]) => earliestMs < next.endMs + 1_000);
  return { ...next, page, listed: mayComeAgain };
}

async function readRows(
  reader: SkywalkingReader,
  condition: Readonly<Record<string, unknown>>,
  fromMs: number,
  { endMs, page, size }: Cursor,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly Row[]; readonly isWhole: boolean }> {
  const schema = await reader.api.readSchema(signal);
  const queryDuration = await reader.api.toDuration(fromMs, endMs, "SECOND", signal);
  const paging = { pageNum: page, pageSize: size };
  const variables = { condition: { ...condition, queryDuration, paging } };
  const isWhole = schema.hasWholeTraces;
  const question = isWhole ? toWholeTracesQuestion(schema) : segmentsQuestion;
  const { data } = await reader.api.ask({ query: question, variables }, signal);
  const found = isObject(data["found"]) ? listObjects(data["found"]["traces"]) : [];
  const rows = found.flatMap((item): readonly Row[] => {
    if (!isWhole) {
      const [traceId] = Array.isArray(item["traceIds"]) ? (item["traceIds"] as unknown[]) : [];
      return [{ traceId: String(traceId), startMs: Number(item["start"]) }];
    }
    const records = reader.toRecords(item);
    const [first] = records;
    if (first === undefined) return [];
    const startMs = Math.max(...records.map(({ span }) => toUnixMs(span.startUnixNs) ?? 0));
    return [{ traceId: first.traceId, startMs, records }];
  });
  if (isWhole) return { rows, isWhole };
  // Storages with a table a day tell so many of each day.
  return { rows: [...rows].sort((a, b) => b.startMs - a.startMs).slice(0, size), isWhole };
}

/** Makes the condition that the server can be asked for; it may answer with more than that, never with less. */
async function toCondition(
  reader: SkywalkingReader,
  query: TraceQuery,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { service, operation, minDurationMs, maxDurationMs } = query;
  const serviceId = service === undefined ? undefined : toServiceId(service);
  const tags = Object.entries(query.tags ?? {});
  const searchable = tags.length === 0 ? [] : await reader.listTags(signal);
  const ownTags = tags.filter(([key]) => searchable.includes(key));
  return {
    traceState: query.status === "error" ? "ERROR" : query.status === "ok" ? "SUCCESS" : "ALL",
    queryOrder: "BY_START_TIME",
    ...(serviceId !== undefined && { serviceId }),
    ...(serviceId !== undefined &&
      operation !== undefined && {
        endpointId: await findEndpointId(reader.api, serviceId, operation, signal),
      }),
    // Of a segment: no span of it is longer, and no trace is shorter.
    ...(minDurationMs !== undefined &&
      service !== undefined && { minTraceDuration: Math.floor(minDurationMs) }),
    ...(maxDurationMs !== undefined &&
      service === undefined && { maxTraceDuration: Math.ceil(maxDurationMs) }),
    ...(ownTags.length > 0 && { tags: ownTags.map(([key, value]) => ({ key, value })) }),
  };
}

/** `undefined` for what runs below an endpoint: the server does not know of it. */
async function findEndpointId(
  api: SkywalkingApi,
  serviceId: string,
  operation: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const variables = { keyword: operation, serviceId, limit: MAX_ENDPOINTS };
  const query = toEndpointsQuestion(await api.readSchema(signal));
  const { data } = await api.ask({ query, variables }, signal);
  const service = listObjects(data["found"]).find(({ name }) => name === operation);
  return service === undefined ? undefined : String(service["id"]);
}

function toBrief(records: readonly SpanRecord[]): TraceBrief | undefined {
  const [first] = records;
  return first && toTraceBrief(canonicalTraceId(first.traceId), records.map(toSpanBrief));
}

function toSecond(unixMs: number): number {
  return Math.floor(unixMs / 1_000) * 1_000;
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}

function readCursor({ cursor, toUnixMs: endMs }: TraceQuery, size: number): Cursor {
  if (cursor !== undefined) return JSON.parse(cursor) as Cursor;
  return { endMs: endMs ?? Date.now() + SLACK_MS, page: 1, size, listed: [] };
}
