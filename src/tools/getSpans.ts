/** The tool `get_spans`: rows of a trace in full. */

import { isFailed } from "./spanFacts.ts";
import { EdgeKind } from "../model/span.ts";
import { canonicalTraceId } from "../model/ids.ts";
import type { SpanDetail, SpanEvent } from "../model/spanDetail.ts";
import type { SpanIndex } from "../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { countOf, quote, writeLines } from "./answerText.ts";
import { explainingTexts, placeText, readExplainedNotes, type SpanNotes } from "./places.ts";
import { errorText, rowText, startText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import { listValue, numberOf, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { rowOf, spanOfRow, type OpenedTrace } from "./traceReader.ts";
import { durationOf } from "./treeRows.ts";
import { attributeLines, type ValueOptions } from "./valueText.ts";
import { missingText } from "./viewRequest.ts";

/** Events of one span that are listed; the others are counted. */
const MAX_EVENTS = 50;
const MAX_LINKS = 20;
const MAX_FRAMES = 40;

export const getSpans: ToolHandler = async call => {
  const { context, reader, values, signal, limit } = call;
  const opened = await reader.find(textValue(values, "trace") ?? "", signal);
  const spans = (listValue(values, "rows") ?? []).map(row => spanOfRow(opened, Number(row)));
  const options: ValueOptions = {
    valueChars: numberOf(values, "value_chars"),
    keys: listValue(values, "keys")?.map(String),
  };
  const { notes, missing } = await readExplainedNotes(context, opened, spans, signal);
  const blocks: string[][] = [];
  for (const span of new Set(spans)) {
    blocks.push(await describeSpan(call, opened, span, notes.get(span), options));
  }
  const lines = blocks.flat();
  const offset = Math.min(numberOf(values, "offset"), lines.length);
  const rest = lines.slice(offset);
  const head = (shown: number): string => {
    const end = offset + shown;
    const isCut = end < lines.length;
    return `${countOf(blocks.length, "span")}, lines ${shown === 0 ? offset : offset + 1}–${end} of ${lines.length}${isCut ? `; more: the same call with offset=${end}` : ""}`;
  };
  return writeLines(limit, rest, head, missingText(missing));
};

async function describeSpan(
  { context, signal }: ToolCall,
  opened: OpenedTrace,
  span: SpanIndex,
  notes: SpanNotes | undefined,
  options: ValueOptions,
): Promise<string[]> {
  const { columns, trace, selfNs } = opened;
  const parent = columns.parent[span]!;
  const head = rowText(columns, { span, totalNs: durationOf(opened, span), selfNs: selfNs[span]! });
  const where = `  span ${quote(trace.spanIds[span] ?? "", 80)}, ${parent < 0 ? "a root" : `below #${rowOf(parent)}`}, began ${startText(columns, columns.startNs[span]!)} (+${formatDuration(columns.startNs[span]! - opened.startNs)})`;
  if (notes === undefined) return [head, where, "  Its store could not be asked for more."];
  const { detail, place } = notes;
  const attributes = attributeLines(detail.attributes, options);
  const resource = attributeLines(detail.resource, options);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`  ${title}:`, ...lines.map(line => `    ${line}`)];
  return [
    head,
    where,
    place === undefined
      ? "  code: none found in this workspace"
      : `  code: ${placeText(place)}: ${place.reason}`,
    ...explainingTexts(notes).map(text => `  ${text}`),
    ...(await describeError(detail, isFailed(columns, span), context, signal)),
    ...section("attributes", attributes.lines),
    ...(attributes.messages === 0
      ? []
      : [
          `    (${countOf(attributes.messages, "attribute")} with messages or values of a model: name them in keys)`,
        ]),
    ...section("task", describeTask(detail, options)),
    ...section("events", describeEvents(detail.events, columns.originUnixMs, options)),
    ...section("links", describeLinks(detail, opened)),
    ...section("resource", resource.lines),
    ...section("stores", describeStores(detail)),
  ];
}

async function describeError(
  detail: SpanDetail,
  hasFailed: boolean,
  context: ToolCall["context"],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { error } = detail;
  if (error === undefined) return [];
  const said = errorText(detail, hasFailed, 400);
  const stack = error.stack === undefined ? [] : await context.findStack(error.stack, signal);
  const frames = [...stack.filter(({ place }) => place), ...stack.filter(({ place }) => !place)];
  return [
    `  ${said === "" ? "error without a message" : said}`,
    ...frames
      .slice(0, MAX_FRAMES)
      .map(({ text, place }) =>
        place === undefined
          ? `    outside: ${quote(maskSecrets(text), 200)}`
          : `    ${place.path}:${place.line1} ${quote(maskSecrets(text), 200)}`,
      ),
    ...(frames.length > MAX_FRAMES ? [`    and ${frames.length - MAX_FRAMES} more frames`] : []),
    // A stack in a form that nobody knows is still told.
    ...(error.stack !== undefined && frames.length === 0
      ? [`    stack ${quote(maskSecrets(error.stack.slice(0, 4_000)), 380)}`]
      : []),
  ];
}

function describeTask(
  { task, parameters, result }: SpanDetail,
  options: ValueOptions,
): readonly string[] {
  const facts = Object.entries(task ?? {}).map(([key, value]) => ({ key, value: value as string }));
  const values = [
    ...(parameters === undefined ? [] : [{ key: "parameters", value: parameters }]),
    ...(result === undefined ? [] : [{ key: "result", value: result }]),
  ];
  return attributeLines([...facts, ...values], { ...options, keys: undefined }).lines;
}

function describeEvents(
  events: readonly SpanEvent[],
  originUnixMs: number,
  options: ValueOptions,
): readonly string[] {
  const lines = events.slice(0, MAX_EVENTS).flatMap(({ name, timeUnixNs, attributes }) => {
    // Formats hand on what a program wrote, which may be no number.
    const isTold = /^\d+$/.test(timeUnixNs);
    const originNs = BigInt(Math.round(originUnixMs)) * BigInt(NS_PER_MS);
    const atNs = isTold ? Number(BigInt(timeUnixNs) - originNs) : NaN;
    // The stack stands with the error, by its frames.
    const listed = attributes.filter(({ key }) => key !== "exception.stacktrace");
    return [
      `+${formatDuration(atNs)} ${quote(maskSecrets(name), 200)}`,
      ...attributeLines(listed, options).lines.map(line => `  ${line}`),
    ];
  });
  return events.length <= MAX_EVENTS
    ? lines
    : [...lines, `and ${events.length - MAX_EVENTS} more: get_logs(trace, row) lists logs`];
}

function describeLinks({ links }: SpanDetail, { columns, trace }: OpenedTrace): readonly string[] {
  const kinds = Object.fromEntries(Object.entries(EdgeKind).map(([name, kind]) => [kind, name]));
  const lines = links.slice(0, MAX_LINKS).map(({ kind, traceId, spanId }) => {
    const isHere = canonicalTraceId(traceId) === columns.traceId;
    const target = isHere ? trace.findSpan(spanId) : undefined;
    const where =
      target === undefined
        ? `span ${quote(spanId, 80)} of trace ${quote(traceId, 80)}`
        : `#${rowOf(target)}`;
    return `${kinds[kind] ?? "link"} ${where}`;
  });
  return links.length <= MAX_LINKS ? lines : [...lines, `and ${links.length - MAX_LINKS} more`];
}

function describeStores({ storeVersions = [] }: SpanDetail): readonly string[] {
  return storeVersions.map(({ store, name, startUnixNs, endUnixNs, failure }) => {
    const ns =
      startUnixNs === undefined || endUnixNs === undefined
        ? NaN
        : Number(BigInt(endUnixNs) - BigInt(startUnixNs));
    return `${store}: ${quote(maskSecrets(name))}, ${formatDuration(ns)}${failure === undefined ? "" : `, details missing (${failure.code})`}`;
  });
}
