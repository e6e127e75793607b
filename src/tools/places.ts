/** The places in the code of many spans at once, within a time that a reader waits. */

import { getFailure } from "../model/failure.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import { SpanKind } from "../model/span.ts";
import type { SpanIndex, Trace } from "../model/trace.ts";
import { factsOf } from "./traceReader.ts";
import type { CodePlace, ToolContext } from "./toolContext.ts";

/** Questions that stand at once: stores answer side by side, and the index answers one by one. */
const QUESTIONS = 16;
/** Whatever has not been found by then is said to be missing. */
const DEADLINE_MS = 4_000;
/** Whose call is looked for; the answer that names more spans has other things to tell. */
const MOST_CALLS = 10;
/** Spans above that are asked for their place until one has it. */
const MOST_ABOVE = 3;

export interface SpanNotes {
  readonly detail: SpanDetail;
  readonly place: CodePlace | undefined;
  /** Where its error was raised, as far as the stack of it leads into the workspace. */
  readonly raised?: CodePlace | undefined;
  /** The line that called the function in which it began. */
  readonly called?: CodePlace | undefined;
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

/** The same with the lines that called the first few, which is where most faults of a program are mended. */
export async function readCalledNotes(
  context: ToolContext,
  trace: Trace,
  spans: readonly SpanIndex[],
  signal: AbortSignal,
): Promise<FoundNotes> {
  const { notes, missing } = await readNotes(context, trace, spans, signal);
  const all = new Map(notes);
  await Promise.all(
    [...new Set(spans)].slice(0, MOST_CALLS).map(async span => {
      const own = notes.get(span);
      if (own?.place === undefined || !isCalled(trace, span)) return;
      const caller = await findPlaceAbove(context, trace, span, notes, signal);
      const called = await context.findCall(own.place, caller, signal);
      if (called !== undefined) all.set(span, { ...own, called });
    }),
  );
  return { notes: all, missing };
}

/** Tells whether a line of the program called it: a framework, or another program, begins requests and messages. */
function isCalled({ columns: { kind, parent, service } }: Trace, span: SpanIndex): boolean {
  const above = parent[span]!;
  const isStarted = kind[span] === SpanKind.server || kind[span] === SpanKind.consumer;
  return above >= 0 && !isStarted && service[above] === service[span];
}

async function findPlaceAbove(
  context: ToolContext,
  trace: Trace,
  span: SpanIndex,
  notes: ReadonlyMap<SpanIndex, SpanNotes>,
  signal: AbortSignal,
): Promise<CodePlace | undefined> {
  const { parent, service } = trace.columns;
  let above = parent[span]!;
  for (let step = 0; step < MOST_ABOVE && above >= 0; step += 1) {
    if (service[above] !== service[span]) return undefined;
    const known =
      notes.get(above) ?? (await readNotes(context, trace, [above], signal)).notes.get(above);
    // Where it failed is not where it calls from.
    if (known?.place?.isSure === true && known.raised === undefined) return known.place;
    above = parent[above]!;
  }
  return undefined;
}

/** The place of a span, where its error came from if that is another line, and the line that called it. */
export function placesText(notes: SpanNotes | undefined): string {
  const [place, raised] = [placeText(notes?.place), placeText(notes?.raised)];
  return [
    ...(raised === "" || raised === place ? [] : [`raised at ${raised}`]),
    ...(place === "" ? [] : [place]),
    ...(notes?.called === undefined ? [] : [`called at ${placeText(notes.called)}`]),
  ].join(", ");
}

/** `src/db.py:40 (sure)`; what is a guess says so and how it was made. */
export function placeText(place: CodePlace | undefined): string {
  if (place === undefined) return "";
  const certainty = place.isSure ? "sure" : "a guess";
  return `${place.path}:${place.line1} (${certainty})`;
}
