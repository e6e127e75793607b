/**
 * OTLP's JSON, parsed, becomes the same request in protobuf: what the embedded store keeps as it is. Pure; the other
 * way round is `otlpProto.ts`.
 */

import { toBigInt } from "../values/attributeValues.ts";
import {
  get,
  readSpanId,
  readTime,
  readTraceId,
  readKind,
  readStatus,
  toText,
} from "./otlpJson.ts";
import { isInOtherUnit } from "../values/timeUnits.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";

const LENGTH_DELIMITED = 2;
const FIXED64 = 1;
const FIXED32 = 5;
const TRACE_ID_LENGTH = 32;
const SPAN_ID_LENGTH = 16;
const MAX_DEPTH = 64;
const HEX = /^[0-9a-fA-F]*$/;

/** Something that JSON can say and protobuf cannot: an id that is no id, or a value nested too deep. */
class Unwritable extends Error {}

/** An `ExportTraceServiceRequest`; `undefined` where protobuf has no way to say what the JSON says. */
export function writeOtlpProto(request: JsonObject): Uint8Array | undefined {
  const writer = new ProtoWriter();
  try {
    for (const group of listObjects(get(request, "resourceSpans"))) {
      writer.message(1, () => writeGroup(writer, group));
    }
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
  return writer.finish();
}

const scopeKeys = ["scopeSpans", "instrumentationLibrarySpans"];

function writeGroup(writer: ProtoWriter, group: JsonObject): void {
  const { resource } = group;
  if (isObject(resource)) writer.message(1, () => writeAttributes(writer, 1, resource));
  for (const scoped of scopeKeys.flatMap(key => listObjects(get(group, key)))) {
    writer.message(2, () => writeScoped(writer, scoped));
  }
  writer.text(3, toText(get(group, "schemaUrl")));
}

function writeScoped(writer: ProtoWriter, scoped: JsonObject): void {
  const scope = get(scoped, "scope") ?? get(scoped, "instrumentationLibrary");
  if (isObject(scope)) {
    writer.message(1, () => {
      writer.text(1, toText(scope["name"]));
      writer.text(2, toText(scope["version"]));
      writeAttributes(writer, 3, scope);
    });
  }
  for (const span of listObjects(scoped["spans"])) writer.message(2, () => writeSpan(writer, span));
  writer.text(3, toText(get(scoped, "schemaUrl")));
}

function writeSpan(writer: ProtoWriter, span: JsonObject): void {
  writer.id(1, readTraceId(get(span, "traceId")), TRACE_ID_LENGTH);
  writer.id(2, readSpanId(get(span, "spanId")), SPAN_ID_LENGTH);
  writer.text(3, toText(get(span, "traceState")));
  writer.id(4, readSpanId(get(span, "parentSpanId")), SPAN_ID_LENGTH);
  writer.text(5, toText(span["name"]));
  writer.integer(6, readKind(span["kind"]));
  writer.time(7, get(span, "startTimeUnixNano"));
  writer.time(8, get(span, "endTimeUnixNano"));
  writeAttributes(writer, 9, span);
  writer.integer(10, get(span, "droppedAttributesCount"));
  for (const event of listObjects(span["events"])) {
    writer.message(11, () => {
      writer.time(1, get(event, "timeUnixNano"));
      writer.text(2, toText(event["name"]));
      writeAttributes(writer, 3, event);
      writer.integer(4, get(event, "droppedAttributesCount"));
    });
  }
  writer.integer(12, get(span, "droppedEventsCount"));
  for (const link of listObjects(span["links"])) {
    writer.message(13, () => {
      writer.id(1, readTraceId(get(link, "traceId")), TRACE_ID_LENGTH);
      writer.id(2, readSpanId(get(link, "spanId")), SPAN_ID_LENGTH);
      writer.text(3, toText(get(link, "traceState")));
      writeAttributes(writer, 4, link);
      writer.integer(5, get(link, "droppedAttributesCount"));
      writer.fixed32(6, link["flags"]);
    });
  }
  writer.integer(14, get(span, "droppedLinksCount"));
  const { status } = span;
  if (isObject(status)) {
    writer.message(15, () => {
      writer.text(2, toText(status["message"]));
      writer.integer(3, readStatus(status["code"]));
    });
  }
  writer.fixed32(16, span["flags"]);
}

function writeAttributes(writer: ProtoWriter, field: number, owner: JsonObject): void {
  const { attributes } = owner;
  if (isObject(attributes)) throw new Unwritable();
  for (const each of listObjects(attributes)) writeKeyValue(writer, field, each, 0);
}

function writeKeyValue(writer: ProtoWriter, field: number, each: JsonObject, depth: number): void {
  writer.message(field, () => {
    writer.text(1, toText(each["key"]));
    if ("Value" in each) throw new Unwritable();
    writer.message(2, () => writeValue(writer, each["value"], depth));
  });
}

/** Whatever is not wrapped in its type is left to the reader of JSON, which guesses. */
function writeValue(writer: ProtoWriter, value: unknown, depth: number): void {
  if (value === undefined || value === null) return;
  if (!isObject(value) || depth > MAX_DEPTH) throw new Unwritable();
  for (const key in value) {
    const inner = value[key];
    switch (key) {
      case "stringValue":
      case "string_value":
        if (typeof inner !== "string") throw new Unwritable();
        // A value that is there and empty is not one that is absent.
        writer.text(1, inner, true);
        return;
      case "boolValue":
      case "bool_value":
        if (typeof inner !== "boolean") throw new Unwritable();
        writer.integer(2, inner ? 1 : 0, true);
        return;
      case "intValue":
      case "int_value":
        writer.integer(3, inner, true);
        return;
      case "doubleValue":
      case "double_value":
        if (typeof inner !== "number") throw new Unwritable();
        writer.double(4, inner);
        return;
      case "arrayValue":
      case "array_value":
        writer.message(5, () => {
          for (const each of listValues(inner)) {
            writer.message(1, () => writeValue(writer, each, depth + 1));
          }
        });
        return;
      case "kvlistValue":
      case "kvlist_value":
        writer.message(6, () => {
          for (const each of listObjects(listValues(inner))) {
            writeKeyValue(writer, 1, each, depth + 1);
          }
        });
        return;
      case "bytesValue":
      case "bytes_value":
        writer.bytes(7, Buffer.from(toText(inner), "base64"));
        return;
      default:
        throw new Unwritable();
    }
  }
}

function listValues(value: unknown): readonly unknown[] {
  const values = isObject(value) ? value["values"] : value;
  return Array.isArray(values) ? values : [];
}

const FIRST_BYTES = 64 * 1024;
/** Lengths of messages are known behind them: four bytes are kept free, which hold 28 bits. */
const LENGTH_BYTES = 4;
const MAX_LENGTH = 2 ** 28;
/** So long a text is less than 128 bytes in UTF-8, and its length one byte. */
const SHORT_TEXT = 42;
const MASK64 = (1n << 64n) - 1n;

class ProtoWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  message(field: number, write: () => void): void {
    this.#room(8 + LENGTH_BYTES);
    this.#tag(field, LENGTH_DELIMITED);
    const start = this.#at + LENGTH_BYTES;
    this.#at = start;
    write();
    const length = this.#at - start;
    if (length >= MAX_LENGTH) throw new Unwritable();
    for (let i = 0; i < LENGTH_BYTES; i += 1) {
      const bits = (length >>> (7 * i)) & 0x7f;
      this.#bytes[start - LENGTH_BYTES + i] = i < LENGTH_BYTES - 1 ? bits | 0x80 : bits;
    }
  }

  /** Protobuf leaves out what is empty, but for a member of a union. */
  text(field: number, text: string, isMember = false): void {
    if (text === "" && !isMember) return;
    const most = text.length * 3;
    this.#room(16 + most);
    this.#tag(field, LENGTH_DELIMITED);
    if (text.length <= SHORT_TEXT) {
      const length = this.#bytes.write(text, this.#at + 1, "utf8");
      this.#bytes[this.#at] = length;
      this.#at += 1 + length;
      return;
    }
    this.#varint(Buffer.byteLength(text, "utf8"));
    this.#at += this.#bytes.write(text, this.#at, "utf8");
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#room(16 + bytes.length);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Hexadecimal digits, so many or none. */
  id(field: number, digits: string, length: number): void {
    if (digits === "") return;
    if (digits.length !== length || !HEX.test(digits)) throw new Unwritable();
    this.#room(16 + length);
    this.#tag(field, LENGTH_DELIMITED);
    this.#bytes[this.#at] = length / 2;
    this.#bytes.write(digits, this.#at + 1, "hex");
    this.#at += 1 + length / 2;
  }

  integer(field: number, value: unknown, isMember = false): void {
    if (value === undefined || ((value === 0 || value === "0") && !isMember)) return;
    this.#room(24);
    this.#tag(field, 0);
    if (typeof value === "number" && value >= 0 && value <= 0x7fffffff && value % 1 === 0) {
      this.#varint(value);
      return;
    }
    const integer = toBigInt(value);
    if (integer === undefined || BigInt.asIntN(64, integer) !== integer) throw new Unwritable();
    let rest = integer & MASK64;
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(rest);
  }

  /** A time that cannot be read is left to the reader of JSON, which counts it. */
  time(field: number, value: unknown): void {
    if (value === undefined || value === null || value === "") return;
    const integer = readTime(value);
    if (integer === undefined) throw new Unwritable();
    if (integer === 0n) return;
    if (BigInt.asUintN(64, integer) !== integer || isInOtherUnit(integer)) throw new Unwritable();
    this.#room(16);
    this.#tag(field, FIXED64);
    this.#bytes.writeBigUInt64LE(integer, this.#at);
    this.#at += 8;
  }

  fixed32(field: number, value: unknown): void {
    if (typeof value !== "number" || value === 0) return;
    this.#room(16);
    this.#tag(field, FIXED32);
    this.#bytes.writeUInt32LE(value >>> 0, this.#at);
    this.#at += 4;
  }

  double(field: number, value: number): void {
    this.#room(16);
    this.#tag(field, FIXED64);
    this.#bytes.writeDoubleLE(value, this.#at);
    this.#at += 8;
  }

  #tag(field: number, wire: number): void {
    this.#varint(field * 8 + wire);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}
