/**
 * One span of OTLP's bytes, read for drawing. The bytes have been looked through by `otlpShape.ts`: here
 * every length fits. Pure.
 */

import { ProtoCursor } from "../../../formats/encodings/protoCursor.ts";
import { SpanFlag, SpanKind, SpanStatus } from "../../../model/span.ts";
import { hasKey, isSpelledId, rowlessBytes } from "../log/otlpRecord.ts";
import { knownTime, type SpanRow } from "../log/spanRow.ts";

/** 0x100 says that it is known, 0x200 that it is so. */
const REMOTE_PARENT = 0x300;
const ID_DIGITS = 16;

/** The fields that spans have from their resource. */
export interface RowGroup {
  readonly service: string;
  readonly host: string;
}

/** Reads many spans one after the other, with no more made for each than its row. */
export class OtlpRowReader extends ProtoCursor {
  /**
   * Reads what is drawn of the span between `from` and `to`; `undefined` where it is one that only the full reader
   * understands: with links, of messaging, or with attributes that change what it means.
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
          if (isSpelledId(bytes, this.at - 16)) return undefined;
          break;
        case 0x12:
          spanId = this.#readHex();
          break;
        case 0x22:
          parentId = this.#readHex();
          if (parentId.length !== ID_DIGITS && parentId !== "") return undefined;
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
          if (hasKey(bytes, this.at, rowlessBytes)) return undefined;
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
    const endNs = knownTime(end);
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
      endNs,
      queuedNs: undefined,
      extras: undefined,
      isRunning: endNs === undefined && !isUntimed,
    };
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
