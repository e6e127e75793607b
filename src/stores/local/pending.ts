/**
 * What has come and is not yet written: it becomes one commit. Knows the three kinds of batches, and no SQL.
 */

import type { LogRecord } from "../../model/logRecord.ts";
import { SpanFlag } from "../../model/span.ts";
import type { CommitTerms } from "./commitTables.ts";
import { CommitTraces, type LocalTrace } from "./commitTables.ts";
import { findSpans } from "./otlpShape.ts";
import { OtlpScan, type GroupFacts } from "./otlpScan.ts";
import { addLogTerms, addRecordTerms } from "./recordTerms.ts";
import { EntryBits, SpanEntries, toIdWords } from "./spanEntries.ts";
import { encodeLog, readRecordDetail, readRow } from "./spanRow.ts";
import { identityBits } from "./spanTerms.ts";
import { hashText } from "./terms.ts";

/** How the bytes of a batch are to be read. */
export const BatchKind = { otlp: 0, records: 1, logs: 2 } as const;
export type BatchKind = (typeof BatchKind)[keyof typeof BatchKind];

/** A batch in the making. */
export class Draft {
  readonly kind: BatchKind;
  readonly parts: Buffer[] = [];
  length = 0;
  readonly entries = new SpanEntries();
  /** The trace of each entry. */
  owners = new Int32Array(1_024);
  /** Five numbers a group: the place of its first span, its resource from and to, its scope from and to. */
  readonly groups: number[] = [];

  constructor(kind: BatchKind) {
    this.kind = kind;
  }

  addPart(bytes: Buffer): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  /** Where the words of a new entry go. */
  addEntry(owner: LocalTrace): number {
    const { count } = this.entries;
    if (count === this.owners.length) {
      const owners = new Int32Array(count * 2);
      owners.set(this.owners);
      this.owners = owners;
    }
    this.owners[count] = owner;
    return this.entries.add();
  }
}

/** Pairs of a service or queue and a name that have been seen, so that each is written once. */
export class SeenOperations {
  readonly #labels = new Map<string, number>();
  readonly #seen = new Set<number>();
  news: (readonly [label: string, name: string])[] = [];

  getLabel(text: string): number {
    let label = this.#labels.get(text);
    if (label === undefined) this.#labels.set(text, (label = this.#labels.size));
    return label;
  }

  /** 21 bits of a label's number and 32 of a name's hash: two names of one service that share it are one. */
  isNew(label: number, nameHash: number): boolean {
    const key = label * 2 ** 32 + (nameHash >>> 0);
    if (this.#seen.has(key)) return false;
    if (this.#seen.size >= MAX_SEEN) this.#seen.clear();
    this.#seen.add(key);
    return true;
  }

  forget(): void {
    this.#labels.clear();
    this.#seen.clear();
    this.news = [];
  }
}

const MAX_SEEN = 200_000;

export interface Taken {
  readonly kept: number;
  readonly rejected: number;
}

export class Pending {
  readonly otlp = new Draft(BatchKind.otlp);
  readonly records = new Draft(BatchKind.records);
  readonly logs = new Draft(BatchKind.logs);
  readonly traces = new CommitTraces();
  readonly terms: CommitTerms;
  /** For each trace its services and queues. */
  readonly labels: (string[] | undefined)[] = [];
  readonly operations: SeenOperations;
  /** Of whole requests, 16 bytes each. */
  readonly hashes: Buffer[] = [];
  readonly #scan = new OtlpScan();

  constructor(terms: CommitTerms, operations: SeenOperations) {
    this.terms = terms;
    this.operations = operations;
  }

  get length(): number {
    return this.otlp.length + this.records.length + this.logs.length;
  }

  get drafts(): readonly Draft[] {
    return [this.otlp, this.records, this.logs].filter(draft => draft.entries.count > 0);
  }

  /** Throws a `WireError` and takes nothing where the bytes are no request. */
  addOtlp(request: Buffer): Taken {
    const groups = findSpans(request);
    const { otlp } = this;
    const base = otlp.length;
    let kept = 0;
    let rejected = 0;
    for (const { resource, scope, spans } of groups) {
      const facts = this.#scan.readGroup(request, resource, scope);
      const seen = new Set<LocalTrace>();
      let isFirst = true;
      for (const at of spans) {
        if (!this.#scan.readHead(request, at)) {
          rejected += 1;
          continue;
        }
        if (isFirst) {
          isFirst = false;
          otlp.groups.push(base + at);
          otlp.groups.push(base + resource.from, base + resource.to);
          otlp.groups.push(base + scope.from, base + scope.to);
        }
        this.#addScanned(request, base + at, facts, seen);
        kept += 1;
      }
    }
    if (kept > 0) otlp.addPart(request);
    return { kept, rejected };
  }

  #addScanned(request: Buffer, place: number, facts: GroupFacts, seen: Set<LocalTrace>): void {
    const scan = this.#scan;
    const { terms } = this;
    const trace = this.traces.addBytes(request, scan.traceAt);
    terms.trace = trace;
    if (!seen.has(trace)) {
      seen.add(trace);
      for (const term of facts.terms) terms.add(term);
    }
    scan.addTerms(terms, facts);
    const at = this.otlp.addEntry(trace);
    const { words } = this.otlp.entries;
    words[at] = request.readUInt32LE(scan.spanAt);
    words[at + 1] = request.readUInt32LE(scan.spanAt + 4);
    words[at + 2] = scan.startLow;
    words[at + 3] = scan.startHigh;
    words[at + 4] = scan.endLow;
    words[at + 5] = scan.endHigh;
    words[at + 6] = place;
    words[at + 7] = scan.bits;
    if (!scan.hasLabel) return;
    const name = (): string => request.toString("utf8", scan.nameFrom, scan.nameTo);
    const queue = (): string => request.toString("utf8", scan.queueFrom, scan.queueTo);
    this.#noteLabel(trace, facts.service === "" ? queue() : facts.service, scan.nameHash, name);
    if (scan.hasQueue) this.#noteLabel(trace, queue(), scan.nameHash, name);
  }

  #noteLabel(trace: LocalTrace, label: string, nameHash: number, name: () => string): void {
    const labels = this.labels[trace];
    if (labels === undefined) this.labels[trace] = [label];
    else if (!labels.includes(label)) labels.push(label);
    const { operations } = this;
    if (operations.isNew(operations.getLabel(label), nameHash)) {
      operations.news.push([label, name()]);
    }
  }

  /** As `encodeRecord` made it. */
  addRecord(bytes: Buffer): void {
    const row = readRow(bytes);
    const trace = this.traces.addText(row.traceId);
    this.terms.trace = trace;
    addRecordTerms(this.terms, row, readRecordDetail(bytes, ""));
    const place = this.records.length;
    this.records.addPart(bytes);
    const at = this.records.addEntry(trace);
    const { words, times } = this.records.entries;
    [words[at], words[at + 1]] = toIdWords(row.spanId);
    const start = row.startNs ?? row.endNs ?? row.queuedNs ?? 0n;
    times[at / 2 + 1] = start;
    times[at / 2 + 2] = row.endNs ?? 0n;
    words[at + 6] = place;
    words[at + 7] =
      row.status |
      (row.kind << EntryBits.kindShift) |
      (row.parentId === undefined ? 0 : EntryBits.hasParent) |
      ((row.flags & SpanFlag.untimed) === 0 ? 0 : EntryBits.untimed) |
      (row.startNs === undefined ? EntryBits.noStart : 0) |
      (Math.min(row.attempts, EntryBits.attemptsMask) << EntryBits.attemptsShift) |
      identityBits(hashText(row.name), hashText(row.service), hashText(row.queue));
    const nameHash = hashText(row.name);
    const label = row.service || row.queue;
    if (label !== "") this.#noteLabel(trace, label, nameHash, () => row.name);
    if (row.queue !== "" && row.queue !== label) {
      this.#noteLabel(trace, row.queue, nameHash, () => row.name);
    }
  }

  addLog(log: LogRecord): void {
    const trace = this.traces.addText(log.traceId);
    this.terms.trace = trace;
    addLogTerms(this.terms, log);
    const place = this.logs.length;
    const bytes = encodeLog(log);
    this.logs.addPart(bytes);
    const at = this.logs.addEntry(trace);
    const { words } = this.logs.entries;
    if (log.spanId !== undefined) [words[at], words[at + 1]] = toIdWords(log.spanId);
    words[at + 6] = place;
    words[at + 7] = EntryBits.log;
    // What a log tells apart from another of the same span is its text, so its hash stands in for the times.
    words[at + 2] = hashText(bytes.toString("latin1"));
  }
}

/** What `addOtlp` would take. */
export function countOtlp(request: Buffer): Taken {
  const scan = new OtlpScan();
  const spans = findSpans(request).flatMap(group => group.spans);
  const kept = spans.filter(at => scan.readHead(request, at)).length;
  return { kept, rejected: spans.length - kept };
}
