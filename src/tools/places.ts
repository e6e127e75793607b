/** The places in the code of many spans at once, within a time that a reader waits. */

import { mapBounded } from "../base/mapBounded.ts";
import { getFailure } from "../model/failure.ts";
import type { LineQuestion } from "../model/lineQuestion.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import { SpanKind } from "../model/span.ts";
import type { SpanIndex, Trace } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import { toErrorLine } from "../stores/briefs.ts";
import { factsOf, getHttpStatus, isFailed } from "./spanFacts.ts";
import type { OpenedTrace } from "./traceReader.ts";
import type { CodePlace, ToolContext } from "./toolContext.ts";

/** Questions that stand at once: stores answer side by side, and the index answers one by one. */
const QUESTIONS = 16;
/** Whatever has not been found by then is said to be missing. */
const DEADLINE_MS = 4_000;
/** Spans whose lines are looked for; the answer that names more of them has other things to tell. */
const MOST_EXPLAINED = 10;
/** Lines of a stack that are told: where it was raised, and who called that. */
const MOST_FRAMES = 3;
/** Spans above whose places are asked for: one of them made the call, or set the limit. */
const MOST_ABOVE = 3;

type LineKind = LineQuestion<CodePlace>["kind"];

/** With the lines that explain it, by how they do. */
export interface SpanNotes extends Partial<Readonly<Record<LineKind, readonly CodePlace[]>>> {
  readonly detail: SpanDetail;
  readonly place: CodePlace | undefined;
  /** The way of its error through the workspace, from where it was raised. */
  readonly raised: readonly CodePlace[];
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
  const combined = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const isOver = (): boolean => combined.aborted;
  const unique = [...new Set(spans)];
  await mapBounded(unique, QUESTIONS, async span => {
    if (isOver()) return;
    try {
      const detail = await trace.readDetail(span, combined);
      const facts = factsOf(trace.columns, span);
      const place = await context.findPlace(detail, facts, combined);
      const stack = detail.error?.stack ?? "";
      const frames = stack === "" ? [] : await context.findStack(stack, combined);
      const raised = frames.flatMap(frame => frame.place ?? []).slice(0, MOST_FRAMES);
      notes.set(span, { detail, place, raised });
    } catch (error) {
      signal.throwIfAborted();
      // A store that fails now, or is too slow, leaves its spans without a place.
      if (getFailure(error) === undefined && !isOver()) throw error;
    }
  });
  signal.throwIfAborted();
  return { notes, missing: unique.length - notes.size };
}

/** The same with the lines that explain the first few, which is where most faults of a program are mended. */
export async function readExplainedNotes(
  context: ToolContext,
  opened: OpenedTrace,
  spans: readonly SpanIndex[],
  signal: AbortSignal,
  /** Failures that were followed by another attempt. */
  isRetried: (span: SpanIndex) => boolean = () => false,
): Promise<FoundNotes> {
  const { trace } = opened;
  const { notes, missing } = await readNotes(context, trace, spans, signal);
  const all = new Map(notes);
  const explain = async (span: SpanIndex, kind: LineKind): Promise<void> => {
    const spanNotes = notes.get(span);
    if (spanNotes?.place === undefined) return;
    const lines = await findLines({ context, trace, notes, signal }, span, spanNotes, kind);
    // A line that calls what a span below shows waits for that alone.
    const calledBelow = [...all]
      .filter(([each]) => kind === "waits" && trace.columns.parent[each] === span)
      .flatMap(([, { called = [] }]) => called.map(keyOf));
    const left = lines.filter(line => !calledBelow.includes(keyOf(line)));
    if (left.length > 0) all.set(span, { ...(all.get(span) ?? spanNotes), [kind]: left });
  };
  const explained = [...new Set(spans)].slice(0, MOST_EXPLAINED);
  await Promise.all(explained.map(span => explain(span, "called")));
  await Promise.all(
    explained.flatMap(span =>
      [
        ...listKinds(opened, span, notes.get(span)),
        ...(isRetried(span) ? ["retried" as const] : []),
      ].map(kind => explain(span, kind)),
    ),
  );
  return { notes: all, missing };
}

function keyOf({ file, line1 }: CodePlace): string {
  return `${file}:${line1}`;
}

/** Words of a failure whose time ran out. */
const TIMED_OUT = /time[sd]?[ -]?out|deadline|\babort/i;
/** Below this share of its time, a span spends it in what it calls; a shorter time needs no reason. */
const OWN_SHARE = 0.5;
const LEAST_OWN_NS = NS_PER_MS;

/** Tells what there is to explain of a span besides its call. */
function listKinds(
  { columns, selfNs }: OpenedTrace,
  span: SpanIndex,
  notes: SpanNotes | undefined,
): readonly LineKind[] {
  const { kind, startNs, endNs } = columns;
  if (isFailed(columns, span)) {
    const isLate = TIMED_OUT.test(toErrorLine(notes?.detail.error) ?? "");
    return [
      ...(isLate ? ["limited" as const] : []),
      ...(notes?.raised.length === 0 ? ["failed" as const] : []),
    ];
  }
  const isOutgoing = kind[span] === SpanKind.client || kind[span] === SpanKind.producer;
  const leastNs = Math.max(LEAST_OWN_NS, OWN_SHARE * (endNs[span]! - startNs[span]!));
  const isOwn = selfNs[span]! >= leastNs;
  return [
    ...(!isOutgoing && isOwn ? (["waits", "busy"] as const) : []),
    ...(kind[span] === SpanKind.consumer ? ["registered" as const] : []),
  ];
}

interface Search {
  readonly context: ToolContext;
  readonly trace: Trace;
  readonly notes: ReadonlyMap<SpanIndex, SpanNotes>;
  readonly signal: AbortSignal;
}

async function findLines(
  search: Search,
  span: SpanIndex,
  { place, detail, raised }: SpanNotes,
  kind: LineKind,
): Promise<readonly CodePlace[]> {
  const { context, trace, signal } = search;
  if (place === undefined || (kind === "called" && !isCalled(trace, span))) return [];
  switch (kind) {
    case "waits":
    case "busy":
    case "registered":
      return context.findLines(place, { kind }, signal);
    case "failed":
      return context.findLines(
        place,
        { kind, status: getHttpStatus(detail), message: detail.error?.message },
        signal,
      );
    case "called":
    case "limited":
    case "retried": {
      const above = await listPlacesAbove(search, span);
      return context.findLines(
        place,
        { kind, above: kind === "called" ? above : [...raised, ...above] },
        signal,
      );
    }
  }
}

/** Tells whether a line of the program called it: a framework, or another program, begins requests and messages. */
function isCalled({ columns: { kind, parent, service } }: Trace, span: SpanIndex): boolean {
  const above = parent[span]!;
  const isStarted = kind[span] === SpanKind.server || kind[span] === SpanKind.consumer;
  return above >= 0 && !isStarted && service[above] === service[span];
}

/** The certain places of the spans above, the nearest first. */
async function listPlacesAbove(
  { context, trace, notes, signal }: Search,
  span: SpanIndex,
): Promise<readonly CodePlace[]> {
  const { parent, service } = trace.columns;
  const way: SpanIndex[] = [];
  for (let above = parent[span]!; above >= 0; above = parent[above]!) {
    if (way.length === MOST_ABOVE || service[above] !== service[span]) break;
    way.push(above);
  }
  const unknown = way.filter(above => !notes.has(above));
  const read = (await readNotes(context, trace, unknown, signal)).notes;
  return way.flatMap(above => {
    const { place, raised = [] } = notes.get(above) ?? read.get(above) ?? {};
    // Where it failed is not where it calls from.
    return place?.isSure === true && raised.length === 0 ? [place] : [];
  });
}

const kindWords: Readonly<Record<LineKind, string>> = {
  called: "called",
  registered: "registered",
  waits: "waits",
  busy: "is busy",
  limited: "its time is limited",
  retried: "tried again",
  failed: "answers with the failure",
};

/** The place of a span, where its error came from if that is another line, and the lines that explain it. */
export function placesText(notes: SpanNotes | undefined): string {
  const place = placeText(notes?.place);
  const raised = (notes?.raised ?? []).map(placeText);
  return [
    ...(raised.length === 0 ? [] : [`raised at ${raised.join(" from ")}`]),
    ...(place === "" || raised.includes(place) ? [] : [place]),
    ...explainingTexts(notes),
  ].join(", ");
}

/** `called at src/shop.py:12 (sure)`; where several lines may be the one, each of them. */
export function explainingTexts(notes: SpanNotes | undefined): readonly string[] {
  return (Object.keys(kindWords) as LineKind[]).flatMap(kind => {
    const [first, ...others] = (notes?.[kind] ?? []).map(placeText);
    if (first === undefined) return [];
    const rest =
      others.length === 0 ? "" : ` ${kind === "called" ? "from" : "or"} ${others.join(" or ")}`;
    return [`${kindWords[kind]} at ${first}${rest}`];
  });
}

/** `src/db.py:40 (sure)`; what is a guess says so and how it was made. */
export function placeText(place: CodePlace | undefined): string {
  if (place === undefined) return "";
  const certainty = place.isSure ? "sure" : "a guess";
  return `${place.path}:${place.line1} (${certainty})`;
}
