/**
 * Attributes as JSON with their terms, so that the same attribute is not written and indexed again: of those that a
 * program sends, nearly all are ones that it has sent before. Pure; knows no wire format and no file.
 */

import type { Attribute, AttributeValue } from "../../../model/spanDetail.ts";
import { isSessionKey } from "../../../model/session.ts";
import { toTagText } from "../../matchTrace.ts";
import { addTextWords, sessionTerm, tagTerm, type TermSink } from "./terms.ts";
import { listLeaves } from "./valueLeaves.ts";

/** Longer texts seldom come twice. */
const MAX_LENGTH = 512;
const MAX_ENTRIES = 32_768;
/** Above the keys of `AttributeCache`, which go to 2^30. */
const FIRST_KEY = 2 ** 30 + 1;
const KEYS = 2 ** 30 - 1;

/** The text that is written of an attribute, or of a list of them, and the terms that it is found by. */
export interface AttributeText {
  readonly json: string;
  /** The key by which `TermSink.addKeyed` knows the terms; 0 where it is seen for the first time and not remembered. */
  readonly key: number;
  readonly terms: Uint32Array;
}

type PlainValue = string | number | boolean | undefined;

export class AttributeTexts {
  readonly #byName = new Map<string, Map<PlainValue, AttributeText>>();
  /** Lists that many spans share: of their resource. */
  #lists = new WeakMap<readonly Attribute[], AttributeText>();
  #count = 0;
  #nextKey = 0;

  /** The texts of a list that many spans share. */
  readShared(attributes: readonly Attribute[]): AttributeText {
    let known = this.#lists.get(attributes);
    if (known === undefined) {
      const texts = attributes.map(attribute => this.read(attribute));
      const terms = texts.flatMap(text => [...text.terms]);
      const json = `[${texts.map(text => text.json).join(",")}]`;
      known = { json, key: this.#takeKey(), terms: Uint32Array.from(terms) };
      this.#lists.set(attributes, known);
    }
    return known;
  }

  read(attribute: Attribute): AttributeText {
    const { key: name, value, store } = attribute;
    if (typeof value === "object" || store !== undefined) return describe(attribute, 0);
    if (typeof value === "string" && value.length > MAX_LENGTH) return describe(attribute, 0);
    let values = this.#byName.get(name);
    const known = values?.get(value);
    if (known !== undefined) return known;
    if (this.#count === MAX_ENTRIES) {
      this.#byName.clear();
      this.#count = 0;
      values = undefined;
    }
    if (values === undefined) {
      this.#byName.set(name, (values = new Map<PlainValue, AttributeText>()));
    }
    const text = describe(attribute, this.#takeKey());
    values.set(value, text);
    this.#count += 1;
    return text;
  }

  #takeKey(): number {
    return FIRST_KEY + (this.#nextKey++ % KEYS);
  }
}

export function addAttributeTerms(sink: TermSink, { key, terms }: AttributeText): void {
  if (key !== 0 && sink.addKeyed !== undefined) sink.addKeyed(key, terms, 0, terms.length);
  else for (const term of terms) sink.add(term);
}

function describe(attribute: Attribute, key: number): AttributeText {
  const list = new TermList();
  addValueTerms(list, attribute);
  return { json: JSON.stringify(attribute), key, terms: new Uint32Array(list.terms) };
}

/** The terms of an attribute. */
export function addValueTerms(sink: TermSink, { key, value }: Attribute): void {
  if (value === undefined) return;
  sink.add(tagTerm(key, toTagText(value)));
  if (isSessionKey(key)) sink.add(sessionTerm);
  addValueWords(sink, value);
}

class TermList implements TermSink {
  readonly terms: number[] = [];

  add(term: number): void {
    this.terms.push(term);
  }
}

export function addValueWords(sink: TermSink, value: AttributeValue): void {
  // Nearly all are one text.
  if (typeof value === "string") addTextWords(sink, value);
  else for (const text of listLeaves(value)) addTextWords(sink, text);
}
