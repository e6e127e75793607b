/** The tool `get_logs`: log records and exceptions of spans, one line each. */

import { mapBounded } from "../base/mapBounded.ts";
import type { SpanEvent } from "../model/spanDetail.ts";
import type { SpanIndex } from "../model/trace.ts";
import { FIRST_SPAN, NO_SPAN, SpanFlag, SpanStatus } from "../model/span.ts";
import { countOf, QUOTE_NOTE, quote, writeWithin } from "./answerText.ts";
import { readSince } from "./cursor.ts";
import { failureLines } from "./listedText.ts";
import { isoText, nameText } from "./rowText.ts";
import { isSecretKey, maskSecrets } from "./secretKeys.ts";
import { numberOf, numberValue, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { rowOf, spanOfRow, type OpenedTrace } from "./traceReader.ts";
import { searchAll } from "./traceSearch.ts";

/** Events of spans are asked for one span at a time, failed ones first; what is beyond is counted. */
const MAX_SPANS = 200;
const QUESTIONS = 16;
/** Whatever has not been read by then is counted as not looked at. */
const DEADLINE_MS = 4_000;
const MAX_TRACES = 20;
/** The most records that are read of one trace, or of what names none; more than any answer shows. */
const MAX_LOGS = 20_000;
const DEFAULT_SINCE_MS = 900_000;

interface LogLine {
  /** Absent: it names no trace. */
  readonly opened: OpenedTrace | undefined;
  /** −1: it belongs to the trace, and to no span of it. */
  readonly span: SpanIndex;
  readonly timeUnixMs: number;
  readonly level: number;
  readonly event: SpanEvent;
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal"];

export const getLogs: ToolHandler = async call => {
  const { values, limit } = call;
  const { lines: all, unread, isOne, note } = await readAll(call);
  const least = levels.indexOf(textValue(values, "level") ?? "trace");
  const needle = textValue(values, "text")?.toLowerCase();
  // A record that names no level cannot be shown to be below one.
  const found = all
    .filter(({ level }) => level < 0 || level >= least)
    .filter(
      ({ event }) =>
        needle === undefined || textOf(event, undefined, Infinity).toLowerCase().includes(needle),
    )
    .sort((a, b) => (a.timeUnixMs || 0) - (b.timeUnixMs || 0));
  const withoutLevel = least > 0 ? found.filter(({ level }) => level < 0).length : 0;
  // The end of a log is what tells.
  const listed = found.slice(-numberOf(values, "limit"));
  const common = listCommon(listed);
  return writeWithin(limit, listed.length, shown => ({
    head: `${found.length === 0 ? `0 of ${countOf(all.length, "record")} fit; why:` : `${countOf(found.length, "record")} of ${all.length} fit, shown the last ${shown}, oldest first`}${found.length > shown ? "; more: level, text, row, limit" : ""}${unread > 0 ? `; the events of ${countOf(unread, "span")} were not looked at` : ""}`,
    lines: [
      QUOTE_NOTE,
      ...note,
      ...(withoutLevel > 0 ? [`${countOf(withoutLevel, "record")} without a level are kept.`] : []),
      ...(found.length === 0 ? [whyNone(all.length)] : []),
      ...(shown === 0 ? [] : listed.slice(-shown).map(line => lineText(line, common, isOne))),
    ],
  }));
};

interface ReadLogs {
  readonly lines: readonly LogLine[];
  readonly unread: number;
  readonly isOne: boolean;
  readonly note: readonly string[];
}

async function readAll(call: ToolCall): Promise<ReadLogs> {
  const { context, reader, values, signal } = call;
  const trace = textValue(values, "trace");
  const row = numberValue(values, "row");
  if (trace !== undefined) {
    const opened = await reader.find(trace, signal);
    const only = row === undefined ? undefined : spanOfRow(opened, row);
    const read = await readTraceLogs(call, opened, only);
    return { ...read, isOne: true, note: [] };
  }
  if (row !== undefined) throw new ToolRefusal("row needs the trace that it is of");
  const since = textValue(values, "since");
  const nowMs = context.now();
  const fromUnixMs = since === undefined ? nowMs - DEFAULT_SINCE_MS : readSince(since, nowMs);
  if (fromUnixMs === undefined) throw new ToolRefusal("since must be like 15m or an ISO time");
  const answer = await searchAll(context, { fromUnixMs, limit: MAX_TRACES }, signal);
  const loose = await context.readLogs({ fromUnixMs, toUnixMs: nowMs, limit: MAX_LOGS }, signal);
  const lines = loose.logs.map(({ event }) => toLine(undefined, NO_SPAN, event));
  let unread = 0;
  for (const { brief } of answer.traces.slice(0, MAX_TRACES)) {
    const read = await readTraceLogs(call, await reader.read(brief.traceId, signal), undefined);
    lines.push(...read.lines);
    unread += read.unread;
  }
  const traces = Math.min(answer.traces.length, MAX_TRACES);
  const hasMore = answer.hasMore || answer.traces.length > MAX_TRACES;
  return {
    lines,
    unread,
    isOne: false,
    note: [
      ...failureLines(answer),
      `Looked at ${hasMore ? `the newest ${traces} traces; there are more` : countOf(traces, "trace")}, and at logs that name no trace${loose.isCut ? " (not all)" : ""}, since ${isoText(fromUnixMs)}.`,
    ],
  };
}

/** The records of the embedded store, and the events of the spans themselves from whichever store. */
async function readTraceLogs(
  { context, signal }: ToolCall,
  opened: OpenedTrace,
  only: SpanIndex | undefined,
): Promise<{ readonly lines: readonly LogLine[]; readonly unread: number }> {
  const { trace, columns } = opened;
  const { logs } = await context.readLogs({ traceId: columns.traceId, limit: MAX_LOGS }, signal);
  const records = logs
    .map(({ spanId, event }) => toLine(opened, trace.findSpan(spanId ?? "") ?? NO_SPAN, event))
    .filter(({ span }) => only === undefined || span === only);
  const ranked = only === undefined ? rankSpans(opened) : { spans: [only], all: 1 };
  const events = await readEvents(opened, ranked, signal);
  return {
    // Details tell the records of the embedded store once more.
    lines: [...records, ...events.lines.filter(({ event }) => logs.length === 0 || !isLog(event))],
    unread: events.unread,
  };
}

function toLine(opened: OpenedTrace | undefined, span: SpanIndex, event: SpanEvent): LogLine {
  return { opened, span, timeUnixMs: Number(event.timeUnixNs) / 1e6, level: levelOf(event), event };
}

function isLog({ attributes }: SpanEvent): boolean {
  return attributes.some(({ key }) => key === "log.severity");
}

interface RankedSpans {
  /** As many as are asked for their events. */
  readonly spans: readonly SpanIndex[];
  readonly all: number;
}

/** Failed spans and roots first: logs of a trace without a span are told with its first root. */
function rankSpans({ columns }: OpenedTrace): RankedSpans {
  const [first, others]: [SpanIndex[], SpanIndex[]] = [[], []];
  let all = 0;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if ((columns.flags[span]! & SpanFlag.placeholder) !== 0) continue;
    all += 1;
    const isFirst = columns.status[span] === SpanStatus.error || columns.parent[span]! < 0;
    const list = isFirst ? first : others;
    if (list.length < MAX_SPANS) list.push(span);
  }
  return { spans: [...first, ...others].slice(0, MAX_SPANS), all };
}

async function readEvents(
  opened: OpenedTrace,
  { spans, all }: RankedSpans,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly LogLine[]; readonly unread: number }> {
  const lines: LogLine[] = [];
  const untilMs = performance.now() + DEADLINE_MS;
  let read = 0;
  await mapBounded(spans, QUESTIONS, async span => {
    if (performance.now() >= untilMs) return;
    const { events } = await opened.trace.readDetail(span, signal);
    lines.push(...events.map(event => toLine(opened, span, event)));
    read += 1;
  });
  return { lines, unread: all - read };
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

/** So many attributes tell what an event is about. */
const TOLD_ATTRIBUTES = 4;
const TOLD_CHARS = 160;
/** Keys of what numbers a record, and of what says again where or when it was written. */
const DULL_KEY =
  /(?:^|[._])(?:id|uuid|sequence|timestamp|length|level)$|^(?:code|log|resource|thread)\.|^(?:event\.name|message)$/;

/** Returns the text of a record: its body where the name is not all of it, then an exception's own words or what it is about. */
function textOf(
  { name, attributes }: SpanEvent,
  common: ReadonlySet<string> = new Set(),
  most = TOLD_ATTRIBUTES,
): string {
  const textAt = (wanted: string): string => {
    const value = attributes.find(({ key }) => key === wanted)?.value;
    return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  };
  const body = textAt("log.body") || textAt("message");
  const exception = [textAt("exception.type"), textAt("exception.message")]
    .filter(Boolean)
    .join(": ");
  const text = body === "" && (name !== "exception" || exception === "") ? name : body;
  const about = attributes
    .filter(({ key }) => exception === "" && !DULL_KEY.test(key) && !isSecretKey(key))
    .filter(({ key, value }) => !common.has(`${key}=${JSON.stringify(value)}`))
    .map(({ key }) => `${key}=${textAt(key)}`)
    // What was said, before numbers and names.
    .sort((a, b) => Number(b.includes(" ")) - Number(a.includes(" ")));
  return [text, exception, ...about.slice(0, most).map(cutTold)].filter(Boolean).join(" ");
}

function cutTold(text: string): string {
  return text.length <= TOLD_CHARS ? text : `${text.slice(0, TOLD_CHARS)}…`;
}

/** Attributes that all of many records have alike: who ran it, and in which session. */
function listCommon(lines: readonly LogLine[]): ReadonlySet<string> {
  const [first, ...others] = lines.map(
    ({ event }) =>
      new Set(event.attributes.map(({ key, value }) => `${key}=${JSON.stringify(value)}`)),
  );
  return new Set(
    others.length === 0
      ? []
      : [...(first ?? [])].filter(each => others.every(set => set.has(each))),
  );
}

function lineText(
  { opened, span, timeUnixMs, level, event }: LogLine,
  common: ReadonlySet<string>,
  isOne: boolean,
): string {
  const text = `${isoText(timeUnixMs).replace(/^.{10}T/, "")} ${level < 0 ? "-" : levels[level]!} ${quote(maskSecrets(textOf(event, common)), 300)}`;
  if (opened === undefined) return `${text}, of no trace`;
  const { columns } = opened;
  const where = isOne ? "" : ` of ${columns.traceId}`;
  if (span < 0) return `${text}, of no span${where}`;
  return `${text}, #${rowOf(span)}${where} ${nameText(columns, span)}`;
}

function whyNone(all: number): string {
  return all === 0
    ? "There is no log record or event. Logs are joined to spans only where the program sends them by OTLP with its trace context."
    : "Records are there, but none of this level or text.";
}
