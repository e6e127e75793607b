/** Failures in a sentence, the same in the panel, in messages and in the log. Pure; `t` speaks the display language. */

import { assertNever } from "../base/assert.ts";
import type { Failure, ProductKind } from "./failure.ts";

/** As their makers write them; the same in every language. */
export const productNames: Readonly<Record<ProductKind, string>> = {
  jaeger: "Jaeger",
  zipkin: "Zipkin",
  skywalking: "SkyWalking",
  tempo: "Tempo",
};

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
    case "storeSentPage":
      return failure.title === ""
        ? t(
            "{0} answered with a web page, not with data. Is {1} the address of the API, or does a login page stand before it?",
            failure.store,
            failure.address,
          )
        : t(
            "{0} answered with a web page (“{1}”), not with data. Is {2} the address of the API, or does a login page stand before it?",
            failure.store,
            failure.title,
            failure.address,
          );
    case "wrongProduct":
      return failure.expected === failure.found
        ? t(
            "{0} is not at {1}, but {2} answers at {3}.",
            failure.store,
            failure.address,
            productNames[failure.found],
            failure.foundUrl,
          )
        : t(
            "{0} is set up as {1}, but {2} answers as {3}.",
            failure.store,
            productNames[failure.expected],
            failure.foundUrl,
            productNames[failure.found],
          );
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
