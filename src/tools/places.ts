/** The places in the code of many spans at once, within a time that a reader waits. */

import { getFailure } from "../model/failure.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanIndex, Trace } from "../model/trace.ts";
import { factsOf } from "./traceReader.ts";
import type { CodePlace, ToolContext } from "./toolContext.ts";

/** Questions that stand at once: stores answer side by side, and the index answers one by one. */
const QUESTIONS = 16;
/** Whatever has not been found by then is said to be missing. */
const DEADLINE_MS = 4_000;

export interface SpanNotes {
  readonly detail: SpanDetail;
  readonly place: CodePlace | undefined;
  /** Where its error was raised, as far as the stack of it leads into the workspace. */
  readonly raised?: CodePlace | undefined;
}

export interface FoundNotes {
  readonly notes: ReadonlyMap<SpanIndex, SpanNotes>;
  /** Spans that were not looked at, for want of time or because their store failed. */
  readonly missing: number;
}

/** Details and places of these spans, in their order. */
export async function readNotes(
  context: ToolContext,
  trace: Trace,
  spans: readonly SpanIndex[],
  signal: AbortSignal,
): Promise<FoundNotes> {
  const notes = new Map<SpanIndex, SpanNotes>();
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const combined = AbortSignal.any([signal, deadline]);
  const isOver = (): boolean => combined.aborted;
  const queue = [...new Set(spans)].reverse();
  const work = async (): Promise<void> => {
    for (let span = queue.pop(); span !== undefined; span = queue.pop()) {
      if (isOver()) return;
      try {
        const detail = await trace.readDetail(span, combined);
        const facts = factsOf(trace.columns, span);
        const place = await context.findPlace(detail, facts, combined);
        const stack = detail.error?.stack ?? "";
        const frames = stack === "" ? [] : await context.findStack(stack, combined);
        const raised = frames.find(frame => frame.place !== undefined)?.place;
        notes.set(span, { detail, place, raised });
      } catch (error) {
        signal.throwIfAborted();
        // A store that fails now, or is too slow, leaves its spans without a place.
        if (getFailure(error) === undefined && !isOver()) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: QUESTIONS }, work));
  signal.throwIfAborted();
  return { notes, missing: new Set(spans).size - notes.size };
}

/** The place of a span, and where its error came from if that is another line: `raised at src/db.py:40 (sure)`. */
export function placesText(notes: SpanNotes | undefined): string {
  const [place, raised] = [placeText(notes?.place), placeText(notes?.raised)];
  const raisedText = raised === "" || raised === place ? "" : `raised at ${raised}`;
  return [raisedText, place].filter(text => text !== "").join(", ");
}

/** `src/db.py:40 (sure)`; what is a guess says so and how it was made. */
export function placeText(place: CodePlace | undefined): string {
  if (place === undefined) return "";
  const certainty = place.isSure ? "sure" : "a guess";
  return `${place.path}:${place.line1} (${certainty})`;
}
