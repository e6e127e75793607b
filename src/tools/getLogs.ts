/** The tool `get_logs`: log records and exceptions of spans, one line each. */

import type { SpanEvent } from "../model/spanDetail.ts";
import type { SpanIndex } from "../model/trace.ts";
import { SpanFlag, SpanStatus } from "../model/span.ts";
import { countOf, QUOTE_NOTE, quote, writeWithin } from "./answerText.ts";
import { readSince } from "./cursor.ts";
import { failureLines } from "./listedText.ts";
import { isoText, nameText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import { numberOf, numberValue, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { rowOf, spanOfRow, type OpenedTrace } from "./traceReader.ts";
import { searchAll } from "./traceSearch.ts";

/** Details are asked for one span at a time, failed ones first; what is beyond is counted. */
const MAX_SPANS = 2_000;
const QUESTIONS = 64;
const MAX_TRACES = 20;
const DEFAULT_SINCE_MS = 900_000;

interface LogLine {
  readonly opened: OpenedTrace;
  readonly span: SpanIndex;
  readonly timeUnixMs: number;
  readonly level: number;
  readonly event: SpanEvent;
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal"];

export const getLogs: ToolHandler = async call => {
  const { values, limit } = call;
  const { sources, note } = await openSources(call);
  const least = levels.indexOf(textValue(values, "level") ?? "trace");
  const wanted = textValue(values, "text")?.toLowerCase();
  const found: LogLine[] = [];
  let [unread, all, withoutLevel] = [0, 0, 0];
  for (const { opened, spans } of sources) {
    const read = await readEvents(opened, spans, MAX_SPANS, call.signal);
    unread += read.unread;
    all += read.lines.length;
    for (const line of read.lines) {
      // A log that names no level cannot be shown to be below one.
      if (line.level < 0) withoutLevel += 1;
      if (line.level >= 0 && line.level < least) continue;
      if (wanted !== undefined && !textOf(line.event).toLowerCase().includes(wanted)) continue;
      found.push(line);
    }
  }
  found.sort((a, b) => a.timeUnixMs - b.timeUnixMs);
  // The end of a log is what tells; a level keeps what is worse.
  const most = numberOf(values, "limit");
  const listed = found.slice(-most);
  const isOne = sources.length === 1;
  return writeWithin(limit, listed.length, shown => ({
    head: `${countOf(found.length, "record")} of ${all} fit, shown the last ${shown}, oldest first${found.length > shown ? "; more: level, text, row, limit" : ""}${unread > 0 ? `; ${countOf(unread, "span")} not looked at` : ""}`,
    lines: [
      QUOTE_NOTE,
      ...note,
      ...(withoutLevel > 0 && least > 0
        ? [`${countOf(withoutLevel, "record")} without a level are kept.`]
        : []),
      ...(found.length === 0 ? [whyNone(sources.length, all)] : []),
      ...(shown === 0 ? [] : listed.slice(-shown).map(line => lineText(line, isOne))),
    ],
  }));
};

interface Source {
  readonly opened: OpenedTrace;
  readonly spans: readonly SpanIndex[];
}

async function openSources({ context, reader, values, signal }: ToolCall): Promise<{
  readonly sources: readonly Source[];
  readonly note: readonly string[];
}> {
  const trace = textValue(values, "trace");
  const row = numberValue(values, "row");
  if (trace !== undefined) {
    const opened = await reader.find(trace, signal);
    const spans = row === undefined ? rankSpans(opened) : [spanOfRow(opened, row)];
    return { sources: [{ opened, spans }], note: [] };
  }
  if (row !== undefined) throw new ToolRefusal("row needs the trace that it is of");
  const since = textValue(values, "since");
  const nowMs = context.now();
  const fromUnixMs = since === undefined ? nowMs - DEFAULT_SINCE_MS : readSince(since, nowMs);
  if (fromUnixMs === undefined) throw new ToolRefusal("since must be like 15m or an ISO time");
  const answer = await searchAll(context, { fromUnixMs, limit: MAX_TRACES }, signal);
  const sources: Source[] = [];
  for (const { brief } of answer.traces.slice(0, MAX_TRACES)) {
    const opened = await reader.read(brief.traceId, signal);
    sources.push({ opened, spans: rankSpans(opened) });
  }
  const more = answer.hasMore || answer.traces.length > MAX_TRACES;
  return {
    sources,
    note: [
      ...failureLines(answer),
      `Looked at ${more ? `the newest ${sources.length} traces; there are more` : countOf(sources.length, "trace")} since ${isoText(fromUnixMs)}. Logs that belong to no trace are not kept.`,
    ],
  };
}

/** Failed spans and roots first: logs of a trace without a span are told with its first root. */
function rankSpans({ columns }: OpenedTrace): readonly SpanIndex[] {
  const known = Array.from({ length: columns.count }, (_, span) => span).filter(
    span => (columns.flags[span]! & SpanFlag.placeholder) === 0,
  );
  const isFirst = (span: SpanIndex): boolean =>
    columns.status[span] === SpanStatus.error || columns.parent[span]! < 0;
  return [...known.filter(isFirst), ...known.filter(span => !isFirst(span))];
}

async function readEvents(
  opened: OpenedTrace,
  spans: readonly SpanIndex[],
  most: number,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly LogLine[]; readonly unread: number }> {
  const lines: LogLine[] = [];
  const looked = spans.slice(0, most);
  for (let at = 0; at < looked.length; at += QUESTIONS) {
    const batch = looked.slice(at, at + QUESTIONS);
    const details = await Promise.all(batch.map(span => opened.trace.readDetail(span, signal)));
    for (const [i, { events }] of details.entries()) {
      for (const event of events) {
        const timeUnixMs = Number(event.timeUnixNs) / 1e6;
        lines.push({ opened, span: batch[i]!, timeUnixMs, level: levelOf(event), event });
      }
    }
  }
  return { lines, unread: spans.length - looked.length };
}

/** The index of the level; −1 where it names none. An exception is an error. */
function levelOf({ name, attributes }: SpanEvent): number {
  const severity = attributes.find(({ key }) => key === "log.severity" || key === "level")?.value;
  const text = typeof severity === "string" ? severity.toLowerCase() : "";
  const known = levels.findIndex(level => text.startsWith(level.slice(0, 4)));
  if (known >= 0) return known;
  if (text.startsWith("crit") || text.startsWith("emerg") || text.startsWith("panic")) return 5;
  return name === "exception" ? levels.indexOf("error") : -1;
}

/** What a record says: its body where the name is not all of it, and an exception's own words. */
function textOf({ name, attributes }: SpanEvent): string {
  const textAt = (wanted: string): string => {
    const value = attributes.find(({ key }) => key === wanted)?.value;
    return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  };
  const body = textAt("log.body") || textAt("message");
  const exception = [textAt("exception.type"), textAt("exception.message")]
    .filter(Boolean)
    .join(": ");
  return [body === "" ? name : body, exception].filter(Boolean).join(" ");
}

function lineText({ opened, span, timeUnixMs, level, event }: LogLine, isOne: boolean): string {
  const { columns } = opened;
  const where = isOne ? "" : ` of ${columns.traceId}`;
  return `${isoText(timeUnixMs).slice(11)} ${level < 0 ? "-" : levels[level]!} ${quote(maskSecrets(textOf(event)), 300)}, #${rowOf(span)}${where} ${nameText(columns, span)}`;
}

function whyNone(traces: number, all: number): string {
  if (traces === 0) return "There is no trace of that time.";
  return all === 0
    ? "No span of it has a log record or an event. Logs are joined to spans only where the program sends them by OTLP with its trace context."
    : "Records are there, but none of this level or text.";
}
