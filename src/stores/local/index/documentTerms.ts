/**
 * The terms of spans that are kept as their documents: of their attributes where these stand in the bytes, so that one
 * that came before is not read again. They are at least those of the detail that the document tells; where an event's
 * field is taken for an attribute of the span, the index names a candidate too many. Knows no wire format and no file.
 */

import { findText } from "../../../formats/values/attributeValues.ts";
import { readJsonText } from "../../../formats/otlp/otlpSpan.ts";
import { spanKeys } from "../../../formats/otlp/spanKeys.ts";
import type { Attribute } from "../../../model/spanDetail.ts";
import type { DocumentSource, SpanDocument } from "../../../model/spanRecord.ts";
import type { AttributeCache } from "../log/attributeCache.ts";
import { addValueTerms, addValueWords } from "./attributeTexts.ts";
import { idTerm, TermKind, type TermSink } from "./terms.ts";

const taskKeys: ReadonlySet<string> = new Set(spanKeys.taskId);
const jsonKeys: ReadonlySet<string> = new Set([...spanKeys.parameters, ...spanKeys.result]);
/** Apart from the kinds of OTLP's bytes in the cache. */
const KIND = 0x51ed270b;

export class DocumentTerms {
  readonly #cache: AttributeCache | undefined;
  #source: DocumentSource | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(cache?: AttributeCache) {
    this.#cache = cache;
  }

  add(sink: TermSink, { source, places }: SpanDocument): void {
    if (source !== this.#source) {
      const { buffer, byteOffset, byteLength } = source.bytes;
      this.#view = new DataView(buffer, byteOffset, byteLength);
      this.#source = source;
    }
    for (let i = 0; i < places.length; i += 2) {
      this.#addOne(sink, source, places[i]!, places[i + 1]!);
    }
  }

  #addOne(sink: TermSink, source: DocumentSource, from: number, to: number): void {
    const cache = this.#cache;
    const known = cache?.find(this.#view, from, to, KIND) ?? -1;
    if (known >= 0) {
      cache?.addTerms(known, sink);
      return;
    }
    const terms = new Set<number>();
    const attribute = source.readAttribute(from, to);
    if (attribute !== undefined) addTerms(terms, attribute);
    const entry = cache?.add(source.bytes, from, to, [...terms]) ?? -1;
    if (entry >= 0) cache?.addTerms(entry, sink);
    else for (const term of terms) sink.add(term);
  }
}

function addTerms(terms: Set<number>, attribute: Attribute): void {
  const { key, value } = attribute;
  const sink = { add: (term: number) => void terms.add(term) };
  addValueTerms(sink, attribute);
  if (jsonKeys.has(key)) addValueWords(sink, readJsonText(value));
  if (!taskKeys.has(key)) return;
  const taskId = findText([attribute], key);
  if (taskId !== undefined) sink.add(idTerm(TermKind.id, taskId));
}
