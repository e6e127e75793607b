/** The texts and terms of spans and logs that came as records: every format but OTLP's protobuf. Pure. */

import type { LogRecord } from "../../../model/logRecord.ts";
import { SpanStatus } from "../../../model/span.ts";
import type { Attribute, AttributeValue, SpanDetail } from "../../../model/spanDetail.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { findTaskId } from "../../briefs.ts";
import { toTagText } from "../../matchTrace.ts";
import { addTraitTerms } from "./spanTerms.ts";
import type { SpanRow } from "../log/spanRow.ts";
import {
  addTextWords,
  hashText,
  idTerm,
  MAX_TEXT_BYTES,
  tagTerm,
  TermKind,
  type TermSink,
} from "./terms.ts";

/** What a text is sought in. */
export function* listTexts({ span, detail }: Pick<SpanRecord, "span" | "detail">) {
  yield span.name;
  yield span.service ?? "";
  yield span.queue ?? "";
  for (const { value } of detail.attributes) yield* listLeaves(value);
  for (const { value } of detail.resource) yield* listLeaves(value);
  for (const event of detail.events) {
    yield event.name;
    for (const { value } of event.attributes) yield* listLeaves(value);
  }
  yield detail.scope?.name ?? "";
  yield* listLeaves(detail.parameters);
  yield* listLeaves(detail.result);
  yield detail.error?.type ?? "";
  yield detail.error?.message ?? "";
  yield detail.error?.stack ?? "";
  yield* listLeaves(detail.task as unknown as AttributeValue);
}

export function* listLogTexts({ event }: LogRecord): Generator<string> {
  yield event.name;
  for (const { value } of event.attributes) yield* listLeaves(value);
}

/** The texts and numbers in a value; of a long list as many as words of a text are indexed. */
function* listLeaves(value: AttributeValue): Generator<string> {
  let length = 0;
  for (const text of listAllLeaves(value)) {
    yield text;
    length += text.length;
    if (length > MAX_TEXT_BYTES) return;
  }
}

/** However deep they are: nesting is bounded where values are read. */
function* listAllLeaves(value: AttributeValue): Generator<string> {
  switch (typeof value) {
    case "string":
      yield value;
      break;
    case "number":
      yield String(value);
      break;
    case "object":
      for (const inner of Object.values(value)) yield* listAllLeaves(inner);
      break;
    default:
  }
}

export function addValueWords(sink: TermSink, value: AttributeValue): void {
  for (const text of listLeaves(value)) addTextWords(sink, text);
}

function addTags(sink: TermSink, attributes: readonly Attribute[]): void {
  for (const { key, value } of attributes) {
    if (value !== undefined) sink.add(tagTerm(key, toTagText(value)));
  }
}

/** `row` is the record in short. */
export function addRecordTerms(sink: TermSink, row: SpanRow, detail: SpanDetail): void {
  sink.add(idTerm(TermKind.id, row.spanId));
  const taskId = findTaskId(detail);
  if (taskId !== undefined) sink.add(idTerm(TermKind.id, taskId));
  if (row.parentId !== undefined) sink.add(idTerm(TermKind.parent, row.parentId));
  const span = { spanId: row.spanId, name: row.name, service: row.service, queue: row.queue };
  for (const text of listTexts({ span, detail })) addTextWords(sink, text);
  addTags(sink, detail.attributes);
  addTags(sink, detail.resource);
  const label = row.service || row.queue;
  addTraitTerms(sink, {
    nameHash: hashText(row.name),
    labelHash: hashText(label),
    hasLabel: label !== "",
    queueHash: hashText(row.queue),
    hasQueue: row.queue !== "" && row.queue !== label,
    durationNs:
      row.startNs === undefined || row.endNs === undefined
        ? Number.NaN
        : Number(row.endNs - row.startNs),
    isError: row.status === SpanStatus.error,
    isRunning: row.isRunning,
  });
}

export function addLogTerms(sink: TermSink, log: LogRecord): void {
  for (const text of listLogTexts(log)) addTextWords(sink, text);
}
