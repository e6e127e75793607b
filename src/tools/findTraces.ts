/** The tool `find_traces`: the traces that fit, newest first, or why there are none. */

import type { TraceQuery } from "../model/traceStore.ts";
import { countOf, writeLines } from "./answerText.ts";
import { readCursor, readSince, writeCursor, type Cursor } from "./cursor.ts";
import { findLastRun } from "./lastRun.ts";
import { explainNone, failureLines, listedText } from "./listedText.ts";
import { numberOf, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { readFilter, searchAll, type ListedTrace } from "./traceSearch.ts";

export const findTraces: ToolHandler = async call => {
  const { context, reader, signal, values, limit } = call;
  const most = numberOf(values, "limit");
  const filter = readFilter(textValue(values, "query"), textValue(values, "status"));
  const { range, listedBefore, note, isAfter } = await readRange(call, { ...filter, limit: most });
  // Those that an earlier page listed come again, because their moment is the border.
  const query: TraceQuery = { ...filter, ...range, limit: most + listedBefore };
  const answer = await searchAll(context, query, signal);
  const fitting = answer.traces
    .slice(listedBefore)
    .filter(({ brief }) => !isAfter || brief.startUnixMs > (range.fromUnixMs ?? 0));
  const listed = fitting.slice(0, most);
  if (listed.length === 0) {
    const lines = [...note, ...(await explainNone(context, answer, signal))];
    return writeLines(limit, lines, () => "0 traces fit; why:");
  }
  // The newest is asked for next, most likely; while it runs it would be read in vain.
  const [newest] = listed;
  if (newest?.brief.durationMs !== undefined) {
    reader.prepare(newest.brief.traceId, newest.stores);
  }
  const lines = listed.map(each => listedText(each, context.now()));
  const head = (shown: number): string => {
    const page = listed.slice(0, shown);
    const hasMore = shown < fitting.length || answer.hasMore;
    return `${countOf(shown, "trace")}${hasMore ? " and there are more" : ", all that fit"}, newest first; ${hasMore ? `older: find_traces(since=${writeCursor(olderThan(page, query, listedBefore))}); ` : ""}newer: since=${newerThan(page, context.now())}; next: get_trace(id)`;
  };
  return writeLines(limit, lines, head, [...note, ...failureLines(answer)]);
};

interface Range {
  readonly range: Pick<TraceQuery, "fromUnixMs" | "toUnixMs" | "tags">;
  /** How many traces of the last moment were listed. */
  readonly listedBefore: number;
  /** The first moment itself is left out. */
  readonly isAfter: boolean;
  readonly note: readonly string[];
}

async function readRange(
  { context, reader, values, signal }: ToolCall,
  query: TraceQuery,
): Promise<Range> {
  const none: Range = { range: {}, listedBefore: 0, isAfter: false, note: [] };
  const since = textValue(values, "since");
  if (since === undefined) return none;
  if (since === "last_run") {
    const run = await findLastRun(context, reader, query, signal);
    return run === undefined ? none : { ...none, range: run.query, note: [run.note] };
  }
  const cursor = readCursor(since);
  if (cursor?.kind === "newer") {
    return { ...none, range: { fromUnixMs: cursor.fromUnixMs }, isAfter: true };
  }
  if (cursor !== undefined) {
    const { fromUnixMs, toUnixMs, listed } = cursor;
    return { ...none, range: { fromUnixMs, toUnixMs }, listedBefore: listed };
  }
  const fromUnixMs = readSince(since, context.now());
  if (fromUnixMs !== undefined) return { ...none, range: { fromUnixMs } };
  throw new ToolRefusal("since must be like 15m, 2h or 1d, an ISO time, last_run, or a cursor");
}

function olderThan(
  page: readonly ListedTrace[],
  { fromUnixMs = 0, toUnixMs: before }: TraceQuery,
  listedBefore: number,
): Cursor {
  const toUnixMs = page.at(-1)?.brief.startUnixMs ?? 0;
  const ofLastMoment = page.filter(({ brief }) => brief.startUnixMs === toUnixMs).length;
  // A page that ends within the moment where it began adds to what was listed of it.
  const listed = toUnixMs === before ? listedBefore + ofLastMoment : ofLastMoment;
  return { kind: "older", fromUnixMs, toUnixMs, listed };
}

/** For what begins after the newest that was listed. */
export function newerThan(page: readonly ListedTrace[], nowUnixMs: number): string {
  return writeCursor({ kind: "newer", fromUnixMs: page[0]?.brief.startUnixMs ?? nowUnixMs });
}
