/**
 * The terms that a trace can be found by, as 32-bit hashes: ids, attributes, words, services, durations. Pure; knows no
 * wire format and no file.
 *
 * Two terms may share a hash, and a duration's term is a bucket: what the index finds is a candidate, never an answer.
 */

import { canonicalSpanId } from "../../../model/ids.ts";
import { readHex64 } from "../log/idHash.ts";

/** The kinds of things that a hash is of; each kind begins elsewhere, so that a word is never taken for a service. */
export const TermKind = {
  id: 0x1b873593,
  parent: 0x2545f491,
  tag: 0x3c6ef372,
  word: 0x4cf5ad43,
  label: 0x52dce729,
  name: 0x60be4f3d,
  operation: 0x78dde6e4,
  labelError: 0x0bf58476,
  nameError: 0x14d049bb,
  labelRunning: 0x1ce4e5b9,
  nameRunning: 0x2127599b,
  labelDuration: 0x38495ab5,
  nameDuration: 0x4a4bb1c7,
  traceError: 0x52967b39,
  traceRunning: 0x5d588b65,
  traceDuration: 0x66cf5ad4,
  session: 0x7b1d4a2f,
} as const;
export type TermKind = (typeof TermKind)[keyof typeof TermKind];

const FNV_START = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** FNV-1a, not yet mixed: to be combined by `toTerm` or `combine`. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_START;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
  return hash;
}

/** The same as `hashBytes` of its UTF-8. */
export function hashText(text: string): number {
  let hash = FNV_START;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      const bytes = Buffer.from(text);
      return hashBytes(bytes, 0, bytes.length);
    }
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  return hash;
}

/** Murmur's last steps: every bit of the input moves every bit of the term. */
export function toTerm(kind: TermKind, hash: number): number {
  let h = hash ^ kind;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The order counts. */
export function combine(first: number, second: number): number {
  return Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77) ^ (first >>> 15);
}

export function tagTerm(key: string, value: string): number {
  return toTerm(TermKind.tag, combine(hashText(key), hashText(value)));
}

/** The term of every trace that tells of a session, whichever. */
export const sessionTerm = toTerm(TermKind.session, FNV_START);

export function operationTerm(labelHash: number, nameHash: number): number {
  return toTerm(TermKind.operation, combine(labelHash, nameHash));
}

/** The term of a span, parent or task id as a person or a format writes it. */
export function idTerm(kind: TermKind, id: string): number {
  if (readHex64(id, idWords, 0)) return toTerm(kind, hashBytes(idBytes, 0, 8));
  const canonical = canonicalSpanId(id);
  const isHex = readHex64(canonical, idWords, 0);
  return toTerm(kind, isHex ? hashBytes(idBytes, 0, 8) : hashText(canonical));
}

const idWords = new Uint32Array(2);
const idBytes = new Uint8Array(idWords.buffer);

/** Four to each doubling, from a microsecond on: 0 is shorter, 255 longer than anything. */
const BUCKETS_PER_OCTAVE = 4;
const LOWEST_NS = 1_000;
/** The bucket is the low byte of its term, so that a range of durations is one range of the index. */
const BUCKET_MASK = 0xff;

export function toBucket(durationNs: number): number {
  if (!(durationNs > LOWEST_NS)) return 0;
  return Math.min(BUCKET_MASK, Math.ceil(Math.log2(durationNs / LOWEST_NS) * BUCKETS_PER_OCTAVE));
}

export function bucketTerm(kind: TermKind, hash: number, bucket: number): number {
  return ((toTerm(kind, hash) & ~BUCKET_MASK) | bucket) >>> 0;
}

/** Words beyond are found by what stands before them. */
export const MAX_TEXT_BYTES = 16_384;
const MIN_WORD_LENGTH = 2;

/** Lower-case letters and digits by their bytes; 0 for what stands between words, 255 for what is not ASCII. */
const wordBytes = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return 255;
  return /[A-Za-z0-9]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte).toLowerCase().charCodeAt(0)
    : 0;
});

/** Where terms are put. */
export interface TermSink {
  add(term: number): void;
  /** Adds the terms of a key, unless they have been added; where it is absent, each is added. */
  addKeyed?(key: number, terms: Uint32Array, from: number, to: number): void;
}

/** Adds the terms of the words, and answers with the hash of the whole: each byte is looked at once. */
export function addWords(sink: TermSink, bytes: Uint8Array, from: number, to: number): number {
  let whole = FNV_START;
  let word = FNV_START;
  let length = 0;
  const end = Math.min(to, from + MAX_TEXT_BYTES);
  for (let i = from; i < end; i += 1) {
    const byte = bytes[i]!;
    const lower = wordBytes[byte]!;
    if (lower === 255) {
      addForeignWords(sink, bytes, from, end);
      return hashBytes(bytes, from, to);
    }
    whole = Math.imul(whole ^ byte, FNV_PRIME);
    if (lower !== 0) {
      word = Math.imul(word ^ lower, FNV_PRIME);
      length += 1;
    } else {
      if (length >= MIN_WORD_LENGTH) sink.add(toTerm(TermKind.word, word));
      word = FNV_START;
      length = 0;
    }
  }
  if (length >= MIN_WORD_LENGTH) sink.add(toTerm(TermKind.word, word));
  for (let i = end; i < to; i += 1) whole = Math.imul(whole ^ bytes[i]!, FNV_PRIME);
  return whole;
}

/** As `addWords` of its UTF-8. */
export function addTextWords(sink: TermSink, text: string): void {
  let word = FNV_START;
  let length = 0;
  const end = Math.min(text.length, MAX_TEXT_BYTES);
  for (let i = 0; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      const bytes = Buffer.from(text);
      addForeignWords(sink, bytes, 0, Math.min(bytes.length, MAX_TEXT_BYTES));
      return;
    }
    const lower = wordBytes[code]!;
    if (lower !== 0) {
      word = Math.imul(word ^ lower, FNV_PRIME);
      length += 1;
      continue;
    }
    if (length >= MIN_WORD_LENGTH) sink.add(toTerm(TermKind.word, word));
    word = FNV_START;
    length = 0;
  }
  if (length >= MIN_WORD_LENGTH) sink.add(toTerm(TermKind.word, word));
}

function addForeignWords(sink: TermSink, bytes: Uint8Array, from: number, to: number): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
  for (const word of listWords(text)) sink.add(wordTerm(word));
}

/** Scripts that write no spaces: each of their signs is a word. */
const SIGN =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Khmer}\\p{Script=Lao}\\p{Script=Myanmar}]";
const WORD = new RegExp(`${SIGN}|(?:(?!${SIGN})[\\p{L}\\p{M}\\p{N}])+`, "gu");

/** The words that the index has of a text, lower case; `addWords` finds the same. */
export function listWords(text: string): string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  return words.filter(word => word.length >= MIN_WORD_LENGTH || word.charCodeAt(0) >= 0x80);
}

export function wordTerm(word: string): number {
  return toTerm(TermKind.word, hashText(word));
}
