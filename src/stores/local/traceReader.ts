/**
 * Reads a whole trace into columns, a stretch at a time, so that a long trace does not hold up shorter questions.
 * Knows the tables, no threads.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Strings } from "./strings.ts";
import type { TraceCells } from "./traceCells.ts";

/** About 10 ms of work. */
const STRETCH = 8_192;

type Cell = number | string | null;

/** `breathe` lets other questions in, and throws where nobody waits for this answer any more. */
export class TraceReader {
  readonly #strings: Strings;
  readonly #findTrace: StatementSync;
  readonly #readSpans: StatementSync;

  constructor(sql: DatabaseSync, strings: Strings) {
    this.#strings = strings;
    this.#findTrace = sql.prepare("SELECT id, span_count FROM trace WHERE trace_id = ?");
    this.#readSpans = sql.prepare(
      `SELECT span_id, slot, parent_id, name, service, queue, kind, status, flags, attempts,
         ${halves("start_ns")}, ${halves("end_ns")}, ${halves("queued_ns")}, refs
       FROM span WHERE trace = ? AND (span_id, slot) > (?, ?) ORDER BY span_id, slot
       LIMIT ${STRETCH}`,
    );
    // Three times as fast where Node has it (22.16); `Object.values` gives the same where it has not.
    if ("setReturnArrays" in this.#readSpans) this.#readSpans.setReturnArrays(true);
  }

  async readTrace(traceId: string, breathe: () => Promise<void>): Promise<TraceCells | undefined> {
    const trace = this.#findTrace.get(traceId) as { id: number; span_count: number } | undefined;
    if (trace === undefined) return undefined;
    const cells = new GrowingCells(trace.span_count, this.#strings);
    let after: readonly [spanId: Cell, slot: Cell] = ["", -1];
    for (;;) {
      const rows = this.#readSpans.all(trace.id, ...after) as unknown as object[];
      for (const row of rows) {
        cells.add((Array.isArray(row) ? row : Object.values(row)) as readonly Cell[]);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < STRETCH) break;
      after = (Array.isArray(last) ? last : Object.values(last)).slice(0, 2) as [Cell, Cell];
      await breathe();
    }
    return cells.count === 0 ? undefined : cells.finish();
  }
}

/** A 64-bit integer as two numbers, because a JavaScript number holds 53 bits and a bigint a cell is slow. */
function halves(column: string): string {
  return `${column} & 4294967295 AS ${column}_low, ${column} >> 32 AS ${column}_high`;
}

function makeColumns(length: number) {
  return {
    parent: new Int32Array(length),
    name: new Int32Array(length),
    service: new Int32Array(length),
    queue: new Int32Array(length),
    kind: new Uint8Array(length),
    status: new Uint8Array(length),
    flags: new Int32Array(length),
    attempts: new Int32Array(length),
    slot: new Int32Array(length),
    startNs: new BigInt64Array(length),
    endNs: new BigInt64Array(length),
    queuedNs: new BigInt64Array(length),
  };
}
type Columns = ReturnType<typeof makeColumns>;

/** Spans may join while the trace is read, so the expected count is only where it begins. */
class GrowingCells {
  readonly #strings: Strings;
  readonly #texts: string[] = [""];
  readonly #textIndex = new Map<number, number>([[0, 0]]);
  readonly #spanIds: string[] = [];
  readonly #parentIds: Cell[] = [];
  readonly #refs: [number, string][] = [];
  #columns: Columns;
  #halves: ReturnType<typeof viewHalves>;

  constructor(expected: number, strings: Strings) {
    this.#strings = strings;
    this.#columns = makeColumns(expected);
    this.#halves = viewHalves(this.#columns);
  }

  get count(): number {
    return this.#spanIds.length;
  }

  add(row: readonly Cell[]): void {
    const i = this.count;
    if (i === this.#columns.kind.length) this.#resize(i * 2 + 64);
    const columns = this.#columns;
    this.#spanIds.push(row[0] as string);
    columns.slot[i] = row[1] as number;
    this.#parentIds.push(row[2] as Cell);
    columns.name[i] = this.#intern(row[3] as number);
    columns.service[i] = this.#intern(row[4] as number);
    columns.queue[i] = this.#intern(row[5] as number);
    columns.kind[i] = row[6] as number;
    columns.status[i] = row[7] as number;
    columns.flags[i] = row[8] as number;
    columns.attempts[i] = row[9] as number;
    const { startNs, endNs, queuedNs } = this.#halves;
    const at = i * 2;
    startNs[at] = row[10] as number;
    startNs[at + 1] = row[11] as number;
    endNs[at] = row[12] as number;
    endNs[at + 1] = row[13] as number;
    queuedNs[at] = row[14] as number;
    queuedNs[at + 1] = row[15] as number;
    if (typeof row[16] === "string") this.#refs.push([i, row[16]]);
  }

  finish(): TraceCells {
    if (this.count < this.#columns.kind.length) this.#resize(this.count);
    return {
      count: this.count,
      spanIds: this.#spanIds.join(""),
      spanIdEnds: this.#ends(),
      outside: this.#connect(),
      strings: this.#texts,
      refs: this.#refs,
      ...this.#columns,
    };
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

  /** Turns parent ids into indices; answers with the ids that no span here has. */
  #connect(): string[] {
    const { slot, parent } = this.#columns;
    const indices = new Map<string, number>();
    this.#spanIds.forEach((spanId, i) => {
      if (slot[i] === 0) indices.set(spanId, i);
    });
    const outside: string[] = [];
    this.#parentIds.forEach((parentId, i) => {
      let index = -1;
      if (typeof parentId === "string") {
        index = indices.get(parentId) ?? -1 - outside.push(parentId);
        indices.set(parentId, index);
      }
      parent[i] = index;
    });
    return outside;
  }

  #intern(id: number): number {
    const known = this.#textIndex.get(id);
    if (known !== undefined) return known;
    const index = this.#texts.push(this.#strings.getText(id)) - 1;
    this.#textIndex.set(id, index);
    return index;
  }

  #resize(length: number): void {
    const before = this.#columns;
    const columns = makeColumns(length);
    for (const key of Object.keys(columns) as (keyof Columns)[]) {
      const part = before[key].subarray(0, length);
      (columns[key] as { set(from: ArrayLike<number | bigint>): void }).set(part);
    }
    this.#columns = columns;
    this.#halves = viewHalves(columns);
  }
}

/** NULL becomes 0 by itself; every machine that runs an editor is little-endian. */
function viewHalves({ startNs, endNs, queuedNs }: Columns) {
  return {
    startNs: new Int32Array(startNs.buffer),
    endNs: new Int32Array(endNs.buffer),
    queuedNs: new Int32Array(queuedNs.buffer),
  };
}
