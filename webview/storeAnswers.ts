/** How a store answered, in words. Knows no DOM. */

import { assertNever } from "../src/base/assert.ts";
import type { Failure, StoreAnswer } from "../src/model/failure.ts";
import { formatCount } from "./localText.ts";
import { t } from "./words.ts";

/** What stands beside the store's name. */
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
      return explainFailure(answer.failure);
    case "waiting":
      return t("{0} has not answered yet.", store);
    default:
      return assertNever(answer);
  }
}

function explainFailure(failure: Failure): string {
  switch (failure.code) {
    case "storeUnreachable":
      return t("Cannot reach {0} at {1}: {2}", failure.store, failure.address, failure.reason);
    case "storeTimeout":
      return t("{0} did not answer in {1} s.", failure.store, failure.afterMs / 1_000);
    case "storeUnauthorized":
      return t("{0} refused the credentials: {1}", failure.store, failure.reason);
    case "storeRefused":
      return t("{0} rejected the query: {1}", failure.store, failure.reason);
    case "storeMisconfigured":
      return t("The settings of {0} cannot be used: {1}", failure.store, failure.reason);
    case "notFound":
      return t("“{0}” was not found.", failure.id);
    case "noId":
      return t("There is no trace, task or span id in “{0}”.", failure.text);
    case "unreadableFile":
      return t("{0} cannot be read: {1}", failure.path, failure.reason);
    default:
      return assertNever(failure);
  }
}

/** What went wrong, from an error that came through the channel. */
export function explainError(
  error: unknown,
  failureOf: (error: unknown) => Failure | undefined,
): string {
  const failure = failureOf(error);
  if (failure !== undefined) return explainFailure(failure);
  return error instanceof Error ? error.message : String(error);
}
