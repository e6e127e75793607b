/**
 * The rows of a piece, without the bytes that its spans came in: with its entries they are all that is drawn of it, so
 * that a large trace is read without inflating its details. Kept only of what they tell exactly. Pure.
 */

import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { grow } from "../../../base/grow.ts";
import { TextTable } from "../../../base/textTable.ts";
import { compression } from "./batchBytes.ts";
import { readHex64 } from "./idHash.ts";
import { EntryBits, type SpanEntries } from "./spanEntries.ts";
import type { SpanExtras, SpanRow } from "./spanRow.ts";

/** Numbers of a row, in columns: texts as indices into `strings`, of which 0 is empty. */
export const RowColumn = {
  ...{ name: 0, service: 1, queue: 2, host: 3, flags: 4, attempts: 5 },
  ...{ parentFirst: 6, parentSecond: 7, queuedLow: 8, queuedHigh: 9 },
} as const;
const COLUMNS = 10;
/** The first columns are texts. */
const TEXT_COLUMNS = 4;

export interface DrawnRows {
  readonly count: number;
  readonly strings: readonly string[];
  readonly extras: readonly (readonly [index: number, extras: SpanExtras])[];
  /** Column after column. */
  readonly numbers: Int32Array;
}

/** The rows of a batch, row by row: the same numbers, `NOT_TOLD` first where an entry does not tell its row exactly. */
export type BatchRows = Pick<DrawnRows, "strings" | "extras" | "numbers">;

const NOT_TOLD = -1;

/** Gathers the rows of a batch in the order of its entries. */
export class RowsBuilder {
  #count = 0;
  #numbers = new Int32Array(COLUMNS * 64);
  #strings = new TextTable();
  #extras: [number, SpanExtras][] = [];

  /** The row of the entry at `index`. */
  add(entries: SpanEntries, index: number, row: SpanRow): void {
    const numbers = this.#makeRoom();
    const at = this.#count * COLUMNS;
    if (
      !isToldBy(entries, index, row) ||
      (row.parentId !== undefined && !readHex64(row.parentId, numbers, at + RowColumn.parentFirst))
    ) {
      numbers[at] = NOT_TOLD;
      this.#count += 1;
      return;
    }
    const strings = this.#strings;
    numbers[at] = strings.intern(row.name);
    numbers[at + RowColumn.service] = strings.intern(row.service);
    numbers[at + RowColumn.queue] = strings.intern(row.queue);
    numbers[at + RowColumn.host] = strings.intern(row.host);
    numbers[at + RowColumn.flags] = row.flags;
    numbers[at + RowColumn.attempts] = row.attempts;
    if (row.queuedNs !== undefined) {
      numbers[at + RowColumn.queuedLow] = Number(BigInt.asIntN(32, row.queuedNs));
      numbers[at + RowColumn.queuedHigh] = Number(row.queuedNs >> 32n);
    }
    if (row.extras !== undefined) this.#extras.push([this.#count, row.extras]);
    this.#count += 1;
  }

  /** A log has none. */
  addEmpty(): void {
    this.#makeRoom();
    this.#count += 1;
  }

  #makeRoom(): Int32Array {
    return (this.#numbers = grow(this.#numbers, (this.#count + 1) * COLUMNS));
  }

  /** Ends this batch. */
  take(): BatchRows {
    const strings = this.#strings.texts;
    const extras = this.#extras;
    const numbers = this.#numbers.slice(0, this.#count * COLUMNS);
    this.#numbers.fill(0, 0, this.#count * COLUMNS);
    this.#count = 0;
    this.#strings = new TextTable();
    this.#extras = [];
    return { strings, extras, numbers };
  }
}

/** The rows at these indices; `undefined` where the entry of one of them does not tell it. */
export function cutRows(rows: BatchRows, indices: ArrayLike<number>): DrawnRows | undefined {
  const count = indices.length;
  const numbers = new Int32Array(COLUMNS * count);
  const strings = [""];
  const ownOf = new Int32Array(rows.strings.length);
  const extrasOf = new Map(rows.extras);
  const extras: [number, SpanExtras][] = [];
  for (let i = 0; i < count; i += 1) {
    const at = indices[i]! * COLUMNS;
    if (rows.numbers[at] === NOT_TOLD) return undefined;
    for (let column = 0; column < TEXT_COLUMNS; column += 1) {
      const text = rows.numbers[at + column]!;
      if (text !== 0 && ownOf[text] === 0) ownOf[text] = strings.push(rows.strings[text]!) - 1;
      numbers[column * count + i] = ownOf[text]!;
    }
    for (let column = TEXT_COLUMNS; column < COLUMNS; column += 1) {
      numbers[column * count + i] = rows.numbers[at + column]!;
    }
    const extra = extrasOf.size === 0 ? undefined : extrasOf.get(indices[i]!);
    if (extra !== undefined) extras.push([i, extra]);
  }
  return { count, strings, extras, numbers };
}

/** The rows of the entries from `from` to before `to`; `undefined` where one of them tells what a row has in another way. */
export function packRows(
  entries: SpanEntries,
  from: number,
  to: number,
  readRow: (index: number) => SpanRow | undefined,
): DrawnRows | undefined {
  const builder = new RowsBuilder();
  for (let index = from; index < to; index += 1) {
    if (entries.isLog(index)) {
      builder.addEmpty();
      continue;
    }
    const row = readRow(index);
    if (row === undefined) return undefined;
    builder.add(entries, index, row);
  }
  return cutRows(
    builder.take(),
    Uint32Array.from({ length: to - from }, (_, i) => i),
  );
}

const idWords = new Uint32Array(2);

/** Whether its entry has the very ids, times, kind and status. */
function isToldBy(entries: SpanEntries, index: number, row: SpanRow): boolean {
  const bits = entries.bits(index);
  const { spanId, parentId, startNs = 0n, endNs = 0n, kind, status } = row;
  return (
    readHex64(spanId, idWords, 0) &&
    (parentId !== undefined || (bits & EntryBits.hasParent) === 0) &&
    (bits & EntryBits.noStart) === 0 &&
    startNs === entries.start(index) &&
    endNs === entries.end(index) &&
    status === (bits & EntryBits.statusMask) &&
    kind === ((bits >>> EntryBits.kindShift) & EntryBits.kindMask) &&
    Number.isInteger(row.attempts)
  );
}

const LENGTH_BYTES = 4;

/** The length of a JSON text, the text, and the numbers. */
export function encodeRows({ strings, extras, numbers }: DrawnRows): Uint8Array {
  const json = Buffer.from(JSON.stringify({ strings, extras }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return zstdCompressSync(Buffer.concat([length, json, bytes]), compression);
}

/** Throws where they are damaged. */
export function decodeRows(blob: Uint8Array): DrawnRows {
  const bytes = zstdDecompressSync(blob);
  const from = LENGTH_BYTES + bytes.readUInt32LE(0);
  const { strings, extras } = JSON.parse(bytes.toString("utf8", LENGTH_BYTES, from)) as DrawnRows;
  const numbers = new Int32Array(Uint8Array.from(bytes.subarray(from)).buffer);
  return { count: numbers.length / COLUMNS, strings, extras, numbers };
}
