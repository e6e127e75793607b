/**
 * Reads the fields of a span that every span has, from OTLP's bytes, and finds where the others stand. The bytes have
 * been looked through by `otlpShape.ts`: here every length fits. Knows no file and no index.
 */

import { noBytes, ProtoCursor } from "../../../formats/encodings/protoCursor.ts";
import { isInOtherUnit } from "../../../formats/values/timeUnits.ts";
import { fullReaderKeys, KeyBytes, spanKeys } from "../../../formats/otlp/spanKeys.ts";
import { SpanKind } from "../../../model/span.ts";
import { FIRST_MS, LAST_MS } from "../../../model/strayTimes.ts";
import { hasKey, isSpelledId, KEY_TAG } from "./otlpRecord.ts";
import { EntryBits } from "./spanEntries.ts";

/**
 * The way to read a span, by its head: it has no ids of OTLP's length, its terms can be read from its bytes, or only
 * the full reader understands it.
 */
export type HeadKind = "noIds" | "plain" | "full";

const queueBytes = new KeyBytes(spanKeys.queue);

/** Above it a time is beyond 64 signed bits, and no clock wrote it. */
const MAX_HIGH = 0x7fffffff;
/** Before it no clock was set, but one that counts from 1970. */
const FIRST_HIGH = Math.floor((FIRST_MS * 1e6) / 2 ** 32);

const LAST_HIGH = Math.floor((LAST_MS * 1e6) / 2 ** 32);

/** The head of one span, valid until the next is read. Reused, because a hundred thousand come in a second. */
export class OtlpHead extends ProtoCursor {
  protected view: DataView = new DataView(noBytes.buffer);
  /** Where the attributes and the events of the span begin and end, in turn. */
  protected readonly attributes: number[] = [];
  protected readonly events: number[] = [];
  protected attributesEnd = 0;
  protected eventsEnd = 0;
  /** Where its sixteen and eight bytes stand. */
  traceAt = 0;
  spanAt = 0;
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  bits = 0;
  nameFrom = 0;
  nameTo = 0;
  queueFrom = 0;
  queueTo = 0;
  protected kind = 0;
  protected parentFrom = 0;
  protected parentTo = 0;
  protected statusFrom = 0;
  protected statusTo = 0;
  protected flags = 0;
  protected hasLinks = false;
  /** Whether the start was no time that belongs to the end. */
  protected isStray = false;
  durationNs = Number.NaN;
  isRunning = false;
  readonly #special: KeyBytes;

  /** Besides those of queues, the keys of attributes that only the full reader understands. */
  constructor(fullKeys: readonly string[] = fullReaderKeys) {
    super();
    this.#special = new KeyBytes([...fullKeys, ...spanKeys.queue]);
  }

  /** Reads the span whose length stands at `at`. */
  readHead(bytes: Buffer, at: number): HeadKind {
    this.use(bytes);
    this.at = at;
    const end = this.readVarint() + this.at;
    this.#clear();
    let traceLength = 0;
    let spanLength = 0;
    let isPlain = true;
    let attributes = 0;
    let events = 0;
    while (this.at < end) {
      const tag = this.readVarint();
      switch (tag) {
        case 0x0a:
          traceLength = this.readVarint();
          this.traceAt = this.at;
          this.at += traceLength;
          break;
        case 0x12:
          spanLength = this.readVarint();
          this.spanAt = this.at;
          this.at += spanLength;
          break;
        case 0x22:
          this.parentTo = this.readVarint() + this.at;
          this.parentFrom = this.at;
          this.at = this.parentTo;
          break;
        case 0x2a:
          this.nameTo = this.readVarint() + this.at;
          this.nameFrom = this.at;
          this.at = this.nameTo;
          break;
        case 0x30:
          this.kind = this.readVarint();
          break;
        case 0x39:
          this.startLow = bytes.readUInt32LE(this.at);
          this.startHigh = bytes.readUInt32LE(this.at + 4);
          this.at += 8;
          break;
        case 0x41:
          this.endLow = bytes.readUInt32LE(this.at);
          this.endHigh = bytes.readUInt32LE(this.at + 4);
          this.at += 8;
          break;
        case 0x4a: {
          const to = this.readVarint() + this.at;
          this.attributes[attributes++] = this.at;
          this.attributes[attributes++] = to;
          if (hasKey(bytes, this.at, this.#special)) isPlain &&= this.#isPlainQueue(to);
          this.at = to;
          break;
        }
        case 0x5a: {
          const to = this.readVarint() + this.at;
          this.events[events++] = this.at;
          this.events[events++] = to;
          this.at = to;
          break;
        }
        case 0x6a:
          this.hasLinks = true;
          this.skip(tag);
          break;
        case 0x85:
          this.flags = bytes.readUInt32LE(this.at);
          this.at += 4;
          break;
        case 0x7a:
          this.statusTo = this.readVarint() + this.at;
          this.statusFrom = this.at;
          this.at = this.statusTo;
          break;
        default:
          this.skip(tag);
      }
    }
    this.attributesEnd = attributes;
    this.eventsEnd = events;
    if (traceLength !== 16 || spanLength !== 8) return "noIds";
    if (this.kind > 5) this.kind = SpanKind.unspecified;
    this.#settleTimes();
    const parentLength = this.parentTo - this.parentFrom;
    isPlain &&= (parentLength === 0 || parentLength === 8) && !isSpelledId(bytes, this.traceAt);
    isPlain &&= !this.#isInOtherUnit();
    return isPlain ? "plain" : "full";
  }

  #isInOtherUnit(): boolean {
    const { startHigh: high, startLow: low } = this;
    const mayBe = (high < FIRST_HIGH && (high | low) !== 0) || high > LAST_HIGH;
    return mayBe && isInOtherUnit((BigInt(high) << 32n) + BigInt(low));
  }

  /**
   * A queue is what the full reader says only where its name is a text: whether the special attribute from here to `to` is one.
   */
  #isPlainQueue(to: number): boolean {
    const { bytes } = this;
    const keyLength = bytes[this.at + 1]!;
    if (bytes[this.at] !== KEY_TAG || !queueBytes.has(bytes, this.at + 2, keyLength)) return false;
    this.at += 2 + keyLength;
    // The value, its text, and nothing behind it.
    for (const tag of [0x12, 0x0a]) {
      if (this.at === to) return true;
      if (this.readVarint() !== tag || this.readVarint() + this.at !== to) return false;
    }
    return true;
  }

  protected use(bytes: Buffer): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #clear(): void {
    this.parentFrom = this.parentTo = 0;
    this.nameFrom = this.nameTo = 0;
    this.statusFrom = this.statusTo = 0;
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0;
    this.queueFrom = this.queueTo = 0;
    this.kind = this.flags = 0;
    this.hasLinks = this.isStray = false;
    this.bits = 0;
  }

  #settleTimes(): void {
    const isUntimed =
      this.startLow === 0 && this.startHigh === 0 && this.endLow === 0 && this.endHigh === 0;
    if (this.startHigh > MAX_HIGH) this.startHigh = this.startLow = 0;
    if (this.endHigh > MAX_HIGH) this.endHigh = this.endLow = 0;
    // Whatever the trace is, it did not last from then till now.
    if (this.startHigh < FIRST_HIGH && this.endHigh >= FIRST_HIGH) {
      this.isStray = this.startHigh !== 0 || this.startLow !== 0;
      this.startHigh = this.startLow = 0;
    }
    const hasStart = this.startLow !== 0 || this.startHigh !== 0;
    const hasEnd = this.endLow !== 0 || this.endHigh !== 0;
    if (isUntimed) this.bits |= EntryBits.untimed;
    this.durationNs =
      hasStart && hasEnd
        ? (this.endHigh - this.startHigh) * 2 ** 32 + (this.endLow - this.startLow)
        : Number.NaN;
    this.isRunning = !hasEnd && !isUntimed;
    if (!hasStart) {
      this.bits |= EntryBits.noStart;
      this.startLow = this.endLow;
      this.startHigh = this.endHigh;
    }
  }
}
