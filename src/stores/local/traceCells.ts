/**
 * The spans of one trace as they cross from the worker: typed arrays, which are handed over and not copied, and few
 * long strings, because many short ones are slow to clone. Pure; knows no SQL and no threads.
 */

import type { SpanInput, SpanKind, SpanStatus } from "../../model/span.ts";
import { decodeRefs } from "./spanRow.ts";

export interface TraceCells {
  readonly count: number;
  /** All span ids in a row, and where each ends. */
  readonly spanIds: string;
  readonly spanIdEnds: Int32Array;
  /** The index of the parent; −1 for none; −2 − i for `outside[i]`, an id that no span of the trace has. */
  readonly parent: Int32Array;
  readonly outside: readonly string[];
  readonly strings: readonly string[];
  readonly name: Int32Array;
  readonly service: Int32Array;
  readonly queue: Int32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Int32Array;
  readonly attempts: Int32Array;
  readonly slot: Int32Array;
  /** Nanoseconds since the Unix epoch; 0 where unknown. */
  readonly startNs: BigInt64Array;
  readonly endNs: BigInt64Array;
  readonly queuedNs: BigInt64Array;
  /** Of the few spans that have some. */
  readonly refs: readonly (readonly [span: number, refs: string])[];
}

/** Under which the detail of a span is asked for: ids that occur twice are told apart by their slot. */
export function toDetailKey(spanId: string, slot: number): string {
  return slot === 0 ? spanId : `${spanId}${SLOT_MARK}${slot}`;
}

export function parseDetailKey(key: string): { spanId: string; slot: number } {
  const at = key.lastIndexOf(SLOT_MARK);
  if (at < 0) return { spanId: key, slot: 0 };
  return { spanId: key.slice(0, at), slot: Number(key.slice(at + 1)) };
}

const SLOT_MARK = "\u0000";

/** Made one by one while they are read, any number of times. */
export class CellSpans implements Iterable<SpanInput> {
  readonly #cells: TraceCells;
  readonly #spanIds: readonly string[];
  readonly #refs: ReadonlyMap<number, string>;

  constructor(cells: TraceCells) {
    this.#cells = cells;
    const { spanIds, spanIdEnds } = cells;
    this.#spanIds = Array.from(spanIdEnds, (end, i) => spanIds.slice(spanIdEnds[i - 1] ?? 0, end));
    this.#refs = new Map(cells.refs);
  }

  *[Symbol.iterator](): Generator<SpanInput> {
    for (let i = 0; i < this.#cells.count; i += 1) yield this.#read(i);
  }

  #read(i: number): SpanInput {
    const cells = this.#cells;
    const spanId = this.#spanIds[i] ?? "";
    const slot = cells.slot[i] ?? 0;
    const refs = this.#refs.get(i);
    const attempts = cells.attempts[i] ?? 0;
    return {
      spanId,
      parentSpanId: this.#parentId(cells.parent[i] ?? -1),
      refs: refs === undefined ? undefined : decodeRefs(refs),
      name: cells.strings[cells.name[i] ?? 0] ?? "",
      service: this.#optional(cells.service[i]),
      queue: this.#optional(cells.queue[i]),
      kind: cells.kind[i] as SpanKind,
      status: cells.status[i] as SpanStatus,
      startUnixNs: cells.startNs[i] || undefined,
      endUnixNs: cells.endNs[i] || undefined,
      queuedUnixNs: cells.queuedNs[i] || undefined,
      attempts: attempts === 0 ? undefined : attempts,
      flags: cells.flags[i] ?? 0,
      detailKey: slot === 0 ? undefined : toDetailKey(spanId, slot),
    };
  }

  #parentId(parent: number): string | undefined {
    return parent >= 0 ? this.#spanIds[parent] : this.#cells.outside[-2 - parent];
  }

  #optional(text: number | undefined): string | undefined {
    return this.#cells.strings[text ?? 0] || undefined;
  }
}
