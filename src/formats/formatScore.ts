/**
 * How much of a file a format explains: what its reader learns of the spans in a small part of the file. Attributes do
 * not count, because whoever keeps all that he does not know as attributes would always know most. Pure.
 */

import type { SpanRecord } from "../model/spanRecord.ts";
import { isObject } from "./values/jsonObject.ts";
import type { FileContent, TraceFormat } from "./traceFormat.ts";

/** The same for every candidate, and told to nobody. */
const context = { store: "sample", nowUnixMs: 0 };

export function scoreFormat(format: TraceFormat, sample: FileContent): number {
  return format.read(cutText(sample), context).records.reduce((sum, each) => {
    return sum + countFacts(each);
  }, 0);
}

/** The rows of a table that are read by each format that fits; a span that is printed takes some twenty lines. */
const MOST_LINES = 500;

function cutText(content: FileContent): FileContent {
  if (content.kind !== "text") return content;
  let end = -1;
  for (let lines = 0; lines < MOST_LINES; lines += 1) {
    end = content.text.indexOf("\n", end + 1);
    if (end < 0) return content;
  }
  return { kind: "text", text: content.text.slice(0, end) };
}

function countFacts({ span, detail }: SpanRecord): number {
  const { startUnixNs = 0n, endUnixNs = 0n } = span;
  const facts = [
    ...[span.name, span.service, span.queue, span.parentSpanId, span.messageId, span.host],
    ...[span.kind, span.status, span.attempts, span.queuedUnixNs],
    ...[startUnixNs > 0n, endUnixNs > 0n && endUnixNs >= startUnixNs],
    ...[detail.scope, detail.task, detail.error?.message, detail.error?.type],
    ...[detail.parameters, detail.result],
    ...[...detail.events, ...detail.links],
  ];
  return facts.filter(Boolean).length;
}

/** The elements that are looked at of each list in JSON, and of the values in all of them together. */
const MOST_ELEMENTS = 64;
const MOST_VALUES = 2_000;
/** The fields of all objects together, behind which each has but the fewest. */
const MOST_FIELDS = 50_000;
const LEAST_FIELDS = 100;
/** Whatever lies deeper is left out: no reader but that of nested spans looks there, and it knows them by the first. */
const MAX_DEPTH = 64;

/** Enough of a file to tell formats apart, however large it is. Text is recognised as a whole, and bytes have too little in common to be cut. */
export function takeSample(content: FileContent): FileContent {
  if (content.kind !== "json") return content;
  let left = MOST_VALUES;
  let fieldsLeft = MOST_FIELDS;
  const cut = (value: unknown, depth: number): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (depth > MAX_DEPTH) return Array.isArray(value) ? [] : {};
    if (!Array.isArray(value)) {
      const entries = Object.entries(value).slice(0, Math.max(LEAST_FIELDS, fieldsLeft));
      fieldsLeft -= entries.length;
      return Object.fromEntries(entries.map(([key, each]) => [key, cut(each, depth + 1)]));
    }
    const elements = value.slice(0, Math.min(MOST_ELEMENTS, Math.max(1, left)));
    left -= elements.length;
    return elements.map(each => cut(each, depth + 1));
  };
  return { kind: "json", items: cut(content.items, 0) as readonly unknown[] };
}

/**
 * The most fields that are looked through for a span that the sample has not, in a file that may be anything: a log of
 * 100,000 lines.
 */
const MOST_FIELDS_LOOKED_AT = 2_500_000;
/** Looking at an object costs as much as so many fields, however few it has. */
const FIELDS_OF_NONE = 10;

export function takeBeginning(content: FileContent): FileContent {
  if (content.kind !== "json") return content;
  let left = MOST_FIELDS_LOOKED_AT;
  const end = content.items.findIndex(item => {
    left -= FIELDS_OF_NONE + (isObject(item) ? Object.keys(item).length : 0);
    return left < 0;
  });
  return end < 0 ? content : { kind: "json", items: content.items.slice(0, end) };
}
