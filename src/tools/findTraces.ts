/** The tool `find_traces`: the traces that fit, newest first, or why there are none. */

import type { TraceQuery } from "../model/traceStore.ts";
import { countOf, QUOTE_NOTE, writeWithin } from "./answerText.ts";
import { readCursor, readSince, writeCursor, type Cursor } from "./cursor.ts";
import { findLastRun } from "./lastRun.ts";
import { explainNone, failureLines, listedText } from "./listedText.ts";
import { numberOf, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { readFilter, searchAll, type ListedTrace } from "./traceSearch.ts";

export const findTraces: ToolHandler = async call => {
  const { context, signal, values, limit } = call;
  const most = numberOf(values, "limit");
  const filter = readFilter(textValue(values, "query"), textValue(values, "status"));
  const { range, passedOver, note } = await readRange(call, { ...filter, limit: most });
  // Those that an earlier page listed come again, because their moment is the border.
  const query: TraceQuery = { ...filter, ...range, limit: most + passedOver.length };
  const answer = await searchAll(context, query, signal);
  const fitting = answer.traces.filter(({ brief }) => !passedOver.includes(brief.traceId));
  const listed = fitting.slice(0, most);
  if (listed.length === 0) {
    const lines = [...note, ...(await explainNone(context, answer, signal))];
    return writeWithin(limit, lines.length, shown => ({
      head: "0 traces fit; why:",
      lines: [QUOTE_NOTE, ...lines.slice(0, shown)],
    }));
  }
  return writeWithin(limit, listed.length, shown => {
    const page = listed.slice(0, shown);
    const hasMore = shown < fitting.length || answer.hasMore;
    return {
      head: `${countOf(shown, "trace")}${hasMore ? " and there are more" : ", all that fit"}, newest first; ${hasMore ? `older: find_traces(since=${writeCursor(olderThan(page, query, passedOver))}); ` : ""}newer: since=${newerThan(page, context.now())}; next: get_trace(id)`,
      lines: [
        QUOTE_NOTE,
        ...note,
        ...failureLines(answer),
        ...page.map(each => listedText(each, context.now())),
      ],
    };
  });
};

interface Range {
  readonly range: Pick<TraceQuery, "fromUnixMs" | "toUnixMs" | "tags">;
  readonly passedOver: readonly string[];
  readonly note: readonly string[];
}

async function readRange({ context, reader, values, signal }: ToolCall, query: TraceQuery): Promise<Range> {
  const since = textValue(values, "since");
  if (since === undefined) return { range: {}, passedOver: [], note: [] };
  if (since === "last_run") {
    const run = await findLastRun(context, reader, query, signal);
    return { range: run?.query ?? {}, passedOver: [], note: run === undefined ? [] : [run.note] };
  }
  const cursor = readCursor(since);
  if (cursor !== undefined) {
    const { kind, fromUnixMs, passedOver } = cursor;
    const toUnixMs = kind === "older" ? { toUnixMs: cursor.toUnixMs } : {};
    return { range: { fromUnixMs, ...toUnixMs }, passedOver, note: [] };
  }
  const fromUnixMs = readSince(since, context.now());
  if (fromUnixMs !== undefined) return { range: { fromUnixMs }, passedOver: [], note: [] };
  throw new ToolRefusal("since must be like 15m, 2h or 1d, an ISO time, last_run, or a cursor");
}

function olderThan(
  page: readonly ListedTrace[],
  { fromUnixMs = 0 }: TraceQuery,
  before: readonly string[],
): Cursor {
  const toUnixMs = page.at(-1)?.brief.startUnixMs ?? 0;
  const passedOver = page
    .filter(({ brief }) => brief.startUnixMs === toUnixMs)
    .map(({ brief }) => brief.traceId);
  // A page that lies within one moment adds to what was passed over before.
  const isWithin = page[0]?.brief.startUnixMs === toUnixMs;
  return {
    kind: "older",
    fromUnixMs,
    toUnixMs,
    passedOver: isWithin ? [...before, ...passedOver] : passedOver,
  };
}

/** For what begins after the newest that was listed. */
export function newerThan(page: readonly ListedTrace[], nowUnixMs: number): string {
  const fromUnixMs = page[0]?.brief.startUnixMs ?? nowUnixMs;
  const passedOver = page
    .filter(({ brief }) => brief.startUnixMs === fromUnixMs)
    .map(({ brief }) => brief.traceId);
  return writeCursor({ kind: "newer", fromUnixMs, passedOver });
}
