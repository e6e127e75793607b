/**
 * Spans as people's own tracers write them, in plain JSON or as rows of a table: known by the names of their fields,
 * in any spelling (`trace_id`, `traceId`, `TraceID`), with times in any unit. Call snapshots of tools are spans too,
 * without ids: `trace_id, tool_name, input, output, timestamp, duration_ms`. Pure.
 */

import {
  canonicalSpanId,
  canonicalTraceId,
  isAbsentId,
  numericSpanId,
  numericTraceId,
} from "../../model/ids.ts";
import { EdgeKind, SpanFlag, SpanKind, type SpanInput } from "../../model/span.ts";
import type {
  AttributeValue,
  SpanDetail,
  SpanError,
  SpanEvent,
  SpanLink,
} from "../../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { findText, toAttributeValue, toRawText } from "../values/attributeValues.ts";
import { readKind } from "../otlp/otlpJson.ts";
import { findIdText, PlainFields, toAttributes } from "./plainFields.ts";
import { readPlainStatus } from "./plainStatus.ts";
import {
  findUnreadEnd,
  hasLength,
  readPlainEnd,
  readPlainStart,
  tellsNanos,
  type PlainStart,
} from "./plainTimes.ts";
import { separateRepeated } from "../values/repeatedIds.ts";
import { isObject, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { lazyRecord, toIdText, toPlainText, UnitPower } from "../values/wireValue.ts";

type Context = Pick<FileContext, "store">;

/** The replica set's hash and the pod's own: `cart-579b9bff58-t2dbm` runs `cart`. */
const POD_SUFFIX = /-[0-9a-f]{6,10}-[a-z0-9]{5}$/;
const NO_PARENT = /^(?:root|none|null|nil|-1|0+)$/i;
/** 16 and 8 bytes, which together are no words. */
const BARE_BASE64 = /^[\w+/-]{22} [\w+/-]{11}$/;

/** Nothing that a person would write: 8 or 16 bytes in hexadecimal digits, or a UUID. */
const WHOLE_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Funboost's own fields, with its own times, and Zipkin's, whose protobuf in JSON has ids in base64. */
const foreignFields = ["runstatus", "msgdict", "localendpoint"];
const sentryFields = ["op", "starttimestamp"];
const logFields = [
  ["level", "severity", "levelname", "loglevel"],
  ["msg", "message", "body"],
];

/**
 * A start, an id and a name are what all have, or all ids and the place or the service to be named for, or the type of
 * a span. So have some lines of logs, whose name is that of their logger.
 */
export function isPlainSpan(item: JsonObject): boolean {
  const fields = new PlainFields(item);
  if (!mayBeSpan(fields)) return false;
  const [isTraced, isPlaced] = [
    fields.hasId("traceId"),
    fields.hasId("spanId") && fields.has("parentId"),
  ];
  if (hasName(fields)) return isTraced || isPlaced;
  const isTyped = fields.hasId("spanId") && fields.hasAny(["spantype"]);
  return isTraced && (isTyped || (isPlaced && (fields.has("place") || fields.has("service"))));
}

/** A root that names no parent and no trace: beside spans it is one, alone it may be anything. */
export function isRootBesideSpans(item: JsonObject): boolean {
  const fields = new PlainFields(item);
  return mayBeSpan(fields) && fields.hasId("spanId") && hasName(fields) && hasLength(fields);
}

/** Whether something names it; what has a title and no length is an issue, or a note. */
export function hasName(fields: PlainFields): boolean {
  return fields.has("name") || (fields.has("label") && hasLength(fields));
}

export function takeName(fields: PlainFields): string {
  return toPlainText(fields.take("name")) || toPlainText(fields.take("label"));
}

function mayBeSpan(fields: PlainFields): boolean {
  const isTask = fields.hasAny(["timestart"]) && !fields.hasAny(["spanid"]);
  const isForeign = fields.hasAny(foreignFields) || fields.hasAll(sentryFields);
  if (isTask || isForeign || isLog(fields)) return false;
  return readPlainStart(fields) !== undefined;
}

/** Whether it is a line of a log, which may carry the ids of a trace and is no part of one. */
export function isLogLine(item: JsonObject): boolean {
  return isLog(new PlainFields(item));
}

/** Spans may have a level and a message too, but lines of a log have no length. */
function isLog(fields: PlainFields): boolean {
  return logFields.every(each => fields.hasAny(each)) && !hasLength(fields);
}

/** A file is one trace if it does not say otherwise; what is sent span by span must say which. */
export function isTracedSpan(item: JsonObject): boolean {
  return isPlainSpan(item) && new PlainFields(item).takeId("traceId").trim() !== "";
}

/** A snapshot of a call has no id of its own; its place in the file is as good as one. */
function nameByPlace(_item: JsonObject, index: number): string {
  return `call-${index + 1}`;
}

export function readPlainSpans(
  items: readonly JsonObject[],
  context: Context,
  nameSpan: (item: JsonObject, index: number) => string = nameByPlace,
  /** The value that is shown as the span's own document. */
  sourceOf: (index: number) => unknown = index => items[index],
): SpanRecords {
  // A time in words whose last digits are zeros is written with fewer of them.
  let isNanos: boolean | undefined;
  const findFileUnit = (): UnitPower | undefined => {
    isNanos ??= items.some(item => tellsNanos(new PlainFields(item)));
    return isNanos ? UnitPower.ns : undefined;
  };
  /** Words for no parent that are the ids of spans all the same. */
  const ownWords = new Set<string>();
  const read = (index: number): Parts => {
    const item = items[index] ?? {};
    return readParts(item, () => nameSpan(item, index), context, ownWords, findFileUnit);
  };
  const readAll = () =>
    items.map((_, index) => {
      const { input, traceId, writtenTraceId, parentName, unreadEnd } = read(index);
      return { span: input, traceId, isTraced: writtenTraceId !== "", parentName, unreadEnd };
    });
  let all = readAll();
  for (const { span } of all) if (NO_PARENT.test(span.spanId)) ownWords.add(span.spanId);
  if (ownWords.size > 0) all = readAll();
  const { spans, shared } = separateRepeated(all);
  const records = all.flatMap(({ traceId }, index): readonly SpanRecord[] => {
    const span = spans[index];
    // The parts are read again for the detail: they would weigh more than the file.
    return span === undefined
      ? []
      : [lazyRecord(traceId, span, () => toDetail(read(index), sourceOf(index), context))];
  });
  const untraced = all.filter(each => !each.isTraced).length;
  const unread = all.flatMap(each => each.unreadEnd ?? []);
  const notes = [
    ...(untraced === 0
      ? []
      : [`${untraced} of ${items.length} spans have no trace id; they are drawn as one trace`]),
    ...(shared === 0
      ? []
      : [`${shared} span ids are those of several spans; parents were told by their times`]),
    ...(unread.length === 0
      ? []
      : [`${unread.length} spans have an end that cannot be read, the first in ${unread[0]}`]),
  ];
  return { records, problems: notes.map(text => note(context, text)) };
}

interface Parts {
  readonly fields: PlainFields;
  readonly input: SpanInput;
  readonly traceId: string;
  readonly writtenTraceId: string;
  /** Where the span holds all of its parent. */
  readonly parentName: string;
  readonly error: SpanError | undefined;
  readonly links: readonly SpanLink[];
  readonly pod: string;
  readonly start: PlainStart | undefined;
  /** The field that should tell when it ended, and cannot be read. */
  readonly unreadEnd: string | undefined;
}

function readParts(
  item: JsonObject,
  nameSpan: () => string,
  context: Context,
  ownWords: ReadonlySet<string>,
  findFileUnit: () => UnitPower | undefined,
): Parts {
  const fields = new PlainFields(item);
  const writtenTraceId = fields.takeId("traceId");
  const writtenSpanId = fields.takeId("spanId");
  const isBytes = BARE_BASE64.test(`${writtenTraceId} ${writtenSpanId}`);
  const toTraceId = isBytes ? numericTraceId : canonicalTraceId;
  const toSpanId = isBytes ? numericSpanId : canonicalSpanId;
  const traceId = toTraceId(writtenTraceId || context.store);
  const spanId = toSpanId(writtenSpanId) || nameSpan();
  const { links: listed, parentId } = listLinks(fields);
  const takenParent = fields.take("parentId");
  // Of several callers, the first is the one to be drawn below, and the others are linked.
  const isSeveral = Array.isArray(takenParent) && toIdText(takenParent) === "";
  const [writtenParent, ...others] = isSeveral ? (takenParent as unknown[]) : [takenParent];
  const links = [
    ...listed,
    ...others.map(other => ({
      ...{ kind: EdgeKind.link, traceId, attributes: [] },
      spanId: toSpanId(findIdText(other, "spanId")),
    })),
  ];
  const parent = toSpanId(findIdText(writtenParent, "spanId")) || parentId || findParent(fields);
  const parentName = isObject(writtenParent) ? takeName(new PlainFields(writtenParent)) : "";
  const isOwnWord = ownWords.has(parent) && parent !== spanId;
  const hasParent = isOwnWord || !(isAbsentId(parent) || NO_PARENT.test(parent));
  const start = readPlainStart(fields);
  const { status, error, isRunning } = readPlainStatus(fields);
  const { startUnixNs, endUnixNs } = readPlainEnd(fields, start, isRunning, findFileUnit);
  const unreadEnd = startUnixNs === endUnixNs ? findUnreadEnd(fields) : undefined;
  const pod = toPlainText(fields.take("pod"));
  const service =
    toPlainText(fields.take("service")) || pod.replace(POD_SUFFIX, "") || findService(fields);
  const input: SpanInput = {
    spanId,
    ...(hasParent && { parentSpanId: parent }),
    name: takeName(fields) || toPlainText(fields.take("place")) || service,
    service,
    queue: toPlainText(fields.take("queue")),
    kind: takeKind(fields),
    status,
    startUnixNs,
    ...(unreadEnd === undefined ? { endUnixNs } : { flags: SpanFlag.untimed }),
    ...(links.length > 0 && {
      refs: links.map(link => ({
        kind: link.kind,
        traceId: canonicalTraceId(link.traceId),
        spanId: link.spanId,
      })),
    }),
  };
  return {
    fields,
    input,
    traceId,
    writtenTraceId,
    parentName,
    error,
    links,
    pod,
    start,
    unreadEnd,
  };
}

/** Wavefront has it among the annotations; a word there may be about anything. */
function findParent(fields: PlainFields): string {
  const id = findText(fields.takeAttributes("attributes"), "parent") ?? "";
  return WHOLE_ID.test(id) ? canonicalSpanId(id) : "";
}

function findService(fields: PlainFields): string {
  const all = [...fields.takeAttributes("resource"), ...fields.takeAttributes("attributes")];
  return findText(all, "service.name", "service_name", "service") ?? "";
}

/** A word that names no kind is an attribute. */
function takeKind(fields: PlainFields): SpanKind {
  const written = fields.look("kind");
  const isOther =
    typeof written === "string" && /[a-z]/i.test(written) && !/unspecified/i.test(written);
  const kindField = isOther ? readKind(written) : readKind(fields.take("kind"));
  if (kindField !== SpanKind.unspecified) {
    fields.take("kind");
    return kindField;
  }
  const kind = readKind(findText(fields.takeAttributes("attributes"), "span.kind"));
  if (kind !== SpanKind.unspecified) return kind;
  const byType = readKind(toPlainText(fields.look("type")));
  if (byType !== SpanKind.unspecified) fields.take("type");
  return byType;
}

/** The links, and the parent that OpenTracing's references name. */
function listLinks(fields: PlainFields): {
  readonly links: readonly SpanLink[];
  readonly parentId: string;
} {
  let parentId = "";
  // Such a span is Jaeger's, whose reader knows more of it.
  if (fields.hasAll(["operationname", "references", "traceid"])) return { links: [], parentId };
  const links = fields.takeObjects("links").flatMap(each => {
    const link = new PlainFields(each);
    const context = link.takeNamed("context") ?? link.takeNamed("spancontext");
    const ids = isObject(context) ? new PlainFields(context) : link;
    const [traceId, spanId] = [ids.takeId("traceId"), ids.takeId("spanId")];
    if (!traceId || !spanId) return [];
    const refType = toPlainText(link.takeNamed("reftype") ?? link.takeNamed("relationship"));
    if (/^child/i.test(refType) && parentId === "") {
      parentId = canonicalSpanId(spanId);
      return [];
    }
    return [
      {
        kind: /^follows/i.test(refType) ? EdgeKind.followsFrom : EdgeKind.link,
        traceId,
        spanId: canonicalSpanId(spanId),
        attributes: toAttributes(link.take("attributes")),
      },
    ];
  });
  return { links, parentId };
}

/** An event without a time of its own is told at the span's start. */
function listEvents(fields: PlainFields, spanStart: PlainStart | undefined): readonly SpanEvent[] {
  return fields.takeObjects("events").map(item => {
    const event = new PlainFields(item);
    const start = readPlainStart(event) ?? spanStart;
    const named = ["name", "eventname", "event", "message"].find(
      each => toPlainText(event.lookNamed(each)) !== "",
    );
    const name = named === undefined ? "" : toPlainText(event.takeNamed(named));
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
  source: unknown,
  context: Context,
): SpanDetail {
  const attributes = fields.takeAttributes("attributes");
  const resource = fields.takeAttributes("resource");
  const scope = readScope(fields.take("scope"));
  const parameters = toValue(fields.take("input"));
  const result = toValue(fields.take("output"));
  const events = listEvents(fields, start);
  const exception = events.find(({ name }) => name === "exception")?.attributes ?? [];
  const described = [...exception, ...attributes];
  const type = error?.type ?? findText(described, "exception.type", "error.type");
  const stack = error?.stack ?? findText(described, "exception.stacktrace", "error.stack");
  const message =
    error?.message || findText(described, "exception.message", "error.message", "error.msg");
  const fullError: SpanError | undefined = error && {
    ...(type !== undefined && { type }),
    message: message ?? "",
    ...(stack !== undefined && { stack }),
  };
  return {
    spanId: input.spanId,
    traceId: writtenTraceId === "" ? traceId : writtenTraceId,
    attributes: [...attributes, ...toAttributes(Object.fromEntries(fields.rest()))],
    resource: [...resource, ...(pod === "" ? [] : [{ key: "k8s.pod.name", value: pod }])],
    events,
    links,
    ...(scope !== undefined && { scope }),
    ...(parameters !== undefined && { parameters }),
    ...(result !== undefined && { result }),
    ...(fullError !== undefined && { error: fullError }),
    stores: [context.store],
    raw: toRawText(source),
  };
}

function readScope(told: unknown): SpanDetail["scope"] {
  const fields = new PlainFields(isObject(told) ? told : { name: told });
  const [name, version] = ["name", "version"].map(each => toPlainText(fields.takeNamed(each)));
  if (!name) return undefined;
  return { name, ...(version && { version }) };
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
