/** Links spans to their parents by ids of 64 bits, two words each, and makes no text of an id that a span has. Pure. */

import { FIRST_SPAN } from "./span.ts";

export interface IdColumns {
  readonly count: number;
  /** Two words a span. */
  readonly idWords: Int32Array | Uint32Array;
  readonly parentWords: Int32Array | Uint32Array;
  /** Whether a span names a parent; words of 0 are none. */
  readonly hasParent: (span: number) => boolean;
}

export interface ParentLinks {
  /** The index of the parent; −1 for none; −2 − i for `outside[i]`, an id that no span has. */
  readonly parent: Int32Array;
  readonly outside: readonly string[];
}

/** `undefined` where an id is none, or comes twice. `spell` makes the text of an id's words. */
export function linkParents(
  { count, idWords, parentWords, hasParent }: IdColumns,
  spell: (first: number, second: number) => string,
): ParentLinks | undefined {
  const slots = new Int32Array(2 ** (Math.ceil(Math.log2(Math.max(1, count))) + 2)).fill(-1);
  const mask = slots.length - 1;
  /** Where the id stands in the table, or the free place where it would. */
  const findSlot = (words: Int32Array | Uint32Array, index: number): number => {
    const first = words[2 * index]!;
    const second = words[2 * index + 1]!;
    let slot = Math.imul(first ^ Math.imul(second, 0x85ebca6b), 0x9e3779b1);
    slot = (slot ^ (slot >>> 15)) & mask;
    for (; slots[slot]! >= 0; slot = (slot + 1) & mask) {
      const other = 2 * slots[slot]!;
      if (idWords[other] === first && idWords[other + 1] === second) break;
    }
    return slot;
  };
  for (let span = FIRST_SPAN; span < count; span++) {
    const slot = findSlot(idWords, span);
    const isNone = idWords[2 * span] === 0 && idWords[2 * span + 1] === 0;
    if (isNone || slots[slot]! >= 0) return undefined;
    slots[slot] = span;
  }
  const parent = new Int32Array(count).fill(-1);
  const outside: string[] = [];
  const places = new Map<string, number>();
  for (let span = FIRST_SPAN; span < count; span++) {
    const first = parentWords[2 * span]!;
    const second = parentWords[2 * span + 1]!;
    if (!hasParent(span) || (first === 0 && second === 0)) continue;
    const index = slots[findSlot(parentWords, span)]!;
    if (index >= 0) {
      parent[span] = index;
      continue;
    }
    const id = spell(first, second);
    let place = places.get(id);
    if (place === undefined) places.set(id, (place = outside.push(id) - 1));
    parent[span] = -2 - place;
  }
  return { parent, outside };
}
