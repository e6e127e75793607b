/** The tool `wait_for_trace`: the first trace that fits and has grown quiet, or what came instead. */

import { setTimeout } from "node:timers/promises";
import type { TraceQuery } from "../model/traceStore.ts";
import { countOf, writeLines } from "./answerText.ts";
import { readCursor, readSince } from "./cursor.ts";
import { newerThan } from "./findTraces.ts";
import { agoText, explainNone, failureLines, listedText } from "./listedText.ts";
import { numberOf, textValue, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { readFilter, searchAll, type ListedTrace } from "./traceSearch.ts";

/** A program that was started a moment before the call may have ended by now. */
const BEFORE_MS = 30_000;
/** Between two looks at the stores. */
const LOOK_MS = 250;
const MOST = 10;

export const waitForTrace: ToolHandler = async call => {
  const { context, reader, signal, values, limit } = call;
  const filter = readFilter(textValue(values, "query"));
  const startMs = context.now();
  const endMs = startMs + numberOf(values, "timeout_s") * 1e3;
  const settleMs = numberOf(values, "settle_ms");
  const after = textValue(values, "after");
  const fromUnixMs = after === undefined ? startMs - BEFORE_MS : readAfter(after, startMs);
  const query: TraceQuery = { ...filter, fromUnixMs, limit: MOST };
  /** When each was last seen to grow. */
  const growth = new Map<string, { readonly shape: string; readonly sinceMs: number }>();
  for (;;) {
    const answer = await searchAll(context, query, signal);
    const nowMs = context.now();
    const fitting = answer.traces.filter(({ brief }) => brief.startUnixMs > fromUnixMs);
    const settled = fitting.toReversed().find(each => isSettled(each, growth, nowMs, settleMs));
    if (settled !== undefined || nowMs >= endMs) {
      if (settled !== undefined) reader.prepare(settled.brief.traceId, settled.stores);
      const others = fitting.filter(each => each !== settled);
      const lines = [
        ...failureLines(answer),
        ...(settled === undefined ? [] : [listedText(settled, nowMs)]),
        ...(others.length === 0
          ? []
          : [
              settled === undefined ? "What came and still grows:" : "Also came:",
              ...others.map(each => `  ${listedText(each, nowMs)}`),
            ]),
        ...(fitting.length === 0 ? await explainNone(context, answer, signal) : []),
      ];
      const waited = `${((nowMs - startMs) / 1e3).toFixed(1)} s`;
      const began = settled === undefined ? 0 : startMs - settled.brief.startUnixMs;
      const head =
        settled === undefined
          ? `0 traces that fit grew quiet within ${waited}; ${countOf(fitting.length, "trace")} came; again: wait_for_trace(after=${newerThan([], fromUnixMs)})`
          : `1 trace after ${waited}, quiet for ${settleMs} ms${after === undefined && began > 0 ? `, began ${agoText(began).replace(/ ago$/, "")} before this call` : ""}; later ones: wait_for_trace(after=${newerThan([settled], nowMs)}); next: get_trace(id=${settled.brief.traceId})`;
      return writeLines(limit, lines, () => head);
    }
    await setTimeout(Math.min(LOOK_MS, endMs - nowMs), undefined, { signal });
  }
};

/** Exporters send in batches, so one that ended long ago may have come just now: it is watched from its first sight on. */
function isSettled(
  { brief }: ListedTrace,
  lastShapes: Map<string, { readonly shape: string; readonly sinceMs: number }>,
  nowMs: number,
  settleMs: number,
): boolean {
  const shape = `${brief.spanCount} ${brief.errorCount} ${brief.durationMs ?? "running"}`;
  const known = lastShapes.get(brief.traceId);
  if (known?.shape !== shape) lastShapes.set(brief.traceId, { shape, sinceMs: nowMs });
  const sinceMs = known?.shape === shape ? known.sinceMs : nowMs;
  // A task may run for minutes and send nothing meanwhile.
  return brief.durationMs !== undefined && nowMs - sinceMs >= settleMs;
}

function readAfter(after: string, nowMs: number): number {
  const fromUnixMs = readCursor(after)?.fromUnixMs ?? readSince(after, nowMs);
  if (fromUnixMs === undefined) {
    throw new ToolRefusal("after must be a cursor of an earlier answer");
  }
  return fromUnixMs;
}
