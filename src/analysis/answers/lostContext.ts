/**
 * Where the context of the trace was lost: parents that no store has, and roots that began while a call to them was open.
 * Pure; n log n.
 *
 *     checkout          ==========
 *       POST /charge      ======            a call without a callee
 *     charge               ====             a root of its own, though it was called
 */

import { findFirst } from "../../base/binarySearch.ts";
import { FIRST_SPAN, SpanFlag, SpanKind } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import { isRunning } from "../times.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import { findMissingCause, type MissingCause } from "../missingParent.ts";
import type { LostContextAnswer } from "./answer.ts";

/** So many open calls are looked at for each root, from the one that began last before it. */
const MOST_CALLERS = 64;

export function findLostContext(trace: AnalysedTrace, nowUnixMs: number): LostContextAnswer[] {
  return [...findMissing(trace, nowUnixMs), ...findDetached(trace)];
}

function* findMissing(
  { columns, problems, tree }: AnalysedTrace,
  nowUnixMs: number,
): Iterable<LostContextAnswer> {
  const byCause = new Map<
    MissingCause["code"],
    { cause: MissingCause; spans: SpanIndex[]; count: number }
  >();
  for (const problem of problems) {
    if (problem.code !== "missingParent") continue;
    const cause = findMissingCause(columns, problem, problems, [], nowUnixMs);
    // They arrive; or all that there is lies below it, as in a trace that another system began.
    if (cause.code === "arriving" || (cause.code !== "cut" && tree.roots.length === 1)) continue;
    const known = byCause.get(cause.code) ?? { cause, spans: [], count: 0 };
    byCause.set(cause.code, known);
    for (const span of problem.spans) known.spans.push(span);
    known.count += 1;
  }
  for (const { cause, spans, count } of byCause.values()) {
    yield {
      code: "lostContext",
      certainty: cause.code === "cut" || cause.code === "lost" ? "likely" : "possible",
      costNs: Number.NaN,
      spans,
      reason: { kind: "missingParent", cause },
      count,
    };
  }
}

function* findDetached({ columns, tree, endNs }: AnalysedTrace): Iterable<LostContextAnswer> {
  const { flags, kind, service, queue, startNs } = columns;
  const isCaused = new Uint8Array(columns.count);
  for (const effect of columns.edgeTo) isCaused[effect] = 1;
  const roots = tree.roots.filter(
    root => (flags[root]! & SpanFlag.placeholder) === 0 && isCaused[root] === 0,
  );
  if (roots.length < 2) return;
  const callers: SpanIndex[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const isCaller = kind[span] === SpanKind.client || kind[span] === SpanKind.producer;
    if (isCaller && tree.childCount[span] === 0) callers.push(span);
  }
  callers.sort((a, b) => startNs[a]! - startNs[b]!);
  const found = new Map<SpanIndex, { caller: SpanIndex; isSure: boolean }>();
  const joinedCallers = new Set<SpanIndex>();
  for (const root of roots) {
    const before = findFirst(callers.length, i => startNs[callers[i]!]! > startNs[root]!);
    for (let i = before - 1; i >= Math.max(0, before - MOST_CALLERS); i -= 1) {
      const caller = callers[i]!;
      const isOther = service[caller] !== service[root] || queue[root] !== 0;
      if (joinedCallers.has(caller) || caller === root || !isOther) continue;
      const isCall = kind[caller] === SpanKind.client && kind[root] !== SpanKind.consumer;
      const callEndNs = isRunning(columns, caller) ? endNs : columns.endNs[caller]!;
      const rootEndNs = isRunning(columns, root) ? endNs : columns.endNs[root]!;
      const isInside = isCall && rootEndNs <= callEndNs;
      const isTaken = kind[caller] === SpanKind.producer && queue[root] === queue[caller];
      const isQueued = isTaken && queue[root] !== 0 && kind[root] === SpanKind.consumer;
      if (!isInside && !isQueued) continue;
      joinedCallers.add(caller);
      found.set(root, { caller, isSure: isQueued || sharesWord(columns, caller, root) });
      break;
    }
  }
  const sure = [...found].filter(([, { isSure }]) => isSure);
  const shown = sure.length > 0 ? sure : [...found];
  const [first] = shown;
  if (first === undefined) return;
  yield {
    code: "lostContext",
    certainty: sure.length > 0 ? "likely" : "possible",
    costNs: Number.NaN,
    spans: shown.map(([root]) => root),
    reason: { kind: "detachedRoot", caller: first[1].caller },
    count: shown.length,
  };
}

/** The call and the root name the same thing: a path, a method, a service. */
function sharesWord(
  { strings, name, service }: TraceColumns,
  caller: SpanIndex,
  root: SpanIndex,
): boolean {
  const wordsOf = (text: string): string[] =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(word => word.length > 3 && word !== "http" && word !== "https");
  const called = new Set(wordsOf(strings[name[caller]!]!));
  const rootText = `${strings[name[root]!]!} ${strings[service[root]!]!}`;
  return wordsOf(rootText).some(word => called.has(word));
}
