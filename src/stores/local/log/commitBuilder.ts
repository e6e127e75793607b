/**
 * The spans that have come and are not yet written: they become one commit. Knows the three kinds of batches, and no
 * SQL.
 */

import { grow } from "../../../base/grow.ts";
import { readVarint } from "../../../formats/encodings/protoCursor.ts";
import { describeUnits, mendTimeUnits } from "../../../formats/values/timeUnits.ts";
import { isAbsentId } from "../../../model/ids.ts";
import type { LogRecord } from "../../../model/logRecord.ts";
import { NS_PER_MS } from "../../../model/units.ts";
import type { IngestResult } from "../../../model/spanSink.ts";
import { SpanFlag } from "../../../model/span.ts";
import { isStrayStart } from "../../../model/strayTimes.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { toMinuteId } from "../file/looseLogs.ts";
import type { AttributeCache } from "./attributeCache.ts";
import { BytesBuilder } from "./bytesBuilder.ts";
import {
  CommitTerms,
  CommitTraces,
  type CommittedTraces,
  type LocalTrace,
} from "./commitTables.ts";
import { MAX_BATCH_BYTES } from "./batchBytes.ts";
import { readOtlpRecord } from "./otlpRecord.ts";
import { findSpans, type Range } from "./otlpShape.ts";
import { OtlpScan, type GroupFacts } from "./otlpScan.ts";
import type { Pairs } from "../index/pairSort.ts";
import { addKeyedTerms, AttributeTexts } from "../index/attributeTexts.ts";
import { DocumentTerms } from "../index/documentTerms.ts";
import { addDetailTerms, addLogTerms, addRowTerms, readNames } from "../index/recordTerms.ts";
import { ENTRY_WORDS, EntryBits, SpanEntries, writeIdWords } from "./spanEntries.ts";
import { RowsBuilder, type BatchRows } from "./drawnRows.ts";
import { RecordEncoder } from "./recordEncoder.ts";
import { encodeLog, readRecordDetail, readRow, toSpanRow, type SpanRow } from "./spanRow.ts";
import { identityBits } from "../index/spanTerms.ts";
import { hashText } from "../index/terms.ts";

/** How the bytes of a batch are to be read. */
export const BatchKind = { otlp: 0, records: 1, logs: 2 } as const;
export type BatchKind = (typeof BatchKind)[keyof typeof BatchKind];

/** A batch as it is written. */
export interface Batch {
  readonly kind: BatchKind;
  readonly bytes: Uint8Array;
  /** The words of its entries, as in `SpanEntries`. */
  readonly words: Uint32Array;
  /** The trace of each entry. */
  readonly owners: Int32Array;
  /** Five numbers a group: the place of its first span, its resource from and to, its scope from and to. */
  readonly groups: Uint32Array;
  /** The rows of its entries, where they were records. */
  readonly rows: BatchRows | undefined;
}

/** The data that one commit writes: flat arrays and texts, so that another thread can. */
export interface Commit {
  /** The batches that are not empty. */
  readonly drafts: readonly Batch[];
  readonly traces: CommittedTraces;
  /** Sorted by term and then by trace, each once. */
  readonly terms: Pairs;
  /** Services and queues, and pairs of a trace and the index of one that it has. */
  readonly labels: readonly string[];
  readonly traceLabels: Uint32Array;
  /** Names that have not been seen before, with the service or queue that has them. */
  readonly operations: readonly (readonly [label: string, name: string])[];
}

/** All that a commit may hand over instead of copying it. */
export function listBuffers({ drafts, traces, terms, traceLabels }: Commit): ArrayBuffer[] {
  const views: ArrayBufferView[] = [traces.ids, terms.terms, terms.traces, traceLabels];
  for (const { bytes, words, owners, groups, rows } of drafts) {
    views.push(bytes, words, owners, groups);
    if (rows !== undefined) views.push(rows.numbers);
  }
  return views.map(view => view.buffer as ArrayBuffer);
}

/** A batch in the making. */
class BatchBuilder {
  readonly #kind: BatchKind;
  readonly bytes = new BytesBuilder();
  entries = new SpanEntries();
  #owners = new Int32Array(1_024);
  readonly groups: number[] = [];
  readonly rows = new RowsBuilder();

  constructor(kind: BatchKind) {
    this.#kind = kind;
  }

  /** Where the words of a new entry go. */
  addEntry(owner: LocalTrace): number {
    const { count } = this.entries;
    this.#owners = grow(this.#owners, count + 1);
    this.#owners[count] = owner;
    return this.entries.add();
  }

  /** Ends this batch. */
  take(): Batch {
    const { count, words } = this.entries;
    const draft: Batch = {
      kind: this.#kind,
      bytes: this.bytes.take(),
      words: words.slice(0, count * ENTRY_WORDS),
      owners: this.#owners.slice(0, count),
      groups: Uint32Array.from(this.groups),
      rows: this.#kind === BatchKind.records ? this.rows.take() : undefined,
    };
    this.entries.count = this.groups.length = 0;
    return draft;
  }
}

/** Services, queues and names that have been seen, so that each pair is written once. */
class KnownOperations {
  readonly #labels = new Map<string, number>();
  readonly #hashes = new Set<number>();

  getLabel(text: string): number {
    let label = this.#labels.get(text);
    if (label === undefined) this.#labels.set(text, (label = this.#labels.size));
    return label;
  }

  /** 21 bits of a label's number and 32 of a name's hash: two names of one service that share it are one. */
  isNew(label: number, nameHash: number): boolean {
    const key = label * 2 ** 32 + (nameHash >>> 0);
    if (this.#hashes.has(key)) return false;
    if (this.#hashes.size >= MAX_SEEN) this.#hashes.clear();
    this.#hashes.add(key);
    return true;
  }

  forget(): void {
    this.#labels.clear();
    this.#hashes.clear();
  }
}

const MAX_SEEN = 200_000;
/** As much as the largest request that is received; a batch has room for four of it. */
const MAX_RECORD_BYTES = MAX_BATCH_BYTES / 4;

const NO_ID = "a span needs a trace id and a span id";
const NO_OTLP_ID = `${NO_ID}, of 16 and 8 bytes in OTLP`;
const TOO_LARGE = `a span may take ${MAX_RECORD_BYTES / 2 ** 20} MiB`;

export class CommitBuilder {
  readonly #otlp = new BatchBuilder(BatchKind.otlp);
  readonly #records = new BatchBuilder(BatchKind.records);
  readonly #logs = new BatchBuilder(BatchKind.logs);
  readonly #traces = new CommitTraces();
  readonly #terms = new CommitTerms();
  readonly #scan: OtlpScan;
  readonly #documentTerms: DocumentTerms;
  readonly #texts = new AttributeTexts();
  readonly #encoder = new RecordEncoder(this.#texts, MAX_RECORD_BYTES);
  readonly #knownOperations = new KnownOperations();
  #labels = new Map<string, number>();
  #traceLabels: number[] = [];
  #operations: (readonly [label: string, name: string])[] = [];
  /** Below 0, where no key of the cache is: within a commit no two groups have the same. */
  #groupKeys = -1;

  /** Caches parsed attributes where many spans are expected. */
  constructor(cache?: AttributeCache) {
    this.#scan = new OtlpScan(cache);
    this.#documentTerms = new DocumentTerms(cache);
  }

  get length(): number {
    return this.#otlp.bytes.length + this.#records.bytes.length + this.#logs.bytes.length;
  }

  /** Counts spans and logs. */
  get count(): number {
    return this.#otlp.entries.count + this.#records.entries.count + this.#logs.entries.count;
  }

  /** Ends what is pending; what comes then is the next commit's. */
  take(): Commit {
    const commit: Commit = {
      drafts: [this.#otlp, this.#records, this.#logs]
        .filter(({ entries }) => entries.count > 0)
        .map(draft => draft.take()),
      traces: this.#traces.take(),
      terms: this.#terms.take(),
      labels: [...this.#labels.keys()],
      traceLabels: Uint32Array.from(this.#traceLabels),
      operations: this.#operations,
    };
    this.#labels = new Map();
    this.#traceLabels = [];
    this.#operations = [];
    this.#groupKeys = -1;
    return commit;
  }

  /** Takes the buffers back that `take` gave and that have been written. */
  giveBack(terms: Pairs): void {
    this.#terms.giveBack(terms);
  }

  /** Where a commit failed, what it told is not known. */
  forget(): void {
    this.#knownOperations.forget();
    this.#scan.forget();
  }

  /** Throws a `WireError` and takes nothing where the bytes are no request. */
  addOtlp(request: Buffer): IngestResult {
    const groups = findSpans(request);
    const otlp = this.#otlp;
    const base = otlp.bytes.length;
    let stored = 0;
    let rejected = 0;
    let hasPlain = false;
    let reason: string | undefined;
    const units = new Map<string, number>();
    for (const { resource, scope, spans } of groups) {
      const facts = this.#scan.readGroup(request, resource, scope);
      const key = this.#groupKeys--;
      let isFirst = true;
      for (const at of spans) {
        const head = this.#scan.readHead(request, at);
        if (head !== "plain") {
          const fault =
            head === "noIds" ? NO_OTLP_ID : this.#addFullyRead(request, at, resource, scope, units);
          if (fault === undefined) stored += 1;
          else rejected += 1;
          reason ??= fault;
          continue;
        }
        hasPlain = true;
        if (isFirst) {
          isFirst = false;
          otlp.groups.push(base + at);
          otlp.groups.push(base + resource.from, base + resource.to);
          otlp.groups.push(base + scope.from, base + scope.to);
        }
        this.#addScanned(request, base + at, facts, key);
        stored += 1;
      }
    }
    if (hasPlain) otlp.bytes.add(request);
    const added = withReason({ stored, rejected, reason });
    return units.size === 0 ? added : { ...added, notes: describeUnits(units, stored + rejected) };
  }

  /** A span whose attributes change what it means, as the record that the full reader makes of it. */
  #addFullyRead(
    request: Buffer,
    at: number,
    resource: Range,
    scope: Range,
    units: Map<string, number>,
  ): string | undefined {
    const [length, from] = readVarint(request, at);
    const record = readOtlpRecord(
      request.subarray(at, from + length),
      request.subarray(resource.from, resource.to),
      request.subarray(scope.from, scope.to),
      "",
    );
    if (record === undefined) return NO_OTLP_ID;
    const mended = mendTimeUnits([record]);
    for (const [unit, count] of mended.units) units.set(unit, (units.get(unit) ?? 0) + count);
    return this.#addRecord(mended.records[0] ?? record);
  }

  #addScanned(request: Buffer, place: number, facts: GroupFacts, key: number): void {
    const scan = this.#scan;
    const terms = this.#terms;
    const trace = this.#traces.addBytes(request, scan.traceAt);
    terms.trace = trace;
    const isFirst = terms.isFirst(key);
    if (isFirst) for (const term of facts.terms) terms.add(term);
    scan.addTerms(terms, facts);
    const at = this.#otlp.addEntry(trace);
    const { words } = this.#otlp.entries;
    words[at] = readWord(request, scan.spanAt);
    words[at + 1] = readWord(request, scan.spanAt + 4);
    words[at + 2] = scan.startLow;
    words[at + 3] = scan.startHigh;
    words[at + 4] = scan.endLow;
    words[at + 5] = scan.endHigh;
    words[at + 6] = place;
    words[at + 7] = scan.bits;
    if (!scan.hasLabel) return;
    const { service } = facts;
    if (service !== "" && isFirst) this.#noteLabel(trace, service);
    if (service !== "" && scan.isNameOf(facts.serviceHash) && !scan.hasQueue) return;
    const name = request.toString("utf8", scan.nameFrom, scan.nameTo);
    if (service !== "") this.#noteOperation(service, scan.nameHash, name);
    if (service !== "" && !scan.hasQueue) return;
    const queue = request.toString("utf8", scan.queueFrom, scan.queueTo);
    this.#noteLabel(trace, queue);
    this.#noteOperation(queue, scan.nameHash, name);
  }

  #noteLabel(trace: LocalTrace, text: string): void {
    let label = this.#labels.get(text);
    if (label === undefined) this.#labels.set(text, (label = this.#labels.size));
    this.#traceLabels.push(trace, label);
  }

  #noteOperation(label: string, nameHash: number, name: string): void {
    const known = this.#knownOperations;
    if (known.isNew(known.getLabel(label), nameHash)) this.#operations.push([label, name]);
  }

  /** Adds the next records, until there are none or all that is pending is longer than that. */
  addRecords(
    records: Iterator<SpanRecord>,
    maxBytes = Infinity,
  ): IngestResult & { readonly hasMore: boolean } {
    let stored = 0;
    let rejected = 0;
    let reason: string | undefined;
    let hasMore = false;
    for (let next = records.next(); next.done !== true; next = records.next()) {
      const fault = this.#addRecord(next.value);
      if (fault === undefined) stored += 1;
      else rejected += 1;
      reason ??= fault;
      hasMore = this.length > maxBytes;
      if (hasMore) break;
    }
    return { ...withReason({ stored, rejected, reason }), hasMore };
  }

  /** Why it cannot be kept, or `undefined` where it was added. */
  #addRecord(record: SpanRecord): string | undefined {
    const row = toSpanRow(record);
    if (row.traceId === "" || row.spanId === "") return NO_ID;
    const { document } = record;
    const { bytes } = this.#records;
    const place = bytes.length;
    if (document !== undefined) {
      if (!this.#encoder.encodeDocument(bytes, row, document)) return TOO_LARGE;
      this.#addRow(row, place);
      for (const text of this.#texts.readList(document.resource)) addKeyedTerms(this.#terms, text);
      this.#documentTerms.add(this.#terms, document);
      return undefined;
    }
    // Many are made when they are asked for.
    const { detail } = record;
    const attributes = this.#encoder.encode(bytes, row, detail);
    if (attributes === undefined) return TOO_LARGE;
    this.#addRow(row, place);
    addDetailTerms(this.#terms, detail, attributes);
    return undefined;
  }

  /** As `RecordEncoder` made it. */
  addEncoded(bytes: Buffer): void {
    const detail = readRecordDetail(bytes, "");
    const place = this.#records.bytes.length;
    const row = readRow(bytes);
    this.#records.bytes.add(bytes);
    this.#addRow(row, place);
    addDetailTerms(this.#terms, detail, this.#texts.readAll(detail));
  }

  /** Adds all but the terms of its detail, which are for the caller to add. */
  #addRow(row: SpanRow, place: number): void {
    const trace = this.#traces.addText(row.traceId);
    this.#terms.trace = trace;
    const names = readNames(this.#texts, row);
    addRowTerms(this.#terms, row, names);
    const at = this.#records.addEntry(trace);
    const { words, times } = this.#records.entries;
    writeIdWords(row.spanId, words, at);
    const startNs = isStrayStart(row.startNs, row.endNs) ? undefined : row.startNs;
    const start = startNs ?? row.endNs ?? row.queuedNs ?? 0n;
    times[at / 2 + 1] = start;
    times[at / 2 + 2] = row.endNs ?? 0n;
    words[at + 6] = place;
    words[at + 7] =
      row.status |
      (row.kind << EntryBits.kindShift) |
      (row.parentId === undefined ? 0 : EntryBits.hasParent) |
      ((row.flags & SpanFlag.untimed) === 0 ? 0 : EntryBits.untimed) |
      (startNs === undefined ? EntryBits.noStart : 0) |
      (Math.min(row.attempts, EntryBits.attemptsMask) << EntryBits.attemptsShift) |
      identityBits(names.name.hash, names.service.hash, names.queue.hash);
    this.#records.rows.add(this.#records.entries, at / ENTRY_WORDS, row);
    this.#noteOperationOf(row.service, trace, row.name, names.name.hash);
    if (row.queue !== row.service) {
      this.#noteOperationOf(row.queue, trace, row.name, names.name.hash);
    }
  }

  #noteOperationOf(label: string, trace: LocalTrace, name: string, nameHash: number): void {
    if (label === "") return;
    this.#noteLabel(trace, label);
    this.#noteOperation(label, nameHash, name);
  }

  addLog(log: LogRecord): void {
    const unixMs = Number(BigInt(log.event.timeUnixNs)) / NS_PER_MS;
    const isLoose = isAbsentId(log.traceId);
    const trace = this.#traces.addText(isLoose ? toMinuteId(unixMs) : log.traceId);
    this.#terms.trace = trace;
    addLogTerms(this.#terms, log);
    const place = this.#logs.bytes.length;
    const bytes = encodeLog(log);
    this.#logs.bytes.add(bytes);
    const at = this.#logs.addEntry(trace);
    const { words } = this.#logs.entries;
    if (log.spanId !== undefined) writeIdWords(log.spanId, words, at);
    words[at + 6] = place;
    words[at + 7] = EntryBits.log;
    // What a log tells apart from another of the same span is its text, so its hash stands in for the times.
    words[at + 2] = hashText(bytes.toString("latin1"));
  }
}

function readWord(bytes: Buffer, at: number): number {
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  return low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function withReason({
  reason,
  ...added
}: IngestResult & { readonly reason: string | undefined }): IngestResult {
  return reason === undefined ? added : { ...added, reason };
}
