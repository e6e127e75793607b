/**
 * Spans and logs out of the batches in which they came: as bytes, in short, or in full. Knows what each kind of batch
 * looks like, and no SQL.
 */

import { readHost } from "../../../formats/otlp/otlpSpan.ts";
import { readVarint } from "../../../formats/encodings/protoCursor.ts";
import { findFirst } from "../../../base/binarySearch.ts";
import { Lru } from "../../../base/lru.ts";
import type { LogRecord } from "../../../model/logRecord.ts";
import { SpanKind, SpanStatus } from "../../../model/span.ts";
import type { Attribute, SpanDetail } from "../../../model/spanDetail.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { toSpanBrief } from "../../briefs.ts";
import type { SpanBrief } from "../../../model/traceStore.ts";
import { endOfBlock, type BatchBytes, type BatchHead } from "../log/batchBytes.ts";
import { readOtlpRecord, readResource, readSpanAttributes } from "../log/otlpRecord.ts";
import { OtlpOperationReader } from "./otlpOperation.ts";
import { OtlpRowReader, type RowGroup } from "./otlpRow.ts";
import { OtlpScan, type GroupFacts } from "../log/otlpScan.ts";
import { BatchKind, type Batch } from "../log/commitBuilder.ts";
import { AttributeTexts } from "../index/attributeTexts.ts";
import { addDetailTerms, addRowTerms, readNames } from "../index/recordTerms.ts";
import {
  readLog,
  readRecordDetail,
  readRow,
  toSpanInput,
  toSpanRow,
  type SpanRow,
} from "../log/spanRow.ts";
import type { TextSearch } from "./textSearch.ts";
import type { TermSink } from "../index/terms.ts";

const NUMBERS_PER_GROUP = 5;
const CACHED_GROUPS = 2_048;
/** A varint of 32 bits; the lengths before a record are four bytes. */
const MAX_LENGTH_BYTES = 5;

const noDetail: SpanDetail = {
  ...{ spanId: "", traceId: "", attributes: [], resource: [], events: [], links: [] },
  ...{ stores: [], raw: "" },
};

interface Group extends RowGroup {
  readonly facts: GroupFacts;
  readonly resource: Buffer;
  readonly scope: Buffer;
}

export class SpanBytes {
  readonly #bytes: BatchBytes;
  readonly #store: string;
  readonly #scan = new OtlpScan();
  readonly #texts = new AttributeTexts();
  readonly #rows = new OtlpRowReader();
  readonly #operationTexts = new OtlpOperationReader();
  readonly #groups = new Lru<number, Group>(CACHED_GROUPS, () => 0);

  constructor(bytes: BatchBytes, store: string) {
    this.#bytes = bytes;
    this.#store = store;
  }

  /** All that came of it, from its length on; `undefined` where its batch has gone. */
  readSpan(batch: number, position: number): Buffer | undefined {
    const head = this.#bytes.findHead(batch);
    if (head === undefined) return undefined;
    const read = (from: number, to: number): Buffer | undefined =>
      this.#bytes.read(batch, from, Math.min(to, head.length));
    return cutSpan(head.kind, position, read);
  }

  readDraftSpan(draft: Batch, position: number): Buffer | undefined {
    const { buffer, byteOffset, byteLength } = draft.bytes;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    return cutSpan(draft.kind, position, (from, to) => bytes.subarray(from, to));
  }

  /** Reads what is drawn of a span. */
  readRow(batch: number, position: number): SpanRow | undefined {
    const head = this.#bytes.findHead(batch);
    if (head?.kind === BatchKind.records) return this.#readRecordRow(batch, position);
    const bytes = this.readSpan(batch, position);
    if (bytes === undefined || head === undefined) return undefined;
    const group = this.#readGroup(batch, head, position);
    return group === undefined ? undefined : this.#readOtlpRow(bytes, group);
  }

  /** As `readRow`, of a batch of OTLP that is not written yet. */
  readDraftRow(draft: Batch, position: number): SpanRow | undefined {
    const bytes = this.readDraftSpan(draft, position);
    return bytes && this.#readOtlpRow(bytes, this.#readDraftGroup(draft, position));
  }

  #readOtlpRow(bytes: Buffer, group: Group): SpanRow | undefined {
    const row = this.#rows.readRow(bytes, 0, group);
    if (row !== undefined) return row;
    const record = this.#readOtlp(bytes, group);
    return record === undefined ? undefined : toSpanRow(record);
  }

  /** By which spans of one operation are known, without decoding them; `undefined` where that does not tell. */
  readOperationText(batch: number, position: number): string | undefined {
    const head = this.#bytes.findHead(batch);
    if (head?.kind !== BatchKind.otlp) return undefined;
    const bytes = this.readSpan(batch, position);
    const group = bytes === undefined ? undefined : this.#readGroup(batch, head, position);
    if (bytes === undefined || group === undefined) return undefined;
    const text = this.#operationTexts.readText(bytes, 0);
    return text === undefined ? undefined : `${group.service}\u0001${text}`;
  }

  /** Without its detail, which is longer. */
  #readRecordRow(batch: number, position: number): SpanRow | undefined {
    const length = this.#bytes.read(batch, position, position + 4)?.readUInt32LE(0);
    if (length === undefined) return undefined;
    const bytes = this.#bytes.read(batch, position, position + 4 + length);
    return bytes === undefined ? undefined : readRow(bytes);
  }

  /**
   * Lists those that hold a text among spans that begin in one block, in order. The block's bytes are searched as one,
   * and only a span that may hold the text is looked into.
   */
  *listHolders(
    batch: number,
    positions: readonly number[],
    search: TextSearch,
  ): Generator<number, void, undefined> {
    const head = this.#bytes.findHead(batch);
    const [from = 0] = positions;
    const blockEnd = Math.min(head?.length ?? 0, endOfBlock(from));
    const block = this.#bytes.read(batch, from, blockEnd);
    if (head === undefined || block === undefined) return;
    const isOtlp = head.kind === BatchKind.otlp;
    const begins = positions.map(position => position - from);
    for (const i of search.listCandidates(block, begins, isOtlp)) {
      const span = this.readSpan(batch, positions[i]!);
      if (span === undefined) continue;
      const isHolder = isOtlp
        ? search.isInOtlp(span, readVarint(span, 0)[1], span.length)
        : search.isInRecord(span);
      if (isHolder) yield i;
    }
  }

  readRecord(batch: number, position: number): SpanRecord | undefined {
    const bytes = this.readSpan(batch, position);
    const head = this.#bytes.findHead(batch);
    if (bytes === undefined || head === undefined) return undefined;
    if (head.kind === BatchKind.otlp) {
      const group = this.#readGroup(batch, head, position);
      return group === undefined ? undefined : this.#readOtlp(bytes, group);
    }
    const row = readRow(bytes);
    const detail = readRecordDetail(bytes, this.#store);
    return { traceId: row.traceId, span: toSpanInput(row), detail };
  }

  /** A list needs no detail of most spans, and that is what takes time. */
  readBrief(batch: number, position: number): SpanBrief | undefined {
    const row = this.readRow(batch, position);
    if (row === undefined) return undefined;
    const isPlain = row.status !== SpanStatus.error && row.kind !== SpanKind.consumer;
    if (isPlain && this.#bytes.findHead(batch)?.kind === BatchKind.otlp) {
      return toSpanBrief({ traceId: row.traceId, span: toSpanInput(row), detail: noDetail });
    }
    const record = this.readRecord(batch, position);
    return record === undefined ? undefined : toSpanBrief(record);
  }

  /** The attributes of a span and of its resource. */
  readAttributes(batch: number, position: number): readonly Attribute[] {
    const bytes = this.readSpan(batch, position);
    const head = this.#bytes.findHead(batch);
    if (bytes === undefined || head === undefined) return [];
    if (head.kind === BatchKind.otlp) {
      const group = this.#readGroup(batch, head, position);
      if (group === undefined) return [];
      const [, from] = readVarint(bytes, 0);
      return [...readSpanAttributes(bytes.subarray(from)), ...readResource(group.resource)];
    }
    const { attributes, resource } = readRecordDetail(bytes, this.#store);
    return [...attributes, ...resource];
  }

  readLog(batch: number, position: number): LogRecord | undefined {
    const bytes = this.readSpan(batch, position);
    return bytes === undefined ? undefined : readLog(bytes);
  }

  /** The terms that the index has of a span, without reading it in full. */
  addTerms(batch: number, position: number, sink: TermSink): void {
    const bytes = this.readSpan(batch, position);
    const head = this.#bytes.findHead(batch);
    if (bytes === undefined || head === undefined) return;
    if (head.kind === BatchKind.records) {
      const detail = readRecordDetail(bytes, this.#store);
      const row = readRow(bytes);
      addRowTerms(sink, row, readNames(this.#texts, row));
      addDetailTerms(sink, detail, this.#texts.readAll(detail));
      return;
    }
    const group = this.#readGroup(batch, head, position);
    if (group === undefined || this.#scan.readHead(bytes, 0) === "noIds") return;
    for (const term of group.facts.terms) sink.add(term);
    this.#scan.addTerms(sink, group.facts);
  }

  #readOtlp(bytes: Buffer, { resource, scope }: Group): SpanRecord | undefined {
    return readOtlpRecord(bytes, resource, scope, this.#store);
  }

  /** For the parts of a span's group in a copy of it. */
  readGroupBytes(batch: number, position: number): Pick<Group, "resource" | "scope"> | undefined {
    const head = this.#bytes.findHead(batch);
    return head === undefined ? undefined : this.#readGroup(batch, head, position);
  }

  #readGroup(batch: number, { groups }: BatchHead, position: number): Group | undefined {
    const at = findGroup(groups, position);
    // A batch has at most as many groups as bytes, and those fit 28 bits.
    const key = batch * 2 ** 28 + at / NUMBERS_PER_GROUP;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const [, resourceFrom = 0, resourceTo = 0, scopeFrom = 0, scopeTo = 0] = groups.subarray(at);
    const resource = this.#readRange(batch, resourceFrom, resourceTo);
    const scope = this.#readRange(batch, scopeFrom, scopeTo);
    if (resource === undefined || scope === undefined) return undefined;
    const group = this.#makeGroup(resource, scope);
    this.#groups.set(key, group);
    return group;
  }

  /** The last one, because its number may be another batch's where this one is rolled back. */
  #draftGroup: { readonly draft: Batch; readonly at: number; readonly group: Group } | undefined;

  #readDraftGroup(draft: Batch, position: number): Group {
    const { bytes, groups } = draft;
    const at = findGroup(groups, position);
    if (this.#draftGroup?.draft !== draft || this.#draftGroup.at !== at) {
      const [, resourceFrom = 0, resourceTo = 0, scopeFrom = 0, scopeTo = 0] = groups.subarray(at);
      const read = (from: number, to: number): Buffer => Buffer.from(bytes.slice(from, to).buffer);
      const group = this.#makeGroup(read(resourceFrom, resourceTo), read(scopeFrom, scopeTo));
      this.#draftGroup = { draft, at, group };
    }
    return this.#draftGroup.group;
  }

  #makeGroup(resource: Buffer, scope: Buffer): Group {
    const both = Buffer.concat([resource, scope]);
    const facts = this.#scan.readGroup(
      both,
      { from: 0, to: resource.length },
      { from: resource.length, to: both.length },
    );
    const host = readHost(readResource(resource)) ?? "";
    return { facts, service: facts.service, host, resource, scope };
  }

  #readRange(batch: number, from: number, to: number): Buffer | undefined {
    return from === to ? Buffer.alloc(0) : this.#bytes.read(batch, from, to);
  }
}

/** Where the numbers of the group stand that a span is in. */
function findGroup(groups: Uint32Array, position: number): number {
  const count = groups.length / NUMBERS_PER_GROUP;
  const next = findFirst(count, at => groups[at * NUMBERS_PER_GROUP]! > position);
  return (next - 1) * NUMBERS_PER_GROUP;
}

function cutSpan(
  kind: number,
  position: number,
  read: (from: number, to: number) => Buffer | undefined,
): Buffer | undefined {
  const lengths = read(position, position + MAX_LENGTH_BYTES);
  if (lengths === undefined) return undefined;
  if (kind === BatchKind.otlp) {
    const [length, end] = readVarint(lengths, 0);
    return read(position, position + end + length);
  }
  const first = position + 4 + lengths.readUInt32LE(0);
  if (kind === BatchKind.logs) return read(position, first);
  const second = read(first, first + 4)?.readUInt32LE(0);
  return second === undefined ? undefined : read(position, first + 4 + second);
}
