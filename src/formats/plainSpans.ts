/**
 * Spans as people's own tracers write them, in plain JSON or as rows of a table: known by the names of their fields,
 * in any spelling (`trace_id`, `traceId`, `TraceID`), with times in any unit. Call snapshots of tools are spans too,
 * without ids: `trace_id, tool_name, input, output, timestamp, duration_ms`. Pure.
 */

import { canonicalSpanId, canonicalTraceId, isNoId } from "../model/ids.ts";
import { EdgeKind, SpanKind, SpanStatus, type SpanInput } from "../model/span.ts";
import type {
  Attribute,
  AttributeValue,
  SpanDetail,
  SpanError,
  SpanEvent,
  SpanLink,
} from "../model/spanDetail.ts";
import type { SpanRecords } from "../model/spanRecord.ts";
import { findText, toAttributeValue, toRawText } from "./attributeValues.ts";
import { readPlainEnd, readPlainStart, type PlainStart } from "./plainTimes.ts";
import { isObject, listObjects, note, type FileContext, type JsonObject } from "./traceFormat.ts";
import { lazyRecord, toPlainText } from "./wireValue.ts";

type Context = Pick<FileContext, "store">;

/** Fields by what they hold; the first that is there wins. In the form of `fieldName`. */
const names = {
  traceId: ["traceid", "trace"],
  spanId: ["spanid", "id", "callid", "toolcallid", "taskid", "runid", "stepid"],
  parentId: [
    ...["parentspanid", "parentid", "parent", "parentrunid", "parentcallid", "parenttaskid"],
    ...["parentobservationid", "parentspancontext"],
  ],
  name: [
    ...["name", "spanname", "toolname", "tool", "operationname", "operation", "function"],
    ...["functionname", "func", "method", "action", "step", "task"],
  ],
  service: ["servicename", "service", "component", "app", "application"],
  pod: ["podname", "pod"],
  queue: ["queue", "queuename", "topic"],
  kind: ["kind", "spankind"],
  status: ["status", "statuscode", "state"],
  statusMessage: ["statusmessage", "statusdescription"],
  success: ["success", "ok", "succeeded"],
  error: ["error", "exception", "err", "errormessage", "fault"],
  input: ["input", "inputs", "arguments", "args", "parameters", "params", "request"],
  output: ["output", "outputs", "result", "response", "returnvalue"],
  attributes: ["attributes", "attrs", "tags", "metadata", "labels"],
  resource: ["resource", "resources", "resourceattributes"],
  events: ["events", "logs"],
  links: ["links"],
} as const;
type Field = keyof typeof names;
const contextNames = ["context", "spancontext"];

/** The replica set's hash and the pod's own: `cart-579b9bff58-t2dbm` runs `cart`. */
const POD_SUFFIX = /-[0-9a-f]{6,10}-[a-z0-9]{5}$/;
const okWords = /^(?:ok|success|successful|succeeded|complete|completed|finish|finished|done)$/i;
const errorWords =
  /^(?:err|error|errored|fail|failed|failure|exception|timeout|timed ?out|cancell?ed|aborted|crashed)$/i;
const runningWords = /^(?:running|started|pending|in[_ -]?progress|active)$/i;

const fieldNames = new Map<string, string>();

/** A field without its spelling: `trace_id`, `traceId` and `TraceID` are `traceid`. */
export function fieldName(key: string): string {
  let name = fieldNames.get(key);
  if (name === undefined) {
    name = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    // Keys come from files; a file of nothing but keys must not stay in memory.
    if (fieldNames.size < 10_000) fieldNames.set(key, name);
  }
  return name;
}

/** An object with its fields in every spelling. */
class Fields {
  readonly #byName = new Map<string, string>();
  readonly #used = new Set<string>();
  /** Where OpenTelemetry's own objects keep the ids of a span. */
  readonly #context: string | undefined;
  readonly item: JsonObject;

  constructor(item: JsonObject) {
    this.item = item;
    for (const key of Object.keys(item)) {
      const name = fieldName(key);
      if (!this.#byName.has(name)) this.#byName.set(name, key);
    }
    this.#context = contextNames.find(name => {
      const context = item[this.#byName.get(name) ?? ""];
      return isObject(context) && toIdText(context, "traceId") !== "";
    });
  }

  /** By one of the known names; what was taken is no attribute any more. */
  take(field: Field): unknown {
    for (const name of names[field]) {
      const value = this.takeNamed(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  takeNamed(name: string): unknown {
    const key = this.#byName.get(name);
    const value = key === undefined ? undefined : this.item[key];
    if (key === undefined || value === undefined || value === null || value === "") {
      return undefined;
    }
    this.#used.add(key);
    return value;
  }

  /** A span's id or its trace's, its own or that of its context. */
  takeId(field: "traceId" | "spanId"): string {
    const own = toPlainText(this.take(field));
    if (own !== "" || this.#context === undefined) return own;
    return toIdText(this.takeNamed(this.#context), field);
  }

  has(field: Field): boolean {
    return this.hasAny(names[field]);
  }

  hasId(field: "traceId" | "spanId"): boolean {
    return this.has(field) || this.#context !== undefined;
  }

  hasAny(anyOf: readonly string[]): boolean {
    return anyOf.some(name => this.#byName.has(name));
  }

  /** In the order of the file, so that the first spelling of a time is the first to be tried. */
  get names(): IterableIterator<string> {
    return this.#byName.keys();
  }

  rest(): readonly [string, unknown][] {
    return Object.entries(this.item).filter(([key]) => !this.#used.has(key));
  }
}

/** An id in an object that holds ids, or the value itself as text. */
function toIdText(value: unknown, field: "traceId" | "spanId"): string {
  return isObject(value)
    ? toPlainText(new Fields(value).takeNamed(field.toLowerCase()))
    : toPlainText(value);
}

/** Funboost's own fields, with its own times, and Zipkin's, whose protobuf in JSON has ids in base64. */
const foreignFields = ["runstatus", "timestart", "msgdict", "localendpoint"];
const logFields = [
  ["level", "severity", "levelname", "loglevel"],
  ["msg", "message", "body"],
];

/** A trace id, a name and a start are what all have. So have some lines of logs, whose name is that of their logger. */
export function isPlainSpan(item: JsonObject): boolean {
  const fields = new Fields(item);
  if (fields.hasAny(foreignFields) || isLog(fields)) return false;
  if (!fields.has("name") || readPlainStart(fields) === undefined) return false;
  return fields.hasId("traceId") || (fields.hasId("spanId") && fields.has("parentId"));
}

/** Whether it is a line of a log, which may carry the ids of a trace and is no part of one. */
export function isLogLine(item: JsonObject): boolean {
  return isLog(new Fields(item));
}

function isLog(fields: Fields): boolean {
  return logFields.every(each => fields.hasAny(each));
}

/** A file is one trace if it does not say otherwise; what is sent span by span must say which. */
export function isTracedSpan(item: JsonObject): boolean {
  return isPlainSpan(item) && new Fields(item).takeId("traceId").trim() !== "";
}

/** A snapshot of a call has no id of its own; its place in the file is as good as one. */
function nameByPlace(_item: JsonObject, index: number): string {
  return `call-${index + 1}`;
}

export function readPlainSpans(
  items: readonly JsonObject[],
  context: Context,
  nameSpan: (item: JsonObject, index: number) => string = nameByPlace,
): SpanRecords {
  let untraced = 0;
  const records = items.map((item, index) => {
    const read = (): Parts => readParts(item, () => nameSpan(item, index), context);
    const { input, traceId, writtenTraceId } = read();
    if (writtenTraceId === "") untraced += 1;
    // The parts are read again for the detail: they would weigh more than the file.
    return lazyRecord(traceId, input, () => toDetail(read(), context));
  });
  const text = `${untraced} of ${items.length} spans have no trace id; they are drawn as one trace`;
  return { records, problems: untraced === 0 ? [] : [note(context, text)] };
}

interface Parts {
  readonly fields: Fields;
  readonly input: SpanInput;
  readonly traceId: string;
  readonly writtenTraceId: string;
  readonly error: SpanError | undefined;
  readonly links: readonly SpanLink[];
  readonly pod: string;
  readonly start: PlainStart | undefined;
}

function readParts(item: JsonObject, nameSpan: () => string, context: Context): Parts {
  const fields = new Fields(item);
  const writtenTraceId = fields.takeId("traceId");
  const traceId = canonicalTraceId(writtenTraceId || context.store);
  const spanId = canonicalSpanId(fields.takeId("spanId")) || nameSpan();
  const parent = canonicalSpanId(toIdText(fields.take("parentId"), "spanId"));
  const hasParent =
    parent !== "" && !isNoId(parent) && !/^(?:root|none|null|nil|-1)$/i.test(parent);
  const start = readPlainStart(fields);
  const status = readStatus(fields);
  const error = readError(fields, status);
  const isRunning = runningWords.test(toPlainText(fields.take("status")));
  const { startUnixNs, endUnixNs } = readPlainEnd(fields, start, isRunning);
  const pod = toPlainText(fields.take("pod"));
  const links = listLinks(fields);
  const input: SpanInput = {
    spanId,
    ...(hasParent && { parentSpanId: parent }),
    name: toPlainText(fields.take("name")),
    service:
      toPlainText(fields.take("service")) || pod.replace(POD_SUFFIX, "") || findService(fields),
    queue: toPlainText(fields.take("queue")),
    kind: readKind(fields.take("kind")),
    status: error === undefined ? status : SpanStatus.error,
    startUnixNs,
    endUnixNs,
    ...(links.length > 0 && {
      refs: links.map(link => ({
        kind: link.kind,
        traceId: canonicalTraceId(link.traceId),
        spanId: link.spanId,
      })),
    }),
  };
  return { fields, input, traceId, writtenTraceId, error, links, pod, start };
}

function findService(fields: Fields): string {
  const places: readonly Field[] = ["resource", "attributes"];
  const told = places.flatMap(place => toAttributes(fields.take(place)));
  return findText(told, "service.name") ?? "";
}

function readStatus(fields: Fields): SpanStatus {
  const value = fields.take("status");
  const success = fields.take("success");
  const code = toPlainText(
    isObject(value) ? (value["code"] ?? value["status_code"]) : value,
  ).replace(/^(?:STATUS_CODE_|StatusCode\.)/, "");
  if (errorWords.test(code) || toPlainText(success).toLowerCase() === "false") {
    return SpanStatus.error;
  }
  if (okWords.test(code) || toPlainText(success).toLowerCase() === "true") return SpanStatus.ok;
  if (!/^\d{1,3}$/.test(code)) return SpanStatus.unset;
  // Three digits are HTTP's, one is OpenTelemetry's.
  const number = Number(code);
  if (number >= 100) return number >= 500 ? SpanStatus.error : SpanStatus.unset;
  return number === 2 ? SpanStatus.error : number === 1 ? SpanStatus.ok : SpanStatus.unset;
}

/** What went wrong as text, as an object, or as a bare `true`. */
function readError(fields: Fields, status: SpanStatus): SpanError | undefined {
  const value = fields.take("error");
  const statusValue = fields.take("status");
  const told = toPlainText(
    fields.take("statusMessage") ??
      (isObject(statusValue) ? (statusValue["message"] ?? statusValue["description"]) : ""),
  );
  if (isObject(value)) {
    const inner = new Fields(value);
    const text = (...keys: readonly string[]): string =>
      keys.map(key => toPlainText(inner.takeNamed(key))).find(each => each !== "") ?? "";
    return {
      type: text("type", "name", "class", "kind") || undefined,
      message: text("message", "msg", "description", "detail") || told,
      stack: text("stack", "stacktrace", "traceback") || undefined,
    };
  }
  const text = Array.isArray(value) ? value.map(toPlainText).join("\n") : toPlainText(value);
  if (text !== "" && !/^(?:false|0|none|null)$/i.test(text)) {
    const [first = ""] = text.split("\n");
    return /^(?:true|1)$/i.test(text)
      ? { message: told }
      : { message: first, ...(text.includes("\n") && { stack: text }) };
  }
  return status === SpanStatus.error ? { message: told } : undefined;
}

function readKind(value: unknown): SpanKind {
  if (typeof value === "number" && value >= 0 && value <= 5) return Math.trunc(value) as SpanKind;
  const word = toPlainText(value)
    .replace(/^(?:SPAN_KIND_|KIND_|SpanKind\.)/i, "")
    .toLowerCase();
  return Object.hasOwn(SpanKind, word)
    ? SpanKind[word as keyof typeof SpanKind]
    : SpanKind.unspecified;
}

function toAttributes(value: unknown): readonly Attribute[] {
  if (Array.isArray(value)) {
    return listObjects(value).map(each => ({
      key: toPlainText(each["key"] ?? each["name"]),
      value: toAttributeValue(each["value"]),
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, each]) => ({ key, value: toAttributeValue(each) }));
}

function listLinks(fields: Fields): readonly SpanLink[] {
  return listObjects(fields.take("links")).flatMap(each => {
    const link = new Fields(each);
    const context = link.takeNamed("context");
    const ids = isObject(context) ? new Fields(context) : link;
    const [traceId, spanId] = [ids.take("traceId"), ids.take("spanId")].map(toPlainText);
    if (!traceId || !spanId) return [];
    return [
      {
        kind: EdgeKind.link,
        traceId,
        spanId: canonicalSpanId(spanId),
        attributes: toAttributes(link.take("attributes")),
      },
    ];
  });
}

/** An event without a time of its own is told at the span's start. */
function listEvents(fields: Fields, spanStart: PlainStart | undefined): readonly SpanEvent[] {
  return listObjects(fields.take("events")).map(item => {
    const event = new Fields(item);
    const start = readPlainStart(event) ?? spanStart;
    const name = toPlainText(
      event.takeNamed("name") ?? event.takeNamed("event") ?? event.takeNamed("message"),
    );
    const attributes = toAttributes(event.take("attributes"));
    return {
      name,
      timeUnixNs: String(start?.unixNs ?? 0n),
      attributes: [...attributes, ...toAttributes(Object.fromEntries(event.rest()))],
    };
  });
}

function toDetail(
  { fields, input, traceId, writtenTraceId, error, links, pod, start }: Parts,
  context: Context,
): SpanDetail {
  const attributes = toAttributes(fields.take("attributes"));
  const resource = toAttributes(fields.take("resource"));
  const parameters = toValue(fields.take("input"));
  const result = toValue(fields.take("output"));
  const events = listEvents(fields, start);
  const exception = events.find(({ name }) => name === "exception")?.attributes ?? [];
  const fullError: SpanError | undefined =
    error?.message === "" || (error !== undefined && error.stack === undefined)
      ? {
          type: error.type ?? findText(exception, "exception.type"),
          message: error.message || (findText(exception, "exception.message") ?? ""),
          stack: findText(exception, "exception.stacktrace"),
        }
      : error;
  return {
    spanId: input.spanId,
    traceId: writtenTraceId === "" ? traceId : writtenTraceId,
    attributes: [...attributes, ...toAttributes(Object.fromEntries(fields.rest()))],
    resource: [...resource, ...(pod === "" ? [] : [{ key: "k8s.pod.name", value: pod }])],
    events,
    links,
    ...(parameters !== undefined && { parameters }),
    ...(result !== undefined && { result }),
    ...(fullError !== undefined && { error: fullError }),
    stores: [context.store],
    raw: toRawText(fields.item),
  };
}

/** Tracers like to put JSON into a text; it reads better taken out. */
function toValue(value: unknown): AttributeValue {
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      return toAttributeValue(JSON.parse(value));
    } catch (error) {
      // Text that only looks like JSON stays text.
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    }
  }
  return toAttributeValue(value);
}
