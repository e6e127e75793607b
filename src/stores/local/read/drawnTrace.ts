/**
 * The cells of a trace, from its entries and what its pieces keep of their rows: columns become columns. Pure; knows no
 * SQL.
 */

import { TextTable } from "../../../base/textTable.ts";
import { linkParents } from "../../../model/parentLinks.ts";
import { buildPlainColumns } from "../../../model/plainTrace.ts";
import { decodeRows, packRows, RowColumn, type DrawnRows } from "../log/drawnRows.ts";
import { ENTRY_WORDS, EntryBits, type SpanEntries } from "../log/spanEntries.ts";
import type { SpanExtras, SpanRow } from "../log/spanRow.ts";
import { makeCellColumns, type TraceCells } from "./traceCells.ts";

const ID_DIGITS = 16;

export class DrawnTrace {
  readonly #entries: SpanEntries;
  readonly #columns: ReturnType<typeof makeCellColumns>;
  /** The same memory as the columns of times, two words each. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #queued: Int32Array;
  readonly #ids: Uint32Array;
  readonly #parents: Uint32Array;
  readonly #strings = new TextTable();
  readonly #extras: [number, SpanExtras][] = [];
  #count = 0;

  /** `count`: so many of the entries are spans, each with an id of its own. */
  constructor(entries: SpanEntries, count: number) {
    this.#entries = entries;
    this.#columns = makeCellColumns(count);
    this.#starts = new Uint32Array(this.#columns.startNs.buffer);
    this.#ends = new Uint32Array(this.#columns.endNs.buffer);
    this.#queued = new Int32Array(this.#columns.queuedNs.buffer);
    this.#ids = new Uint32Array(2 * count);
    this.#parents = new Uint32Array(2 * count);
  }

  /**
   * Adds the entries of a piece: by its rows where they were kept, else by `readRow`. False where a span of it is told in
   * another way than by ids of 64 bits and its entry.
   */
  add(
    from: number,
    to: number,
    kept: Uint8Array | undefined,
    readRow: (index: number) => SpanRow | undefined,
  ): boolean {
    const rows = tryDecode(kept, to - from) ?? packRows(this.#entries, from, to, readRow);
    if (rows === undefined) return false;
    this.#addRows(from, rows);
    return true;
  }

  #addRows(from: number, { count, strings, extras, numbers }: DrawnRows): void {
    const { words } = this.#entries;
    const columns = this.#columns;
    const texts = Int32Array.from(strings, text => this.#strings.intern(text));
    const cellOf = new Int32Array(extras.length === 0 ? 0 : count);
    for (let i = 0; i < count; i += 1) {
      if (this.#entries.isLog(from + i)) continue;
      const cell = this.#count++;
      const at = (from + i) * ENTRY_WORDS;
      const bits = words[at + 7]!;
      this.#ids[2 * cell] = words[at]!;
      this.#ids[2 * cell + 1] = words[at + 1]!;
      this.#starts[2 * cell] = words[at + 2]!;
      this.#starts[2 * cell + 1] = words[at + 3]!;
      this.#ends[2 * cell] = words[at + 4]!;
      this.#ends[2 * cell + 1] = words[at + 5]!;
      this.#parents[2 * cell] = numbers[RowColumn.parentFirst * count + i]!;
      this.#parents[2 * cell + 1] = numbers[RowColumn.parentSecond * count + i]!;
      this.#queued[2 * cell] = numbers[RowColumn.queuedLow * count + i]!;
      this.#queued[2 * cell + 1] = numbers[RowColumn.queuedHigh * count + i]!;
      columns.name[cell] = texts[numbers[i]!]!;
      columns.service[cell] = texts[numbers[RowColumn.service * count + i]!]!;
      columns.queue[cell] = texts[numbers[RowColumn.queue * count + i]!]!;
      columns.host[cell] = texts[numbers[RowColumn.host * count + i]!]!;
      columns.flags[cell] = numbers[RowColumn.flags * count + i]!;
      columns.attempts[cell] = numbers[RowColumn.attempts * count + i]!;
      columns.status[cell] = bits & EntryBits.statusMask;
      columns.kind[cell] = (bits >>> EntryBits.kindShift) & EntryBits.kindMask;
      if (cellOf.length > 0) cellOf[i] = cell;
    }
    for (const [i, each] of extras) this.#extras.push([cellOf[i]!, each]);
  }

  finish(): TraceCells | undefined {
    const count = this.#count;
    const links = linkParents(
      { count, idWords: this.#ids, parentWords: this.#parents, hasParent: () => true },
      (first, second) => spell(Uint32Array.of(first, second)),
    );
    if (links === undefined) return undefined;
    const cells = {
      ...this.#columns,
      ...links,
      count,
      spanIds: spell(this.#ids),
      spanIdEnds: Int32Array.from({ length: count }, (_, span) => (span + 1) * ID_DIGITS),
      strings: this.#strings.texts,
      extras: this.#extras,
      detailKeys: [],
    };
    return { ...cells, plain: buildPlainColumns(cells) };
  }
}

/** The words of an id hold its bytes in order. */
function spell(words: Uint32Array): string {
  return Buffer.from(words.buffer).toString("hex");
}

/** `undefined` where they are damaged: the bytes of the batch still have all. */
function tryDecode(kept: Uint8Array | undefined, count: number): DrawnRows | undefined {
  if (kept === undefined) return undefined;
  try {
    const rows = decodeRows(kept);
    return rows.count === count ? rows : undefined;
  } catch {
    return undefined;
  }
}
