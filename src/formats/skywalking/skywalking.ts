/**
 * SkyWalking's traces: segments as agents post them to `/v3/segments`, segments as its test collector lists them, and
 * the answers of `queryTrace` and `queryTraces` over GraphQL. Pure.
 *
 * A segment is what one thread did for one trace; its spans are numbered from 0, so a span's id is made of both:
 * `segment:0`. The first span of a segment names its parent, in another segment, by a reference; a consumer of a batch
 * has many. What protobuf leaves out in JSON is zero: span 0, parent 0, `Entry`, `CrossProcess`.
 */

import { canonicalTraceId } from "../../model/ids.ts";
import { EdgeKind, SpanKind, SpanStatus, type SpanInput, type SpanRef } from "../../model/span.ts";
import type { Attribute, SpanDetail, SpanError, SpanEvent } from "../../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { findText, toAttributeValue, toBigInt, toRawText } from "../values/attributeValues.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { lazyRecord, toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

type Context = Pick<FileContext, "store">;

/** A span with what its segment knows. */
interface SegmentSpan {
  readonly traceId: string;
  readonly segmentId: string;
  readonly service: string;
  readonly instance: string;
  readonly span: JsonObject;
}

interface ParentRef {
  readonly kind: EdgeKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

/** In the order of protobuf's numbers. */
export const spanTypes = ["Entry", "Exit", "Local"] as const;
export const layers = [
  "Unknown",
  "Database",
  "RPCFramework",
  "Http",
  "MQ",
  "Cache",
  "FAAS",
] as const;

const messageLayer = "MQ";
const queueTags = ["mq.queue", "mq.topic"];
const refFields = ["parentEndpoint", "parentService", "parentServiceInstance"];

export function isSkywalking(item: JsonObject): boolean {
  return (
    isSegment(item) ||
    isQueriedSpan(item) ||
    listObjects(item["segmentItems"]).some(each => Array.isArray(each["segments"])) ||
    listAnswers(item).some(isQueriedSpan)
  );
}

/** The segments of one file or one answer, so that those without a trace id find the trace that they refer to. */
export function readSkywalking(items: readonly JsonObject[], context: Context): SpanRecords {
  const all = items.flatMap(listSpans);
  const traceOf = createTraceFinder(all);
  const records: SpanRecord[] = [];
  let matchers = 0;
  for (const each of all) {
    // The tests of SkyWalking's agents write `not null` and `nq 0` where values should be.
    if (isMatcher(each.segmentId) || isMatcher(each.span["startTime"])) matchers += 1;
    else records.push(readSpan(each, traceOf(each), context));
  }
  return {
    records,
    problems:
      matchers === 0
        ? []
        : [
            note(
              context,
              `${matchers} of ${all.length} spans hold conditions of a test, not values`,
            ),
          ],
  };
}

function isSegment(item: JsonObject): boolean {
  return typeof item["traceSegmentId"] === "string" && Array.isArray(item["spans"]);
}

function isQueriedSpan(item: JsonObject): boolean {
  return typeof item["segmentId"] === "string" && "spanId" in item && "parentSpanId" in item;
}

function isMatcher(value: unknown): boolean {
  return typeof value === "string" && /^(?:not null|(?:nq|eq|gt|ge|lt|le) .*)$/.test(value);
}

/** Whatever the query named its answer: an object with `spans`, or one with `traces` of such. */
function listAnswers(item: JsonObject): readonly JsonObject[] {
  const data = isObject(item["data"]) ? item["data"] : item;
  return [data, ...Object.values(data)]
    .filter(isObject)
    .flatMap(answer => [
      ...listObjects(answer["spans"]),
      ...listObjects(answer["traces"]).flatMap(trace => listObjects(trace["spans"])),
    ]);
}

function listSpans(item: JsonObject): readonly SegmentSpan[] {
  if (isSegment(item)) {
    const segment = {
      traceId: toPlainText(item["traceId"]),
      segmentId: toPlainText(item["traceSegmentId"]),
      service: toPlainText(item["service"]),
      instance: toPlainText(item["serviceInstance"]),
    };
    return listObjects(item["spans"]).map(span => ({ ...segment, span }));
  }
  const collected = listObjects(item["segmentItems"]).flatMap(service =>
    listObjects(service["segments"]).flatMap(segment =>
      listObjects(segment["spans"]).map(span => ({
        traceId: toPlainText(segment["traceId"]),
        segmentId: toPlainText(segment["segmentId"]),
        service: toPlainText(service["serviceName"]),
        instance: "",
        span,
      })),
    ),
  );
  const queried = isQueriedSpan(item) ? [item] : listAnswers(item).filter(isQueriedSpan);
  return [
    ...collected,
    ...queried.map(span => ({
      traceId: toPlainText(span["traceId"]),
      segmentId: toPlainText(span["segmentId"]),
      service: toPlainText(span["serviceCode"]),
      instance: toPlainText(span["serviceInstanceName"]),
      span,
    })),
  ];
}

/** The test collector does not write trace ids down; references do, and bind segments into one trace. */
function createTraceFinder(all: readonly SegmentSpan[]): (span: SegmentSpan) => string {
  const above = new Map<string, string>();
  const traceIds = new Map<string, string>();
  const findTop = (segmentId: string): string => {
    let top = segmentId;
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next;
    // Shorten the way, so that long chains cost no more than short ones.
    for (let at = segmentId; at !== top;) {
      const next = above.get(at) ?? top;
      above.set(at, top);
      at = next;
    }
    return top;
  };
  for (const { traceId, segmentId, span } of all) {
    if (traceId !== "") continue;
    for (const ref of listRefs(span)) {
      const [own, other] = [findTop(segmentId), findTop(segmentOf(ref.spanId))];
      const known = traceIds.get(own) ?? traceIds.get(other) ?? ref.traceId;
      if (own !== other) above.set(own, other);
      if (known !== "") traceIds.set(other, known);
    }
  }
  return ({ traceId, segmentId }) => {
    if (traceId !== "") return canonicalTraceId(traceId);
    const top = findTop(segmentId);
    return canonicalTraceId(traceIds.get(top) ?? top);
  };
}

function segmentOf(spanId: string): string {
  return spanId.slice(0, spanId.lastIndexOf(":"));
}

function readSpan(own: SegmentSpan, traceId: string, context: Context): SpanRecord {
  const { segmentId, service, span } = own;
  const refs = listRefs(span);
  const number = toInt(span["spanId"]);
  const spanId = `${segmentId}:${number}`;
  const parentNumber = toInt(span["parentSpanId"]);
  const parent =
    parentNumber >= 0n && parentNumber !== number
      ? `${segmentId}:${parentNumber}`
      : refs.find(ref => ref.traceId === "" || canonicalTraceId(ref.traceId) === traceId)?.spanId;
  const others = refs.filter(ref => ref.spanId !== parent);
  const tags = readPairs(span["tags"]);
  const layer = readEnum(span["layer"] ?? span["spanLayer"], layers);
  const kind = readKind(readEnum(span["type"] ?? span["spanType"], spanTypes), layer);
  const startUnixNs = toNanos(span["startTime"], UnitPower.ms);
  const endUnixNs = toNanos(span["endTime"], UnitPower.ms);
  const input: SpanInput = {
    spanId,
    parentSpanId: parent,
    name: toPlainText(span["endpointName"]) || toPlainText(span["operationName"]),
    service,
    ...(layer === messageLayer && { queue: findText(tags, ...queueTags) }),
    kind,
    status: isTrue(span["isError"]) ? SpanStatus.error : SpanStatus.unset,
    startUnixNs,
    endUnixNs: endUnixNs === 0n ? undefined : endUnixNs,
    ...(others.length > 0 && {
      refs: others.map((ref): SpanRef => ({
        kind: ref.kind,
        ...(ref.traceId !== "" && { traceId: canonicalTraceId(ref.traceId) }),
        spanId: ref.spanId,
      })),
    }),
  };
  return lazyRecord(traceId, input, () =>
    toDetail(own, traceId, spanId, { tags, refs, layer }, context),
  );
}

/** Some writers quote it. */
function isTrue(value: unknown): boolean {
  return toPlainText(value) === "true";
}

function toInt(value: unknown): bigint {
  return toBigInt(value) ?? 0n;
}

function readEnum(value: unknown, names: readonly string[]): string {
  if (typeof value === "number") return names[value] ?? "";
  const text = toPlainText(value);
  return text === "" ? (names[0] ?? "") : text;
}

function readKind(type: string, layer: string): SpanKind {
  const isMessage = layer === messageLayer;
  switch (type) {
    case "Entry":
      return isMessage ? SpanKind.consumer : SpanKind.server;
    case "Exit":
      return isMessage ? SpanKind.producer : SpanKind.client;
    case "Local":
      return SpanKind.internal;
    default:
      return SpanKind.unspecified;
  }
}

function listRefs(span: JsonObject): readonly ParentRef[] {
  return listObjects(span["refs"]).flatMap(ref => {
    const segmentId = toPlainText(ref["parentTraceSegmentId"] ?? ref["parentSegmentId"]);
    if (segmentId === "") return [];
    const type = toPlainText(ref["type"] ?? ref["refType"])
      .replace("_", "")
      .toUpperCase();
    const address = ref["networkAddressUsedAtPeer"] ?? ref["networkAddress"];
    return [
      {
        kind: type === "CROSSTHREAD" || type === "1" ? EdgeKind.crossThread : EdgeKind.crossProcess,
        traceId: toPlainText(ref["traceId"]),
        spanId: `${segmentId}:${toInt(ref["parentSpanId"])}`,
        attributes: [
          ...refFields.map(key => ({ key, value: toPlainText(ref[key]) })),
          { key: "networkAddress", value: toPlainText(address) },
        ].filter(({ value }) => value !== ""),
      },
    ];
  });
}

/** `[{ key, value }]`; keys may repeat. */
function readPairs(value: unknown): readonly Attribute[] {
  return listObjects(value).map(each => ({
    key: toPlainText(each["key"]),
    value: toAttributeValue(each["value"]),
  }));
}

interface Parts {
  readonly tags: readonly Attribute[];
  readonly refs: readonly ParentRef[];
  readonly layer: string;
}

function toDetail(
  { segmentId, service, instance, span }: SegmentSpan,
  traceId: string,
  spanId: string,
  { tags, refs, layer }: Parts,
  context: Context,
): SpanDetail {
  const events = listObjects(span["logs"]).map(readLog);
  const failure = isTrue(span["isError"]) ? readError(events) : undefined;
  const attribute = (key: string, value: unknown): readonly Attribute[] => {
    const text = toPlainText(value);
    return text === "" ? [] : [{ key, value: text }];
  };
  return {
    spanId,
    traceId: toPlainText(span["traceId"]) || traceId,
    attributes: [
      ...tags,
      ...attribute("peer", span["peer"]),
      ...attribute("component", span["component"] ?? span["componentId"]),
      ...(layer === "Unknown" ? [] : attribute("layer", layer)),
    ],
    resource: [
      ...attribute("service.name", service),
      ...attribute("service.instance.id", instance),
      ...attribute("segment", segmentId),
    ],
    events: [...events, ...listObjects(span["attachedEvents"]).map(readAttachedEvent)],
    links: refs.map(ref => ({ ...ref, traceId: ref.traceId || traceId })),
    ...(failure !== undefined && { error: failure }),
    stores: [context.store],
    raw: toRawText(span),
  };
}

function readLog(log: JsonObject): SpanEvent {
  const attributes = readPairs(log["data"]);
  return {
    name: findText(attributes, "event") ?? "log",
    timeUnixNs: String(toNanos(log["time"], UnitPower.ms) ?? 0n),
    attributes: attributes.filter(({ key }) => key !== "event"),
  };
}

/** Events of eBPF and the like, to the nanosecond. */
function readAttachedEvent(event: JsonObject): SpanEvent {
  const [start = 0n, end = 0n] = [readMoment(event["startTime"]), readMoment(event["endTime"])];
  return {
    name: toPlainText(event["event"]),
    timeUnixNs: String(start),
    attributes: [
      ...readPairs(event["tags"]),
      ...readPairs(event["summary"]),
      ...(end > start ? [{ key: "durationNs", value: Number(end - start) }] : []),
    ],
  };
}

/** Agents log what was thrown: `event=error`, `error.kind`, `message`, `stack`; Python's `Traceback` alone. */
function readError(events: readonly SpanEvent[]): SpanError | undefined {
  const traceback = events
    .map(({ attributes }) => findText(attributes, "Traceback"))
    .find(text => text !== undefined);
  if (traceback !== undefined) return readTraceback(traceback);
  const thrown = events.find(
    ({ name, attributes }) =>
      name === "error" || attributes.some(({ key }) => key === "error.kind"),
  );
  if (thrown === undefined) return undefined;
  return {
    type: findText(thrown.attributes, "error.kind"),
    message: findText(thrown.attributes, "message") ?? "",
    stack: findText(thrown.attributes, "stack"),
  };
}

/** `ValueError: no stock` ends it; where there is no more than a line, that is what was thrown in words. */
function readTraceback(text: string): SpanError {
  const lines = text.trimEnd().split("\n");
  const last = lines.findLast(line => /^[A-Za-z_][\w.]*(?:: |$)/.test(line));
  if (lines.length === 1 || last === undefined) return { message: text.trim() };
  const [type = "", ...rest] = last.split(": ");
  return { type, message: rest.join(": "), stack: text };
}
