/**
 * The rows of a piece, without the bytes that its spans came in: with its entries they are all that is drawn of it, so
 * that a large trace is read without inflating its details. Kept only of what they tell exactly. Pure.
 */

import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { EntryBits, isWordId, toIdWords, type SpanEntries } from "./spanEntries.ts";
import type { SpanExtras, SpanRow } from "./spanRow.ts";

/** Numbers of a row, in columns: texts as indices into `strings`, of which 0 is empty. */
export const RowColumn = {
  ...{ name: 0, service: 1, queue: 2, host: 3, flags: 4, attempts: 5 },
  ...{ parentFirst: 6, parentSecond: 7, queuedLow: 8, queuedHigh: 9 },
} as const;
const COLUMNS = 10;

export interface DrawnRows {
  readonly count: number;
  readonly strings: readonly string[];
  readonly extras: readonly (readonly [index: number, extras: SpanExtras])[];
  /** Column after column. */
  readonly numbers: Int32Array;
}

/** The rows of the entries from `from` to before `to`; `undefined` where one of them tells what a row has in another way. */
export function packRows(
  entries: SpanEntries,
  from: number,
  to: number,
  readRow: (index: number) => SpanRow | undefined,
): DrawnRows | undefined {
  const count = to - from;
  const numbers = new Int32Array(COLUMNS * count);
  const strings = [""];
  const indices = new Map([["", 0]]);
  const extras: [number, SpanExtras][] = [];
  const intern = (text: string): number => {
    let index = indices.get(text);
    if (index === undefined) indices.set(text, (index = strings.push(text) - 1));
    return index;
  };
  for (let i = 0; i < count; i += 1) {
    if (entries.isLog(from + i)) continue;
    const row = readRow(from + i);
    if (row === undefined || !isToldBy(entries, from + i, row)) return undefined;
    const [parentFirst, parentSecond] =
      row.parentId === undefined ? [0, 0] : toIdWords(row.parentId);
    const queuedNs = row.queuedNs ?? 0n;
    const texts = [row.name, row.service, row.queue, row.host];
    for (let column = 0; column < texts.length; column += 1) {
      numbers[column * count + i] = intern(texts[column]!);
    }
    numbers[RowColumn.flags * count + i] = row.flags;
    numbers[RowColumn.attempts * count + i] = row.attempts;
    numbers[RowColumn.parentFirst * count + i] = parentFirst;
    numbers[RowColumn.parentSecond * count + i] = parentSecond;
    if (queuedNs !== 0n) {
      numbers[RowColumn.queuedLow * count + i] = Number(BigInt.asIntN(32, queuedNs));
      numbers[RowColumn.queuedHigh * count + i] = Number(queuedNs >> 32n);
    }
    if (row.extras !== undefined) extras.push([i, row.extras]);
  }
  return { count, strings, extras, numbers };
}

/** Whether its entry has the very ids, times, kind and status. */
function isToldBy(entries: SpanEntries, index: number, row: SpanRow): boolean {
  const bits = entries.bits(index);
  const { spanId, parentId, startNs = 0n, endNs = 0n, kind, status } = row;
  return (
    isWordId(spanId) &&
    (parentId === undefined ? (bits & EntryBits.hasParent) === 0 : isWordId(parentId)) &&
    (bits & EntryBits.noStart) === 0 &&
    startNs === entries.start(index) &&
    endNs === entries.end(index) &&
    status === (bits & EntryBits.statusMask) &&
    kind === ((bits >>> EntryBits.kindShift) & EntryBits.kindMask) &&
    Number.isInteger(row.attempts)
  );
}

/** With a checksum, so that damage is met and not shown as if it had been sent. */
const compression = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};
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
