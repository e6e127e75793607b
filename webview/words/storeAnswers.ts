/** How a store answered, in words. Knows no DOM. */

import { assertNever } from "../../src/base/assert.ts";
import { getFailure, type StoreAnswer } from "../../src/model/failure.ts";
import { describeFailure } from "../../src/model/failureWords.ts";
import { formatCount } from "./localText.ts";
import { t } from "./words.ts";

/** Describes an answer, beside the store's name. */
export function describeAnswer(answer: StoreAnswer): string {
  switch (answer.kind) {
    case "found":
      return t("{0} ms", formatCount(Math.round(answer.tookMs)));
    case "notFound":
      return t("not found");
    case "failed":
      return t("failed");
    case "waiting":
      return t("asking…");
    default:
      return assertNever(answer);
  }
}

/** The whole sentence, for those who want to know more. */
export function explainAnswer(answer: StoreAnswer): string {
  const { store } = answer;
  switch (answer.kind) {
    case "found":
      return t("{0} answered in {1} ms.", store, formatCount(Math.round(answer.tookMs)));
    case "notFound":
      return t(
        "{0} does not know this trace; it answered in {1} ms.",
        store,
        formatCount(Math.round(answer.tookMs)),
      );
    case "failed":
      return describeFailure(answer.failure, t);
    case "waiting":
      return t("{0} has not answered yet.", store);
    default:
      return assertNever(answer);
  }
}

/** Explains what went wrong, from an error that came through the channel. */
export function explainError(error: unknown): string {
  const failure = getFailure(error);
  if (failure !== undefined) return describeFailure(failure, t);
  return error instanceof Error ? error.message : String(error);
}
