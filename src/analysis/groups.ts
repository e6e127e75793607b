/** Which colour a span has: one slot of the palette for each queue or service of the trace. Pure. */

import { SpanKind } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";

/** How many colours the palette has (`traceside.palette1` … in package.json). */
export const PALETTE_SIZE = 10;

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
 * A palette slot for each group, by string index. A name asks for the slot that its own letters give, so that it keeps
 * its colour from trace to trace; where two ask for one slot the later takes the next that is free.
 */
export function buildPaletteSlots(columns: TraceColumns): ReadonlyMap<number, number> {
  const slots = new Map<number, number>();
  const taken = new Set<number>();
  for (let span = 0; span < columns.count; span += 1) {
    const group = getGroup(columns, span);
    if (slots.has(group)) continue;
    let slot = getOwnSlot(columns.strings[group] ?? "");
    if (taken.size < PALETTE_SIZE) {
      while (taken.has(slot)) slot = (slot + 1) % PALETTE_SIZE;
      taken.add(slot);
    }
    slots.set(group, slot);
  }
  return slots;
}

/** The slot that a name asks for. */
export function getOwnSlot(name: string): number {
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
