/**
 * The documents that Elastic APM keeps and its agents send become span records: documents of transactions, spans and
 * errors, with nested or dotted keys, as an index, a search or its `fields` hold them, and the lines of the intake API.
 * Pure.
 *
 *     {"processor": {"event": "span"}, "trace": {"id": …}, "span": {"id": …, "duration": {"us": 4}}, "timestamp": {"us": …}}
 *     {"metadata": {"service": {"name": "shop"}}}
 *     {"transaction": {"id": …, "trace_id": …, "duration": 4.5, "timestamp": 1545…}}
 */

import { canonicalSpanId } from "../../model/ids.ts";
import { EdgeKind, SpanKind } from "../../model/span.ts";
import type { Attribute, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { microsToNs, toAttributeValue, toRawText } from "../values/attributeValues.ts";
import { flattenAttributes } from "../values/flatAttributes.ts";
import { readKind, readStatus } from "../otlp/otlpJson.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { writeException, writeStack } from "../values/stackText.ts";
import { UNDATED } from "../values/timeUnits.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";
import { readMoment, toPlainNumber } from "../values/writtenTimes.ts";

type EventName = "transaction" | "span" | "error";
const eventNames: readonly EventName[] = ["transaction", "span", "error"];

/** Agents of browsers tell no time: `elasticRum.ts`. */
const UNKNOWN_START_NS = 1_000n;

/** A document, or a line of the intake API, with dots in its keys. */
interface Entry {
  readonly event: EventName;
  readonly fields: ReadonlyMap<string, unknown>;
  readonly item: JsonObject;
}

export function isElasticApm(item: JsonObject): boolean {
  return isIntake(item) || readEvent(toFields(item)) !== undefined;
}

/** The head of what an agent sends, and what it measures: neither is a span, and neither is strange. */
export function isElasticApmOther(item: JsonObject): boolean {
  const keys = Object.keys(item);
  const inner = item[keys[0] ?? ""];
  return keys.length === 1 && isObject(inner)
    ? (keys[0] === "metadata" && "service" in inner) ||
        (keys[0] === "metricset" && "samples" in inner)
    : ["metric", "log", "onboarding"].includes(toPlainText(toFields(item).get("processor.event")));
}

function isIntake(item: JsonObject): boolean {
  const [key = "", ...others] = Object.keys(item);
  const inner = item[key];
  return (
    others.length === 0 &&
    eventNames.some(each => each === key) &&
    isObject(inner) &&
    "id" in inner &&
    ("trace_id" in inner ||
      "transaction_id" in inner ||
      (key === "error" && ("exception" in inner || "log" in inner)))
  );
}

export function readElasticApm(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const entries = [...listEntries(items)];
  const spans = entries.filter(each => each.event !== "error");
  const links = new Links(entries);
  const records = spans.map(entry => toSpanRecord(readSpan(entry, links), context.store));
  const others = items.filter(isElasticApmOther).filter(item => !("metadata" in item)).length;
  const undated = records.filter(({ span }) => (span.startUnixNs ?? 0n) === UNKNOWN_START_NS);
  const { lostErrors } = links;
  const problems = notes(
    context,
    [undated.length, UNDATED],
    [others, `${others} are metrics or logs of Elastic APM, and left out`],
    [lostErrors, `${lostErrors} errors belong to no span of this file`],
  );
  return { records, problems };
}

/** Whatever an agent tells of itself comes first, and holds for the lines behind it. */
function* listEntries(items: readonly JsonObject[]): Generator<Entry> {
  let metadata: JsonObject = {};
  for (const item of items) {
    if (isObject(item["metadata"]) && Object.keys(item).length === 1) metadata = item["metadata"];
    const document = isIntake(item) ? { ...metadata, ...item } : item;
    const fields = toFields(document);
    const event = isIntake(item) ? eventNames.find(name => name in item) : readEvent(fields);
    if (event !== undefined) yield { event, fields, item };
  }
}

/** The document itself, that of a search, or what a search took out of it: there, each value is a list. */
function toFields(item: JsonObject): ReadonlyMap<string, unknown> {
  const { _source: source, fields } = item as { _source?: unknown; fields?: unknown };
  const document = [source, fields].find(isObject) ?? item;
  const isListed = ["@timestamp", "processor.event"].some(key => Array.isArray(document[key]));
  const attributes = flattenAttributes(document);
  if (!isListed) return new Map(attributes.map(({ key, value }) => [key, value]));
  const keys = new Set(attributes.map(({ key }) => key));
  // Beside each value, a search lists the words that it was indexed by.
  const unindexed = attributes.filter(
    ({ key }) => !keys.has(key.replace(/\.text$/, "")) || !key.endsWith(".text"),
  );
  return new Map(
    unindexed.map(({ key, value }) => [
      key,
      Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value,
    ]),
  );
}

function readEvent(fields: ReadonlyMap<string, unknown>): EventName | undefined {
  const eventName = fields.get("processor.event");
  if (eventName !== undefined) {
    return fields.has("trace.id") ? eventNames.find(name => name === eventName) : undefined;
  }
  if (!fields.has("trace.id") || !(fields.has("@timestamp") || fields.has("timestamp.us"))) {
    return undefined;
  }
  return fields.has("span.duration.us")
    ? "span"
    : fields.has("transaction.duration.us")
      ? "transaction"
      : undefined;
}

/** The links between entries. */
class Links {
  readonly #starts = new Map<string, bigint>();
  readonly #errors = new Map<string, Entry[]>();
  /** A profiler finds calls afterwards, and names the spans that they made. */
  readonly #parents = new Map<string, string>();
  lostErrors = 0;

  constructor(entries: readonly Entry[]) {
    const ids = new Set<string>();
    for (const entry of entries) {
      if (entry.event === "error") continue;
      const id = readText(entry, "id");
      ids.add(id);
      const start = readStart(entry);
      if (start !== undefined) this.#starts.set(id, start);
      const children = [entry.fields.get("child.id") ?? []].flat();
      for (const child of children) this.#parents.set(toPlainText(child), id);
    }
    for (const entry of entries) {
      if (entry.event !== "error") continue;
      const owner = [readText(entry, "parent"), readText(entry, "transaction")].find(id =>
        ids.has(id),
      );
      if (owner === undefined) this.lostErrors += 1;
      else this.#errors.set(owner, [...(this.#errors.get(owner) ?? []), entry]);
    }
  }

  parentOf(entry: Entry): string {
    const isSpan = entry.event === "span";
    return (
      this.#parents.get(readText(entry, "id")) ??
      (readText(entry, "parent") || (isSpan ? readText(entry, "transaction") : ""))
    );
  }

  /** Spans of old agents count from the start of their transaction. */
  startOf(entry: Entry): bigint | undefined {
    const offset =
      microsToNs(entry.fields.get("span.start.us")) ??
      toNanos(entry.fields.get("span.start"), UnitPower.ms);
    const start = this.#starts.get(readText(entry, "transaction"));
    const hasOwn = TIMES.some(key => entry.fields.has(key(entry.event)));
    return offset === undefined || start === undefined || hasOwn
      ? readStart(entry)
      : start + offset;
  }

  errorsOf(entry: Entry): readonly Entry[] {
    return this.#errors.get(readText(entry, "id")) ?? [];
  }
}

type Keys = readonly ((event: EventName) => string)[];
const TIMES: Keys = [() => "timestamp.us", event => `${event}.timestamp`];
const fieldKeys = {
  traceId: [() => "trace.id", event => `${event}.trace_id`],
  id: [event => `${event}.id`],
  parent: [() => "parent.id", event => `${event}.parent_id`],
  transaction: [() => "transaction.id", event => `${event}.transaction_id`],
  name: [event => `${event}.name`],
  type: [event => `${event}.type`],
  outcome: [() => "event.outcome", event => `${event}.outcome`],
  otelKind: [() => "span.kind", event => `${event}.otel.span_kind`],
  durationUs: [event => `${event}.duration.us`],
  durationMs: [event => `${event}.duration`],
  message: [
    () => "error.exception.message",
    () => "error.message",
    () => "error.log.message",
    () => "message",
  ],
} satisfies Record<string, Keys>;
type Field = keyof typeof fieldKeys;
/** No attributes of the span, because it has them as its own. */
const spanKeys = new Set([
  ...eventNames.flatMap(event =>
    [
      ...TIMES,
      ...Object.entries(fieldKeys).flatMap(([field, keys]): Keys =>
        field === "message" || field === "type" || field === "outcome" ? [] : keys,
      ),
    ].map(key => key(event)),
  ),
  ...["@timestamp", "span.start", "span.start.us", "processor.name", "processor.event"],
]);
/** An agent's own words, which hold for all of its spans. */
const RESOURCE =
  /^(?:(?:\w+\.context\.)?service|agent|host|process|container|kubernetes|cloud|observer|system|ecs|data_stream)\./;

function readText({ event, fields }: Entry, field: Field): string {
  const keys: Keys = fieldKeys[field];
  for (const key of keys) {
    const value = toPlainText(fields.get(key(event)));
    if (value !== "") return value;
  }
  return "";
}

function readStart({ event, fields }: Entry): bigint | undefined {
  for (const key of TIMES) {
    const nanos =
      microsToNs(toPlainNumber(fields.get(key(event)))) ?? readMoment(fields.get(key(event)));
    if (nanos !== undefined) return nanos;
  }
  return readMoment(fields.get("@timestamp"));
}

function readSpan(entry: Entry, links: Links) {
  const startUnixNs = links.startOf(entry);
  const durationNs =
    microsToNs(numberOf(readText(entry, "durationUs"))) ??
    toNanos(readText(entry, "durationMs"), UnitPower.ms);
  const all = [...entry.fields].map(([key, value]): Attribute => ({
    key,
    value: toAttributeValue(value),
  }));
  const others = all.filter(({ key }) => !spanKeys.has(key) && !/\blinks$/.test(key));
  const outcome = readText(entry, "outcome");
  return {
    traceId: readText(entry, "traceId"),
    spanId: readText(entry, "id"),
    parentSpanId: links.parentOf(entry),
    name: readText(entry, "name"),
    kind: readSpanKind(entry),
    status: readStatus(outcome === "failure" ? "error" : outcome === "success" ? "ok" : "unset"),
    startUnixNs,
    ...(startUnixNs !== undefined &&
      durationNs !== undefined && { endUnixNs: startUnixNs + durationNs }),
    attributes: others.filter(({ key }) => !RESOURCE.test(key)),
    resource: others.filter(({ key }) => RESOURCE.test(key)).map(toResource),
    events: links.errorsOf(entry).map(error => toEvent(error, startUnixNs)),
    links: readLinks(entry),
    raw: () => toRawText(entry.item),
  };
}

/** Kibana's tables part the thousands of whole microseconds. */
function numberOf(text: string): unknown {
  return text === "" ? undefined : Number(text.replaceAll(",", ""));
}

/** A span may have a service of its own, which is not that of its agent. */
function toResource({ key, value }: Attribute): Attribute {
  return { key: key.replace(/^\w+\.context\.(?=service\.)/, ""), value };
}

function readSpanKind(entry: Entry): SpanKind {
  const kind = readKind(readText(entry, "otelKind"));
  if (kind !== SpanKind.unspecified) return kind;
  const type = readText(entry, "type");
  if (entry.event === "transaction") {
    if (type === "request") return SpanKind.server;
    return type === "messaging" ? SpanKind.consumer : SpanKind.unspecified;
  }
  if (/^messaging/.test(type)) return SpanKind.producer;
  return /^(?:db|external|storage|ext)\b/.test(type) ? SpanKind.client : SpanKind.internal;
}

function readLinks({ event, fields }: Entry): readonly SpanLink[] {
  const links = fields.get("span.links") ?? fields.get(`${event}.links`);
  return listObjects(links).map(link => {
    const text = (key: string): string =>
      toPlainText(isObject(link[key]) ? link[key]["id"] : link[`${key}_id`]);
    return {
      kind: EdgeKind.link,
      traceId: text("trace"),
      spanId: canonicalSpanId(text("span")),
      attributes: [],
    };
  });
}

/** An error is kept beside the span in which it happened. */
function toEvent(entry: Entry, spanStart: bigint | undefined): SpanEvent {
  const { fields } = entry;
  const listed = fields.get("error.exception");
  const [exception = {}] = Array.isArray(listed) ? listObjects(listed) : [{}];
  const type = toPlainText(exception["type"] ?? fields.get("error.exception.type"));
  const message = toPlainText(exception["message"]) || readText(entry, "message");
  const frames = listObjects(exception["stacktrace"] ?? fields.get("error.exception.stacktrace"));
  const stack = toPlainText(fields.get("error.stack_trace")) || toStack(frames, type, message);
  return {
    name: "exception",
    timeUnixNs: String(readStart(entry) ?? spanStart ?? 0n),
    attributes: [
      ...writeException(type, message, stack),
      ...[...fields].flatMap(([key, value]) =>
        key.startsWith("error.") && !spanKeys.has(key)
          ? [{ key, value: toAttributeValue(value) }]
          : [],
      ),
    ],
  };
}

function toStack(frames: readonly JsonObject[], type: string, message: string): string {
  return writeStack(
    frames.toReversed().map(frame => ({
      file: frame["abs_path"] ?? frame["filename"] ?? frame["classname"],
      line: isObject(frame["line"]) ? frame["line"]["number"] : frame["lineno"],
      name: frame["function"],
    })),
    `${type}: ${message}`,
  );
}
