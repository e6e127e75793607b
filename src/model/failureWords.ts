/** Failures in a sentence, the same in the panel, in messages and in the log. Pure; `t` speaks the display language. */

import { assertNever } from "../base/assert.ts";
import type { Failure } from "./failure.ts";

export type Translate = (text: string, ...args: (string | number)[]) => string;

export function describeFailure(failure: Failure, t: Translate): string {
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
      return failure.answers.some(answer => answer.kind === "failed")
        ? t("“{0}” was not found, but not every store could be asked.", failure.id)
        : t("“{0}” was not found in any store.", failure.id);
    case "noId":
      return t("There is no trace, task or span id in “{0}”.", failure.text);
    case "unreadableFile":
      return t("{0} cannot be read: {1}", failure.path, failure.reason);
    default:
      return assertNever(failure);
  }
}
