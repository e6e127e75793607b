/**
 * The terms of spans that are kept as their documents: of their attributes where these stand in the bytes, so that one
 * that came before is not read again. They are at least those of the detail that the document tells; where an event's
 * field is taken for an attribute of the span, the index names a candidate too many. Knows no wire format and no file.
 */

import { findText } from "../../../formats/values/attributeValues.ts";
import { readJsonText } from "../../../formats/otlp/otlpSpan.ts";
import { KeyBytes, spanKeys } from "../../../formats/otlp/spanKeys.ts";
import { sessionKeys } from "../../../model/session.ts";
import type { DocumentSource, SpanDocument } from "../../../model/spanRecord.ts";
import type { AttributeCache } from "../log/attributeCache.ts";
import { addValueTerms, addValueWords } from "./attributeTexts.ts";
import { addWords, combine, hashBytes, idTerm, TermKind, toTerm, type TermSink } from "./terms.ts";

const jsonKeys: readonly string[] = [...spanKeys.parameters, ...spanKeys.result];
/** The keys of attributes that have more terms than those of key and value. */
const special = new KeyBytes([...jsonKeys, ...spanKeys.taskId, ...sessionKeys]);
/** Apart from the kinds of OTLP's bytes in the cache. */
const KIND = 0x51ed270b;

export class DocumentTerms {
  readonly #cache: AttributeCache | undefined;
  readonly #list = new TermList();
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
    const list = this.#list;
    list.terms.length = 0;
    addTerms(list, source, from, to);
    const entry = cache?.add(source.bytes, from, to, list.terms) ?? -1;
    if (entry >= 0) cache?.addTerms(entry, sink);
    else for (const term of list.terms) sink.add(term);
  }
}

class TermList implements TermSink {
  readonly terms: number[] = [];

  add(term: number): void {
    this.terms.push(term);
  }
}

function addTerms(sink: TermSink, source: DocumentSource, from: number, to: number): void {
  const { bytes } = source;
  const plain = source.findPlain(from, to);
  if (plain !== undefined) {
    const { keyFrom, keyTo, valueFrom, valueTo } = plain;
    if (!special.has(bytes, keyFrom, keyTo - keyFrom)) {
      const key = hashBytes(bytes, keyFrom, keyTo);
      sink.add(toTerm(TermKind.tag, combine(key, addWords(sink, bytes, valueFrom, valueTo))));
      return;
    }
  }
  const attribute = source.readAttribute(from, to);
  if (attribute === undefined) return;
  const { key, value } = attribute;
  addValueTerms(sink, attribute);
  if (jsonKeys.includes(key)) addValueWords(sink, readJsonText(value));
  if (!spanKeys.taskId.some(each => each === key)) return;
  const taskId = findText([attribute], key);
  if (taskId !== undefined) sink.add(idTerm(TermKind.id, taskId));
}
