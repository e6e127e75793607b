/**
 * OTLP's logs, in JSON (camel and snake case) and protobuf, become log records; and log records become events of the
 * span that they belong to. OpenTelemetry moves exceptions from span events to logs, so a span's error may be one.
 * Pure.
 *
 * What a log has and an event has not are attributes of the event: `log.severity`, which every log has and by which it
 * is told from a span's own events, `log.body`, `log.logger`, and the resource under `resource.`, of which a span
 * shows what differs from its own.
 */

import { canonicalSpanId, canonicalTraceId, isNoId } from "../../model/ids.ts";
import type { LogRecord, LogRecords } from "../../model/logRecord.ts";
import type {
  Attribute,
  AttributeValue,
  SpanDetail,
  SpanError,
  SpanEvent,
} from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { findAttribute, findText } from "../values/attributeValues.ts";
import { get, readSpanId, readTime, readTraceId, readScope, toText } from "./otlpJson.ts";
import { readAnyValue, readAttributes } from "./otlpValue.ts";
import { anyValue, keyValue, resource, scope, splitMessages } from "./otlpProto.ts";
import { decodeProto, many, one, WireError, type ProtoMessage } from "../encodings/protoReader.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";

const logRecord: ProtoMessage = {
  1: one("timeUnixNano", "fixed64"),
  2: one("severityNumber", "uint"),
  3: one("severityText", "string"),
  5: one("body", () => anyValue),
  6: many("attributes", () => keyValue),
  9: one("traceId", "hex"),
  10: one("spanId", "hex"),
  11: one("observedTimeUnixNano", "fixed64"),
  12: one("eventName", "string"),
};
const resourceLogs: ProtoMessage = {
  1: one("resource", () => resource),
  2: many("scopeLogs", () => ({
    1: one("scope", () => scope),
    2: many("logRecords", () => logRecord),
  })),
};
/** `LogsData` and `ExportLogsServiceRequest` are one on the wire. */
const logsData: ProtoMessage = { 1: many("resourceLogs", () => resourceLogs) };

/** A request of 64 MiB whose attributes are of a usual length has fewer. */
const MAX_MESSAGES = 4_000_000;

/** Throws a `WireError` where the bytes are no `ExportLogsServiceRequest`. */
export function readOtlpLogsProto(bytes: Uint8Array): LogRecords {
  const request: Record<string, unknown> = {};
  decodeProto(bytes, logsData, request, MAX_MESSAGES);
  return readOtlpLogsJson(request);
}

/** The logs of a file in protobuf; none where it is something else, whose logs would have no times. */
export function listProtoLogs(bytes: Uint8Array): readonly LogRecord[] {
  try {
    const all = (splitMessages(bytes) ?? [bytes]).flatMap(each => readOtlpLogsProto(each).records);
    return all.every(({ event }) => event.timeUnixNs !== "0") ? all : [];
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return [];
  }
}

/** Throws a `WireError` where the value is no `ExportLogsServiceRequest`; an empty one is one. */
export function readOtlpLogsJson(request: unknown): LogRecords {
  if (!isObject(request)) throw new WireError("OTLP logs: not an object");
  const groups = get(request, "resourceLogs") ?? undefined;
  if (groups !== undefined && !Array.isArray(groups)) {
    throw new WireError("OTLP logs: resourceLogs is not a list");
  }
  const records: LogRecord[] = [];
  for (const group of listObjects(groups)) {
    const owner = isObject(group["resource"]) ? group["resource"] : {};
    const resourceAttributes = readAttributes(owner).map(({ key, value }) => ({
      key: `${RESOURCE}${key}`,
      value,
    }));
    for (const scoped of listScopes(group)) {
      const logger = readScope(get(scoped, "scope") ?? get(scoped, "instrumentationLibrary"))?.name;
      for (const log of listLogs(scoped)) {
        const traceId = readTraceId(get(log, "traceId"));
        records.push(readLog(log, isNoId(traceId) ? "" : traceId, logger, resourceAttributes));
      }
    }
  }
  return { records, problems: [] };
}

interface PartedLogs {
  /** The items without the logs in them; what held nothing else is gone. */
  readonly rest: readonly unknown[];
  readonly logs: readonly LogRecord[];
}

/** Takes the logs out of a file that may hold spans beside them. */
export function partOtlpLogs(items: readonly unknown[]): PartedLogs {
  const logs: LogRecord[] = [];
  const rest = items.flatMap((item): readonly unknown[] =>
    isObject(item) ? takeLogs(item, logs) : [item],
  );
  return logs.length === 0 ? { rest: items, logs } : { rest, logs };
}

function takeLogs(item: JsonObject, logs: LogRecord[]): readonly JsonObject[] {
  const {
    resourceLogs: camel,
    resource_logs: snake,
    data,
    ...rest
  } = item as Record<string, unknown>;
  const isGroup = "scopeLogs" in item;
  const groups: unknown = isGroup ? [item] : (camel ?? snake);
  if (!Array.isArray(groups)) {
    // The answer of Aspire's dashboard.
    if (!isObject(data) || !Array.isArray(data["resourceLogs"])) return [item];
    return takeLogs(data, logs).map(inner => ({ ...item, data: inner }));
  }
  for (const log of readOtlpLogsJson({ resourceLogs: groups }).records) logs.push(log);
  if (isGroup || Object.keys(rest).length + Number(data !== undefined) === 0) return [];
  return [data === undefined ? rest : { ...rest, data }];
}

const RESOURCE = "resource.";
const SEVERITY = "log.severity";
const BODY = "log.body";

/** `scopeLogs`, and what it was called before scopes were called so. */
function listScopes(group: JsonObject): readonly JsonObject[] {
  return listObjects(get(group, "scopeLogs") ?? get(group, "instrumentationLibraryLogs"));
}

function listLogs(scoped: JsonObject): readonly JsonObject[] {
  return listObjects(get(scoped, "logRecords") ?? scoped["logs"]);
}

/** The name that Rust's `tracing` gives an event that has none: the line that made it. */
const LINE_NAME = /^event \S+:\d+$/;

function readLog(
  log: JsonObject,
  traceId: string,
  logger: string | undefined,
  resourceAttributes: readonly Attribute[],
): LogRecord {
  const spanId = readSpanId(get(log, "spanId"));
  const attributes = readAttributes(log);
  const body = readAnyValue(log["body"]);
  const written = toText(get(log, "eventName"));
  const told = findText(attributes, "event.name");
  const eventName = (LINE_NAME.test(written) ? told : undefined) ?? (written || told);
  const name = eventName ?? toTitle(body, attributes);
  const time = readTime(get(log, "timeUnixNano")) || readTime(get(log, "observedTimeUnixNano"));
  return {
    traceId: traceId === "" ? "" : canonicalTraceId(traceId),
    ...(!isNoId(spanId) && { spanId: canonicalSpanId(spanId) }),
    event: {
      name,
      timeUnixNs: String(time || 0n),
      attributes: [
        { key: SEVERITY, value: readSeverity(log) },
        ...(body === undefined || body === name ? [] : [{ key: BODY, value: body }]),
        ...(logger === undefined ? [] : [{ key: "log.logger", value: logger }]),
        ...attributes,
        ...resourceAttributes,
      ],
    },
  };
}

/** Six names of four numbers each, from 1. */
const severities = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** As the program wrote it, else OpenTelemetry's name for the number: 9 is INFO, 10 is INFO2. */
function readSeverity(log: JsonObject): string {
  const text = toText(get(log, "severityText"));
  if (text !== "") return text;
  const written = get(log, "severityNumber");
  const number = Number(written);
  if (Number.isInteger(number) && number >= 1 && number <= 24) {
    const step = (number - 1) % 4;
    return `${severities[Math.floor((number - 1) / 4)] ?? ""}${step === 0 ? "" : step + 1}`;
  }
  const name = toText(written).replace(/^SEVERITY_NUMBER_/, "");
  return /^[A-Z]+[234]?$/.test(name) ? name : "UNSPECIFIED";
}

/** Longer first lines are for reading, not for a heading. */
const MAX_TITLE = 200;

/** The first line of what was said; of a record of fields, its message. */
function toTitle(body: AttributeValue, attributes: readonly Attribute[]): string {
  const said =
    isObject(body) && !Array.isArray(body) ? (body["message"] ?? body["msg"] ?? body) : body;
  const text = typeof said === "object" ? JSON.stringify(said) : String(said ?? "");
  const line = /\S.*/.exec(text)?.[0].trimEnd() ?? "";
  if (line === "") return isException("", attributes) ? "exception" : "log";
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1)}…`;
}

function isException(name: string, attributes: readonly Attribute[]): boolean {
  return name === "exception" || attributes.some(({ key }) => key.startsWith("exception."));
}

/** Finds the logs that belong to a span. */
export class LogsOfSpans {
  readonly #logs: ReadonlyMap<string, readonly LogRecord[]>;
  readonly #listSpans: (traceId: string) => readonly SpanRecord[];

  constructor(logs: readonly LogRecord[], listSpans: (traceId: string) => readonly SpanRecord[]) {
    this.#logs = Map.groupBy(logs, ({ traceId, spanId = "" }) => `${traceId}/${spanId}`);
    this.#listSpans = listSpans;
  }

  /** The detail with its logs; those of the trace that name no span are told with its first root. */
  join({ traceId, span, detail }: SpanRecord): SpanDetail {
    const spanLogs = this.#logs.get(`${traceId}/${span.spanId}`) ?? [];
    const unnamed = this.#logs.get(`${traceId}/`) ?? [];
    const isRoot = (each: SpanRecord): boolean => isNoId(each.span.parentSpanId ?? "");
    const isTold =
      unnamed.length > 0 && this.#listSpans(traceId).find(isRoot)?.span.spanId === span.spanId;
    return joinLogs(detail, isTold ? [...spanLogs, ...unnamed] : spanLogs);
  }
}

/** Logs are the span's events like its own, in order of time; the last exception among them is its error. */
export function joinLogs(detail: SpanDetail, logs: readonly LogRecord[]): SpanDetail {
  if (logs.length === 0) return detail;
  const resourceValues = new Map(
    detail.resource.map(({ key, value }) => [`${RESOURCE}${key}`, value]),
  );
  const isNews = ({ key, value }: Attribute): boolean =>
    !resourceValues.has(key) || JSON.stringify(resourceValues.get(key)) !== JSON.stringify(value);
  const joined = logs.map(({ event }) => ({
    ...event,
    attributes: event.attributes.filter(isNews),
  }));
  const events = [...detail.events, ...joined].sort((a, b) => compareDigits(a, b));
  const error = findError(detail.error, events);
  return { ...detail, events, ...(error !== undefined && { error }) };
}

/** Nanoseconds do not fit a number. */
function compareDigits({ timeUnixNs: a }: SpanEvent, { timeUnixNs: b }: SpanEvent): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Whatever the span itself says of its error stays, unless it is no more than a message. */
function findError(own: SpanError | undefined, events: readonly SpanEvent[]) {
  if (own?.type !== undefined || own?.stack !== undefined) return own;
  const thrown = events.findLast(
    ({ name, attributes }) => isLog(attributes) && isException(name, attributes),
  );
  if (thrown === undefined) return own;
  const { attributes, name } = thrown;
  const body = findAttribute(attributes, BODY);
  const said = typeof body === "string" ? body : name;
  const type = findText(attributes, "exception.type");
  const stack = findText(attributes, "exception.stacktrace");
  return {
    ...(type !== undefined && { type }),
    message: findText(attributes, "exception.message") ?? own?.message ?? said,
    ...(stack !== undefined && { stack }),
  };
}

function isLog(attributes: readonly Attribute[]): boolean {
  return attributes.some(({ key }) => key === SEVERITY);
}
