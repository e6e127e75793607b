/**
 * Transactions of Sentry become span records: an envelope as SDKs send it, an event as its API and its page show it,
 * and spans that were sent alone. Errors stand as events in the spans in which they happened. Pure.
 *
 *     {"event_id": …, "sent_at": …}
 *     {"type": "transaction"}
 *     {"type": "transaction", "transaction": "GET /cart", "contexts": {"trace": {…}}, "spans": [{…}], "timestamp": …}
 */

import { SpanKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, SpanEvent } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toAttributeValue, toRawText } from "../values/attributeValues.ts";
import { flattenAttributes } from "../values/flatAttributes.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { writeException, writeStack } from "../values/stackText.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

export function isSentry(item: JsonObject): boolean {
  const viewed = [item, ...listObjects(item["transactions"])];
  return (
    isTransaction(item) || isSpan(item) || listItems(item).some(isSpan) || viewed.some(isViewed)
  );
}

/** The heads of an envelope and of its items, and items that hold no spans: none of them is strange. */
export function isSentryOther(item: JsonObject): boolean {
  const isHead = "sent_at" in item || ("dsn" in item && "event_id" in item);
  const isItemHead = typeof item["type"] === "string" && ("length" in item || onlyKey(item));
  return isHead || isItemHead || isError(item) || ("sid" in item && "init" in item);
}

function onlyKey(item: JsonObject): boolean {
  return Object.keys(item).every(key =>
    ["type", "content_type", "item_count", "platform"].includes(key),
  );
}

export function readSentry(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const errors = items.filter(isError);
  const spans = items.flatMap(item => [...listSpans(item)]);
  const errorsOf = Map.groupBy(errors, error => toPlainText(toTrace(error)["span_id"]));
  const ids = new Set(spans.map(({ values }) => toPlainText(values["span_id"])));
  const lost = errors.filter(error => !ids.has(toPlainText(toTrace(error)["span_id"]))).length;
  // All spans of a transaction have one: of each its own would weigh more than the file.
  const resources = new Map<JsonObject, readonly Attribute[]>();
  const records = spans.map(span => {
    const { event, values } = span;
    const events = errorsOf.get(toPlainText(values["span_id"])) ?? [];
    const resource = resources.get(event) ?? readResource(event);
    resources.set(event, resource);
    return toSpanRecord(readSpan(span, events, resource, context.store), context.store);
  });
  const problems = notes(context, [lost, `${lost} errors belong to no span of this file`]);
  return { records, problems };
}

function isTransaction(item: JsonObject): boolean {
  const trace = toTrace(item);
  return typeof trace["span_id"] === "string" && startOf(item) !== undefined;
}

function isSpan(item: JsonObject): boolean {
  return (
    typeof item["trace_id"] === "string" &&
    typeof item["span_id"] === "string" &&
    "start_timestamp" in item &&
    ("timestamp" in item
      ? "op" in item || "description" in item
      : "end_timestamp" in item && "is_segment" in item)
  );
}

/** A span in the tree that Sentry's page of a trace shows, or in its older one. */
function isViewed(item: JsonObject): boolean {
  const isKnown = "event_id" in item && "project_slug" in item && Array.isArray(item["children"]);
  return isKnown && startOf(item) !== undefined;
}

/** With what lies below each; their ids stand under other names, and the trace's is that of the file. */
function* listViewed(roots: readonly JsonObject[]): Generator<SentrySpan> {
  const stack = [...roots];
  // Spans may nest deeper than the call stack.
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { children, ...rest } = item;
    const values = {
      ...rest,
      span_id: rest["span_id"] ?? rest["event_id"],
      op: rest["op"] ?? rest["transaction.op"],
      description: rest["description"] ?? rest["transaction"],
      end_timestamp: rest["end_timestamp"] ?? rest["timestamp"],
      status: rest["status"] ?? (listObjects(rest["errors"]).length > 0 ? "error" : undefined),
    };
    const resource = { "service.name": rest["project_slug"] };
    yield { values, event: { contexts: { otel: { resource } } }, isTransaction: false };
    const parent_span_id = values.span_id;
    stack.push(...listObjects(children).map(each => ({ parent_span_id, ...each })));
  }
}

function isError(item: JsonObject): boolean {
  return isObject(item["exception"]) && "event_id" in item && !isTransaction(item);
}

function listItems(item: JsonObject): readonly JsonObject[] {
  return listObjects(item["items"]);
}

function toTrace(item: JsonObject): JsonObject {
  const contexts = isObject(item["contexts"]) ? item["contexts"] : {};
  return isObject(contexts["trace"]) ? contexts["trace"] : {};
}

interface SentrySpan {
  /** The values that the span says of itself. */
  readonly values: JsonObject;
  /** The transaction that it belongs to, or the span itself. */
  readonly event: JsonObject;
  readonly isTransaction: boolean;
}

function* listSpans(item: JsonObject): Generator<SentrySpan> {
  yield* listViewed([item, ...listObjects(item["transactions"])].filter(isViewed));
  if (isTransaction(item)) {
    yield { values: toTrace(item), event: item, isTransaction: true };
    const entry = listObjects(item["entries"]).find(each => each["type"] === "spans");
    for (const own of listObjects(item["spans"] ?? entry?.["data"])) {
      yield { values: own, event: item, isTransaction: false };
    }
  } else if (isSpan(item)) {
    yield { values: item, event: item, isTransaction: false };
  }
  for (const own of listItems(item).filter(isSpan)) {
    yield { values: own, event: own, isTransaction: false };
  }
}

function startOf(item: JsonObject): bigint | undefined {
  return readTime(item["start_timestamp"] ?? item["startTimestamp"]);
}

function readTime(value: unknown): bigint | undefined {
  return toNanos(value, UnitPower.s) ?? readMoment(value);
}

/** Facts of a span, and no attributes. */
const SPAN_FIELDS = new Set([
  ...["span_id", "trace_id", "parent_span_id", "start_timestamp", "timestamp", "end_timestamp"],
  ...["data", "attributes", "tags", "type"],
]);
/** Facts of a transaction that hold for all of its spans, or that its spans have as their own. */
const EVENT_FIELDS = new Set([
  ...["spans", "entries", "contexts", "transaction", "start_timestamp", "startTimestamp"],
  ...["timestamp", "endTimestamp", "type", "tags", "release", "environment", "server_name"],
  ...["platform", "sdk", "title", "breadcrumbs"],
]);

function readSpan(
  { values, event, isTransaction: isRoot }: SentrySpan,
  errors: readonly JsonObject[],
  resource: readonly Attribute[],
  store: string,
): OtelSpan {
  const end = isRoot ? event["timestamp"] : (values["timestamp"] ?? values["end_timestamp"]);
  const text = (key: string): string => toPlainText(values[key]);
  const startUnixNs = startOf(isRoot ? event : values);
  const attributes = readAttributes(values, event, isRoot);
  const op = text("op") || toPlainText(attributes.find(each => each.key === "sentry.op")?.value);
  const name = isRoot
    ? toPlainText(event["transaction"] ?? event["title"])
    : text("description") || text("name");
  return {
    traceId: text("trace_id") || toPlainText(toTrace(event)["trace_id"]) || store,
    spanId: text("span_id"),
    parentSpanId: text("parent_span_id"),
    name: name || op,
    kind: readKind(op),
    status: readStatus(text("status")),
    ...(readStatus(text("status")) === SpanStatus.error && { statusMessage: text("status") }),
    startUnixNs,
    endUnixNs: readTime(isRoot ? (end ?? event["endTimestamp"]) : end),
    attributes,
    resource,
    events: [
      ...errors.map(error => toErrorEvent(error, startUnixNs)),
      ...(isRoot ? listBreadcrumbs(event, startUnixNs) : []),
    ],
    links: [],
    raw: () => toRawText(isRoot ? { ...event, spans: undefined } : values),
  };
}

function readAttributes(own: JsonObject, event: JsonObject, isRoot: boolean): readonly Attribute[] {
  const rest = Object.entries(own).filter(([key]) => !SPAN_FIELDS.has(key));
  const contexts = isObject(event["contexts"]) ? event["contexts"] : {};
  return [
    ...flattenAttributes(own["data"]),
    ...readTyped(own["attributes"]),
    ...readTags(own["tags"]),
    ...rest.flatMap(([key, value]) => flattenAttributes(value, `sentry.${key}`)),
    ...(isRoot
      ? [
          ...readTags(event["tags"]),
          ...Object.entries(event).flatMap(([key, value]) =>
            EVENT_FIELDS.has(key) ? [] : flattenAttributes(value, key),
          ),
          ...Object.entries(contexts).flatMap(([key, value]) =>
            key === "trace" || key === "otel" ? [] : flattenAttributes(value, `contexts.${key}`),
          ),
        ]
      : []),
  ];
}

/** `{"key": {"type": "integer", "value": 1}}`. */
function readTyped(value: unknown): readonly Attribute[] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, each]) => ({
    key,
    value: toAttributeValue(isObject(each) && "value" in each ? each["value"] : each),
  }));
}

/** An object, a list of pairs, or a list of objects with key and value. */
function readTags(value: unknown): readonly Attribute[] {
  if (!Array.isArray(value)) return flattenAttributes(value ?? undefined);
  return value.flatMap((each: unknown) => {
    const [key, tag] = Array.isArray(each)
      ? (each as unknown[])
      : isObject(each)
        ? [each["key"], each["value"]]
        : [];
    return key === undefined ? [] : [{ key: toPlainText(key), value: toAttributeValue(tag) }];
  });
}

/** Sentry knows projects, not services; releases are named `shop@1.2.0` after what was released. */
function readResource(event: JsonObject): readonly Attribute[] {
  const contexts = isObject(event["contexts"]) ? event["contexts"] : {};
  const otel = isObject(contexts["otel"]) ? contexts["otel"]["resource"] : undefined;
  const resource = flattenAttributes(otel);
  const [, name = "", version = ""] = /^(.+?)@(.+)$/.exec(toPlainText(event["release"])) ?? [];
  const sdk = isObject(event["sdk"]) ? event["sdk"] : {};
  const known = {
    "service.name": name,
    "service.version": version || toPlainText(event["release"]),
    "deployment.environment.name": toPlainText(event["environment"]),
    "host.name": toPlainText(event["server_name"]),
    "telemetry.sdk.name": toPlainText(sdk["name"]),
    "telemetry.sdk.version": toPlainText(sdk["version"]),
    "sentry.platform": toPlainText(event["platform"]),
  };
  const isTold = (key: string): boolean => resource.some(each => each.key === key);
  return [
    ...resource,
    ...Object.entries(known).flatMap(([key, value]) =>
      value === "" || isTold(key) ? [] : [{ key, value }],
    ),
  ];
}

/** By the first words of the operation: https://develop.sentry.dev/sdk/telemetry/traces/span-operations/ */
const kinds: readonly (readonly [RegExp, SpanKind])[] = [
  [/^(?:http\.server|grpc\.server|rpc\.server|websocket\.server|serverless)/, SpanKind.server],
  [/^(?:http|db|cache|grpc|rpc|ai|gen_ai|graphql)(?:\.|$)/, SpanKind.client],
  [/^queue\.(?:publish|submit|create)/, SpanKind.producer],
  [/^queue\.(?:process|receive|task)/, SpanKind.consumer],
];

function readKind(op: string): SpanKind {
  return kinds.find(([pattern]) => pattern.test(op))?.[1] ?? SpanKind.unspecified;
}

function readStatus(status: string): SpanStatus {
  if (status === "ok") return SpanStatus.ok;
  return status === "" || status === "unset" || status === "unknown"
    ? SpanStatus.unset
    : SpanStatus.error;
}

function toErrorEvent(error: JsonObject, spanStart: bigint | undefined): SpanEvent {
  const exception = isObject(error["exception"]) ? error["exception"] : {};
  // The last is the one that got out; those before it caused it.
  const last = listObjects(exception["values"]).at(-1) ?? {};
  const trace = isObject(last["stacktrace"]) ? last["stacktrace"] : {};
  const [type = "", message = ""] = [last["type"], last["value"]].map(toPlainText);
  const stack = writeStack(
    listObjects(trace["frames"]).map(frame => ({
      file: frame["abs_path"] ?? frame["filename"],
      line: frame["lineno"],
      name: frame["function"],
    })),
    `${type}: ${message}`,
  );
  return {
    name: "exception",
    timeUnixNs: String(readTime(error["timestamp"]) ?? spanStart ?? 0n),
    attributes: [
      ...writeException(type, message, stack),
      ...flattenAttributes(error["event_id"], "sentry.event_id"),
      ...flattenAttributes(error["level"], "sentry.level"),
    ],
  };
}

function listBreadcrumbs(event: JsonObject, start: bigint | undefined): readonly SpanEvent[] {
  const held = event["breadcrumbs"];
  return listObjects(isObject(held) ? held["values"] : held).map(crumb => {
    const { timestamp, message, ...rest } = crumb as { timestamp?: unknown; message?: unknown };
    return {
      name: toPlainText(message) || toPlainText(crumb["category"]),
      timeUnixNs: String(readTime(timestamp) ?? start ?? 0n),
      attributes: flattenAttributes(rest),
    };
  });
}
