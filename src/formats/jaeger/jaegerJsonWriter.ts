/**
 * Span records become Jaeger's JSON, as its API answers and its page saves it. Pure; the other way round is
 * `jaegerJson.ts`.
 *
 * What Jaeger's model cannot carry: fractions of a microsecond, that a span still runs (its duration is 0, and a tag
 * says so), attributes of links, links that do not follow from what they name, and lists (they become their JSON).
 */

import { isAbsentId, isNoId } from "../../model/ids.ts";
import { SpanFlag, SpanKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { mark, MARKED_FLAGS } from "../otlp/roundTripAttributes.ts";
import {
  listMembers,
  listWrittenAttributes,
  listWrittenEvents,
  listWrittenResource,
} from "../otlp/writtenSpan.ts";

/** Collects spans by trace, each as text already, so that a large trace is held once. */
export class JaegerJsonWriter {
  readonly #traces = new Map<string, WrittenTrace>();

  add(record: SpanRecord): void {
    let trace = this.#traces.get(record.traceId);
    if (trace === undefined) {
      this.#traces.set(record.traceId, (trace = { spans: [], processes: new Map() }));
    }
    const process = JSON.stringify(writeProcess(record));
    let processId = trace.processes.get(process);
    if (processId === undefined) {
      trace.processes.set(process, (processId = `p${trace.processes.size + 1}`));
    }
    trace.spans.push(JSON.stringify(writeSpan(record, processId)));
  }

  /** The text of a file as Jaeger's page saves it, and opens it again, in pieces. */
  *listPieces(): Generator<string> {
    yield '{"data":';
    yield* this.listTraces();
    yield ',"total":0,"limit":0,"offset":0,"errors":null}';
  }

  /** The text of the list that stands in an answer's `data`, in pieces. */
  *listTraces(): Generator<string> {
    yield "[";
    let before = "";
    for (const [traceId, { spans, processes }] of this.#traces) {
      yield `${before}{"traceID":${JSON.stringify(shortenTraceId(traceId))},"spans":[`;
      before = ",";
      yield* listMembers(spans);
      const named = [...processes].map(([process, id]) => `"${id}":${process}`);
      yield `],"processes":{${named.join(",")}},"warnings":null}`;
    }
    yield "]";
  }
}

interface WrittenTrace {
  readonly spans: string[];
  /** By what they say, to their ids. */
  readonly processes: Map<string, string>;
}

export function writeJaegerJson(records: Iterable<SpanRecord>): string {
  const writer = new JaegerJsonWriter();
  for (const record of records) writer.add(record);
  return [...writer.listPieces()].join("");
}

function writeProcess({ span, detail }: SpanRecord): object {
  return {
    // Jaeger's page groups and colours by it; what runs a task is its queue.
    serviceName: getService(span, detail) || (span.queue ?? ""),
    tags: listWrittenResource(span, detail)
      .filter(each => each.key !== "service.name")
      .map(writeTag),
  };
}

function getService(span: SpanRecord["span"], { resource }: SpanRecord["detail"]): string {
  const named = resource.find(each => each.key === "service.name")?.value;
  return typeof named === "string" ? named : (span.service ?? "");
}

function writeSpan({ traceId, span, detail }: SpanRecord, processID: string): object {
  const { parentSpanId, startUnixNs = 0n, endUnixNs } = span;
  const written = shortenTraceId(traceId);
  const parents =
    parentSpanId === undefined || isAbsentId(parentSpanId)
      ? []
      : [{ refType: "CHILD_OF", traceID: written, spanID: parentSpanId }];
  const links = detail.links
    .filter(link => !isNoId(link.spanId))
    .map(link => ({
      refType: "FOLLOWS_FROM",
      traceID: isNoId(link.traceId) ? written : shortenTraceId(link.traceId),
      spanID: link.spanId,
    }));
  const startTime = toMicros(startUnixNs);
  // From microsecond to microsecond: so the end is the same again.
  const duration = endUnixNs === undefined ? 0 : toMicros(endUnixNs) - startTime;
  return {
    traceID: written,
    spanID: span.spanId,
    operationName: span.name,
    references: [...parents, ...links],
    startTime,
    duration: Math.max(0, duration),
    tags: listTags(span, detail).map(writeTag),
    logs: listWrittenEvents(span, detail).map(event => ({
      timestamp: toMicros(BigInt(event.timeUnixNs)),
      fields: [
        ...(event.name === "" ? [] : [{ key: "event", value: event.name }]),
        ...event.attributes,
      ].map(writeTag),
    })),
    processID,
    warnings: span.warnings ?? null,
  };
}

/** Whatever has a field in OpenTelemetry has a tag in Jaeger; a span that came from Jaeger has those already. */
function listTags(span: SpanRecord["span"], detail: SpanRecord["detail"]): readonly Attribute[] {
  const attributes = listWrittenAttributes(span, detail);
  const has = new Set(attributes.map(each => each.key));
  const { scope, error } = detail;
  const isError = span.status === SpanStatus.error;
  const added: Attribute[] = [];
  const add = (key: string, value: AttributeValue): void => {
    if (!has.has(key) && value !== undefined && value !== "") added.push({ key, value });
  };
  if (!has.has("otel.library.name")) add("otel.scope.name", scope?.name);
  if (!has.has("otel.library.version")) add("otel.scope.version", scope?.version);
  add("span.kind", kindNames[span.kind ?? SpanKind.unspecified]);
  if (isError) {
    // A span of Zipkin's or OpenTracing's may name its error there.
    add(has.has("error") ? "otel.status_code" : "error", has.has("error") ? "ERROR" : true);
    if (!has.has("error.message")) add("otel.status_description", error?.message);
  } else if (span.status === SpanStatus.ok) {
    add("otel.status_code", "OK");
  }
  if (span.endUnixNs === undefined) add(mark.running, true);
  if (getService(span, detail) === "" && span.queue) add(mark.noService, true);
  const markedFlags = (span.flags ?? 0) & MARKED_FLAGS & ~SpanFlag.adjusted;
  if (markedFlags !== 0) add(mark.flags, markedFlags);
  return [...attributes, ...added];
}

const kindNames: Readonly<Record<SpanKind, string>> = {
  [SpanKind.unspecified]: "",
  [SpanKind.internal]: "internal",
  [SpanKind.server]: "server",
  [SpanKind.client]: "client",
  [SpanKind.producer]: "producer",
  [SpanKind.consumer]: "consumer",
};

function writeTag({ key, value }: Attribute): object {
  switch (typeof value) {
    case "boolean":
      return { key, type: "bool", value };
    case "number":
      return { key, type: Number.isSafeInteger(value) ? "int64" : "float64", value };
    case "string":
      return { key, type: "string", value };
    default:
      return { key, type: "string", value: value === undefined ? "" : JSON.stringify(value) };
  }
}

/** Microseconds of this and the next two centuries are exact as numbers. */
function toMicros(nanos: bigint): number {
  return Number(nanos / 1_000n);
}

/** Ids of 64 bits are written as such. */
function shortenTraceId(id: string): string {
  return /^0{16}[0-9a-f]{16}$/.test(id) ? id.slice(16) : id;
}
