/**
 * One span of OTLP's bytes, read for drawing or in full. The bytes have been looked through by `otlpShape.ts`: here
 * every length fits. Pure.
 */

import { readAttributes } from "../../../formats/otlpValue.ts";
import { keyValue, readOtlpProto, resource } from "../../../formats/otlpProto.ts";
import { decodeProto, many, type ProtoMessage } from "../../../formats/protoReader.ts";
import { SpanFlag, SpanKind, SpanStatus } from "../../../model/span.ts";
import type { Attribute } from "../../../model/spanDetail.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { ProtoCursor } from "../log/protoCursor.ts";
import { knownTime, type SpanRow } from "../log/spanRow.ts";

/** 0x100 says that it is known, 0x200 that it is so. */
const REMOTE_PARENT = 0x300;

const messageKeys = new Set([
  ...["messaging.message.id", "messaging.message_id", "celery.task_id", "celery.task.id"],
]);
const messageKeyLengths = new Set([...messageKeys].map(key => key.length));

/** What spans have from their resource. */
export interface RowGroup {
  readonly service: string;
  readonly host: string;
}

/** How many bytes a varint from `at` on has, and its low 32 bits. */
export function readVarint(bytes: Buffer, at: number): readonly [value: number, end: number] {
  let value = 0;
  let end = at;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = bytes[end] as number;
    end += 1;
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return [value >>> 0, end];
}

/** Reads many spans one after the other, with no more made for each than its row. */
export class OtlpRowReader extends ProtoCursor {
  /**
   * What is drawn of the span between `from` and `to`; `undefined` where it is one that only the full reader
   * understands: with links, or of messaging.
   */
  readRow(bytes: Buffer, from: number, to: number, group: RowGroup): SpanRow | undefined {
    this.bytes = bytes;
    this.at = from;
    let traceId = "";
    let spanId = "";
    let parentId: string | undefined;
    let name = "";
    let kind = 0;
    let status: number = SpanStatus.unset;
    let start = 0n;
    let end = 0n;
    let flags = 0;
    while (this.at < to) {
      const tag = this.readVarint();
      switch (tag) {
        case 0x0a:
          traceId = this.#readHex();
          break;
        case 0x12:
          spanId = this.#readHex();
          break;
        case 0x22:
          parentId = this.#readHex();
          break;
        case 0x2a: {
          const length = this.readVarint();
          name = bytes.toString("utf8", this.at, this.at + length);
          this.at += length;
          break;
        }
        case 0x30:
          kind = this.readVarint();
          if (kind === SpanKind.producer || kind === SpanKind.consumer) return undefined;
          break;
        case 0x39:
          start = bytes.readBigUInt64LE(this.at);
          this.at += 8;
          break;
        case 0x41:
          end = bytes.readBigUInt64LE(this.at);
          this.at += 8;
          break;
        case 0x4a: {
          const length = this.readVarint();
          if (this.#isMessageId()) return undefined;
          this.at += length;
          break;
        }
        case 0x6a:
          return undefined;
        case 0x7a:
          status = this.#readStatus();
          break;
        case 0x85:
          flags = bytes.readUInt32LE(this.at);
          this.at += 4;
          break;
        default:
          this.skip(tag);
      }
    }
    const isUntimed = start === 0n && end === 0n;
    const hasParent = parentId !== undefined && !/^0*$/.test(parentId);
    return {
      traceId,
      spanId,
      parentId: hasParent ? parentId : undefined,
      name,
      service: group.service,
      host: group.host,
      queue: "",
      kind: kind <= 5 ? kind : SpanKind.unspecified,
      status,
      flags:
        ((flags & REMOTE_PARENT) === REMOTE_PARENT ? SpanFlag.remoteParent : 0) |
        (isUntimed ? SpanFlag.untimed : 0),
      attempts: 0,
      startNs: knownTime(start),
      endNs: knownTime(end),
      queuedNs: undefined,
      extras: undefined,
      isRunning: end === 0n && !isUntimed,
    };
  }

  /** Whether the attribute that comes has the id of a message. */
  #isMessageId(): boolean {
    const bytes = this.bytes;
    if (bytes[this.at] !== 0x0a) return true;
    const length = bytes[this.at + 1] as number;
    if (!messageKeyLengths.has(length)) return false;
    return messageKeys.has(bytes.toString("latin1", this.at + 2, this.at + 2 + length));
  }

  #readStatus(): number {
    const to = this.readVarint() + this.at;
    let code: number = SpanStatus.unset;
    while (this.at < to) {
      const tag = this.readVarint();
      if (tag === 0x18) code = this.readVarint();
      else this.skip(tag);
    }
    return code === SpanStatus.ok || code === SpanStatus.error ? code : SpanStatus.unset;
  }

  #readHex(): string {
    const length = this.readVarint();
    const from = this.at;
    this.at += length;
    return this.bytes.toString("hex", from, this.at);
  }
}

/** A request of spans that share a resource and a scope; each span comes with its length before it. */
export function wrapSpans(spans: readonly Buffer[], resourceBytes: Buffer, scope: Buffer): Buffer {
  const scopeSpans = toField(0x0a, [scope]);
  for (const span of spans) scopeSpans.push(SPAN_TAG, span);
  const group = [...toField(0x0a, [resourceBytes]), ...toField(0x12, scopeSpans)];
  return Buffer.concat(toField(0x0a, group));
}

const SPAN_TAG = Buffer.from([0x12]);

function toField(tag: number, parts: readonly Buffer[]): Buffer[] {
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [tag];
  for (; length >= 0x80; length = Math.floor(length / 0x80)) head.push((length % 0x80) | 0x80);
  head.push(length);
  return [Buffer.from(head), ...parts];
}

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
