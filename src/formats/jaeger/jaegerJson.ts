/**
 * Jaeger's JSON becomes span records, in every shape that is in use: answers of the classic API, what its page saves
 * (each reference holds the whole referenced span again, to any depth), rows of Elasticsearch and Cassandra, and the model and
 * Thrift batches as protobuf and Go write them as JSON. Pure.
 */

import { canonicalSpanId, canonicalTraceId, isNoId } from "../../model/ids.ts";
import type { Problem } from "../../model/problem.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import {
  findAttribute,
  findText,
  microsToNs,
  toBigInt,
  toRawText,
} from "../values/attributeValues.ts";
import { getFirst, toText } from "./jaegerFields.ts";
import { readParentId, readSpanId, readTraceId } from "./jaegerIds.ts";
import { readJaegerTags } from "./jaegerTags.ts";
import { readKind } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { createStamp } from "../../base/stamp.ts";
import type { Writable } from "../../base/writable.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { listKept } from "../encodings/keyedRows.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toNanos, UnitPower } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

type Context = Pick<FileContext, "store">;

/** A span as it stands in the file, with the process that it names. */
interface JaegerSpan {
  readonly json: JsonObject;
  readonly traceId: string;
  readonly spanId: string;
  /** Canonical. */
  readonly trace: string;
  readonly id: string;
  readonly process: Process;
  readonly references: readonly Reference[];
  readonly startUnixNs: bigint | undefined;
  readonly durationNs: bigint | undefined;
}

interface Reference {
  readonly kind: "CHILD_OF" | "FOLLOWS_FROM";
  readonly traceId: string;
  readonly spanId: string;
  /** Canonical. */
  readonly trace: string;
  readonly id: string;
}

/** The facts that the spans of one process have in common. */
interface Process {
  readonly resource: readonly Attribute[];
}

/** Many others have a `traceID` and a `spanID`; with none of these beside them, a row is a span of nobody. */
const signs = [
  ...["operationName", "operation_name", "references", "process", "processID"],
  ...["startTime", "start_time", "startTimeMillis", "duration"],
];

export function isJaeger(item: JsonObject): boolean {
  return listJaegerTraces(item).some(trace =>
    trace.spans.some(span => isJaegerSpan(span) && signs.some(sign => sign in span)),
  );
}

export function readJaegerJson(items: readonly JsonObject[], context: Context): SpanRecords {
  const traces = items.flatMap(listJaegerTraces);
  const spans = traces.flatMap(trace =>
    trace.spans.filter(isJaegerSpan).map(json => parseSpan(json, trace)),
  );
  const family = new Family(spans);
  return {
    records: spans.map(span => toSpanRecord(toOtelSpan(span, family), context.store)),
    problems: listWarnings(
      traces.flatMap(trace => trace.warnings),
      context,
    ),
  };
}

interface JaegerTrace {
  readonly spans: readonly JsonObject[];
  /** By their ids in the trace; the empty id is a batch's only process. */
  readonly processes: ReadonlyMap<string, Process>;
  readonly warnings: readonly unknown[];
}

/** Lists what the item wraps: traces, a trace, a batch, rows, a row. */
function listJaegerTraces(item: JsonObject): readonly JaegerTrace[] {
  const { data, hits, spans, _source: row } = item as Record<string, unknown>;
  if (Array.isArray(spans)) return [toTrace(item, listObjects(spans))];
  if (isJaegerSpan(item)) return [toTrace({}, [item])];
  if (isObject(row)) return [toTrace({}, [row])];
  // Elasticsearch's own answer.
  const rows = listObjects(isObject(hits) ? hits["hits"] : undefined).map(hit => hit["_source"]);
  if (rows.length > 0) return [toTrace({}, rows.filter(isObject))];
  return (Array.isArray(data) ? listObjects(data) : isObject(data) ? [data] : [])
    .filter(trace => Array.isArray(trace["spans"]))
    .map(trace => toTrace(trace, listObjects(trace["spans"])));
}

function toTrace(trace: JsonObject, spans: readonly JsonObject[]): JaegerTrace {
  const { process, processes, processMap, warnings } = trace as Record<string, unknown>;
  const named = [
    ...Object.entries(isObject(processes) ? processes : {}),
    ...listObjects(processMap).map(each => [String(each["processId"]), each["process"]] as const),
    ["", process] as const,
  ];
  return {
    spans,
    processes: new Map(
      named.flatMap(([id, each]) => (isObject(each) ? [[id, readProcess(each)] as const] : [])),
    ),
    warnings: list(warnings),
  };
}

/** A large file is read a few spans at a time, which have the same processes each time. */
const knownProcesses = createStamp<Process>();

function readProcess(process: JsonObject): Process {
  let known = knownProcesses.get(process);
  if (known !== undefined) return known;
  const service = toText(getFirst(process, "serviceName", "service_name"));
  known = {
    resource: [
      ...(service === "" ? [] : [{ key: "service.name", value: service }]),
      ...readJaegerTags(process),
    ],
  };
  knownProcesses.set(process, known);
  return known;
}

const noProcess: Process = { resource: [] };

/** OpenTelemetry's spans have neither an `operationName` nor ids that end in `ID`; Zipkin's have an `id`. */
function isJaegerSpan(span: JsonObject): boolean {
  if (typeof span["traceID"] === "string" && typeof span["spanID"] === "string") return true;
  const hasName = "operationName" in span || "operation_name" in span;
  return hasName && ("traceId" in span || "trace_id" in span || "traceIdLow" in span);
}

function parseSpan(json: JsonObject, trace: JaegerTrace): JaegerSpan {
  const process = json["process"];
  const start = getFirst(json, "startTime", "start_time");
  const isoStart = readMoment(start);
  const traceId = readTraceId(json);
  const spanId = readSpanId(json);
  return {
    json,
    traceId,
    spanId,
    trace: canonicalTraceId(traceId),
    id: canonicalSpanId(spanId),
    process: isObject(process)
      ? readProcess(process)
      : (trace.processes.get(toText(json["processID"])) ?? noProcess),
    references: readReferences(json, traceId),
    startUnixNs: isoStart ?? microsToNs(start) ?? toNanos(json["startTimeMillis"], UnitPower.ms),
    durationNs: readDuration(json["duration"], isoStart !== undefined),
  };
}

/** The parent of old, which stands beside the references, counts as one more. */
function readReferences(json: JsonObject, traceId: string): readonly Reference[] {
  const references = listKept(json["references"] ?? json["refs"], "refType").map(
    (each): Reference => {
      const type = getFirst(each, "refType", "ref_type");
      const isFollows =
        type !== "CHILD_OF" && (type === 1 || /^follows[_-]from$/i.test(String(type)));
      return toReference(
        isFollows ? "FOLLOWS_FROM" : "CHILD_OF",
        readTraceId(each) || traceId,
        readSpanId(each),
      );
    },
  );
  const parentId = readParentId(json);
  if (parentId === "" || references.some(each => each.spanId === parentId)) {
    return references.every(isReal) ? references : references.filter(isReal);
  }
  return [...references, toReference("CHILD_OF", traceId, parentId)].filter(isReal);
}

function toReference(kind: Reference["kind"], traceId: string, spanId: string): Reference {
  const trace = canonicalTraceId(traceId);
  return { kind, traceId, spanId, trace, id: canonicalSpanId(spanId) };
}

function isReal(reference: Reference): boolean {
  return reference.spanId !== "";
}

/** Microseconds; the model beside times in ISO 8601: nanoseconds, or a text with its unit as Go and protobuf write it. */
function readDuration(duration: unknown, isModel: boolean): bigint | undefined {
  const [, amount, unit] =
    (typeof duration === "string" ? /^(-?[\d.]+)(ns|us|µs|ms|s)$/.exec(duration) : null) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const nanos = Math.round(Number(amount) * (nanosIn[unit] ?? 1));
    return Number.isFinite(nanos) ? BigInt(nanos) : undefined;
  }
  return isModel ? toBigInt(duration) : microsToNs(duration);
}

const nanosIn: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** Nobody's clock stands there: a trace whose starts all lie in the first day of 1970 counts from zero. */
const FIRST_DAY_NS = 86_400_000_000_000n;

/** Ten years. */
const LONGEST_NS = 315_360_000_000_000_000n;

/** Who is in the file, for choosing parents, and for starts that are only known from an ancestor. */
class Family {
  /** By their traces. */
  readonly #members = new Map<string, Map<string, JaegerSpan>>();
  /** The first real time at which a trace's spans start; where there is one, a start of zero is none. */
  readonly #firstStarts = new Map<string, bigint>();
  /** The same for what hangs below a span, by its key; made when a start is missing. */
  #startsBelow: Map<string, bigint> | undefined;

  constructor(spans: readonly JaegerSpan[]) {
    for (const span of spans) {
      const { startUnixNs = 0n, trace, id } = span;
      let members = this.#members.get(trace);
      if (members === undefined) {
        this.#members.set(trace, (members = new Map<string, JaegerSpan>()));
      }
      if (!members.has(id)) members.set(id, span);
      if (startUnixNs > FIRST_DAY_NS) keepFirst(this.#firstStarts, trace, startUnixNs);
    }
  }

  /** A start that is written, and is a time. */
  hasStart({ startUnixNs, trace }: JaegerSpan): boolean {
    return startUnixNs !== undefined && (startUnixNs !== 0n || !this.#firstStarts.has(trace));
  }

  /** A reference that the file can follow, CHILD_OF before FOLLOWS_FROM; else the first that it cannot. */
  findParent(span: JaegerSpan): Reference | undefined {
    const [only] = span.references;
    if (only === undefined) return undefined;
    // Zeros are how some say that there is no parent; where a span has that id, they are one.
    const references = span.references.filter(
      each => each.trace === span.trace && (!isNoId(each.spanId) || this.#find(each) !== undefined),
    );
    if (references.length < 2) return references[0];
    const children = references.filter(each => each.kind === "CHILD_OF");
    const followers = references.filter(each => each.kind === "FOLLOWS_FROM");
    const byRank = [...children, ...followers];
    return byRank.find(each => this.#find(each) !== undefined) ?? byRank[0];
  }

  /**
   * The start from which the end is counted: its own, that of the nearest ancestor that has one, or of what hangs
   * below.
   */
  findStart(span: JaegerSpan): bigint {
    const passed = new Set<JaegerSpan>();
    for (
      let at: JaegerSpan | undefined = span;
      at !== undefined && !passed.has(at);
      at = this.#parentOf(at)
    ) {
      if (this.hasStart(at)) return at.startUnixNs ?? 0n;
      passed.add(at);
    }
    this.#startsBelow ??= this.#listStartsBelow();
    const first = this.#firstStarts.get(span.trace);
    return this.#startsBelow.get(toKey(span)) ?? first ?? 0n;
  }

  /** Without a start its end may stand where the duration should: that is how we write a span that has no start. */
  findEnd(span: JaegerSpan): bigint | undefined {
    const { durationNs } = span;
    if (durationNs === undefined) return undefined;
    const isEnd = !this.hasStart(span) && durationNs > LONGEST_NS;
    return isEnd ? durationNs : this.findStart(span) + durationNs;
  }

  #listStartsBelow(): Map<string, bigint> {
    const starts = new Map<string, bigint>();
    for (const span of [...this.#members.values()].flatMap(members => [...members.values()])) {
      const parent = this.findParent(span);
      if (parent === undefined || !this.hasStart(span)) continue;
      keepFirst(starts, toKey(parent), span.startUnixNs ?? 0n);
    }
    return starts;
  }

  #find({ trace, id }: Reference): JaegerSpan | undefined {
    return this.#members.get(trace)?.get(id);
  }

  #parentOf(span: JaegerSpan): JaegerSpan | undefined {
    const parent = this.findParent(span);
    return parent && this.#find(parent);
  }
}

function toKey({ trace, id }: JaegerSpan | Reference): string {
  return `${trace}/${id}`;
}

function keepFirst(starts: Map<string, bigint>, key: string, start: bigint): void {
  const known = starts.get(key);
  if (known === undefined || start < known) starts.set(key, start);
}

/** Zero means that a time is not known, so what began or ended then did so in the first nanosecond after it. */
function toKnown(unixNs: bigint): bigint {
  return unixNs === 0n ? 1n : unixNs;
}

function toOtelSpan(span: JaegerSpan, family: Family): OtelSpan {
  const { json, traceId, spanId, process, startUnixNs, durationNs } = span;
  const endUnixNs = family.findEnd(span);
  const hasStart = family.hasStart(span);
  const attributes = readJaegerTags(json);
  const parent = family.findParent(span);
  const scope = readScope(attributes);
  const kind = readKind(
    // OpenTelemetry's exporters to Jaeger leave out the commonest kind.
    findText(attributes, "span.kind") ?? (scope === undefined ? undefined : "internal"),
  );
  const error = findAttribute(attributes, "error");
  const statusMessage =
    findText(attributes, "otel.status_description", "error.message") ??
    (typeof error === "string" && !NO_ERROR.test(error) && !/^true$/i.test(error)
      ? error
      : undefined);
  const warnings = list(json["warnings"]).filter(text => typeof text === "string");
  const otel: Writable<OtelSpan> = {
    traceId,
    spanId,
    name: toText(getFirst(json, "operationName", "operation_name")),
    kind,
    status: readStatus(attributes, kind, scope !== undefined),
    attributes,
    resource: process.resource,
    events: listObjects(json["logs"]).map(readLog),
    // Jaeger's clients send what has ended: where no duration is told, the end is not known.
    flags:
      (warnings.some(text => MOVED.test(text)) ? SpanFlag.adjusted : 0) |
      (durationNs === undefined ? SpanFlag.untimed : 0),
    links: span.references
      .filter(each => !isNoId(each.spanId) && (each !== parent || each.kind === "FOLLOWS_FROM"))
      .map(toLink),
    raw: () => toJaegerRaw(json),
  };
  if (parent !== undefined) otel.parentSpanId = parent.spanId;
  if (statusMessage !== undefined) otel.statusMessage = statusMessage;
  if (startUnixNs !== undefined) otel.startUnixNs = hasStart ? toKnown(startUnixNs) : 0n;
  if (endUnixNs !== undefined) otel.endUnixNs = hasStart ? toKnown(endUnixNs) : endUnixNs;
  if (scope !== undefined) otel.scope = scope;
  if (warnings.length > 0) otel.warnings = warnings;
  return otel;
}

function toLink({ kind, traceId, spanId }: Reference): SpanLink {
  return {
    kind: kind === "FOLLOWS_FROM" ? EdgeKind.followsFrom : EdgeKind.link,
    traceId,
    spanId,
    attributes: [],
  };
}

/** VictoriaTraces writes the status of OpenTelemetry into the tag. */
const NO_ERROR = /^(?:false|0|unset|ok)?$/i;

/**
 * An error tag outranks OpenTelemetry's status, which outranks what HTTP answered. OpenTelemetry's exporters leave out
 * the commonest status, and it is for its instrumentations to judge an answer. A tag that names the error, where Jaeger
 * writes that there is one, tells of one all the more.
 */
function readStatus(attributes: readonly Attribute[], kind: SpanKind, isOtel: boolean): SpanStatus {
  const error = findText(attributes, "error") ?? "";
  if (!NO_ERROR.test(error)) return SpanStatus.error;
  const code = findText(attributes, "otel.status_code")?.toUpperCase();
  if (code !== undefined) return code === "ERROR" ? SpanStatus.error : SpanStatus.ok;
  if (isOtel) return SpanStatus.unset;
  const answer = Number(findAttribute(attributes, "http.status_code", "http.response.status_code"));
  return answer >= (kind === SpanKind.client ? 400 : 500) ? SpanStatus.error : SpanStatus.unset;
}

function readScope(attributes: readonly Attribute[]): OtelSpan["scope"] {
  const name = findText(attributes, "otel.scope.name", "otel.library.name");
  const version = findText(attributes, "otel.scope.version", "otel.library.version");
  if (name === undefined) return undefined;
  return { name, ...(version !== undefined && { version }) };
}

/** A log is named for its event, or for its message where it has no event. */
function readLog(log: JsonObject): SpanEvent {
  const fields = readJaegerTags({ tags: log["fields"] });
  const named =
    fields.find(each => each.key === "event") ?? fields.find(each => each.key === "message");
  const time = getFirst(log, "timestamp", "ts");
  return {
    name: named === undefined ? "" : (findText([named], named.key) ?? ""),
    timeUnixNs: String(readMoment(time) ?? microsToNs(time) ?? 0n),
    attributes: fields.filter(each => each !== named),
  };
}

/** A span in its own words, on one line. */
export function toJaegerRaw(span: JsonObject): string {
  return toRawText(withoutNeighbours(span));
}

/** Jaeger's page saves whole spans inside of the references to them, to any depth; they have their own place. */
function withoutNeighbours(json: JsonObject): JsonObject {
  if (!("childSpans" in json) && !hasSpans(json["references"])) {
    if (!hasSpans(json["subsidiarilyReferencedBy"])) return json;
  }
  return Object.fromEntries(
    Object.entries(json)
      .filter(([key]) => key !== "childSpans")
      .map(([key, value]) => [key, namesSpans.has(key) ? withoutSpans(value) : value]),
  );
}

const namesSpans = new Set(["references", "subsidiarilyReferencedBy"]);

function hasSpans(references: unknown): boolean {
  return Array.isArray(references) && references.some(each => isObject(each) && "span" in each);
}

function withoutSpans(references: unknown): unknown {
  return listObjects(references).map(each =>
    Object.fromEntries(Object.entries(each).filter(([key]) => key !== "span")),
  );
}

/**
 * Lists what the server itself had to say of a trace, each saying once; what it said of a span stands with the span.
 */
function listWarnings(warnings: readonly unknown[], context: Context): readonly Problem[] {
  return [...new Set(warnings)]
    .filter(text => typeof text === "string")
    .map(text => note(context, text));
}

/** How Jaeger says that it has moved a span's times; nobody may do so again. */
const MOVED = /timestamps were adjusted by/;

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
