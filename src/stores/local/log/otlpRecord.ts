/**
 * One span of a request, read in full by OTLP's own reader: what all that is quicker must agree with, and gives over to
 * where it cannot. Pure.
 */

import { keyValue, readOtlpProto, resource } from "../../../formats/otlp/otlpProto.ts";
import { readAttributes } from "../../../formats/otlp/otlpValue.ts";
import { decodeProto, many, type ProtoMessage } from "../../../formats/encodings/protoReader.ts";
import { bytesField } from "../../../formats/encodings/protoFields.ts";
import type { KeyBytes } from "../../../formats/otlp/spanKeys.ts";
import type { Attribute } from "../../../model/spanDetail.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";

/** A request of spans that share a resource and a scope; each span comes with its length before it. */
export function wrapSpans(spans: readonly Buffer[], resourceBytes: Buffer, scope: Buffer): Buffer {
  const scopeSpans = [bytesField(1, scope), ...spans.flatMap(span => [SPAN_TAG, span])];
  return bytesField(1, bytesField(1, resourceBytes), bytesField(2, ...scopeSpans));
}

const SPAN_TAG = Buffer.from([0x12]);

/** The attributes of a resource. */
export function readResource(bytes: Buffer): readonly Attribute[] {
  const decoded: Record<string, unknown> = {};
  decodeProto(bytes, resource, decoded);
  return readAttributes(decoded);
}

const spanAttributes: ProtoMessage = { 9: many("attributes", () => keyValue) };

export function readSpanAttributes(bytes: Buffer): readonly Attribute[] {
  const decoded: Record<string, unknown> = {};
  decodeProto(bytes, spanAttributes, decoded);
  return readAttributes(decoded);
}

/** As a request of it alone would be read. */
export function readOtlpRecord(
  span: Buffer,
  resourceBytes: Buffer,
  scope: Buffer,
  store: string,
): SpanRecord | undefined {
  return readOtlpProto(wrapSpans([span], resourceBytes, scope), { store }).records[0];
}

/** Whether the attribute from `from` on has one of the keys, or its fields in an order that nobody writes. */
export function hasKey(bytes: Buffer, from: number, keys: KeyBytes): boolean {
  return bytes[from] !== KEY_TAG || keys.has(bytes, from + 2, bytes[from + 1]!);
}

/** The tag of the first field of an attribute, its key. */
export const KEY_TAG = 0x0a;

/** Whether the 16 bytes of a trace id are the text of a shorter one in hexadecimal, as some exporters send it. */
export function isSpelledId(bytes: Buffer, at: number): boolean {
  for (let i = at; i < at + 16; i += 1) {
    const byte = bytes[i]!;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isDigit && !((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)) return false;
  }
  return true;
}
