/** Why a parent is missing, as far as what is there can tell: the likeliest cause of several. Pure; knows no words. */

import type { StoreAnswer } from "../model/failure.ts";
import type { Problem } from "../model/problem.ts";
import { SpanFlag, SpanKind } from "../model/span.ts";
import type { TraceColumns } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import { getTraceEndNs, isRunning } from "./times.ts";

export type MissingCause =
  /** A store was not read to its end, so it may hold the parent. */
  | { readonly code: "cut"; readonly store: string }
  /** A store has not answered yet, or could not. */
  | { readonly code: "otherStore"; readonly store: string; readonly isWaiting: boolean }
  /** Spans are sent when they have ended, and this trace is young. */
  | { readonly code: "arriving" }
  /** The parent is a task whose result was not saved, or is kept no longer. */
  | { readonly code: "notSaved" }
  /** The children say that it lies in another process, which reports nowhere that we look. */
  | { readonly code: "remote" }
  /** It called them from elsewhere: it was not sampled, or is not traced, or the context that they got is not its own. */
  | { readonly code: "notSampled" }
  /** It shares their process: the process ended before it could send it, or lost it on the way. */
  | { readonly code: "lost" };

/** Exporters wait for some seconds; what is older than this has arrived or never will. */
const ARRIVES_WITHIN_MS = 60_000;
const OTEL_SPAN_ID = /^[0-9a-f]{16}$/;

type Cut = Extract<Problem, { code: "cutAt" }>;

/** A trace may miss thousands of parents: what is the same for all of them is found once. */
const cuts = new WeakMap<readonly Problem[], { readonly first: Cut | undefined }>();
const ends = new WeakMap<TraceColumns, number>();

function findCut(problems: readonly Problem[]): Cut | undefined {
  let known = cuts.get(problems);
  if (known === undefined) {
    known = { first: problems.find(each => each.code === "cutAt") };
    cuts.set(problems, known);
  }
  return known.first;
}

function getEndNs(columns: TraceColumns): number {
  let endNs = ends.get(columns);
  if (endNs === undefined) ends.set(columns, (endNs = getTraceEndNs(columns)));
  return endNs;
}

export function findMissingCause(
  columns: TraceColumns,
  missing: Extract<Problem, { code: "missingParent" }>,
  problems: readonly Problem[],
  answers: readonly StoreAnswer[],
  nowUnixMs: number,
): MissingCause {
  const cut = findCut(problems);
  if (cut !== undefined) return { code: "cut", store: cut.store };
  const silent = answers.find(({ kind }) => kind === "failed" || kind === "waiting");
  if (silent !== undefined) {
    return { code: "otherStore", store: silent.store, isWaiting: silent.kind === "waiting" };
  }
  const lastUnixMs = columns.originUnixMs + getEndNs(columns) / NS_PER_MS;
  const children = missing.spans;
  const isYoung = nowUnixMs - lastUnixMs < ARRIVES_WITHIN_MS;
  if (isYoung || children.some(span => isRunning(columns, span))) return { code: "arriving" };
  if (!OTEL_SPAN_ID.test(missing.parentId)) return { code: "notSaved" };
  if (children.some(span => columns.flags[span]! & SpanFlag.remoteParent)) {
    return { code: "remote" };
  }
  const isCalled = (kind: number): boolean =>
    kind === SpanKind.server || kind === SpanKind.consumer;
  const isFromElsewhere = children.some(span => isCalled(columns.kind[span]!));
  return { code: isFromElsewhere ? "notSampled" : "lost" };
}
