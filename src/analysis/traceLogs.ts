/** The log lines of a trace: which span each belongs to, in the order of time. Pure; knows no files. */

import type { LogLevel } from "../model/logLevel.ts";
import { FIRST_SPAN, NO_SPAN } from "../model/span.ts";
import type { SpanEvent } from "../model/spanDetail.ts";
import type { SpanIndex, Trace } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";

/** Where a line stands. */
export type LogPlace =
  /** A file of the workspace or an open document, by its uri. */
  | { readonly kind: "line"; readonly uri: string; readonly line0: number }
  /** A terminal or a debug console, by its name. */
  | { readonly kind: "printed"; readonly source: string; show(): void }
  /**
   * Records that were received as OpenTelemetry's logs; `isLoose`: it names no trace, and is here by its service and
   * time.
   */
  | { readonly kind: "store"; readonly service: string; readonly isLoose: boolean };

export interface TraceLog {
  /** The trace as a whole where it is absent. */
  readonly span?: SpanIndex;
  readonly unixMs?: number;
  readonly level?: LogLevel;
  readonly text: string;
  /** The rest of what was logged. */
  readonly more?: string;
  readonly place: LogPlace;
}

/** A log as a mark on the timeline. */
export interface LogMark {
  /** Among the lines that were gathered. */
  readonly index: number;
  readonly span: SpanIndex;
  /** Nanoseconds from the trace's origin. */
  readonly timeNs: number;
  readonly level?: LogLevel;
  readonly text: string;
}

/** Returns what a record says beyond its name, which is its body's first line or the name of an event. */
export function readMore({ name, attributes }: SpanEvent): string {
  const read = (key: string) => attributes.find(each => each.key === key)?.value;
  const [body, stack] = [read("log.body"), read("exception.stacktrace")];
  const text = typeof body === "string" ? body.trim() : JSON.stringify(body ?? "");
  // A long first line is cut in the name, and is told here as a whole.
  const rest = text.startsWith(name) ? text.slice(name.length).replace(/^\s*\n/, "") : text;
  return [body === undefined ? "" : rest, typeof stack === "string" ? stack.trimEnd() : ""]
    .filter(Boolean)
    .join("\n");
}

const LOOSE_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/;

/** The spans of a trace by their ids as hexadecimal digits; −1 is the trace as a whole. */
export class TraceIds {
  readonly #trace: Pick<Trace, "columns" | "spanIds">;
  /** Made for the first id that is asked for: most windows have no log, and a trace may have 100,000 spans. */
  #spans: ReadonlyMap<string, SpanIndex> | undefined;

  constructor(trace: Pick<Trace, "columns" | "spanIds">) {
    this.#trace = trace;
  }

  /** The most telling of them: a span before the trace. */
  find(ids: readonly string[]): SpanIndex | undefined {
    const spans = (this.#spans ??= indexIds(this.#trace));
    let found: SpanIndex | undefined;
    for (const id of ids) {
      const span = spans.get(id);
      if (span !== undefined && (found === undefined || found < 0)) found = span;
    }
    return found;
  }
}

function indexIds({
  columns,
  spanIds,
}: Pick<Trace, "columns" | "spanIds">): ReadonlyMap<string, SpanIndex> {
  const spans = new Map<string, SpanIndex>();
  const traceId = toDigits(columns.traceId);
  if (LOOSE_ID.test(traceId)) spans.set(traceId, NO_SPAN);
  // 64-bit tracers log the lower half alone.
  if (traceId.length === 32) spans.set(traceId.slice(16), NO_SPAN);
  spanIds.forEach((id, at) => {
    const digits = toDigits(id);
    if (LOOSE_ID.test(digits)) spans.set(digits, at as SpanIndex);
  });
  return spans;
}

function toDigits(id: string): string {
  return id.replaceAll("-", "").toLowerCase();
}

/** Lines without a time stand behind the line before them. */
export function sortLogs(logs: readonly TraceLog[]): readonly TraceLog[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastUri = "";
  return logs
    .map((log, at) => {
      const uri = log.place.kind === "line" ? log.place.uri : "";
      if (uri !== lastUri) lastMs = Number.NEGATIVE_INFINITY;
      lastUri = uri;
      lastMs = log.unixMs ?? lastMs;
      return { log, at, unixMs: lastMs };
    })
    .sort((a, b) => (a.unixMs < b.unixMs ? -1 : a.unixMs > b.unixMs ? 1 : a.at - b.at))
    .map(({ log }) => log);
}

/** Logs whose time is known stand at their span, those of the trace as a whole at its first root. */
export function toMarks(originUnixMs: number, logs: readonly TraceLog[]): readonly LogMark[] {
  return logs.flatMap(({ span = FIRST_SPAN, unixMs, level, text }, index) =>
    unixMs === undefined
      ? []
      : [
          {
            ...{ index, span, timeNs: (unixMs - originUnixMs) * NS_PER_MS, text },
            ...(level !== undefined && { level }),
          },
        ],
  );
}
