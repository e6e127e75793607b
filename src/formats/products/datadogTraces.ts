/**
 * Traces of Datadog become span records: as libraries send them to the agent, in JSON and MessagePack, as its page
 * downloads them, and as its API answers. Ids are decimal numbers, of which the upper half may stand among the tags. Pure.
 *
 *     [[{"trace_id": 1156, "span_id": 7709, "parent_id": 0, "name": "web.request", "resource": "GET /", "meta": {…}}]]
 *     {"trace": {"root_id": "7709", "spans": {"7709": {…}}}}
 *     {"data": [{"type": "spans", "attributes": {"trace_id": …, "start_timestamp": …, "custom": {…}}}]}
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { flattenAttributes } from "../values/flatAttributes.ts";
import { parseExact } from "../encodings/jsonText.ts";
import { readMappedSpans, renameFields } from "../plain/mappedSpans.ts";
import { readMessagePack } from "../encodings/messagePack.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

export function isDatadog(item: JsonObject): boolean {
  return listSpans(item).length > 0;
}

export function readDatadog(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = items.flatMap(listSpans);
  const uppers = new Map(
    spans.flatMap(span => (upperOf(span) === "" ? [] : [[lowerOf(span), upperOf(span)] as const])),
  );
  return readMappedSpans(
    spans.map(span => ({ source: span, span: toPlain(span, uppers) })),
    context,
  );
}

/** The lower half of a trace's id, which may count from zero. */
function lowerOf(span: JsonObject): string {
  const { trace_id: id } = span as { trace_id?: unknown };
  return toHexId(id) || (toPlainText(id) === "" ? "" : "0".repeat(16));
}

/** The upper half of a trace's id, which only the first span of each request has. */
function upperOf(span: JsonObject): string {
  const upper = isObject(span["meta"]) ? toPlainText(span["meta"]["_dd.p.tid"]) : "";
  return /^[0-9a-f]{16}$/i.test(upper) ? upper : "";
}

function listSpans(item: JsonObject): readonly JsonObject[] {
  if (isAgentSpan(item)) return [item];
  const chunks = [
    ...[item["traces"], item["chunks"]],
    ...listObjects(item["tracerPayloads"]).map(each => each["chunks"]),
  ]
    .filter(Array.isArray)
    .flat(2)
    .filter(isObject);
  if (chunks.length > 0) {
    const spans = chunks.flatMap(each => ("spans" in each ? listObjects(each["spans"]) : [each]));
    return spans.map(fromProto).filter(isAgentSpan);
  }
  const held = isObject(item["trace"]) ? item["trace"] : item;
  const spans = isObject(held["spans"]) ? Object.values(held["spans"]) : held["spans"];
  const answered = [item, ...listObjects(item["data"])].filter(each =>
    /^spans?$/.test(toPlainText(each["type"])),
  );
  return [
    ...listObjects(spans).filter(isAgentSpan),
    ...answered.flatMap(each => (isApiSpan(each["attributes"]) ? [each["attributes"]] : [])),
  ];
}

function isAgentSpan(item: JsonObject): boolean {
  return (
    ["trace_id", "span_id", "start", "duration", "resource"].every(key => key in item) &&
    typeof item["resource"] === "string" &&
    (isObject(item["meta"]) ||
      isObject(item["metrics"]) ||
      "resource_hash" in item ||
      "error" in item)
  );
}

/** The agent's own protobuf has other spellings. */
function fromProto(span: JsonObject): JsonObject {
  return renameFields(span, {
    traceID: "trace_id",
    spanID: "span_id",
    parentID: "parent_id",
    spanLinks: "span_links",
  });
}

function isApiSpan(value: unknown): value is JsonObject {
  return isObject(value) && "span_id" in value && "start_timestamp" in value;
}

function toPlain(span: JsonObject, uppers: ReadonlyMap<string, string>): JsonObject {
  return isApiSpan(span) ? fromApi(span) : fromAgent(span, uppers);
}

function fromAgent(span: JsonObject, uppers: ReadonlyMap<string, string>): JsonObject {
  const meta = isObject(span["meta"]) ? span["meta"] : {};
  const lower = lowerOf(span);
  const upper = lower.length === 16 ? (uppers.get(lower) ?? "") : "";
  const written = listObjects(span["span_links"] ?? span["links"]).map(link => {
    const high = toHexId(link["trace_id_high"] ?? link["traceID_high"]);
    return {
      ...link,
      trace_id: `${high}${toHexId(link["trace_id"] ?? link["traceID"])}`,
      span_id: toHexId(link["span_id"] ?? link["spanID"]),
    };
  });
  // Where the protocol has no field for them, they are the JSON of a tag, with ids in hexadecimal.
  const links = [...written, ...readList(meta[IN_TAGS.links])];
  const events = [
    ...listObjects(span["span_events"]).map(untypeEvent),
    ...readList(meta["events"]),
  ];
  const tags = Object.fromEntries(
    Object.entries(meta).filter(
      ([key]) => !Object.values<string>(IN_TAGS).includes(key) || readList(meta[key]).length === 0,
    ),
  );
  return {
    ...renameFields(span, {
      children_ids: "datadog.children_ids",
      type: "span.type",
      resource: "resource.name",
    }),
    trace_id: `${upper}${lower}`,
    span_id: toHexId(span["span_id"]),
    parent_id: toHexId(span["parent_id"]),
    ...(links.length > 0 && { span_links: undefined, links }),
    ...(events.length > 0 && { span_events: undefined, events }),
    ...(isObject(span["meta"]) && { meta: tags }),
    ...(meta["span.kind"] === undefined && { kind: kindOf(toPlainText(span["type"])) }),
  };
}

/** The tags that hold JSON. */
const IN_TAGS = { links: "_dd.span_links", events: "events" };

function readList(text: unknown): readonly JsonObject[] {
  const parsed = typeof text === "string" ? parseExact(text) : { value: text };
  return "value" in parsed ? listObjects(parsed.value) : [];
}

/** `{"type": 0, "string_value": "GET"}`, the type being a number that says which of the others holds the value. */
function untypeEvent(event: JsonObject): JsonObject {
  const { attributes } = event;
  if (!isObject(attributes)) return event;
  const entries = Object.entries(attributes).map(([key, value]): [string, unknown] => {
    const held = Object.entries(isObject(value) ? value : { value });
    return [key, held.find(([name]) => name !== "type")?.[1]];
  });
  return { ...event, attributes: Object.fromEntries(entries) };
}

const PACKED_FIELDS = [
  ...["service", "name", "resource", "trace_id", "span_id", "parent_id", "start", "duration"],
  ...["error", "meta", "metrics", "type"],
];

/** Version 0.5 of the protocol: all texts once, and lists of what a span has, in which a text is its place among them. */
function fromTextTable(value: unknown): unknown {
  const [texts, traces] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!Array.isArray(texts) || !Array.isArray(traces) || typeof texts[0] !== "string") return value;
  const textAt = (place: unknown): unknown => texts[Number(place)];
  const rename = (map: unknown, isText: boolean): JsonObject =>
    Object.fromEntries(
      Object.entries(isObject(map) ? map : {}).map(([key, each]) => [
        String(textAt(key)),
        isText ? textAt(each) : each,
      ]),
    );
  return traces.flat(1).map((span: unknown) => {
    const fields = Array.isArray(span) ? (span as readonly unknown[]) : [];
    const read = (name: string, field: unknown): unknown => {
      if (["service", "name", "resource", "type"].includes(name)) return textAt(field);
      return isObject(field) ? rename(field, name === "meta") : field;
    };
    return Object.fromEntries(PACKED_FIELDS.map((name, at) => [name, read(name, fields[at])]));
  });
}

/** `undefined` where the bytes are no spans of Datadog. */
export function readDatadogPacked(
  bytes: Uint8Array,
  context: Pick<FileContext, "store">,
): SpanRecords | undefined {
  const { values, error } = readMessagePack(bytes);
  const items = values.map(fromTextTable).flat(3).filter(isObject).filter(isDatadog);
  if (items.length === 0) return undefined;
  const { records, problems } = readDatadog(items, context);
  return {
    records,
    problems: error === undefined ? problems : [...problems, note(context, error)],
  };
}

function fromApi(span: JsonObject): JsonObject {
  const custom = isObject(span["custom"]) ? span["custom"] : {};
  const error = isObject(custom["error"]) ? custom["error"] : {};
  const isFailed = span["status"] === "error" || Object.keys(error).length > 0;
  const kind = isObject(custom["span"]) ? custom["span"]["kind"] : undefined;
  return {
    trace_id: toHexId(span["trace_id"]),
    span_id: toHexId(span["span_id"]),
    parent_id: toHexId(span["parent_id"]),
    name: span["operation_name"] ?? custom["operation_name"] ?? span["resource_name"],
    service: span["service"],
    kind: kind ?? kindOf(toPlainText(span["type"])),
    start_time: span["start_timestamp"],
    end_time: span["end_timestamp"],
    status: span["status"],
    ...(isFailed && { error: Object.keys(error).length > 0 ? error : true }),
    attributes: {
      ...toObject(custom),
      ...(isObject(span["attributes"]) ? toObject(span["attributes"]) : {}),
      ...toObject(Object.fromEntries(Object.entries(span).filter(([key]) => !API_FIELDS.has(key)))),
    },
  };
}

const API_FIELDS = new Set([
  ...["trace_id", "span_id", "parent_id", "operation_name", "service", "start_timestamp"],
  ...["end_timestamp", "status", "custom", "attributes"],
]);

function toObject(value: JsonObject): JsonObject {
  return Object.fromEntries(flattenAttributes(value).map(each => [each.key, each.value]));
}

/** Reads what Datadog's own types say of the side that a span stands on. */
function kindOf(type: string): string | undefined {
  if (/^(?:web|serverless)$/.test(type)) return "server";
  if (/^(?:http|sql|db|cache|redis|memcached|mongodb|elasticsearch|cassandra)$/.test(type)) {
    return "client";
  }
  return undefined;
}

/** Decimal numbers of 64 bits; whoever writes hexadecimal digits writes 16 or 32. */
function toHexId(id: unknown): string {
  const text = toPlainText(id);
  if (!/^-?\d{1,20}$/.test(text) || (text.length === 16 && text.startsWith("0"))) return text;
  const number = BigInt.asUintN(64, BigInt(text));
  return number === 0n ? "" : number.toString(16).padStart(16, "0");
}
