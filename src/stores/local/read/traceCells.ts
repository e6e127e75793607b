/**
 * The spans of one trace as they cross from the worker: typed arrays, which are handed over and not copied, and few
 * long strings, because many short ones are slow to clone. Pure; knows no SQL and no threads.
 *
 * Where Zipkin's two sides of a call share an id, each gets its own, as from a file that has both.
 */

import { TextTable } from "../../../base/textTable.ts";
import { findFirst } from "../../../base/binarySearch.ts";
import { type IndexArray, newIndexArray } from "../../../base/indexArray.ts";
import { separateShared } from "../../../formats/zipkin/zipkinShared.ts";
import { buildPlainColumns, type PlainColumns, type SpanCells } from "../../../model/plainTrace.ts";
import { FIRST_SPAN, type SpanInput, type SpanKind, type SpanStatus } from "../../../model/span.ts";
import { type PlainTrace, type SpanIndex } from "../../../model/trace.ts";
import type { WorkspaceCommit } from "../../../model/workspaceCommit.ts";
import type { SpanExtras, SpanRow } from "../log/spanRow.ts";

export interface TraceCells extends SpanCells {
  /** The columns of the trace, where nothing in it is odd. */
  readonly plain: PlainColumns | undefined;
  /** Whether some of its spans came under the lower half of its id alone. */
  readonly isJoined?: boolean;
  /** Absent of a trace that is not in the store yet. */
  readonly captured?: readonly WorkspaceCommit[];
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

/** One value a span, as a store has read it. */
export function makeCellColumns(length: number) {
  return {
    parent: new Int32Array(length),
    name: new Int32Array(length),
    service: new Int32Array(length),
    queue: new Int32Array(length),
    host: new Int32Array(length),
    kind: new Uint8Array(length),
    status: new Uint8Array(length),
    flags: new Int32Array(length),
    attempts: new Int32Array(length),
    startNs: new BigInt64Array(length),
    endNs: new BigInt64Array(length),
    queuedNs: new BigInt64Array(length),
  };
}

/** Takes at most as many spans as it was told to expect. */
export class CellsWriter {
  readonly #expected: number;
  readonly #columns: ReturnType<typeof makeCellColumns>;
  readonly #strings = new TextTable();
  readonly #spanIds: string[] = [];
  readonly #parentIds: (string | undefined)[] = [];
  readonly #extras: [number, SpanExtras][] = [];

  constructor(expected: number) {
    this.#expected = expected;
    this.#columns = makeCellColumns(expected);
  }

  get count(): number {
    return this.#spanIds.length;
  }

  add(row: SpanRow): void {
    const i = this.count;
    const columns = this.#columns;
    this.#spanIds.push(row.spanId);
    this.#parentIds.push(row.parentId);
    columns.name[i] = this.#strings.intern(row.name);
    columns.service[i] = this.#strings.intern(row.service);
    columns.queue[i] = this.#strings.intern(row.queue);
    columns.host[i] = this.#strings.intern(row.host);
    columns.kind[i] = row.kind;
    columns.status[i] = row.status;
    columns.flags[i] = row.flags;
    columns.attempts[i] = row.attempts;
    columns.startNs[i] = row.startNs ?? 0n;
    columns.endNs[i] = row.endNs ?? 0n;
    columns.queuedNs[i] = row.queuedNs ?? 0n;
    if (row.extras !== undefined) this.#extras.push([i, row.extras]);
  }

  finish(): TraceCells {
    const { count } = this;
    const indices = this.#indexIds();
    const detailKeys = indices.size === count ? [] : this.#separate();
    const outside = this.#connect(detailKeys.length === 0 ? indices : this.#indexIds());
    const columns = this.#columns;
    // Rarely, spans went while they were read.
    const cut = count === this.#expected ? columns : makeCellColumns(count);
    if (cut !== columns) {
      for (const key of Object.keys(columns) as (keyof typeof columns)[]) {
        const part = columns[key].subarray(0, count);
        (cut[key] as { set(from: ArrayLike<number | bigint>): void }).set(part);
      }
    }
    const cells = {
      count,
      spanIds: this.#spanIds.join(""),
      spanIdEnds: this.#ends(),
      outside,
      strings: this.#strings.texts,
      extras: this.#extras,
      detailKeys,
      ...cut,
    };
    return { ...cells, plain: buildPlainColumns(cells) };
  }

  /** Ids that occur more than once: sides of calls are told apart, and all keep the key of their detail. */
  #separate(): [number, string][] {
    const counts = new Map<string, number>();
    const keys: [number, string][] = [];
    this.#spanIds.forEach((spanId, i) => {
      const slot = counts.get(spanId) ?? 0;
      counts.set(spanId, slot + 1);
      if (slot > 0) keys.push([i, toDetailKey(spanId, slot)]);
    });
    const { kind, service } = this.#columns;
    const placements = separateShared(
      this.#spanIds.map((spanId, i) => ({
        spanId,
        parentSpanId: this.#parentIds[i],
        kind: kind[i] as SpanKind,
        service: this.#strings.texts[service[i] ?? 0],
      })),
    );
    const known = new Map(keys);
    placements.forEach(({ spanId, parentSpanId }, i) => {
      const storedId = this.#spanIds[i] as string;
      if (spanId !== storedId) known.set(i, known.get(i) ?? storedId);
      this.#spanIds[i] = spanId;
      this.#parentIds[i] = parentSpanId;
    });
    return [...known];
  }

  #ends(): Int32Array {
    const ends = new Int32Array(this.count);
    let end = 0;
    this.#spanIds.forEach((spanId, i) => {
      end += spanId.length;
      ends[i] = end;
    });
    return ends;
  }

  /** The first span of each id. */
  #indexIds(): Map<string, number> {
    const indices = new Map<string, number>();
    this.#spanIds.forEach((spanId, i) => {
      if (!indices.has(spanId)) indices.set(spanId, i);
    });
    return indices;
  }

  /** Turns parent ids into indices; answers with the ids that no span here has. */
  #connect(indices: Map<string, number>): string[] {
    const { parent } = this.#columns;
    const outside: string[] = [];
    this.#parentIds.forEach((parentId, i) => {
      const known = parentId === undefined ? -1 : indices.get(parentId);
      parent[i] = known ?? -1;
      if (known !== undefined || parentId === undefined) return;
      parent[i] = -1 - outside.push(parentId);
      indices.set(parentId, parent[i]);
    });
    return outside;
  }
}

/** Made one by one while they are read, any number of times. */
export class CellSpans implements Iterable<SpanInput> {
  readonly #cells: TraceCells;
  readonly #extras: ReadonlyMap<number, SpanExtras>;
  readonly #detailKeys: ReadonlyMap<number, string>;
  /** Where the id stands that was found last. */
  #found = 0;

  constructor(cells: TraceCells) {
    this.#cells = cells;
    this.#extras = new Map(cells.extras);
    this.#detailKeys = new Map(cells.detailKeys);
  }

  /** The trace that the worker has built, if nothing in it is odd. */
  get plain(): PlainTrace | undefined {
    const { plain, extras } = this.#cells;
    if (plain === undefined) return undefined;
    const { columns, cellOf } = plain;
    let spanOf: IndexArray<SpanIndex> | undefined;
    return {
      columns,
      listSpanIds: () => Array.from(cellOf, cell => this.#spanId(cell)),
      findSpan: spanId => {
        const cell = this.#findCell(spanId);
        spanOf ??= invert(cellOf);
        return cell === undefined ? undefined : spanOf[cell];
      },
      hasMessages: extras.some(([, each]) => (each.messageId ?? each.messageTraceId) !== undefined),
      readSpan: span => this.#read(cellOf[span] ?? -1),
    };
  }

  #spanId(i: number): string {
    const { spanIds, spanIdEnds } = this.#cells;
    return i < 0 ? "" : spanIds.slice(spanIdEnds[i - 1] ?? 0, spanIdEnds[i]);
  }

  /** Behind the one that was found last, then from the beginning. */
  #findCell(spanId: string): number | undefined {
    const { spanIds, spanIdEnds } = this.#cells;
    if (spanId === "") return undefined;
    for (const from of new Set([this.#found, 0])) {
      for (let at = spanIds.indexOf(spanId, from); at >= 0; at = spanIds.indexOf(spanId, at + 1)) {
        const cell = findFirst(spanIdEnds.length, i => spanIdEnds[i]! > at);
        // The text may begin in the middle of another id, too.
        if (this.#spanId(cell) !== spanId) continue;
        this.#found = at;
        return cell;
      }
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<SpanInput> {
    for (let i = 0; i < this.#cells.count; i += 1) yield this.#read(i);
  }

  #read(i: number): SpanInput {
    const cells = this.#cells;
    const attempts = cells.attempts[i] ?? 0;
    return {
      spanId: this.#spanId(i),
      parentSpanId: this.#parentId(cells.parent[i] ?? -1),
      name: cells.strings[cells.name[i] ?? 0] ?? "",
      service: this.#optional(cells.service[i]),
      queue: this.#optional(cells.queue[i]),
      host: this.#optional(cells.host[i]),
      kind: cells.kind[i] as SpanKind,
      status: cells.status[i] as SpanStatus,
      startUnixNs: cells.startNs[i] || undefined,
      endUnixNs: cells.endNs[i] || undefined,
      queuedUnixNs: cells.queuedNs[i] || undefined,
      attempts: attempts === 0 ? undefined : attempts,
      flags: cells.flags[i] ?? 0,
      detailKey: this.#detailKeys.get(i),
      ...this.#extras.get(i),
    };
  }

  #parentId(parent: number): string | undefined {
    return parent >= 0 ? this.#spanId(parent) : this.#cells.outside[-2 - parent];
  }

  #optional(text: number | undefined): string | undefined {
    return this.#cells.strings[text ?? 0] || undefined;
  }
}

function invert(cellOf: Int32Array): IndexArray<SpanIndex> {
  const spanOf = newIndexArray<SpanIndex>(cellOf.length);
  for (let span = FIRST_SPAN; span < cellOf.length; span++) spanOf[cellOf[span]!] = span;
  return spanOf;
}
