/** The texts and terms of spans and logs that came as records: every format but OTLP's protobuf. Pure. */

import type { LogRecord } from "../../../model/logRecord.ts";
import { SpanStatus } from "../../../model/span.ts";
import type { AttributeValue, SpanDetail } from "../../../model/spanDetail.ts";
import { isStrayStart } from "../../../model/strayTimes.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { findTaskId } from "../../briefs.ts";
import { addTraitTerms } from "./spanTerms.ts";
import type { SpanRow } from "../log/spanRow.ts";
import {
  addKeyedTerms,
  type AttributeText,
  type AttributeTexts,
  type NameTerms,
} from "./attributeTexts.ts";
import { listLeaves } from "./valueLeaves.ts";
import { addTextWords, idTerm, TermKind, type TermSink } from "./terms.ts";

/** Lists the texts that a text is sought in. */
export function* listTexts({ span, detail }: Pick<SpanRecord, "span" | "detail">) {
  yield span.name;
  yield span.service ?? "";
  yield span.queue ?? "";
  for (const { value } of detail.attributes) yield* listLeaves(value);
  for (const { value } of detail.resource) yield* listLeaves(value);
  yield* listOtherTexts(detail);
}

/** The texts of what few spans have. */
function* listOtherTexts(detail: SpanDetail): Generator<string> {
  yield detail.scope?.name ?? "";
  for (const event of detail.events) {
    yield event.name;
    for (const { value } of event.attributes) yield* listLeaves(value);
  }
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

/** The names of a row, as `AttributeTexts` reads them. */
export interface RowNames {
  readonly name: NameTerms;
  readonly service: NameTerms;
  readonly queue: NameTerms;
}

export function readNames(texts: AttributeTexts, { name, service, queue }: SpanRow): RowNames {
  return {
    name: texts.readName(name),
    service: texts.readName(service),
    queue: texts.readName(queue),
  };
}

/** The terms of a record in short. */
export function addRowTerms(sink: TermSink, row: SpanRow, names: RowNames): void {
  sink.add(idTerm(TermKind.id, row.spanId));
  if (row.parentId !== undefined) sink.add(idTerm(TermKind.parent, row.parentId));
  addKeyedTerms(sink, names.name);
  addKeyedTerms(sink, names.service);
  addKeyedTerms(sink, names.queue);
  addTraits(sink, row, names);
}

/** The terms of its detail, whose attributes have been read. */
export function addDetailTerms(
  sink: TermSink,
  detail: SpanDetail,
  attributes: Iterable<AttributeText>,
): void {
  const taskId = findTaskId(detail);
  if (taskId !== undefined) sink.add(idTerm(TermKind.id, taskId));
  for (const attribute of attributes) addKeyedTerms(sink, attribute);
  for (const text of listOtherTexts(detail)) addTextWords(sink, text);
}

function addTraits(sink: TermSink, row: SpanRow, { name, service, queue }: RowNames): void {
  const label = row.service || row.queue;
  addTraitTerms(sink, {
    nameHash: name.hash,
    labelHash: row.service === "" ? queue.hash : service.hash,
    hasLabel: label !== "",
    queueHash: queue.hash,
    hasQueue: row.queue !== "" && row.queue !== label,
    durationNs:
      row.startNs === undefined || row.endNs === undefined || isStrayStart(row.startNs, row.endNs)
        ? Number.NaN
        : Number(row.endNs - row.startNs),
    isError: row.status === SpanStatus.error,
    isRunning: row.isRunning,
  });
}

export function addLogTerms(sink: TermSink, log: LogRecord): void {
  for (const text of listLogTexts(log)) addTextWords(sink, text);
}
