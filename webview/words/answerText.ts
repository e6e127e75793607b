/** An answer as a sentence, and how sure it is. Knows no DOM. */

import type { Answer, Certainty, StillQueuedAnswer } from "../../src/analysis/answers/answer.ts";
import { assertNever } from "../../src/base/assert.ts";
import { FIRST_SPAN } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { countOf, formatCount, formatShare } from "./localText.ts";
import { describeMissing } from "./problemText.ts";
import { getSpanFacts } from "./spanFacts.ts";
import { t } from "./words.ts";

export interface AnswerText {
  readonly text: string;
  /** The meaning of the number at the end, and the rule behind it; for a tooltip. */
  readonly note: string;
  /** The cost of the answer within the trace; empty where time is not what it cost. */
  readonly cost: string;
}

export function describeTraceAnswer(trace: LoadedTrace, answer: Answer): AnswerText {
  const { costNs } = answer;
  const wholeNs = trace.endNs - trace.startNs;
  const text = write(trace, answer);
  // What the sentence says already is not told again beside it.
  const parts = Number.isNaN(costNs)
    ? []
    : [formatDuration(costNs), formatShare(costNs, wholeNs)].filter(part => !text.includes(part));
  return { text, note: explain(answer), cost: parts.join(" · ") };
}

export function describeCertainty(certainty: Certainty): string {
  switch (certainty) {
    case "certain":
      return t("certain: the trace says it");
    case "likely":
      return t("likely: it fits nothing else that is common");
    case "possible":
      return t("possible: worth a look");
    default:
      return assertNever(certainty);
  }
}

function write(trace: LoadedTrace, answer: Answer): string {
  const { columns } = trace;
  const nameOf = (span: SpanIndex | undefined): string =>
    span === undefined || span < 0 ? t("the trace") : getSpanFacts(trace, span).name;
  const stringAt = (index: number): string => columns.strings[index] ?? "";
  const [first = FIRST_SPAN] = answer.spans;
  const name = nameOf(first);
  switch (answer.code) {
    case "failure": {
      const last = answer.spans.at(-1) ?? first;
      if (answer.hasReachedRoot) {
        return last === first
          ? t("{0} failed, and nothing below it", name)
          : t("{0} failed first, and with it {1}", name, nameOf(last));
      }
      return t("{0} failed, but {1} carried on", name, nameOf(columns.parent[last]));
    }
    case "retries":
      return writeRetries(name, answer.retries, answer.hasSucceeded);
    case "repeatedCalls":
      return t(
        "{0} was called {1} times in a row in {2}: one call might do",
        name,
        formatCount(answer.calls),
        nameOf(answer.under),
      );
    case "serialCalls":
      return t(
        "{0} calls of {1} ran one after the other: side by side they might take {2}",
        formatCount(answer.spans.length),
        nameOf(answer.under),
        formatDuration(answer.longestNs),
      );
    case "queueWait":
      return answer.meanwhile === undefined
        ? t(
            "{0} waited in {1}, and nothing of that queue ran in this trace",
            name,
            stringAt(answer.queue),
          )
        : t(
            "{0} waited in {1} while its workers ran {2}",
            name,
            stringAt(answer.queue),
            nameOf(answer.meanwhile),
          );
    case "stillQueued":
      return writeStillQueued(trace, answer);
    case "noHeartbeat":
      return answer.spans.length === 1
        ? t("{0} has no heartbeat: its worker has probably gone", name)
        : t(
            "{0} tasks have no heartbeat, as {1}: their worker has probably gone",
            formatCount(answer.spans.length),
            name,
          );
    case "lostContext":
      if (answer.reason.kind === "detachedRoot") {
        return t(
          "{0} began inside of {1}, but is not below it: the trace's context did not reach it",
          name,
          nameOf(answer.reason.caller),
        );
      }
      return answer.count === 1
        ? t("The parent of {0} is missing. {1}", name, describeMissing(answer.reason.cause))
        : t(
            "{0} parents are missing, as that of {1}. {2}",
            formatCount(answer.count),
            name,
            describeMissing(answer.reason.cause),
          );
    case "slowStart":
      return answer.reason.kind === "coldRun"
        ? t(
            "The first of {0} runs of {1} was slow: the others took {2}",
            formatCount(answer.reason.runs),
            name,
            formatDuration(answer.reason.usualNs),
          )
        : t("{0} was alone for {1} before its first call", name, formatDuration(answer.costNs));
    case "idle":
      return t(
        "Nothing is known to have run for {0} before {1}",
        formatDuration(answer.costNs),
        name,
      );
    case "bottleneck":
      return answer.runs > 1
        ? t(
            "{0} runs of {1} have {2} of the critical path",
            formatCount(answer.runs),
            name,
            share(answer.share),
          )
        : t("{0} has {1} of the critical path", name, share(answer.share));
    default:
      return assertNever(answer);
  }
}

function writeRetries(name: string, retries: number, hasSucceeded: boolean): string {
  const count = formatCount(retries);
  if (hasSucceeded) {
    return retries === 1
      ? t("{0} was tried once more before it succeeded", name)
      : t("{0} was tried {1} times more before it succeeded", name, count);
  }
  return retries === 1
    ? t("{0} was tried once more, in vain", name)
    : t("{0} was tried {1} times more, in vain", name, count);
}

/** One sentence why it is not running. */
function writeStillQueued(trace: LoadedTrace, answer: StillQueuedAnswer): string {
  const queue = trace.columns.strings[answer.queue] ?? "";
  const { reason, spans } = answer;
  const tasks = countOf(spans.length, t("1 task"), t("{0} tasks"));
  switch (reason.kind) {
    case "workersBusy":
      return t(
        "{0} still waiting in {1}: its workers run {2}",
        tasks,
        queue,
        getSpanFacts(trace, reason.task).name,
      );
    case "workerGone":
      return t(
        "{0} still waiting in {1}: its worker has probably gone, its last task has no heartbeat",
        tasks,
        queue,
      );
    case "workersIdle":
      return t(
        "{0} still waiting in {1}: its workers have taken nothing since {2} ended",
        tasks,
        queue,
        getSpanFacts(trace, reason.task).name,
      );
    case "noWorkerSeen":
      return t(
        "{0} still waiting in {1}: no worker of that queue has run anything in this trace",
        tasks,
        queue,
      );
    default:
      return assertNever(reason);
  }
}

function explain({ code }: Answer): string {
  switch (code) {
    case "failure":
      return t(
        "Of the failed spans that have no failed span below them, one whose failure reached a root if there is one, and of these the one that ended first: the likely cause of the others.",
      );
    case "retries":
      return t("From the first attempt's start to the last one's.");
    case "repeatedCalls":
      return t("What all of these calls but one cost on the critical path.");
    case "serialCalls":
      return t(
        "All of these calls but the longest. Whether one needs the other's answer, a trace does not say.",
      );
    case "queueWait":
      return t("How long the critical path waits in this queue.");
    case "stillQueued":
      return t("It was published, and nobody has begun it.");
    case "noHeartbeat":
      return t("It is marked as running, but nothing was heard of it for long.");
    case "lostContext":
      return t("Spans that hang in the air: who called them is not in the trace.");
    case "slowStart":
      return t("What it took over the usual, or before the first call.");
    case "idle":
      return t("A gap in the critical path that no queue explains.");
    case "bottleneck":
      return t("The critical path is the chain of waiting that set when the trace ended.");
    default:
      return assertNever(code);
  }
}

function share(part: number): string {
  return formatShare(part, 1);
}
