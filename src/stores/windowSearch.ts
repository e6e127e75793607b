/**
 * The newest traces that match, page by page, from an API that knows no pages: only "at most so many whole traces, with
 * a span between then and then". Knows no product.
 *
 *     a trace      |--span--|
 *                      |--span--|
 *                  ^ earliest   ^ latest start
 *
 * By which of its spans a trace is dated is the storage's own business, so a page ends where the latest span of its
 * oldest trace began: nothing that was not told can be newer than that. What may come again is remembered, and asked
 * for on top.
 */

import type { SpanRecord } from "../model/spanRecord.ts";
import { toSpanBrief, toTraceBrief } from "./briefs.ts";
import { matchTrace } from "./matchTrace.ts";
import type { TraceBrief, TracePage, TraceQuery } from "../model/traceStore.ts";

export interface Window {
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  /** Traces to answer with at most. */
  readonly limit: number;
}

export interface WindowAnswer {
  readonly traces: readonly (readonly SpanRecord[])[];
  /** There was no more in the window. */
  readonly isAll: boolean;
  /** How far back it was looked at, where the server does not look as far as it was asked to. */
  readonly lookedBackToMs?: number;
}

export interface WindowOptions {
  /** Traces asked for at once, although a page may want fewer: many of them may not match, or be out of order. */
  readonly sieveSize?: number;
  /** How far back a search goes that does not say how far. */
  readonly reachMs?: number;
  /** Whether a trace that was answered is asked for; absent: as `matchTrace`. */
  readonly matches?: typeof matchTrace;
}

/** Answers read for one page at most: a condition that the server does not know may match nothing at all. */
const MAX_READS = 8;
const SIEVE_SIZE = 50;
const REACH_MS = 30 * 86_400_000;
/** The server's clock may be ahead of ours. */
const SLACK_MS = 60_000;

interface Cursor {
  readonly endMs: number;
  /** Traces that were told and may come again, with the time of their earliest span. */
  readonly listed: readonly (readonly [traceId: string, earliestMs: number])[];
}

interface Candidate {
  readonly brief: TraceBrief;
  readonly records: readonly SpanRecord[];
  readonly latestMs: number;
}

/** `read` may answer with traces that do not match, never without one that does. */
export async function searchWindows(
  query: TraceQuery,
  read: (window: Window) => Promise<WindowAnswer>,
  { sieveSize = SIEVE_SIZE, reachMs = REACH_MS, matches = matchTrace }: WindowOptions = {},
): Promise<TracePage> {
  let cursor = readCursor(query);
  const traces: TraceBrief[] = [];
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const room = query.limit - traces.length;
    const limit = Math.max(room, sieveSize) + 1 + cursor.listed.length;
    const fromUnixMs = query.fromUnixMs ?? cursor.endMs - reachMs;
    if (fromUnixMs >= cursor.endMs) return { traces };
    const answer = await read({ fromUnixMs, toUnixMs: cursor.endMs, limit });
    const listedIds = new Set([
      ...cursor.listed.map(([traceId]) => traceId),
      // A server that does not look at the times that it is given must not fill the page with one trace.
      ...traces.map(({ traceId }) => traceId),
    ]);
    const fresh = answer.traces
      .map(toCandidate)
      .filter(({ brief }) => !listedIds.has(brief.traceId))
      .sort((a, b) => b.latestMs - a.latestMs);
    const accepted: Candidate[] = [];
    for (const candidate of fresh) {
      if (traces.length === query.limit) break;
      accepted.push(candidate);
      if (matches(candidate.brief, candidate.records, query)) traces.push(candidate.brief);
    }
    if (answer.isAll && accepted.length === fresh.length) return { traces };
    const isSpent = accepted.length === fresh.length;
    cursor = moveOn(cursor, accepted, isSpent ? answer.lookedBackToMs : undefined);
    if (traces.length === query.limit) break;
  }
  return { traces, cursor: JSON.stringify(cursor) };
}

function toCandidate(records: readonly SpanRecord[]): Candidate {
  const briefs = records.map(toSpanBrief);
  const brief = toTraceBrief(records[0]?.traceId ?? "", briefs);
  const latestMs = briefs.reduce(
    (latest, { startUnixMs = latest }) => Math.max(latest, startUnixMs),
    brief.startUnixMs,
  );
  return { brief, records, latestMs };
}

function moveOn(
  cursor: Cursor,
  accepted: readonly Candidate[],
  lookedBackToMs: number | undefined,
): Cursor {
  const oldestMs = accepted.reduce((end, { latestMs }) => Math.min(end, latestMs), cursor.endMs);
  const endMs = lookedBackToMs ?? (accepted.length === 0 ? cursor.endMs - 1 : Math.ceil(oldestMs));
  const listed = [
    ...cursor.listed,
    ...accepted.map(({ brief }) => [brief.traceId, brief.startUnixMs] as const),
  ];
  return { endMs, listed: listed.filter(([, earliestMs]) => earliestMs <= endMs) };
}

function readCursor({ cursor, toUnixMs }: TraceQuery): Cursor {
  if (cursor !== undefined) return JSON.parse(cursor) as Cursor;
  return { endMs: Math.max(1, Math.ceil((toUnixMs ?? Date.now()) + SLACK_MS)), listed: [] };
}
