/** The texts and terms of spans and logs that came as records: every format but OTLP's protobuf. Pure. */

import type { LogRecord } from "../../../model/logRecord.ts";
import { SpanStatus } from "../../../model/span.ts";
import type { AttributeValue, SpanDetail } from "../../../model/spanDetail.ts";
import { isStrayStart } from "../../../model/strayTimes.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { findTaskId } from "../../briefs.ts";
import { addTraitTerms } from "./spanTerms.ts";
import type { SpanRow } from "../log/spanRow.ts";
import { addAttributeTerms, type AttributeText } from "./attributeTexts.ts";
import { listLeaves } from "./valueLeaves.ts";
import { addTextWords, hashText, idTerm, TermKind, type TermSink } from "./terms.ts";

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

/** The terms of a record in short. */
export function addRowTerms(sink: TermSink, row: SpanRow): void {
  sink.add(idTerm(TermKind.id, row.spanId));
  if (row.parentId !== undefined) sink.add(idTerm(TermKind.parent, row.parentId));
  addTextWords(sink, row.name);
  addTextWords(sink, row.service);
  addTextWords(sink, row.queue);
  addTraits(sink, row);
}

/** The terms of its detail, whose attributes have been read. */
export function addDetailTerms(
  sink: TermSink,
  detail: SpanDetail,
  attributes: Iterable<AttributeText>,
): void {
  const taskId = findTaskId(detail);
  if (taskId !== undefined) sink.add(idTerm(TermKind.id, taskId));
  for (const attribute of attributes) addAttributeTerms(sink, attribute);
  for (const text of listOtherTexts(detail)) addTextWords(sink, text);
}

function addTraits(sink: TermSink, row: SpanRow): void {
  const label = row.service || row.queue;
  addTraitTerms(sink, {
    nameHash: hashText(row.name),
    labelHash: hashText(label),
    hasLabel: label !== "",
    queueHash: hashText(row.queue),
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
