/**
 * Jaeger's own wire becomes Jaeger's JSON, which `jaegerJson.ts` knows how to read: a `Batch` alone, as its collector is
 * sent it over HTTP, or as the argument of a call, as its agent is sent it over UDP. Pure.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { isNoId } from "../../model/ids.ts";
import { readJaegerJson } from "./jaegerJson.ts";
import { WireError } from "../encodings/protoReader.ts";
import {
  BinaryReader,
  many,
  one,
  readThriftCall,
  type ThriftObject,
  type ThriftReader,
  type ThriftStruct,
} from "../encodings/thriftReader.ts";
import { listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

type Context = Pick<FileContext, "store">;

const tag: ThriftStruct = {
  1: one("key", "string"),
  2: one("vType", ["STRING", "DOUBLE", "BOOL", "LONG", "BINARY"]),
  3: one("vStr", "string"),
  4: one("vDouble", "double"),
  5: one("vBool", "bool"),
  6: one("vLong", "integer"),
  7: one("vBinary", "base64"),
};
const reference: ThriftStruct = {
  1: one("refType", ["CHILD_OF", "FOLLOWS_FROM"]),
  2: one("traceIdLow", "hex"),
  3: one("traceIdHigh", "hex"),
  4: one("spanId", "hex"),
};
const log: ThriftStruct = { 1: one("timestamp", "integer"), 2: many("fields", () => tag) };
const span: ThriftStruct = {
  1: one("traceIdLow", "hex"),
  2: one("traceIdHigh", "hex"),
  3: one("spanId", "hex"),
  4: one("parentSpanId", "hex"),
  5: one("operationName", "string"),
  6: many("references", () => reference),
  7: one("flags", "integer"),
  8: one("startTime", "integer"),
  9: one("duration", "integer"),
  10: many("tags", () => tag),
  11: many("logs", () => log),
};
const batch: ThriftStruct = {
  1: one("process", () => ({ 1: one("serviceName", "string"), 2: many("tags", () => tag) })),
  2: many("spans", () => span),
};

/** A `Batch` in the binary protocol. Throws a `WireError` where it is none. */
export function readJaegerBatch(bytes: Uint8Array, context: Context): SpanRecords {
  return toRecords(new BinaryReader(bytes).readStruct(batch), context);
}

/** A datagram to the agent, compact or binary. Throws a `WireError` where it is no call, or one of `emitZipkinBatch`. */
export function readJaegerCall(bytes: Uint8Array, context: Context): SpanRecords {
  const { method, reader } = readThriftCall(bytes);
  if (method !== "emitBatch") throw new WireError(`${method} is not read, only emitBatch`);
  return toRecords(readArgument(reader), context);
}

function readArgument(reader: ThriftReader): ThriftObject {
  return (reader.readStruct({ 1: one("batch", () => batch) })["batch"] ?? {}) as ThriftObject;
}

/** Thrift marks as required what is looked for here; a span that lacks it is not one. */
function toRecords({ process, spans }: ThriftObject, context: Context): SpanRecords {
  if (process === undefined || !Array.isArray(spans)) {
    throw new WireError("not a Jaeger batch: it has no process or no spans");
  }
  const all = listObjects(spans);
  const whole = all.filter(each => "traceIdLow" in each && "spanId" in each);
  const item = { process: toProcess(process as JsonObject), spans: whole.map(toSpan) };
  const { records, problems } = readJaegerJson([item], context);
  const lost = all.length - records.length;
  return lost === 0
    ? { records, problems }
    : { records, problems: [...problems, note(context, `${lost} spans without ids`)], lost };
}

function toProcess(process: JsonObject): JsonObject {
  return { ...process, tags: listObjects(process["tags"]).map(toTag) };
}

function toSpan(json: JsonObject): JsonObject {
  const { traceIdLow, traceIdHigh, references, tags, logs, operationName = "", ...rest } = json;
  return {
    traceId: toTraceId(traceIdHigh, traceIdLow),
    ...rest,
    operationName,
    references: listObjects(references).map(({ traceIdLow: low, traceIdHigh: high, ...each }) => ({
      ...each,
      traceId: toTraceId(high, low),
    })),
    tags: listObjects(tags).map(toTag),
    logs: listObjects(logs).map(each => ({
      ...each,
      fields: listObjects(each["fields"]).map(toTag),
    })),
  };
}

/** Half of it where the other half is zero, as Jaeger writes it. */
function toTraceId(high: unknown, low: unknown): string {
  const isShort = typeof high !== "string" || isNoId(high);
  return `${isShort ? "" : high}${toPlainText(low)}`;
}

const places: Readonly<Record<string, string>> = {
  STRING: "vStr",
  DOUBLE: "vDouble",
  BOOL: "vBool",
  LONG: "vLong",
  BINARY: "vBinary",
};

/** Some clients write every field of a tag, with zeros in all but one: the type alone says in which. */
function toTag({ key, vType, ...values }: JsonObject): JsonObject {
  const place = places[String(vType)] ?? "vStr";
  return { key, vType, ...(place in values && { [place]: values[place] }) };
}
