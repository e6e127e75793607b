/**
 * Attributes as JSON with their terms, so that the same attribute is not written and indexed again: of those that a
 * program sends, nearly all are ones that it has sent before. Pure; knows no wire format and no file.
 */

import type { Attribute, AttributeValue, SpanDetail } from "../../../model/spanDetail.ts";
import { isSessionKey } from "../../../model/session.ts";
import { toTagText } from "../../matchTrace.ts";
import { addTextWords, hashText, sessionTerm, tagTerm, type TermSink } from "./terms.ts";
import { listLeaves } from "./valueLeaves.ts";

/** Longer texts seldom come twice. */
const MAX_LENGTH = 512;
const MAX_ENTRIES = 32_768;
/** The attributes that came once and are known to have come: 64 KB. */
const ONCE = 2 ** 14;
/** Resources whose spans come by turns. */
const SHARED_LISTS = 32;
/** Above the keys of `AttributeCache`, which go to 2^30. */
const FIRST_KEY = 2 ** 30 + 1;
const KEYS = 2 ** 30 - 1;

/** Names, services and queues of some programs. */
const MAX_NAMES = 4_096;

interface KeyedTerms {
  /** The key by which `TermSink.addKeyed` knows the terms; 0 where they are a list, and not remembered. */
  readonly key: number;
  readonly terms: Uint32Array | readonly number[];
}

/** The text that is written of an attribute, or of a list of them, and the terms that it is found by. */
export interface AttributeText extends KeyedTerms {
  readonly json: string;
}

/** The hash of a name, and the terms of its words. */
export interface NameTerms extends KeyedTerms {
  readonly hash: number;
}

type PlainValue = string | number | boolean | undefined;

export class AttributeTexts {
  readonly #byName = new Map<string, Map<PlainValue, AttributeText>>();
  readonly #names = new Map<string, NameTerms>();
  /** The hashes of attributes that came once: an id that never comes again is not remembered. */
  readonly #once = new Int32Array(ONCE);
  /** The lists that came last, of resources, and their texts where they came again; the oldest is forgotten first. */
  readonly #lists: (readonly Attribute[])[] = [];
  readonly #listTexts: (readonly AttributeText[] | undefined)[] = [];
  #nextList = 0;
  #count = 0;
  #nextKey = 0;

  /** The texts of a list: one for all of it, where spans share the list. */
  readList(attributes: readonly Attribute[]): readonly AttributeText[] {
    const known = this.#lists.indexOf(attributes);
    if (known >= 0) return (this.#listTexts[known] ??= [this.#join(attributes)]);
    this.#lists[this.#nextList] = attributes;
    this.#listTexts[this.#nextList] = undefined;
    this.#nextList = (this.#nextList + 1) % SHARED_LISTS;
    return attributes.map(attribute => this.read(attribute));
  }

  /** The texts of a span's attributes and those of its resource, where they were written elsewhere. */
  readAll({ attributes, resource }: SpanDetail): readonly AttributeText[] {
    return [...attributes, ...resource].map(attribute => this.read(attribute));
  }

  #join(attributes: readonly Attribute[]): AttributeText {
    const texts = attributes.map(attribute => this.read(attribute));
    const terms = new Uint32Array(texts.flatMap(text => [...text.terms]));
    return { json: joinTexts(texts), key: this.#takeKey(), terms };
  }

  read(attribute: Attribute): AttributeText {
    const { key: name, value, store } = attribute;
    if (typeof value === "object" || store !== undefined) return describe(attribute);
    if (typeof value === "string" && value.length > MAX_LENGTH) return describe(attribute);
    const known = this.#byName.get(name)?.get(value);
    return known ?? this.#describeNew(attribute, name, value);
  }

  #describeNew(attribute: Attribute, name: string, value: PlainValue): AttributeText {
    const text = describe(attribute);
    // The first term is that of key and value.
    const [hash = 0] = text.terms;
    const slot = hash & (ONCE - 1);
    if (this.#once[slot] !== (hash | 0)) {
      this.#once[slot] = hash;
      return text;
    }
    if (this.#count === MAX_ENTRIES) {
      this.#byName.clear();
      this.#count = 0;
    }
    let values = this.#byName.get(name);
    if (values === undefined) {
      this.#byName.set(name, (values = new Map<PlainValue, AttributeText>()));
    }
    const remembered = { ...text, key: this.#takeKey(), terms: new Uint32Array(text.terms) };
    values.set(value, remembered);
    this.#count += 1;
    return remembered;
  }

  /** Reads the words of a name, a service or a queue. */
  readName(text: string): NameTerms {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const terms: number[] = [];
    addTextWords({ add: term => void terms.push(term) }, text);
    const name = { hash: hashText(text), key: this.#takeKey(), terms: Uint32Array.from(terms) };
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(text, name);
    return name;
  }

  #takeKey(): number {
    return FIRST_KEY + (this.#nextKey++ % KEYS);
  }
}

/** As JSON, without brackets. */
export function joinTexts(texts: readonly AttributeText[]): string {
  let list = "";
  for (const { json } of texts) list += list === "" ? json : `,${json}`;
  return list;
}

export function addKeyedTerms(sink: TermSink, { key, terms }: KeyedTerms): void {
  if (!(terms instanceof Uint32Array) || sink.addKeyed === undefined) {
    for (const term of terms) sink.add(term);
  } else sink.addKeyed(key, terms, 0, terms.length);
}

function describe(attribute: Attribute): AttributeText {
  const terms: number[] = [];
  addValueTerms({ add: term => void terms.push(term) }, attribute);
  return { json: JSON.stringify(attribute), key: 0, terms };
}

/** The terms of an attribute, that of key and value first. */
export function addValueTerms(sink: TermSink, { key, value }: Attribute): void {
  if (value === undefined) return;
  sink.add(tagTerm(key, toTagText(value)));
  if (isSessionKey(key)) sink.add(sessionTerm);
  addValueWords(sink, value);
}

export function addValueWords(sink: TermSink, value: AttributeValue): void {
  // Nearly all are one text.
  if (typeof value === "string") addTextWords(sink, value);
  else for (const text of listLeaves(value)) addTextWords(sink, text);
}
