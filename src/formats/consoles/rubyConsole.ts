/** The text that OpenTelemetry's `ConsoleSpanExporter` prints in Ruby becomes span records. Pure. */

import { EdgeKind } from "../../model/span.ts";
import type { SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toBigInt, toRawText } from "../values/attributeValues.ts";
import { readKind, readScope, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { toAttributes } from "../plain/plainFields.ts";
import { parseRubyStructs } from "../encodings/rubyInspect.ts";
import { listObjects, toObject, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

const STRUCT = "OpenTelemetry::SDK::Trace::SpanData";

export function isRubyText(text: string): boolean {
  return text.includes(`#<struct ${STRUCT}`);
}

export function readRubyText(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const spans = parseRubyStructs(text, STRUCT);
  const cut = text.split(`#<struct ${STRUCT}`).length - 1 - spans.length;
  return {
    records: spans.map(span => toSpanRecord(readSpan(span), context.store)),
    problems: notes(context, [cut, `${cut} spans break off`]),
  };
}

function readSpan(span: JsonObject): OtelSpan {
  const status = toObject(span["status"]);
  return {
    traceId: readId(span["trace_id"]),
    spanId: readId(span["span_id"]),
    parentSpanId: readId(span["parent_span_id"]),
    name: toPlainText(span["name"]),
    kind: readKind(toPlainText(span["kind"]).toUpperCase()),
    // Ruby's own codes: 0 is OK, 1 unset, 2 an error.
    status: readStatus([1, 0, 2][Number(status["code"])] ?? 0),
    statusMessage: toPlainText(status["description"]),
    startUnixNs: toBigInt(span["start_timestamp"]),
    endUnixNs: toBigInt(span["end_timestamp"]),
    attributes: toAttributes(span["attributes"]),
    resource: toAttributes(toObject(span["resource"])["attributes"]),
    scope: readScope(span["instrumentation_scope"] ?? span["instrumentation_library"]),
    events: listObjects(span["events"]).map((event): SpanEvent => ({
      name: toPlainText(event["name"]),
      timeUnixNs: String(toBigInt(event["timestamp"]) ?? 0n),
      attributes: toAttributes(event["attributes"]),
    })),
    links: listObjects(span["links"]).map((link): SpanLink => {
      const context = toObject(link["span_context"]);
      return {
        kind: EdgeKind.link,
        traceId: readId(context["trace_id"]),
        spanId: readId(context["span_id"]),
        attributes: toAttributes(link["attributes"]),
      };
    }),
    raw: () => toRawText(span),
  };
}

/** Bytes, as a string with a character each. */
function readId(value: unknown): string {
  return Buffer.from(toPlainText(value), "latin1").toString("hex");
}
