/**
 * The row of one trace while spans join it: what a list shows, kept without reading the spans again.
 * Pure; knows no SQL.
 */

import { SpanFlag, SpanStatus } from "../../model/span.ts";

/** What of a span counts for its trace. */
export interface SpanFacts {
  readonly parentId: string | undefined;
  readonly status: number;
  readonly flags: number;
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly queuedNs: bigint | undefined;
}

export interface Root {
  readonly spanId: string;
  readonly slot: number;
  /** 0 where it has no parent, 1 where its parent has not come. */
  readonly rank: number;
  readonly startNs: bigint | undefined;
}

export class TraceSummary {
  readonly id: number;
  readonly firstSeenMs: number;
  startNs: bigint | undefined;
  endNs: bigint | undefined;
  spanCount = 0;
  errorCount = 0;
  runningCount = 0;
  bytes = 0;
  root: Root | undefined;
  readonly operations: Operations;

  constructor(id: number, firstSeenMs: number, operations: Operations) {
    this.id = id;
    this.firstSeenMs = firstSeenMs;
    this.operations = operations;
  }

  get sortNs(): bigint {
    return this.startNs ?? BigInt(this.firstSeenMs) * 1_000_000n;
  }

  count(span: SpanFacts): void {
    this.spanCount += 1;
    if (span.status === SpanStatus.error) this.errorCount += 1;
    if (isRunning(span)) this.runningCount += 1;
    // A task may be known by its end alone, or be waiting still.
    this.startNs = earlier(this.startNs, span.startNs ?? span.endNs ?? span.queuedNs);
    this.endNs = later(later(this.endNs, span.endNs), span.startNs);
  }

  /** The root that started first stands for the trace. */
  offerRoot(spanId: string, slot: number, span: SpanFacts): void {
    const rank = span.parentId === undefined ? 0 : 1;
    const offer: Root = { spanId, slot, rank, startNs: span.startNs };
    if (this.root === undefined || isBetterRoot(offer, this.root)) this.root = offer;
  }

  /** Before all spans are counted again. */
  reset(): void {
    this.startNs = undefined;
    this.endNs = undefined;
    this.spanCount = 0;
    this.errorCount = 0;
    this.runningCount = 0;
    this.root = undefined;
  }
}

export function isRunning(span: SpanFacts): boolean {
  return span.endNs === undefined && !(span.flags & SpanFlag.untimed);
}

function isBetterRoot(offer: Root, present: Root): boolean {
  if (offer.rank !== present.rank) return offer.rank < present.rank;
  if (offer.startNs === undefined) return false;
  return present.startNs === undefined || offer.startNs < present.startNs;
}

function earlier(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function later(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

/** The pairs (label, name) that occur in a trace; a label is a service or a queue. */
export class Operations {
  readonly #pairs = new Map<number, Set<number>>();
  #size = 0;

  static read(bytes: Uint8Array): Operations {
    const operations = new Operations();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
      operations.add(view.getInt32(at, true), view.getInt32(at + 4, true));
    }
    return operations;
  }

  /** Whether the pair is new. */
  add(label: number, name: number): boolean {
    let names = this.#pairs.get(label);
    if (names === undefined) this.#pairs.set(label, (names = new Set()));
    if (names.has(name)) return false;
    names.add(name);
    this.#size += 1;
    return true;
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#size * 8);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const [label, name] of this.pairs()) {
      view.setInt32(at, label, true);
      view.setInt32(at + 4, name, true);
      at += 8;
    }
    return bytes;
  }

  get labels(): Iterable<number> {
    return this.#pairs.keys();
  }

  *pairs(): Generator<readonly [label: number, name: number]> {
    for (const [label, names] of this.#pairs) for (const name of names) yield [label, name];
  }
}
