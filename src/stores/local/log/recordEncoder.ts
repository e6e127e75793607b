/**
 * Records become the bytes that the file keeps of them: the span in short, and its detail as JSON with the raw document
 * behind it, each behind its length; where the document tells the detail, it is kept as it stands, and its context stands
 * for the JSON. What comes again (attributes, resources) is written from a cache. Knows no file; the other way round is
 * `spanRow.ts`.
 */

import type { SpanDetail } from "../../../model/spanDetail.ts";
import type { SpanDocument } from "../../../model/spanRecord.ts";
import { joinTexts, type AttributeText, type AttributeTexts } from "../index/attributeTexts.ts";
import type { BytesBuilder } from "./bytesBuilder.ts";
import { encodeRow, MARK, type SpanRow } from "./spanRow.ts";

export class RecordEncoder {
  readonly #texts: AttributeTexts;
  readonly #maxBytes: number;

  constructor(texts: AttributeTexts, maxBytes = Number.POSITIVE_INFINITY) {
    this.#texts = texts;
    this.#maxBytes = maxBytes;
  }

  /**
   * Answers with the attributes that were read from it and its resource, for the index; `undefined` where it would be
   * longer than a string, or a record, may be, and nothing is added. Which stores know a span is for the reader to say,
   * not for the file.
   */
  encode(
    target: BytesBuilder,
    row: SpanRow,
    detail: SpanDetail,
  ): readonly AttributeText[] | undefined {
    const { attributes, resource, raw } = detail;
    const spanTexts = attributes.map(attribute => this.#texts.read(attribute));
    const shared = this.#texts.readList(resource);
    try {
      const lists = `"attributes":[${joinTexts(spanTexts)}],"resource":[${joinTexts(shared)}]`;
      const isAdded = this.#encode(target, row, `{${lists},${encodeRest(detail)}}`, raw);
      return isAdded ? [...spanTexts, ...shared] : undefined;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return undefined;
    }
  }

  /** False where it would be longer than a record may be. */
  encodeDocument(target: BytesBuilder, row: SpanRow, { context, json }: SpanDocument): boolean {
    return this.#encode(target, row, context, json);
  }

  #encode(target: BytesBuilder, row: SpanRow, detail: string, raw: string | Uint8Array): boolean {
    const start = target.length;
    const head = encodeRow(row);
    if (head.length + detail.length + raw.length > this.#maxBytes) return false;
    target.addText(head);
    target.addText(detail, MARK, raw);
    if (target.length - start <= this.#maxBytes) return true;
    target.cut(start);
    return false;
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
