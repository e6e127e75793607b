/**
 * A span in OpenTelemetry's terms becomes a span record: the one place that knows what its attributes, events and
 * links mean to us. Pure; knows no wire format.
 */

import type { Writable } from "../../base/writable.ts";
import { canonicalSpanId, canonicalTraceId, isAbsentId, isNoId } from "../../model/ids.ts";
import {
  EdgeKind,
  SpanFlag,
  SpanKind,
  SpanStatus,
  type SpanInput,
  type SpanRef,
} from "../../model/span.ts";
import type {
  Attribute,
  AttributeValue,
  SpanDetail,
  SpanError,
  SpanEvent,
  SpanLink,
  TaskFacts,
} from "../../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import type { FileContext } from "../traceFormat.ts";
import { findAttribute, findText, toBigInt } from "../values/attributeValues.ts";
import type { OtelSpan } from "./otelSpan.ts";
import { takeMarks } from "./roundTripAttributes.ts";
import { spanKeys } from "./spanKeys.ts";

/** A reader of items that are a span each. */
export function readEach<Item>(read: (item: Item) => OtelSpan) {
  return (items: readonly Item[], { store }: Pick<FileContext, "store">): SpanRecords => ({
    records: items.map(item => toSpanRecord(read(item), store)),
    problems: [],
  });
}

/** `store` is named in the detail as the source. */
export function toSpanRecord(written: OtelSpan, store: string): SpanRecord {
  const span = takeMarks(written);
  const traceId = canonicalTraceId(span.traceId);
  const spanId = canonicalSpanId(span.spanId);
  return {
    traceId,
    span: toSpanInput(span, traceId, spanId),
    // Made when it is asked for: most are looked at once or never, and the raw text would hold the file again.
    get detail() {
      return toDetail(span, store);
    },
  };
}

function toDetail(span: OtelSpan, store: string): SpanDetail {
  const task = readTask(span);
  const parameters = span.parameters ?? readJson(span.attributes, ...spanKeys.parameters);
  const result = span.result ?? readJson(span.attributes, ...spanKeys.result);
  const error = findError(span);
  return {
    spanId: span.spanId,
    traceId: span.traceId,
    attributes: span.attributes,
    resource: span.resource,
    ...(span.scope !== undefined && { scope: span.scope }),
    events: span.events,
    links: span.links,
    ...(task !== undefined && { task }),
    ...(parameters !== undefined && { parameters }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    stores: [store],
    // An index looks at every detail, and at no raw text.
    get raw() {
      return span.raw();
    },
  };
}

function toSpanInput(span: OtelSpan, traceId: string, spanId: string): SpanInput {
  const { parentSpanId, startUnixNs, endUnixNs } = span;
  const service = findText(span.resource, spanKeys.service);
  const queue = readQueue(span);
  const refs = span.links.flatMap(link => toRef(link, traceId));
  const messageId = readMessageId(span.attributes);
  const host = readHost(span.resource);
  // Exporters send what has ended: without any time there is nothing that could still run.
  const isUntimed = (startUnixNs ?? 0n) === 0n && (endUnixNs ?? 0n) === 0n;
  const input: Writable<SpanInput> = {
    spanId,
    name: span.name,
    kind: span.kind,
    status: span.status,
    flags: (span.flags ?? 0) | (isUntimed ? SpanFlag.untimed : 0),
  };
  if (parentSpanId !== undefined && !isAbsentId(parentSpanId)) {
    input.parentSpanId = canonicalSpanId(parentSpanId);
  }
  if (refs.length > 0) input.refs = refs;
  if (service !== undefined) input.service = service;
  if (queue !== undefined) input.queue = queue;
  if (startUnixNs !== undefined) input.startUnixNs = startUnixNs;
  if (endUnixNs !== undefined) input.endUnixNs = endUnixNs;
  if (messageId !== undefined) input.messageId = messageId;
  if (host !== undefined) input.host = host;
  if (span.warnings !== undefined && span.warnings.length > 0) input.warnings = span.warnings;
  addTaskTimes(input, span.attributes);
  return input;
}

/** Adds what the document of a task knew, where the span was written from one. */
function addTaskTimes(input: Writable<SpanInput>, attributes: readonly Attribute[]): void {
  const attempts = findAttribute(attributes, spanKeys.attempts);
  const queuedUnixNs = toBigInt(findAttribute(attributes, spanKeys.queuedUnixNs));
  if (typeof attempts === "number") input.attempts = attempts;
  if (queuedUnixNs !== undefined) input.queuedUnixNs = queuedUnixNs;
}

/** The id of the message or task that a span sent or ran, under the names that it has had. */
export function readMessageId(attributes: readonly Attribute[]): string | undefined {
  const id = findText(attributes, ...spanKeys.taskId);
  return id === undefined ? undefined : canonicalSpanId(id);
}

/** The machine, as Jaeger tells machines apart. */
export function readHost(resource: readonly Attribute[]): string | undefined {
  for (const key of spanKeys.host) {
    const value = findAttribute(resource, key);
    const first = Array.isArray(value) ? (value[0] as AttributeValue) : value;
    if (typeof first === "string" && first !== "") return first;
    if (typeof first === "number") return String(first);
  }
  return undefined;
}

function toRef(link: SpanLink, ownTraceId: string): readonly SpanRef[] {
  if (isNoId(link.spanId)) return [];
  const traceId = canonicalTraceId(link.traceId);
  const isElsewhere = !isNoId(link.traceId) && traceId !== ownTraceId;
  return [
    { kind: link.kind, ...(isElsewhere && { traceId }), spanId: canonicalSpanId(link.spanId) },
  ];
}

/** Links that came from OpenTracing say what they were. */
export function readLinkKind(attributes: readonly Attribute[]): EdgeKind {
  return findText(attributes, "opentracing.ref_type") === "follows_from"
    ? EdgeKind.followsFrom
    : EdgeKind.link;
}

/** For other kinds, a destination is only what a span spoke to; but a task has its queue, whatever its span's kind. */
function hasQueue({ kind, attributes }: OtelSpan): boolean {
  const isMessaging = kind === SpanKind.consumer || kind === SpanKind.producer;
  return isMessaging || attributes.some(each => each.key === spanKeys.taskState);
}

function readQueue(span: OtelSpan): string | undefined {
  return hasQueue(span) ? findText(span.attributes, ...spanKeys.queue) : undefined;
}

/**
 * Funboost's span of a run names its task; what function it ran, only the task's document knows. A span that was
 * written from such a document has its state.
 */
function readTask(span: OtelSpan): TaskFacts | undefined {
  const { attributes } = span;
  const state = findText(attributes, spanKeys.taskState);
  const isRun =
    span.kind === SpanKind.consumer &&
    findText(attributes, spanKeys.messagingSystem) === "funboost";
  const taskId =
    isRun || state !== undefined ? findText(attributes, ...spanKeys.messageId) : undefined;
  if (taskId === undefined) return undefined;
  const facts = {
    file: findText(attributes, "code.file.path", "code.filepath"),
    className: findText(attributes, "task.class"),
    host: findText(attributes, "task.host") ?? findText(span.resource, "host.name"),
    process: findText(attributes, "task.process") ?? findText(span.resource, "process.pid"),
    script: findText(attributes, "task.script"),
  };
  return {
    taskId,
    function: findText(attributes, "code.function.name", "code.function") ?? "",
    queue: readQueue(span) ?? "",
    // A span is exported when its run has ended, well or badly.
    state: state ?? "finish",
    ...Object.fromEntries(Object.entries(facts).filter(([, text]) => text !== undefined)),
  };
}

/** Lists and objects stand in attributes as their JSON. */
function readJson(attributes: readonly Attribute[], ...keys: readonly string[]): AttributeValue {
  return readJsonText(findAttribute(attributes, ...keys));
}

/** A value that is the JSON of a list or an object, as that; any other as it is. */
export function readJsonText(value: AttributeValue): AttributeValue {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as AttributeValue;
  } catch (error) {
    // Funboost cuts it after 200 characters.
    if (!(error instanceof SyntaxError)) throw error;
    return value;
  }
}

/**
 * The last exception is the one that got out; without one there is what the status says. OpenTracing logged an event
 * `error` with its own keys.
 */
function findError(span: OtelSpan): SpanError | undefined {
  const event = span.events.findLast(isException);
  const facts = event?.attributes ?? span.attributes;
  const isFailure = span.status === SpanStatus.error;
  const type =
    findText(facts, "exception.type", ...(event === undefined ? [] : ["error.kind"])) ??
    (isFailure ? findText(span.attributes, "error.type", "error.kind") : undefined);
  const message =
    findText(facts, "exception.message", ...(event === undefined ? [] : openTracingMessage)) ??
    (isFailure ? span.statusMessage : undefined) ??
    "";
  const stack = findText(facts, "exception.stacktrace", ...(event === undefined ? [] : ["stack"]));
  if (type === undefined && stack === undefined && message === "") return undefined;
  return {
    ...(type !== undefined && { type }),
    message,
    ...(stack !== undefined && { stack }),
  };
}

const openTracingMessage = ["message", "error.object"];
const exceptionKeys = new Set(["exception.type", "exception.message", "exception.stacktrace"]);

function isException(event: SpanEvent): boolean {
  return (
    event.name === "exception" ||
    event.name === "error" ||
    event.attributes.some(each => exceptionKeys.has(each.key))
  );
}
