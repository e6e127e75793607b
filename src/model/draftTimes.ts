/**
 * When the spans of a trace began and ended, where some of them do not say, or say what cannot be. On the way down, so
 * that a child may borrow its parent's start. Pure.
 */

import type { Draft, DraftProblem } from "./draft.ts";
import { SpanFlag } from "./span.ts";
import { findUsualTime, isStrayTime } from "./strayTimes.ts";
import { knownTime } from "./traceMerge.ts";
import { NS_PER_MS } from "./units.ts";

export class DraftTimes {
  readonly #drafts: readonly Draft[];
  readonly #problems: DraftProblem[];
  /** The earliest start of the spans whose times are credible; of the others only where no span's are. */
  #firstStartNs: bigint | undefined;

  /** Adds to `problems` what is wrong with them. */
  constructor(drafts: readonly Draft[], problems: DraftProblem[]) {
    this.#drafts = drafts;
    this.#problems = problems;
  }

  /** Before any time is settled: which of them cannot be. */
  findStrays(): void {
    const times: number[] = [];
    for (const { input } of this.#drafts) {
      for (const time of [input.startUnixNs, input.endUnixNs]) {
        if (knownTime(time) !== undefined) times.push(toMs(time));
      }
    }
    const usualMs = findUsualTime(times);
    if (usualMs === undefined) return;
    const isStray = (time: bigint | undefined): boolean =>
      knownTime(time) !== undefined && isStrayTime(toMs(time), usualMs);
    const strays = this.#drafts.filter(draft => {
      const { startUnixNs, endUnixNs, queuedUnixNs } = draft.input;
      draft.hasStrayStart = isStray(startUnixNs);
      draft.hasStrayEnd = isStray(endUnixNs);
      const isStrayQueue = isStray(queuedUnixNs);
      if (isStrayQueue) draft.input = { ...draft.input, queuedUnixNs: undefined };
      return draft.hasStrayStart || draft.hasStrayEnd || isStrayQueue;
    });
    const [first] = strays;
    if (first === undefined) return;
    for (const draft of this.#drafts) {
      this.#firstStartNs = earlier(this.#firstStartNs, reportedStart(draft));
    }
    const { startUnixNs, endUnixNs } = first.input;
    const unixMs = toMs(first.hasStrayStart ? startUnixNs : endUnixNs);
    this.#problems.push({ code: "strayTime", unixMs, drafts: strays });
  }

  /** A placeholder is drawn around what hangs below it; it is always a root, for nothing names its parent. */
  timePlaceholders(): void {
    for (const draft of this.#drafts) {
      if (!(draft.flags & SpanFlag.placeholder)) continue;
      let start: bigint | undefined;
      let end: bigint | undefined;
      for (const child of draft.children ?? []) {
        const childStart = knownTime(child.input.queuedUnixNs) ?? reportedStart(child);
        const childEnd = reportedEnd(child) ?? reportedStart(child);
        start = earlier(start, childStart);
        if (childEnd !== undefined && (end === undefined || childEnd > end)) end = childEnd;
      }
      draft.input = { ...draft.input, startUnixNs: start ?? 0n, endUnixNs: end ?? start ?? 0n };
    }
  }

  settle(draft: Draft): void {
    draft.startNs = reportedStart(draft);
    draft.endNs = reportedEnd(draft);
    if (draft.hasStrayEnd && !draft.hasStrayStart) draft.flags |= SpanFlag.untimed;
    if (draft.hasStrayStart) this.#moveStray(draft);
    if (draft.startNs === undefined && !(draft.flags & SpanFlag.placeholder)) {
      // A task that has been published, and was neither begun nor ended, is no bad data: it waits.
      const queuedNs = draft.endNs === undefined ? knownTime(draft.input.queuedUnixNs) : undefined;
      const isQueued = queuedNs !== undefined;
      draft.startNs = queuedNs ?? this.#borrowStart(draft);
      // What is known of it is when it ended.
      const { startNs, endNs } = draft;
      if (endNs !== undefined && (startNs === undefined || startNs > endNs)) draft.startNs = endNs;
      if (!(draft.flags & SpanFlag.untimed)) {
        draft.flags |= SpanFlag.noStart;
        if (!draft.hasStrayStart && !isQueued) {
          this.#problems.push({ code: "noStart", drafts: [draft] });
        }
      }
    }
    if (draft.endNs !== undefined && draft.startNs !== undefined && draft.endNs < draft.startNs) {
      const byNs = Number(draft.startNs - draft.endNs);
      draft.endNs = draft.startNs;
      draft.flags |= SpanFlag.clamped;
      this.#problems.push({ code: "endBeforeStart", byNs, drafts: [draft] });
    }
  }

  /** A clock that tells another year still tells how long a span took, and how far spans lie apart. */
  #moveStray(draft: Draft): void {
    const { startUnixNs = 0n, endUnixNs = 0n } = draft.input;
    const borrowed = this.#borrowStart(draft);
    if (borrowed === undefined) return;
    const isSameClock = draft.parent?.shiftNs !== undefined;
    draft.shiftNs = isSameClock ? draft.parent?.shiftNs : borrowed - startUnixNs;
    if (draft.shiftNs === undefined || !draft.hasStrayEnd) return;
    draft.startNs = startUnixNs + draft.shiftNs;
    draft.endNs = endUnixNs + draft.shiftNs;
    draft.flags |= SpanFlag.noStart;
  }

  /** Its parent's start, or that of the first span below it: of the nearest level that has one. */
  #borrowStart(draft: Draft): bigint | undefined {
    const { parent } = draft;
    const isBelow = parent !== undefined && !(parent.flags & SpanFlag.placeholder);
    if (isBelow || parent?.startNs !== undefined) return parent.startNs;
    for (
      let level = draft.children ?? [];
      level.length > 0;
      level = level.flatMap(child => child.children ?? [])
    ) {
      let first: bigint | undefined;
      for (const child of level) first = earlier(first, reportedStart(child));
      if (first !== undefined) return first;
    }
    return draft.hasStrayStart ? this.#firstStartNs : undefined;
  }
}

/** Returns the start by a span's own clock, where that can be. */
function reportedStart({ input, hasStrayStart }: Draft): bigint | undefined {
  return hasStrayStart ? undefined : knownTime(input.startUnixNs);
}

function reportedEnd({ input, hasStrayEnd }: Draft): bigint | undefined {
  return hasStrayEnd ? undefined : knownTime(input.endUnixNs);
}

function toMs(unixNs: bigint | undefined): number {
  return Number(unixNs ?? 0n) / NS_PER_MS;
}

export function earlier(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}
