/**
 * A record as the file keeps it where it did not come as OTLP's protobuf: the span in short, and its detail as JSON with
 * the raw document behind it, each behind its length, so that reading a trace parses no details. Pure.
 */

import { isJaegerContext, readInContext } from "../../../formats/jaeger/jaegerContext.ts";
import { isAbsentId } from "../../../model/ids.ts";
import type { LogRecord } from "../../../model/logRecord.ts";
import { SpanFlag, SpanKind, SpanStatus, type SpanInput } from "../../../model/span.ts";
import type { SpanDetail } from "../../../model/spanDetail.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";

/** The fields that few spans have. */
export type SpanExtras = Pick<SpanInput, "refs" | "messageId" | "messageTraceId" | "warnings">;

/** The row of a span; what is absent is empty, 0 or `undefined`, and one and the same. */
export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  readonly host: string;
  readonly kind: number;
  readonly status: number;
  readonly flags: number;
  /** 0 where nothing is known. */
  readonly attempts: number;
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly queuedNs: bigint | undefined;
  readonly isRunning: boolean;
  readonly extras: SpanExtras | undefined;
}

const MAX_INT64 = 2n ** 63n - 1n;

/** The fields of a span that a row has a place for. */
const rowFields: ReadonlySet<string> = new Set([
  ...["spanId", "parentSpanId", "name", "service", "queue", "host", "kind", "status", "flags"],
  ...["attempts", "startUnixNs", "endUnixNs", "queuedUnixNs", "detailKey"],
]);

export function toSpanRow({ traceId, span }: Pick<SpanRecord, "traceId" | "span">): SpanRow {
  const { parentSpanId, flags = 0 } = span;
  const endNs = knownTime(span.endUnixNs);
  return {
    traceId: withoutMarks(traceId),
    spanId: withoutMarks(span.spanId),
    name: withoutMarks(span.name),
    parentId:
      parentSpanId === undefined || isAbsentId(parentSpanId)
        ? undefined
        : withoutMarks(parentSpanId),
    service: withoutMarks(span.service ?? ""),
    queue: withoutMarks(span.queue ?? ""),
    host: withoutMarks(span.host ?? ""),
    kind: span.kind ?? SpanKind.unspecified,
    status: span.status ?? SpanStatus.unset,
    flags,
    attempts: span.attempts ?? 0,
    startNs: knownTime(span.startUnixNs),
    endNs,
    queuedNs: knownTime(span.queuedUnixNs),
    isRunning: endNs === undefined && (flags & SpanFlag.untimed) === 0,
    extras: findExtras(span),
  };
}

/** A field of a span that is not named above is kept with the extras. */
function findExtras(span: SpanInput): SpanExtras | undefined {
  let extras: Record<string, unknown> | undefined;
  for (const key of Object.keys(span)) {
    if (rowFields.has(key)) continue;
    const value: unknown = span[key as keyof SpanInput];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    extras ??= {};
    extras[key] = value;
  }
  return extras;
}

export function toSpanInput(row: SpanRow): SpanInput {
  return {
    spanId: row.spanId,
    parentSpanId: row.parentId,
    name: row.name,
    service: row.service || undefined,
    queue: row.queue || undefined,
    host: row.host || undefined,
    kind: row.kind as SpanKind,
    status: row.status as SpanStatus,
    startUnixNs: row.startNs,
    endUnixNs: row.endNs,
    queuedUnixNs: row.queuedNs,
    attempts: row.attempts || undefined,
    flags: row.flags,
    ...row.extras,
  };
}

/** Zero is how many formats say "unknown"; what no clock can have written is not a time either. */
export function knownTime(time: bigint | undefined): bigint | undefined {
  return time !== undefined && time > 0n && time <= MAX_INT64 ? time : undefined;
}

/** Between the fields of a row: splitting is three times as fast as JSON. No text that people write has it, nor JSON. */
export const MARK = "\u0001";

function withoutMarks(text: string): string {
  return text.includes(MARK) ? text.replaceAll(MARK, "\ufffd") : text;
}

export function encodeRow(row: SpanRow): string {
  const { traceId, spanId, parentId = "", name, service, queue, host, extras } = row;
  const texts = `${traceId}${MARK}${spanId}${MARK}${parentId}${MARK}${name}${MARK}${service}${MARK}${queue}${MARK}${host}`;
  const numbers = `${row.kind}${MARK}${row.status}${MARK}${row.flags}${MARK}${row.attempts}`;
  const times = `${row.startNs ?? ""}${MARK}${row.endNs ?? ""}${MARK}${row.queuedNs ?? ""}`;
  const others = extras === undefined ? "" : JSON.stringify(extras);
  return `${texts}${MARK}${numbers}${MARK}${times}${MARK}${others}`;
}

function decodeRow(text: string): SpanRow {
  const fields = text.split(MARK);
  const flags = Number(fields[9]);
  const endNs = toTime(fields[12]);
  const extras = fields[14] ?? "";
  return {
    traceId: fields[0] ?? "",
    spanId: fields[1] ?? "",
    parentId: fields[2] || undefined,
    name: fields[3] ?? "",
    service: fields[4] ?? "",
    queue: fields[5] ?? "",
    host: fields[6] ?? "",
    kind: Number(fields[7]),
    status: Number(fields[8]),
    flags,
    attempts: Number(fields[10]),
    startNs: toTime(fields[11]),
    endNs,
    queuedNs: toTime(fields[13]),
    isRunning: endNs === undefined && (flags & SpanFlag.untimed) === 0,
    extras: extras === "" ? undefined : (JSON.parse(extras) as SpanExtras),
  };
}

function toTime(digits = ""): bigint | undefined {
  return digits === "" ? undefined : BigInt(digits);
}

/** From the length of the span on. */
export function readRow(bytes: Buffer): SpanRow {
  return decodeRow(readText(bytes, 0).text);
}

export function readRecordDetail(bytes: Buffer, store: string): SpanDetail {
  const { text } = readText(bytes, readText(bytes, 0).end);
  return decodeDetail(text, store);
}

/** Earlier versions of Traceside kept the raw document inside of the JSON. */
function decodeDetail(text: string, store: string): SpanDetail {
  const mark = text.indexOf(MARK);
  const json = mark < 0 ? text : text.slice(0, mark);
  if (isJaegerContext(json)) return readInContext(json, text.slice(mark + 1), store);
  const detail = JSON.parse(json) as SpanDetail;
  return {
    ...(json.includes("null") ? (nullToUndefined(detail) as SpanDetail) : detail),
    ...(mark >= 0 && { raw: text.slice(mark + 1) }),
    stores: [store],
  };
}

export function encodeLog(log: LogRecord): Buffer {
  return withLength(JSON.stringify(log));
}

export function readLog(bytes: Buffer): LogRecord {
  return nullToUndefined(JSON.parse(readText(bytes, 0).text)) as LogRecord;
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function readText(bytes: Buffer, at: number): { readonly text: string; readonly end: number } {
  const end = at + 4 + bytes.readUInt32LE(at);
  return { text: bytes.toString("utf8", at + 4, end), end };
}

/** JSON writes an absent member of a list as null. */
function nullToUndefined(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(nullToUndefined);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, nullToUndefined(inner)]),
  );
}
