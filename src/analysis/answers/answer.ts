/**
 * The facts that the analyses of a trace answer with: no words, no drawing. The rule of each is in docs/analysis.md.
 */

import type { SpanIndex } from "../../model/trace.ts";
import type { MissingCause } from "../missingParent.ts";

/** `certain`: the trace says it. `likely`: it fits nothing else that is common. `possible`: it is worth a look, no more. */
export type Certainty = "certain" | "likely" | "possible";

interface AnswerBase {
  readonly certainty: Certainty;
  /** The spans that a click leads to, the one that tells most first; never empty. */
  readonly spans: readonly SpanIndex[];
  /** How much shorter the trace could have been, at most; NaN where time is not what it cost. */
  readonly costNs: number;
}

export type Answer =
  | FailureAnswer
  | RetriesAnswer
  | RepeatedCallsAnswer
  | SerialCallsAnswer
  | QueueWaitAnswer
  | StillQueuedAnswer
  | NoHeartbeatAnswer
  | LostContextAnswer
  | SlowStartAnswer
  | IdleAnswer
  | BottleneckAnswer;

export type AnswerCode = Answer["code"];

/** The first failure, and how far up it travelled: `spans` are the way, from where it began to the last that failed. */
export interface FailureAnswer extends AnswerBase {
  readonly code: "failure";
  /** A root failed with it; else the span above the last of `spans` carried on. */
  readonly hasReachedRoot: boolean;
  /** All failed spans of the trace. */
  readonly failed: number;
}

/** `spans` are the attempts, in order. */
export interface RetriesAnswer extends AnswerBase {
  readonly code: "retries";
  /** Attempts that failed and were followed by another. */
  readonly retries: number;
  readonly hasSucceeded: boolean;
  /** A task whose queue only tells how many attempts there were. */
  readonly isCounted: boolean;
}

/** The same call again and again below one span: `N + 1`. */
export interface RepeatedCallsAnswer extends AnswerBase {
  readonly code: "repeatedCalls";
  readonly calls: number;
  readonly totalNs: number;
  /** The span in which they are made; −1 where they are roots. */
  readonly under: SpanIndex;
}

/** Calls of one span, each begun when the one before had ended, that might run side by side. */
export interface SerialCallsAnswer extends AnswerBase {
  readonly code: "serialCalls";
  readonly totalNs: number;
  readonly longestNs: number;
  readonly under: SpanIndex;
}

export interface QueueWaitAnswer extends AnswerBase {
  readonly code: "queueWait";
  /** A string index. */
  readonly queue: number;
  /** Tasks of that queue that waited on the critical path. */
  readonly tasks: number;
  readonly longestNs: number;
  /** For how much of those waits, from 0 to 1, tasks of the same queue ran; they are what the workers did. */
  readonly busyShare: number;
  /** The tasks of that queue that ran side by side at most. */
  readonly workers: number;
  /** The task that its workers ran longest meanwhile. */
  readonly meanwhile: SpanIndex | undefined;
}

export interface StillQueuedAnswer extends AnswerBase {
  readonly code: "stillQueued";
  readonly queue: number;
  readonly sinceNs: number;
  readonly reason:
    | { readonly kind: "workersBusy"; readonly running: number; readonly task: SpanIndex }
    | { readonly kind: "workerGone"; readonly task: SpanIndex }
    | { readonly kind: "workersIdle"; readonly lastNs: number; readonly task: SpanIndex }
    | { readonly kind: "noWorkerSeen" };
}

/** Tasks that are marked as running, and silent for so long that their worker has probably gone. */
export interface NoHeartbeatAnswer extends AnswerBase {
  readonly code: "noHeartbeat";
}

export interface LostContextAnswer extends AnswerBase {
  readonly code: "lostContext";
  readonly reason:
    | { readonly kind: "missingParent"; readonly cause: MissingCause }
    /** A root began while a call to it was open that has no callee. */
    | { readonly kind: "detachedRoot"; readonly caller: SpanIndex };
  /** How many parents are missing, or roots are detached, for this reason. */
  readonly count: number;
}

export interface SlowStartAnswer extends AnswerBase {
  readonly code: "slowStart";
  readonly reason:
    /** The first run of an operation took far longer than the others. */
    | { readonly kind: "coldRun"; readonly usualNs: number; readonly runs: number }
    /** The root was alone for long before it called anything. */
    | { readonly kind: "lateFirstCall" };
}

/** Nothing at all ran, and no queue explains it. */
export interface IdleAnswer extends AnswerBase {
  readonly code: "idle";
  readonly startNs: number;
}

/** The operation in which the critical path is longest. */
export interface BottleneckAnswer extends AnswerBase {
  readonly code: "bottleneck";
  readonly runs: number;
  /** Its share of the critical path, from 0 to 1. */
  readonly share: number;
}
