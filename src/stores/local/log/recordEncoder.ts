/**
 * Records become the bytes that the file keeps of them: the span in short, and its detail as JSON with the raw document
 * behind it, each behind its length; where the document tells the detail, it is kept as it stands, and its context stands
 * for the JSON. What comes again (attributes, resources) is written from a cache. Knows no file; the other way round is
 * `spanRow.ts`.
 */

import type { Attribute, SpanDetail } from "../../../model/spanDetail.ts";
import type { SpanDocument } from "../../../model/spanRecord.ts";
import { AttributeTexts, joinTexts, type AttributeText } from "../index/attributeTexts.ts";
import { encodeRow, MARK, type SpanRow } from "./spanRow.ts";

export interface EncodedRecord {
  /** Only until the next is encoded. */
  readonly bytes: Buffer;
  /** The attributes that were read from it and its resource, for the index. */
  readonly attributes: readonly AttributeText[];
}

const FIRST_BYTES = 64 * 1024;
/** A record that needed more was one of few. */
const KEPT_BYTES = 4 * 2 ** 20;
const LENGTH_BYTES = 4;
/** No UTF-16 unit becomes more bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

export class RecordEncoder {
  readonly #maxBytes: number;
  readonly #texts = new AttributeTexts();
  #scratch = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  constructor(maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
  }

  /**
   * `undefined` where it would be longer than a record may be. Which stores know a span is for the reader to say, not for
   * the file.
   */
  encode(row: SpanRow, detail: SpanDetail): EncodedRecord | undefined {
    const { attributes, resource, raw } = detail;
    const spanTexts = attributes.map(attribute => this.#texts.read(attribute));
    const shared = this.#texts.readList(resource);
    const lists = `"attributes":[${joinTexts(spanTexts)}],"resource":[${joinTexts(shared)}]`;
    const bytes = this.#encode(row, `{${lists},${encodeRest(detail)}}`, raw);
    return bytes && { bytes, attributes: [...spanTexts, ...shared] };
  }

  /** The bytes are so only until the next is encoded. */
  encodeDocument(row: SpanRow, { context, json }: SpanDocument): Buffer | undefined {
    return this.#encode(row, context, json);
  }

  /** The texts of attributes, or one for all where spans share the list. */
  readList(attributes: readonly Attribute[]): readonly AttributeText[] {
    return this.#texts.readList(attributes);
  }

  #encode(row: SpanRow, detail: string, raw: string | Uint8Array): Buffer | undefined {
    if (this.#scratch.length > KEPT_BYTES) this.#scratch = Buffer.allocUnsafe(FIRST_BYTES);
    const head = encodeRow(row);
    if (head.length + detail.length + raw.length > this.#maxBytes) return undefined;
    this.#at = 0;
    this.#write(head);
    this.#write(detail, MARK, raw);
    return this.#at > this.#maxBytes ? undefined : this.#scratch.subarray(0, this.#at);
  }

  /** The attributes of a record that was encoded elsewhere. */
  readAttributes({ attributes, resource }: SpanDetail): readonly AttributeText[] {
    const read = (attribute: Attribute): AttributeText => this.#texts.read(attribute);
    return [...attributes.map(read), ...resource.map(read)];
  }

  #write(...texts: readonly (string | Uint8Array)[]): void {
    const start = this.#at;
    this.#at += LENGTH_BYTES;
    for (const text of texts) {
      const most = this.#at + text.length * (typeof text === "string" ? BYTES_PER_UNIT : 1);
      if (most > this.#scratch.length) {
        const grown = Buffer.allocUnsafe(Math.max(most, this.#scratch.length * 2));
        this.#scratch.copy(grown, 0, 0, this.#at);
        this.#scratch = grown;
      }
      if (typeof text === "string") {
        this.#at += this.#scratch.write(text, this.#at);
      } else {
        this.#scratch.set(text, this.#at);
        this.#at += text.length;
      }
    }
    this.#scratch.writeUInt32LE(this.#at - start - LENGTH_BYTES, start);
  }
}

/** The members of a detail that `encodeRest` leaves to others, or to nobody. */
const apart: ReadonlySet<string> = new Set(["attributes", "resource", "raw", "stores"]);

/** As JSON without its brackets: most of them are empty lists. */
function encodeRest(detail: SpanDetail): string {
  let text = "";
  for (const key of Object.keys(detail)) {
    if (apart.has(key)) continue;
    const value: unknown = detail[key as keyof SpanDetail];
    if (value === undefined) continue;
    const isEmpty = Array.isArray(value) && value.length === 0;
    text += `${text === "" ? "" : ","}"${key}":${isEmpty ? "[]" : JSON.stringify(value)}`;
  }
  return text;
}
