/**
 * The columns of a trace on their way to a page, in as few bytes as hold them exactly: a message of many megabytes is what
 * the first rows would wait for longest. Pure.
 *
 *     a column    1_000  5_000  NaN        as multiples of 1_000 from the least on, and one number for NaN
 *     its codes       0      4    5        in bytes, or in two or four, whatever holds the largest
 */

import type { TraceColumns } from "./trace.ts";
import { NS_PER_MS } from "./units.ts";

/** Everything but arrays as it is. */
export type NarrowColumns = Readonly<Record<string, unknown>>;

const columnTypes = { Int32Array, Float64Array, Uint8Array } as const;
const codeTypes = [Uint8Array, Uint16Array, Uint32Array] as const;

type Column = Int32Array | Float64Array | Uint8Array;

interface NarrowColumn {
  readonly type: keyof typeof columnTypes;
  readonly length: number;
  readonly least: number;
  readonly unit: number;
  /** The code of NaN; absent where there is none. */
  readonly nan?: number;
  /** Empty where all values are the same one. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
}

/** Clocks count in these, in nanoseconds. */
const UNITS = [NS_PER_MS, 1_000, 1] as const;

export function narrowColumns(columns: TraceColumns): NarrowColumns {
  return mapValues(columns, value => (isColumn(value) ? narrow(value) : value));
}

export function widenColumns(columns: NarrowColumns): TraceColumns {
  return mapValues(columns, value =>
    isNarrow(value) ? widen(value) : value,
  ) as unknown as TraceColumns;
}

function mapValues(of: object, change: (value: unknown) => unknown): NarrowColumns {
  return Object.fromEntries(
    Object.entries(of).map(([name, value]: [string, unknown]) => [name, change(value)]),
  );
}

/** The column itself where its values need all its bytes. */
function narrow(column: Column): NarrowColumn | Column {
  const { length } = column;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let unknown = 0;
  for (let i = 0; i < length; i += 1) {
    const value = column[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
    if (Number.isNaN(value)) unknown += 1;
  }
  if (unknown === length) least = most = 0;
  const unit = column instanceof Float64Array ? findUnit(column, least) : 1;
  const largest = (most - least) / unit + (unknown > 0 ? 1 : 0);
  const Codes = codeTypes.find(each => largest < 2 ** (8 * each.BYTES_PER_ELEMENT));
  const isSame = most === least && (unknown === 0 || unknown === length);
  if (Codes === undefined || (Codes.BYTES_PER_ELEMENT === column.BYTES_PER_ELEMENT && !isSame)) {
    return column;
  }
  const codes = new Codes(isSame ? 0 : length);
  for (let i = 0; i < codes.length; i += 1) {
    const value = column[i]!;
    codes[i] = Number.isNaN(value) ? largest : (value - least) / unit;
  }
  const type = column.constructor.name as NarrowColumn["type"];
  return { type, length, least, unit, ...(unknown > 0 && { nan: largest }), codes };
}

/** The largest of which all values are multiples from the least on; NaN where some have fractions, or are no numbers. */
function findUnit(column: Float64Array, least: number): number {
  let at = Number.isSafeInteger(least) ? 0 : UNITS.length;
  for (let i = 0; i < column.length; i += 1) {
    const offset = column[i]! - least;
    while (at < UNITS.length && !isMultiple(offset, UNITS[at]!)) at += 1;
    if (at === UNITS.length) return Number.NaN;
  }
  return UNITS[at]!;
}

function isMultiple(offset: number, unit: number): boolean {
  return Number.isNaN(offset) || Math.round(offset / unit) * unit === offset;
}

function widen({ type, length, least, unit, nan, codes }: NarrowColumn): Column {
  const column = new columnTypes[type](length);
  if (codes.length === 0) return column.fill(nan === undefined ? least : Number.NaN);
  for (let i = 0; i < length; i += 1) {
    const code = codes[i]!;
    column[i] = code === nan ? Number.NaN : least + code * unit;
  }
  return column;
}

function isColumn(value: unknown): value is Column {
  return Object.values(columnTypes).some(type => value instanceof type);
}

function isNarrow(value: unknown): value is NarrowColumn {
  return typeof value === "object" && value !== null && "codes" in value;
}
