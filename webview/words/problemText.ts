/** The problems of a trace's data, in words: what, the likely cause, and what was done about it. Knows no DOM. */

import { findMissingCause, type MissingCause } from "../../src/analysis/missingParent.ts";
import { assertNever } from "../../src/base/assert.ts";
import { shortId } from "../../src/model/ids.ts";
import type { Problem } from "../../src/model/problem.ts";
import { formatDuration } from "../../src/model/units.ts";
import { formatCount } from "./localText.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { t } from "./words.ts";

export interface ProblemText {
  readonly what: string;
  /** The likely cause, and what was done. */
  readonly why: string;
}

/** `cause`: of a missing parent, where what is known of the trace tells one. */
export function describeProblem(problem: Problem, cause?: MissingCause): ProblemText {
  switch (problem.code) {
    case "missingParent":
      return {
        what:
          problem.spans.length === 1
            ? t("The parent {0} of a span is missing.", shortId(problem.parentId))
            : t(
                "The parent {0} of {1} spans is missing.",
                shortId(problem.parentId),
                formatCount(problem.spans.length),
              ),
        why: `${describeMissing(cause)} ${t("One placeholder keeps its children together.")}`,
      };
    case "selfParent":
      return {
        what: t("A span names itself as its parent."),
        why: t("A fault of the tracer. It is drawn as a root."),
      };
    case "cycle":
      return {
        what: t(
          "{0} spans are each other's parents in a circle.",
          formatCount(problem.spans.length),
        ),
        why: t(
          "A fault of the tracer, or ids used twice. The circle was opened at the span that started first.",
        ),
      };
    case "duplicateSpan":
      return {
        what: t("Two different spans have the id {0}.", shortId(problem.spanId)),
        why: t(
          "A fault of the tracer, or a task run again under its old id. Both are drawn; children hang below the first.",
        ),
      };
    case "noStart":
      return {
        what: t("A span has no start time."),
        why: t(
          "The store recorded none. Its parent's start was taken, or that of the first span below it.",
        ),
      };
    case "endBeforeStart":
      return {
        what: t("A span ended {0} before it started.", formatDuration(problem.byNs)),
        why: t(
          "The clock was set back while it ran, or two clocks timed it. Its end was moved to its start.",
        ),
      };
    case "strayTime":
      return {
        what:
          problem.spans.length === 1
            ? t("A time of a span lies years away from the rest: {0}.", formatDate(problem.unixMs))
            : t(
                "Times of {0} spans lie years away from the rest, the first: {1}.",
                formatCount(problem.spans.length),
                formatDate(problem.unixMs),
              ),
        why: t(
          "A clock was wrong, or a time was written in another unit. It was taken for unknown, so that the rest can be seen.",
        ),
      };
    case "queuedAfterStart":
      return {
        what: t("A task started {0} before it was published.", formatDuration(problem.byNs)),
        why: t("The clocks of publisher and worker differ. Its queue wait is drawn as zero."),
      };
    case "noSpanId":
      return {
        what: t("A span has no id."),
        why: t(
          "The tracer sent none, or only zeros. One was made up, so nothing can name it as its parent.",
        ),
      };
    case "cutAt":
      return {
        what: t(
          "{0} holds more than {1} spans of this trace.",
          problem.store,
          formatCount(problem.limit),
        ),
        why: t("Reading stopped there; the rest is not drawn."),
      };
    case "storeNote":
      return { what: problem.text, why: t("Reported by {0}.", problem.store) };
    case "noTraceContext":
      return {
        what: t("The task's message carries no trace context."),
        why: t(
          "Its publisher is not instrumented, so {0} cannot tell who called it or what it called. “Instrument Project” adds what is missing.",
          problem.store,
        ),
      };
    case "noParents":
      return {
        what: t("These tasks belong together, but none says who published it."),
        why: t(
          "Their messages carry a trace id and no parent, so {0} cannot draw the calls between them. “Instrument Project” adds what is missing, or a store with their OpenTelemetry spans.",
          problem.store,
        ),
      };
    default:
      return assertNever(problem);
  }
}

/** ISO 8601, because years are what is told. */
function formatDate(unixMs: number): string {
  const date = new Date(unixMs);
  return Number.isNaN(date.getTime()) ? "–" : date.toISOString();
}

/** The likely cause, a whole sentence. */
export function describeMissing(cause: MissingCause | undefined): string {
  switch (cause?.code) {
    case undefined:
      return t(
        "It was not sampled, is still running or still arriving, lies in a store that is not configured, or its service is not traced.",
      );
    case "cut":
      return t("It may be among the spans of {0} that were not read.", cause.store);
    case "otherStore":
      return cause.isWaiting
        ? t("It may lie in {0}, which has not answered yet.", cause.store)
        : t("It may lie in {0}, which could not be asked.", cause.store);
    case "arriving":
      return t("It is probably still arriving: a span is sent when it has ended.");
    case "notSaved":
      return t("It is a task whose result was not saved, or is kept no longer.");
    case "remote":
      return t(
        "The remote parent was not reported: its spans say that it lies in another process, which sends its own nowhere that we look, or not at all.",
      );
    case "notSampled":
      return t(
        "It called from elsewhere: it was not sampled, its service is not traced, or the context was lost on the way.",
      );
    case "lost":
      return t(
        "It shares its children's process, which ended before the span was sent, dropped it, or did not sample it.",
      );
    default:
      return assertNever(cause);
  }
}

/** Why the parent of a placeholder's children is missing; for every other problem nothing. */
export function findCause(trace: LoadedTrace, problem: Problem): MissingCause | undefined {
  if (problem.code !== "missingParent") return undefined;
  const { problems, answers } = trace.summary;
  return findMissingCause(trace.uncorrected, problem, problems, answers, Date.now());
}
