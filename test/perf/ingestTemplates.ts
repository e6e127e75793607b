/**
 * Requests of every protocol with the same spans in them, encoded once. Before each sending, the trace ids (and, in
 * protobuf, the times) are written over, so that no span is ever sent twice and the sender costs next to nothing.
 */

import { readOtlpProto } from "../../src/formats/otlp/otlpProto.ts";
import { writeOtlpJson } from "../../src/formats/otlp/otlpJsonWriter.ts";
import { SpanKind } from "../../src/model/span.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { makeRequests } from "./makeRequests.ts";

export type LoadKind = "otlpHttp" | "otlpGrpc" | "otlpJson" | "zipkin" | "jaegerUdp";

export interface Template {
  readonly bytes: Buffer;
  readonly spans: number;
  /** Makes every trace another one; whole traces stay whole, for all templates of a set have the same rounds. */
  patch(round: number): void;
}

/** As many as exporters put into a request by default, or a few more. */
const SPANS_A_REQUEST = 512;
/** Each round is so much later than the one before. */
const ROUND_NS = 50_000_000n;

export function makeTemplates(kind: LoadKind, spans: number, seed: number): readonly Template[] {
  const requests = joinRequests(spans, seed);
  switch (kind) {
    case "otlpHttp":
    case "otlpGrpc":
      return requests.map(toProtoTemplate);
    case "otlpJson":
      return requests.map(({ bytes }) => toTextTemplate(bytes, writeOtlpJson));
    case "zipkin":
      return requests.map(({ bytes }) => toTextTemplate(bytes, writeZipkin));
    case "jaegerUdp":
      return requests.flatMap(({ bytes }) =>
        toDatagrams(readOtlpProto(bytes, { store: "" }).records),
      );
  }
}

/** Two protobuf messages one after the other are one message with the lists of both. */
function joinRequests(spans: number, seed: number): { bytes: Buffer; spans: number }[] {
  const joined: { bytes: Buffer; spans: number }[] = [];
  let parts: Buffer[] = [];
  let count = 0;
  const startUnixMs = Date.now() - 3_600_000;
  for (const request of makeRequests({ spans, seed, startUnixMs })) {
    parts.push(Buffer.from(request.bytes));
    count += request.spans;
    if (count < SPANS_A_REQUEST) continue;
    joined.push({ bytes: Buffer.concat(parts), spans: count });
    [parts, count] = [[], 0];
  }
  return joined;
}

function toProtoTemplate({ bytes, spans }: { bytes: Buffer; spans: number }): Template {
  const ids: number[] = [];
  const times: number[] = [];
  for (const group of listFields(bytes, 0, bytes.length, 1)) {
    for (const scope of listFields(bytes, ...group, 2)) {
      for (const span of listFields(bytes, ...scope, 2)) {
        for (const [start] of listFields(bytes, ...span, 1)) ids.push(start);
        for (const time of [7, 8]) {
          for (const [start] of listFields(bytes, ...span, time)) times.push(start);
        }
      }
    }
  }
  const original = times.map(at => bytes.readBigUInt64LE(at));
  return {
    bytes,
    spans,
    patch(round) {
      const laterNs = BigInt(round) * ROUND_NS;
      for (const at of ids) bytes.writeUInt32BE(round, at);
      for (let i = 0; i < times.length; i += 1) {
        bytes.writeBigUInt64LE((original[i] ?? 0n) + laterNs, times[i]);
      }
    },
  };
}

/** Where the values of a field stand in a message. */
function* listFields(
  bytes: Buffer,
  from: number,
  to: number,
  wanted: number,
): Generator<[start: number, end: number]> {
  let at = from;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < to) {
    const tag = readVarint();
    const start = (tag & 7) === 2 ? readVarint() + at : at;
    const begin = at;
    if ((tag & 7) === 0) readVarint();
    else if ((tag & 7) === 1) at += 8;
    else if ((tag & 7) === 5) at += 4;
    else at = start;
    if (tag >>> 3 === wanted) yield [begin, at];
  }
}

function toTextTemplate(
  request: Buffer,
  write: (records: readonly SpanRecord[]) => string,
): Template {
  const { records } = readOtlpProto(request, { store: "" });
  const bytes = Buffer.from(write(records));
  const ids: number[] = [];
  for (let at = bytes.indexOf('"traceId":"'); at >= 0; at = bytes.indexOf('"traceId":"', at + 1)) {
    ids.push(at + '"traceId":"'.length);
  }
  return {
    bytes,
    spans: records.length,
    patch(round) {
      const digits = round.toString(16).padStart(8, "0");
      for (const at of ids) bytes.write(digits, at, "latin1");
    },
  };
}

const zipkinKinds: Readonly<Record<number, string>> = {
  [SpanKind.server]: "SERVER",
  [SpanKind.client]: "CLIENT",
  [SpanKind.producer]: "PRODUCER",
  [SpanKind.consumer]: "CONSUMER",
};

function writeZipkin(records: readonly SpanRecord[]): string {
  return JSON.stringify(
    records.map(({ traceId, span, detail }) => ({
      traceId,
      id: span.spanId,
      parentId: span.parentSpanId,
      name: span.name,
      kind: zipkinKinds[span.kind ?? 0],
      timestamp: toMicros(span.startUnixNs),
      duration: toMicros((span.endUnixNs ?? 0n) - (span.startUnixNs ?? 0n)),
      localEndpoint: { serviceName: span.service },
      tags: Object.fromEntries(detail.attributes.map(({ key, value }) => [key, toText(value)])),
      annotations: detail.events.map(event => ({
        timestamp: toMicros(BigInt(event.timeUnixNs)),
        value: event.name,
      })),
    })),
  );
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function toMicros(ns: bigint | undefined): number {
  return Number((ns ?? 0n) / 1_000n);
}

/** Jaeger's clients fill a datagram up to 65,000 bytes. */
const MAX_DATAGRAM = 60_000;

function toDatagrams(records: readonly SpanRecord[]): Template[] {
  const templates: Template[] = [];
  for (const [service, spans] of Map.groupBy(records, ({ span }) => span.service ?? "")) {
    let from = 0;
    while (from < spans.length) {
      let to = Math.min(spans.length, from + 80);
      let datagram = writeEmitBatch(service, spans.slice(from, to));
      while (datagram.bytes.length > MAX_DATAGRAM) {
        to = from + Math.floor((to - from) / 2);
        datagram = writeEmitBatch(service, spans.slice(from, to));
      }
      templates.push(datagram);
      from = to;
    }
  }
  return templates;
}

/** Nine bytes of zigzag varint, whatever the round: the upper half of the trace id. */
const HIGH = 2n ** 59n;

/** Thrift's compact protocol, as `emitBatch` of Jaeger's agent has it. */
function writeEmitBatch(service: string, spans: readonly SpanRecord[]): Template {
  const out: number[] = [];
  const ids: number[] = [];
  const varint = (value: bigint): void => {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    out.push(Number(rest));
  };
  const zigzag = (value: bigint): void => {
    varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  };
  const text = (value: string): void => {
    const bytes = Buffer.from(value);
    varint(BigInt(bytes.length));
    for (const byte of bytes) out.push(byte);
  };
  const list = (size: number): void => {
    if (size < 15) out.push((size << 4) | 12);
    else {
      out.push(0xfc);
      varint(BigInt(size));
    }
  };
  const tag = (key: string, value: unknown): void => {
    out.push(0x18);
    text(key);
    // vType, then the value's own field: text is field 3, an integer field 6.
    out.push(0x15);
    if (typeof value === "number") {
      zigzag(3n);
      out.push(0x46);
      zigzag(BigInt(value));
    } else {
      zigzag(0n);
      out.push(0x18);
      text(toText(value));
    }
    out.push(0);
  };
  const asId = (hex: string): bigint => BigInt.asIntN(64, BigInt(`0x${hex || "0"}`));
  out.push(0x82, 0x81, 0);
  text("emitBatch");
  out.push(0x1c, 0x1c, 0x18);
  text(service);
  out.push(0, 0x19);
  list(spans.length);
  for (const { traceId, span, detail } of spans) {
    out.push(0x16);
    zigzag(asId(traceId.slice(16)));
    out.push(0x16);
    ids.push(out.length);
    zigzag(HIGH);
    out.push(0x16);
    zigzag(asId(span.spanId));
    out.push(0x16);
    zigzag(asId(span.parentSpanId ?? ""));
    out.push(0x18);
    text(span.name);
    out.push(0x25);
    zigzag(1n);
    out.push(0x16);
    zigzag((span.startUnixNs ?? 0n) / 1_000n);
    out.push(0x16);
    zigzag(((span.endUnixNs ?? 0n) - (span.startUnixNs ?? 0n)) / 1_000n);
    out.push(0x19);
    list(detail.attributes.length);
    for (const { key, value } of detail.attributes) tag(key, value);
    out.push(0);
  }
  out.push(0, 0);
  const bytes = Buffer.from(out);
  return {
    bytes,
    spans: spans.length,
    patch(round) {
      for (const at of ids) {
        let rest = (HIGH + BigInt(round)) << 1n;
        for (let i = 0; i < 8; i += 1, rest >>= 7n) bytes[at + i] = Number(rest & 0x7fn) | 0x80;
        bytes[at + 8] = Number(rest);
      }
    },
  };
}
