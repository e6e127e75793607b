/**
 * The spans that `StdoutSpanExporter` of OpenTelemetry for Swift prints become span records: blocks of lines where it
 * was made to debug, else a line of JSON each, with times that count from 2001. It prints no status and no resource. Pure.
 *
 *     __________________
 *     Span pay:
 *     TraceId: 7a1e…
 *     Start: 1772359200000000000
 *     Duration: 5000 nanoseconds
 *     Attributes: ["http.method": GET]
 *     {"span": "pay", "traceId": "7a1e…", "start": 794052000.5, "duration": 0.25, "attributes": {"n": {"int": {"_0": 3}}}}
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readMappedSpans, type MappedSpan } from "../plain/mappedSpans.ts";
import { isObject, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toNanos, UnitPower } from "../values/wireValue.ts";

type Context = Pick<FileContext, "store">;

const BLOCK = /^Span ([^\n]*):\nTraceId: ([0-9a-f]{32})\n([^]*?)(?=^-{8,}|^_{8,}|(?![^]))/gm;

export function isSwiftText(text: string): boolean {
  return /^Span [^\n]*:\r?\nTraceId: [0-9a-f]{32}\r?\nSpanId: /m.test(text);
}

export function readSwiftText(text: string, context: Context): SpanRecords {
  const spans = [...text.replaceAll("\r\n", "\n").matchAll(BLOCK)].map(
    ([block, name = "", traceId = "", rest = ""]): MappedSpan => {
      const read = (key: string): string =>
        new RegExp(`^${key}: (.*)$`, "m").exec(rest)?.[1]?.trim() ?? "";
      const start = toNanos(read("Start"), UnitPower.ns) ?? 0n;
      const duration = toNanos(read("Duration").replace(/ nanoseconds$/, ""), UnitPower.ns) ?? 0n;
      const events = [...rest.matchAll(/^ {2}(.*) Time: \+(\d+) Attributes: (.*)$/gm)];
      return {
        span: {
          ...{ trace_id: traceId, span_id: read("SpanId"), parent_span_id: read("ParentSpanId") },
          ...{ name, kind: read("Span kind"), attributes: readDictionary(read("Attributes")) },
          start_time_unix_nano: start.toString(),
          end_time_unix_nano: (start + duration).toString(),
          events: events.map(([, event = "", after = "", attributes = ""]) => ({
            name: event,
            time_unix_nano: (start + BigInt(after)).toString(),
            attributes: readDictionary(attributes),
          })),
        },
        source: block,
      };
    },
  );
  return withNote(readMappedSpans(spans, context), context);
}

/** `["http.method": GET, "n": 3]`: keys are quoted and values are not, so that all of them are text. */
function readDictionary(text: string): JsonObject {
  const inner = text.replace(/^\[|\]$/g, "");
  const keys = [...inner.matchAll(/(?:^|, )"((?:[^"\\]|\\.)*)": /g)];
  return Object.fromEntries(
    keys.map(({ 0: found, 1: key = "", index }, at) => [
      key,
      inner.slice(index + found.length, keys[at + 1]?.index),
    ]),
  );
}

export function isSwiftSpan(item: JsonObject): boolean {
  return (
    ["span", "traceId", "spanId", "spanKind", "duration"].every(key => key in item) &&
    typeof item["span"] === "string" &&
    typeof item["start"] === "number"
  );
}

/** Where Swift begins to count, in seconds since 1970. */
const REFERENCE_NS = 978_307_200_000_000_000n;

export function readSwiftSpans(items: readonly JsonObject[], context: Context): SpanRecords {
  const spans = items.map((item): MappedSpan => {
    const { span: name, spanKind, attributes, start, duration, traceId, spanId } = item;
    const startNs = REFERENCE_NS + (toNanos(start, UnitPower.s) ?? 0n);
    const endNs = startNs + (toNanos(duration, UnitPower.s) ?? 0n);
    return {
      span: {
        ...{ trace_id: traceId, span_id: spanId, parent_span_id: item["parentSpanId"] },
        ...{ name, kind: spanKind, attributes: unwrap(attributes) },
        start_time_unix_nano: startNs.toString(),
        end_time_unix_nano: endNs.toString(),
      },
      source: item,
    };
  });
  return withNote(readMappedSpans(spans, context), context);
}

/** `{"n": {"int": {"_0": 3}}}`: an enumeration with what belongs to it. */
function unwrap(attributes: unknown): JsonObject {
  const entries = Object.entries(isObject(attributes) ? attributes : {});
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const [held] = isObject(value) ? Object.values(value) : [];
      return [key, isObject(held) && "_0" in held ? held["_0"] : value];
    }),
  );
}

function withNote({ records, problems }: SpanRecords, context: Context): SpanRecords {
  const text = "Swift's console exporter prints no status, no service and no links";
  return {
    records,
    problems: records.length === 0 ? problems : [...problems, note(context, text)],
  };
}
