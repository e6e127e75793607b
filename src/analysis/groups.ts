/** Which colour a span has, and how many slits it is drawn with: one slot of the palette for each queue or service of the trace. Pure. */

import { FIRST_SPAN, SpanKind } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";

/** How many colours the palette has (`traceside.palette1` … in package.json). */
export const PALETTE_SIZE = 10;
/** Each colour comes whole, with one slit and with two: more of either could no longer be told apart at a glance. */
export const SLOT_COUNT = 3 * PALETTE_SIZE;

export function countSlits(slot: number): number {
  return Math.floor(slot / PALETTE_SIZE);
}

/**
 * The string index of the queue of a span, or of its service where it has no queue. Who only sends to a queue belongs to
 * his service.
 */
export function getGroup(columns: TraceColumns, span: SpanIndex): number {
  return isTask(columns, span)
    ? columns.queue[span]!
    : columns.service[span] || columns.queue[span]!;
}

/** Whether it runs what came out of a queue. */
export function isTask({ queue, kind }: TraceColumns, span: SpanIndex): boolean {
  return queue[span] !== 0 && kind[span] !== SpanKind.producer;
}

/**
 * The colours of one window: whoever meets a name first fixes its slot, for every trace and surface. A name asks for the
 * slot that its own letters give, so that it mostly keeps its colour from window to window; where that is taken it gets
 * the next that is free, whole colours before those with slits, and when none is, its own after all.
 */
export class WindowPalette {
  readonly #slots = new Map<string, number>();

  slotOf(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const hashSlot = getHashSlot(name);
    const slotsInUse = new Set(this.#slots.values());
    let tried = 0;
    const at = (place: number): number =>
      countSlits(place) * PALETTE_SIZE + ((hashSlot + place) % PALETTE_SIZE);
    while (tried < SLOT_COUNT && slotsInUse.has(at(tried))) tried += 1;
    const slot = tried < SLOT_COUNT ? at(tried) : hashSlot;
    this.#slots.set(name, slot);
    return slot;
  }

  /** By name. */
  listSlots(names: Iterable<string>): Readonly<Record<string, number>> {
    return Object.fromEntries([...names].map(name => [name, this.slotOf(name)]));
  }
}

/** The names of what has a colour of its own in a trace, in the order of its spans. */
export function listGroups(columns: TraceColumns): ReadonlySet<string> {
  return new Set(listGroupIndices(columns).map(group => columns.strings[group] ?? ""));
}

/** The string index of each, in the order of its first span. */
function listGroupIndices(columns: TraceColumns): readonly number[] {
  const groups: number[] = [];
  const isListed = new Uint8Array(columns.strings.length);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const group = getGroup(columns, span);
    if (isListed[group] === 1) continue;
    isListed[group] = 1;
    groups.push(group);
  }
  return groups;
}

/** A palette slot for each group, by string index: the window's where it has told them. */
export function buildPaletteSlots(
  columns: TraceColumns,
  givenSlots: Readonly<Record<string, number>> = new WindowPalette().listSlots(listGroups(columns)),
): ReadonlyMap<number, number> {
  const slots = new Map<number, number>();
  for (const group of listGroupIndices(columns)) {
    const name = columns.strings[group] ?? "";
    const slot = Object.hasOwn(givenSlots, name) ? givenSlots[name] : undefined;
    slots.set(group, slot ?? getHashSlot(name));
  }
  return slots;
}

/** The slot that a name asks for. */
export function getHashSlot(name: string): number {
  return hash(name) % PALETTE_SIZE;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
