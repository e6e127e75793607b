/**
 * Where code hands work to somebody who does not get the trace's context by itself: a thread, a pool, a goroutine, a
 * queue; and the change that hands the context on. A hand-over is no fault yet: that a trace was lost there, traces say.
 * Pure data.
 */

import type { Range } from "../callRanges.ts";

export type HandOverKind =
  | "thread"
  | "process"
  | "pool"
  | "goroutine"
  | "background"
  | "field"
  | "job"
  | "message"
  | "queue"
  | "push";

export interface Edit extends Range {
  readonly text: string;
}

export interface HandOver extends Range {
  readonly kind: HandOverKind;
  /** The change that keeps the context. Empty where nobody but the author can tell how. */
  readonly fix: readonly Edit[];
  /** It sends a request: the work is whatever an instrumented client tells of that. */
  readonly isRequest?: true;
  /** Where a queue is taken from: the work is what the functions around do. */
  readonly takenAt?: readonly Range[];
}

/** Messages are looked for only where it is known how their consumer finds the context. */
export interface HandOverOptions {
  /** The name under which the consumer's message has its headers. */
  readonly headersKey?: string;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce(
      (changed, { from, to, text: own }) => changed.slice(0, from) + own + changed.slice(to),
      text,
    );
}
