/**
 * Reads from OTLP's bytes, without making strings or objects, what a span is counted and found by. The bytes have been
 * looked through by `otlpShape.ts`: here every length fits. Knows no file.
 *
 * `otlpSpan.ts` of the formats says what a span's fields mean; what is told here must be what it tells.
 */

import { Lru } from "../../../base/lru.ts";
import { findText } from "../../../formats/values/attributeValues.ts";
import { readAnyValue } from "../../../formats/otlp/otlpValue.ts";
import { anyValue } from "../../../formats/otlp/otlpProto.ts";
import { readJsonText } from "../../../formats/otlp/otlpSpan.ts";
import { decodeProto } from "../../../formats/encodings/protoReader.ts";
import { spanKeys } from "../../../formats/otlp/spanKeys.ts";
import { sessionKeys } from "../../../model/session.ts";
import { SpanKind, SpanStatus } from "../../../model/span.ts";
import type { AttributeValue } from "../../../model/spanDetail.ts";
import { EntryBits } from "./spanEntries.ts";
import { addTraitTerms, identityBits, type SpanTraits } from "../index/spanTerms.ts";
import type { AttributeCache, CacheEntry } from "./attributeCache.ts";
import { OtlpHead } from "./otlpHead.ts";
import { readResource } from "./otlpRecord.ts";
import type { Range } from "./otlpShape.ts";
import { addValueWords } from "../index/attributeTexts.ts";
import {
  addWords,
  combine,
  hashBytes,
  hashText,
  idTerm,
  sessionTerm,
  TermKind,
  toTerm,
  type TermSink,
} from "../index/terms.ts";

const [destinationName, destination] = spanKeys.queue.map(hashText);
const taskKeys = new Set(spanKeys.taskId.map(hashText));
const sessionHashes = new Set(sessionKeys.map(hashText));
const jsonKeys = new Set([...spanKeys.parameters, ...spanKeys.result].map(hashText));

/** The kinds that `AttributeCache` keeps apart. */
const CacheKind = { attribute: 0x3c6ef372, name: 0x60be4f3d } as const;

/** The role of an attribute for a span's queue: notes of its cache entry, with where its text begins and ends in it. */
const QueueRole = { none: 0, destination: 1, destinationName: 2 } as const;
const ROLE = 0;
const TEXT_FROM = 1;
const TEXT_TO = 2;
/** The notes of a name: its hash, and that of the service that had it last. */
const HASH = 0;
const SERVICE = 1;

const EMPTY_HASH = hashText("");
/** Some services with some tens of libraries each; together below 4 MB. */
const MAX_GROUPS = 512;
const MAX_GROUP_BYTES = 8_192;

/** The facts that all spans of a group have from their resource and scope. */
export interface GroupFacts {
  readonly service: string;
  readonly serviceHash: number;
  readonly terms: readonly number[];
}

/** The terms of one span, valid until the next is scanned. Reused, because a hundred thousand come in a second. */
export class OtlpScan extends OtlpHead implements SpanTraits {
  readonly #cache: AttributeCache | undefined;
  /** By the bytes of resource and scope, which a program sends again and again. */
  readonly #groups = new Lru<string, GroupFacts>(MAX_GROUPS);
  #hasDestinationName = false;
  #hasDestination = false;
  /** The role and the text of the attribute that was read last. */
  #role: number = QueueRole.none;
  #textFrom = 0;
  #textTo = 0;
  #nameEntry: CacheEntry = -1;

  nameHash = 0;
  labelHash = 0;
  hasLabel = false;
  queueHash = 0;
  hasQueue = false;
  isError = false;

  /** With a cache, attributes that have come before are not read again. */
  constructor(cache?: AttributeCache) {
    super();
    this.#cache = cache;
  }

  /** After `readHead`: the terms of the span, and the rest of its bits. */
  addTerms(sink: TermSink, group: GroupFacts): void {
    const bytes = this.bytes;
    sink.add(toTerm(TermKind.id, hashBytes(bytes, this.spanAt, this.spanAt + 8)));
    this.#addParent(sink);
    this.#readStatus(sink);
    this.nameHash = this.#addName(sink);
    this.#hasDestinationName = this.#hasDestination = false;
    for (let i = 0; i < this.attributesEnd; i += 2) {
      this.#addSpanAttribute(sink, this.attributes[i]!, this.attributes[i + 1]!);
    }
    for (let i = 0; i < this.eventsEnd; i += 2) {
      this.at = this.events[i]!;
      this.#addEvent(sink, this.events[i + 1]!);
    }
    const hasService = group.service !== "";
    const isMessaging = this.kind === SpanKind.producer || this.kind === SpanKind.consumer;
    if (!isMessaging) this.queueTo = this.queueFrom;
    const hasQueue = this.queueTo > this.queueFrom;
    const queueHash = hasQueue ? hashBytes(bytes, this.queueFrom, this.queueTo) : EMPTY_HASH;
    this.hasLabel = hasService || hasQueue;
    this.labelHash = hasService ? group.serviceHash : queueHash;
    this.queueHash = queueHash;
    this.hasQueue = hasQueue && hasService && queueHash !== group.serviceHash;
    addTraitTerms(sink, this);
    this.bits |=
      (this.kind << EntryBits.kindShift) |
      identityBits(this.nameHash, group.serviceHash, queueHash);
  }

  #addName(sink: TermSink): number {
    const bytes = this.bytes;
    const [from, to] = [this.nameFrom, this.nameTo];
    const cache = this.#cache;
    this.#nameEntry = -1;
    if (cache === undefined) return addWords(sink, bytes, from, to);
    let entry = cache.find(this.view, from, to, CacheKind.name);
    if (entry < 0) {
      const terms = new Set<number>();
      const hash = addWords(terms, bytes, from, to);
      entry = cache.add(bytes, from, to, [...terms]);
      if (entry < 0) {
        for (const term of terms) sink.add(term);
        return hash;
      }
      cache.setNote(entry, HASH, hash);
    }
    this.#nameEntry = entry;
    cache.addTerms(entry, sink);
    return cache.note(entry, HASH);
  }

  /** Whether this was the service that had the name of the span last; from now on it is. */
  isNameOf(serviceHash: number): boolean {
    const entry = this.#nameEntry;
    if (this.#cache === undefined || entry < 0) return false;
    if (this.#cache.note(entry, SERVICE) === serviceHash) return true;
    this.#cache.setNote(entry, SERVICE, serviceHash);
    return false;
  }

  /** Forgets what was remembered. */
  forget(): void {
    this.#cache?.forget();
  }

  #addSpanAttribute(sink: TermSink, from: number, to: number): void {
    const cache = this.#cache;
    this.at = from;
    if (cache === undefined) {
      this.#addAttribute(sink, to, true);
    } else {
      let entry = cache.find(this.view, from, to, CacheKind.attribute);
      if (entry < 0) entry = this.#learnAttribute(sink, cache, from, to);
      else cache.addTerms(entry, sink);
      if (entry >= 0) {
        this.#role = cache.note(entry, ROLE);
        if (this.#role === QueueRole.none) return;
        this.#textFrom = from + cache.note(entry, TEXT_FROM);
        this.#textTo = from + cache.note(entry, TEXT_TO);
      }
    }
    if (this.#role !== QueueRole.none) this.#noteQueue();
  }

  #learnAttribute(sink: TermSink, cache: AttributeCache, from: number, to: number): CacheEntry {
    const terms = new Set<number>();
    this.#addAttribute(terms, to, true);
    const entry = cache.add(this.bytes, from, to, [...terms]);
    if (entry < 0) {
      for (const term of terms) sink.add(term);
      return entry;
    }
    cache.addTerms(entry, sink);
    cache.setNote(entry, ROLE, this.#role);
    cache.setNote(entry, TEXT_FROM, this.#textFrom - from);
    cache.setNote(entry, TEXT_TO, this.#textTo - from);
    return entry;
  }

  #addParent(sink: TermSink): void {
    const length = this.parentTo - this.parentFrom;
    if (length === 0 || isZero(this.bytes, this.parentFrom, length)) return;
    this.bits |= EntryBits.hasParent;
    sink.add(toTerm(TermKind.parent, hashBytes(this.bytes, this.parentFrom, this.parentTo)));
  }

  #readStatus(sink: TermSink): void {
    let code = 0;
    this.at = this.statusFrom;
    while (this.at < this.statusTo) {
      const tag = this.readVarint();
      if (tag === 0x12) {
        const to = this.readVarint() + this.at;
        addWords(sink, this.bytes, this.at, to);
        this.at = to;
      } else if (tag === 0x18) {
        code = this.readVarint();
      } else {
        this.skip(tag);
      }
    }
    this.isError = code === SpanStatus.error;
    if (code === SpanStatus.ok || code === SpanStatus.error) this.bits |= code;
  }

  #addEvent(sink: TermSink, end: number): void {
    while (this.at < end) {
      const tag = this.readVarint();
      if (tag === 0x12) {
        const to = this.readVarint() + this.at;
        addWords(sink, this.bytes, this.at, to);
        this.at = to;
      } else if (tag === 0x1a) {
        const to = this.readVarint() + this.at;
        this.#addAttribute(sink, to, false);
        this.at = to;
      } else {
        this.skip(tag);
      }
    }
  }

  /** Adds an attribute; where it is an event's only its words count. */
  #addAttribute(sink: TermSink, end: number, isOfSpan: boolean): void {
    const bytes = this.bytes;
    let keyHash = EMPTY_HASH;
    let from = 0;
    let to = 0;
    this.#role = QueueRole.none;
    while (this.at < end) {
      const tag = this.readVarint();
      if (tag === 0x0a) {
        const keyTo = this.readVarint() + this.at;
        keyHash = hashBytes(bytes, this.at, keyTo);
        this.at = keyTo;
      } else if (tag === 0x12) {
        to = this.readVarint() + this.at;
        from = this.at;
        this.at = to;
      } else {
        this.skip(tag);
      }
    }
    if (to === from) return;
    const tag = bytes[from]!;
    let valueHash: number;
    this.at = from + 1;
    const length = tag === 0x0a ? this.readVarint() : 0;
    if (tag === 0x0a && this.at + length === to) {
      const textFrom = this.at;
      valueHash = addWords(sink, bytes, textFrom, to);
      if (isOfSpan) this.#noteText(sink, keyHash, textFrom, to);
    } else if (tag === 0x18 && to - from <= 5) {
      this.at = from + 1;
      const text = String(this.readVarint());
      valueHash = hashText(text);
      if (text.length > 1) sink.add(toTerm(TermKind.word, valueHash));
      if (isOfSpan) this.#noteTask(sink, keyHash, text);
    } else {
      const value = readValue(bytes.subarray(from, to));
      if (value === undefined) return;
      addValueWords(sink, value);
      const text = typeof value === "string" ? value : JSON.stringify(value);
      valueHash = hashText(text);
      if (isOfSpan && typeof value !== "object") this.#noteTask(sink, keyHash, text);
    }
    if (!isOfSpan) return;
    sink.add(toTerm(TermKind.tag, combine(keyHash, valueHash)));
    if (sessionHashes.has(keyHash)) sink.add(sessionTerm);
  }

  #noteText(sink: TermSink, keyHash: number, from: number, to: number): void {
    if (keyHash === destinationName) this.#role = QueueRole.destinationName;
    else if (keyHash === destination) this.#role = QueueRole.destination;
    else if (taskKeys.has(keyHash)) this.#noteTask(sink, keyHash, this.#text(from, to));
    else if (jsonKeys.has(keyHash)) addValueWords(sink, readJsonText(this.#text(from, to)));
    this.#textFrom = from;
    this.#textTo = to;
  }

  #text(from: number, to: number): string {
    return this.bytes.toString("utf8", from, to);
  }

  /** An older name of the attribute counts where the newer is absent; of several the first. */
  #noteQueue(): void {
    if (this.#hasDestinationName) return;
    if (this.#role === QueueRole.destinationName) this.#hasDestinationName = true;
    else if (this.#hasDestination) return;
    this.#hasDestination = true;
    this.queueFrom = this.#textFrom;
    this.queueTo = this.#textTo;
  }

  #noteTask(sink: TermSink, keyHash: number, id: string): void {
    if (taskKeys.has(keyHash)) sink.add(idTerm(TermKind.id, id));
  }

  /** The terms of a resource, and its service; the words of a scope's name. */
  readGroup(bytes: Buffer, resource: Range, scope: Range): GroupFacts {
    const key = [resource, scope]
      .map(({ from, to }) => bytes.toString("latin1", from, to))
      .join("\n");
    let facts = this.#groups.get(key);
    if (facts === undefined) {
      facts = this.#readNewGroup(bytes, resource, scope);
      if (key.length <= MAX_GROUP_BYTES) this.#groups.set(key, facts);
    }
    return facts;
  }

  #readNewGroup(bytes: Buffer, resource: Range, scope: Range): GroupFacts {
    const terms = new Set<number>();
    this.use(bytes);
    const attributes = readResource(bytes.subarray(resource.from, resource.to));
    const service = findText(attributes, spanKeys.service) ?? "";
    this.at = resource.from;
    while (this.at < resource.to) {
      const to = this.#enterField(0x0a);
      if (to === undefined) continue;
      this.#addAttribute(terms, to, true);
      this.at = to;
    }
    this.at = scope.from;
    while (this.at < scope.to) {
      const to = this.#enterField(0x0a);
      if (to === undefined) continue;
      addWords(terms, bytes, this.at, to);
      this.at = to;
    }
    return { service, serviceHash: hashText(service), terms: [...terms] };
  }

  /** Where the field ends that begins here, if its tag is this one; any other is passed over. */
  #enterField(tag: number): number | undefined {
    const found = this.readVarint();
    if (found === tag) return this.readVarint() + this.at;
    this.skip(found);
    return undefined;
  }
}

function readValue(bytes: Uint8Array): AttributeValue {
  const value: Record<string, unknown> = {};
  decodeProto(bytes, anyValue, value);
  return readAnyValue(value);
}

function isZero(bytes: Buffer, from: number, length: number): boolean {
  for (let i = from; i < from + length; i += 1) if (bytes[i] !== 0) return false;
  return true;
}
