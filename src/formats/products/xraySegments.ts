/**
 * Segments of AWS X-Ray become span records: as `BatchGetTraces` answers, as its console downloads, and as SDKs send
 * them to the daemon. Pure.
 *
 *     {"Traces": [{"Id": "1-5759e988-…", "Segments": [{"Id": "…", "Document": "{\\"trace_id\\": …}"}]}]}
 */

import { EdgeKind, SpanKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { toRawText } from "../values/attributeValues.ts";
import { flattenAttributes } from "../values/flatAttributes.ts";
import { parseExact } from "../encodings/jsonText.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { toAttributes } from "../plain/plainFields.ts";
import { writeException, writeStack } from "../values/stackText.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";

const TRACE_ID = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
/** Fields that are facts of the span, and no attributes. */
const SPAN_FIELDS = new Set([
  ...["id", "trace_id", "parent_id", "name", "start_time", "end_time", "subsegments", "links"],
  ...["annotations", "in_progress", "type"],
]);

export function isXrayTrace(item: JsonObject): boolean {
  return isSegment(item) || listDocuments(item).length > 0;
}

/** Recognises the header that stands before each document that is sent to the daemon. */
export function isXrayHeader(item: JsonObject): boolean {
  return item["format"] === "json" && item["version"] === 1;
}

export function readXrayTraces(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const records: SpanRecord[] = [];
  let unreadable = 0;
  for (const item of items) {
    for (const document of isSegment(item) ? [item] : listDocuments(item)) {
      const segment = typeof document === "string" ? parseDocument(document) : document;
      if (isSegment(segment)) readSegment(segment, records, context.store);
      else unreadable += 1;
    }
  }
  const missing = items.flatMap(item => item["UnprocessedTraceIds"] ?? []).length;
  const problems = notes(
    context,
    [unreadable, `${unreadable} documents are no segments`],
    [missing, `X-Ray did not answer for ${missing} of the traces`],
  );
  return { records, problems };
}

function isSegment(value: unknown): value is JsonObject {
  return isObject(value) && TRACE_ID.test(toPlainText(value["trace_id"])) && "start_time" in value;
}

/** The documents of an answer, of one of its traces or of one of its segments. */
function listDocuments(item: JsonObject): readonly unknown[] {
  const traces = listObjects(item["Traces"]);
  const segments = [item, ...traces].flatMap(each => listObjects(each["Segments"]));
  return [item, ...segments].flatMap(each => {
    const document = each["Document"];
    return isObject(document) || typeof document === "string" ? [document] : [];
  });
}

function parseDocument(text: string): unknown {
  const parsed = parseExact(text);
  return "error" in parsed ? undefined : parsed.value;
}

interface Place {
  readonly segment: JsonObject;
  readonly parentId: string;
  /** The segment that it belongs to, itself included. */
  readonly root: JsonObject;
}

function readSegment(root: JsonObject, records: SpanRecord[], store: string): void {
  // Subsegments may nest deeper than the call stack.
  const stack: Place[] = [{ segment: root, parentId: toPlainText(root["parent_id"]), root }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { segment } = place;
    records.push(toRecord(place, store));
    const parentId = toPlainText(segment["id"]);
    const inner = listObjects(segment["subsegments"]);
    stack.push(...inner.toReversed().map(each => ({ segment: each, parentId, root })));
  }
}

function toRecord({ segment, parentId, root }: Place, store: string): SpanRecord {
  const time = (key: string): bigint | undefined => toNanos(segment[key], UnitPower.s);
  const [exception] = isObject(segment["cause"]) ? listObjects(segment["cause"]["exceptions"]) : [];
  const isFailed = ["fault", "error", "throttle"].some(key => segment[key] === true);
  const rest = Object.entries(segment).filter(([key]) => !SPAN_FIELDS.has(key));
  return toSpanRecord(
    {
      traceId: toPlainText(segment["trace_id"] ?? root["trace_id"]),
      spanId: toPlainText(segment["id"]),
      parentSpanId: parentId,
      name: toPlainText(segment["name"]),
      kind: readKind(segment, root),
      status: isFailed ? SpanStatus.error : SpanStatus.unset,
      startUnixNs: time("start_time"),
      ...(segment["in_progress"] !== true && { endUnixNs: time("end_time") }),
      attributes: [
        ...readException(exception),
        ...toAttributes(segment["annotations"]),
        ...flattenAttributes(Object.fromEntries(rest)),
      ],
      resource: readResource(root),
      events: [],
      links: listObjects(segment["links"]).map((link): SpanLink => ({
        kind: EdgeKind.link,
        traceId: toPlainText(link["trace_id"]),
        spanId: toPlainText(link["id"]),
        attributes: toAttributes(link["attributes"]),
      })),
      raw: () => toRawText(segment),
    },
    store,
  );
}

/** A service answers; what it calls at AWS or elsewhere has a namespace. */
function readKind(segment: JsonObject, root: JsonObject): SpanKind {
  if (segment === root && segment["type"] !== "subsegment") return SpanKind.server;
  return toPlainText(segment["namespace"]) === "" ? SpanKind.internal : SpanKind.client;
}

/** A segment is named after its service. A subsegment that was sent alone does not tell whose it is. */
function readResource(root: JsonObject): readonly Attribute[] {
  const origin = toPlainText(root["origin"]);
  const service = isObject(root["service"]) ? toPlainText(root["service"]["version"]) : "";
  return [
    ...(root["type"] === "subsegment"
      ? []
      : [{ key: "service.name", value: toPlainText(root["name"]) }]),
    ...(service === "" ? [] : [{ key: "service.version", value: service }]),
    ...(origin === "" ? [] : [{ key: "aws.xray.origin", value: origin }]),
  ];
}

function readException(exception: JsonObject | undefined): readonly Attribute[] {
  if (exception === undefined) return [];
  const [type = "", message = ""] = [exception["type"], exception["message"]].map(toPlainText);
  const frames = listObjects(exception["stack"]).toReversed();
  const stack = writeStack(
    frames.map(({ path, line, label }) => ({ file: path, line, name: label })),
    `${type}: ${message}`,
  );
  return writeException(type, message, stack);
}
