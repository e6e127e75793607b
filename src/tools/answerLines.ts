/** The answers of the analyses about a trace, in words for a model: each with its rows and the place of its code. */

import { isFailed } from "./spanFacts.ts";
import { SegmentKind } from "../analysis/criticalPath.ts";
import type { Answer } from "../analysis/answers/answer.ts";
import { FIRST_SPAN, SpanFlag, SpanKind } from "../model/span.ts";
import { formatDuration } from "../model/units.ts";
import { countOf, quote } from "./answerText.ts";
import { placesText, type SpanNotes } from "./places.ts";
import { errorText, nameText, whereText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import { rowOf, type OpenedTrace } from "./traceReader.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";

/** Counts how many of alike calls failed: the failure that is told beside it is that of the first. */
function failedText({ columns }: OpenedTrace, { code, spans }: Answer): readonly string[] {
  const failed = spans.filter(span => isFailed(columns, span)).length;
  const isTold = code === "failure" || code === "retries" || spans.length < 2;
  return isTold || failed === 0 ? [] : [`${failed} of them failed`];
}

type Notes = ReadonlyMap<SpanIndex, SpanNotes>;

/** The reader of a group needs one row to look at, and a few to compare. */
const ROWS = 4;

/**
 * `Repeated calls (certain): "db.query" ×412 below #1, 1.9 s; #2 #3 #4 …, src/db.py:40 (sure)`. The error and the places
 * of a span are told once: `isTold`.
 */
export function answerLine(
  opened: OpenedTrace,
  answer: Answer,
  notes: Notes,
  isTold: boolean,
): string {
  const { spans, certainty, costNs } = answer;
  const [first = FIRST_SPAN] = spans;
  const known = isTold ? undefined : notes.get(first);
  return [
    `${describe(opened, answer, notes)} (${certainty})`,
    ...(costNs > 0 ? [`at most ${formatDuration(costNs)} to gain`] : []),
    `rows ${spans
      .slice(0, ROWS)
      .map(span => `#${rowOf(span)}`)
      .join(" ")}${spans.length > ROWS ? ` … ${spans.length} in all` : ""}`,
    ...failedText(opened, answer),
    ...(known === undefined
      ? []
      : [errorText(known.detail, isFailed(opened.columns, first)), placesText(known)]),
  ]
    .filter(part => part !== "")
    .join(", ");
}

function describe(opened: OpenedTrace, answer: Answer, notes: Notes): string {
  const { columns } = opened;
  const say = (span: SpanIndex): string =>
    `#${rowOf(span)} ${nameText(columns, span)}${whereText(columns, span)}`;
  const queueOf = (queue: number): string => quote(maskSecrets(columns.strings[queue] ?? ""), 60);
  const [first = FIRST_SPAN] = answer.spans;
  switch (answer.code) {
    case "failure":
      return `Failed first: ${say(first)}; ${countOf(answer.failed, "span")} failed in all; ${answer.hasReachedRoot ? "it failed the root" : afterFailure(columns, answer.spans.at(-1) ?? first)}`;
    case "retries":
      return `Retried ${countOf(answer.retries, "time")}: ${say(first)}; ${answer.hasSucceeded ? "the last attempt succeeded" : "no attempt succeeded"}`;
    case "repeatedCalls":
      return `Called again and again: ${nameText(columns, first)} ×${answer.calls}${answer.under < 0 ? "" : ` below ${say(answer.under)}`}, ${formatDuration(answer.totalNs)}`;
    case "serialCalls":
      return `One after the other: ${countOf(answer.spans.length, "call")} below ${say(answer.under)}, ${formatDuration(answer.totalNs)}; side by side it might be ${formatDuration(answer.longestNs)}`;
    case "queueWait":
      return `Waited in queue ${queueOf(answer.queue)}: ${countOf(answer.tasks, "task")}, the longest ${formatDuration(answer.longestNs)}; its workers (${answer.workers} seen at once) were busy ${Math.round(answer.busyShare * 100)} % of it${answer.meanwhile === undefined ? "" : `, longest with ${say(answer.meanwhile)}`}`;
    case "stillQueued":
      return `Still in queue ${queueOf(answer.queue)}: ${say(first)}; ${stillQueued(answer, say)}`;
    case "noHeartbeat":
      return `No heartbeat, so the worker has probably gone: ${say(first)}`;
    case "lostContext":
      return answer.reason.kind === "missingParent"
        ? `Lost context: ${countOf(answer.count, "parent")} named that no store has (${answer.reason.cause.code})`
        : `Lost context: ${countOf(answer.count, "root")} began within a call that shows no callee, ${say(answer.reason.caller)}: its context was probably not handed on`;
    case "slowStart":
      return answer.reason.kind === "coldRun"
        ? `Slow first run: ${say(first)}; the other ${answer.reason.runs} take ${formatDuration(answer.reason.usualNs)}`
        : `Slow start: ${say(first)} calls nothing for long`;
    case "idle":
      return `Nothing is known to have run for ${formatDuration(answer.costNs)} before ${say(first)}`;
    case "bottleneck":
      return `${answer.share >= 0.5 ? "Most" : "The largest part"} of the critical path (${Math.round(answer.share * 100)} %): ${nameText(columns, first)}, ${countOf(answer.runs, "run")}${pauseText(opened, first, notes)}`;
  }
}

/** Tells what became of the span above a failure: it carried on, or had not waited for what failed. */
function afterFailure(
  { parent, endNs, kind, service, flags }: TraceColumns,
  failed: SpanIndex,
): string {
  const above = parent[failed]!;
  if ((flags[above]! & SpanFlag.placeholder) !== 0) return "no store has the span above it";
  // Nobody waits for a message, or for another program's part of the trace.
  const isCall =
    service[above] === service[failed] &&
    ![above, failed].some(
      span => kind[span] === SpanKind.consumer || kind[span] === SpanKind.producer,
    );
  return isCall && endNs[above]! < endNs[failed]!
    ? `#${rowOf(above)} above it had ended before, so nothing waited for it`
    : `what stands above #${rowOf(failed)} carried on`;
}

function pauseText(opened: OpenedTrace, span: SpanIndex, notes: Notes): string {
  const pause = findPause(opened, span);
  if (pause === undefined) return "";
  const [called] = notes.get(pause.next)?.called ?? [];
  return `, ${formatDuration(pause.ns)} of it just before #${rowOf(pause.next)} ${nameText(opened.columns, pause.next)}${called?.isSure === true ? ` called at ${called.path}:${called.line1}` : ""}`;
}

/** Narrows the own time of a span down: the longest stretch of it on the critical path, and the call that follows. */
export function findPause(
  { analysed: { critical }, columns }: OpenedTrace,
  span: SpanIndex,
): { readonly ns: number; readonly next: SpanIndex } | undefined {
  const lengthOf = (at: number): number => critical.endNs[at]! - critical.startNs[at]!;
  let longest = -1;
  for (let at = 0; at < critical.span.length; at += 1) {
    const isOwn = critical.span[at] === span && critical.kind[at] === SegmentKind.run;
    if (isOwn && (longest < 0 || lengthOf(at) > lengthOf(longest))) longest = at;
  }
  const next = critical.span[longest + 1];
  if (longest < 0 || next === undefined || columns.parent[next] !== span) return undefined;
  return { ns: lengthOf(longest), next };
}

function stillQueued(
  { reason }: Extract<Answer, { code: "stillQueued" }>,
  say: (span: SpanIndex) => string,
): string {
  switch (reason.kind) {
    case "workersBusy":
      return `${countOf(reason.running, "worker")} busy, with ${say(reason.task)}`;
    case "workerGone":
      return `its worker has gone, with ${say(reason.task)}`;
    case "workersIdle":
      return `its workers do nothing since ${say(reason.task)}`;
    case "noWorkerSeen":
      return "no worker of it was seen";
  }
}
