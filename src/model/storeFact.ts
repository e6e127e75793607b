/** The facts that a store says of itself when it is asked how it is. Stores state facts; the words are here. Pure. */

import { assertNever } from "../base/assert.ts";
import type { Translate } from "./failureWords.ts";

export type StoreFact =
  /** The same in every language: a product with its version, a path, what a server itself wrote. */
  | string
  | { readonly kind: "services"; readonly names: readonly string[] }
  | {
      readonly kind: "holdings";
      readonly files?: number;
      readonly traces: number;
      readonly spans: number;
    }
  /** Files that hold no traces, beyond those that are named. */
  | { readonly kind: "passedOver"; readonly files: number }
  | {
      readonly kind: "collections";
      readonly database: string;
      readonly count: number;
      readonly withTasks: readonly string[];
    };

/** Names that are written out, at most. */
const MAX_NAMED = 5;

export function describeFact(fact: StoreFact, t: Translate): string {
  if (typeof fact === "string") return fact;
  switch (fact.kind) {
    case "services":
      return withNames(t("Services: {0}", fact.names.length), fact.names, t);
    case "holdings": {
      const { files, traces, spans } = fact;
      const held = describeHoldings(traces, spans, t);
      return files === undefined ? held : t("Files: {0}; {1}", files, held);
    }
    case "passedOver":
      return t("Other files without traces: {0}", fact.files);
    case "collections": {
      const { database, count, withTasks } = fact;
      const text = t("{0}: {1} of {2} collections hold tasks", database, withTasks.length, count);
      return withNames(text, withTasks, t);
    }
    default:
      return assertNever(fact);
  }
}

export function countTraces(count: number, t: Translate): string {
  return count === 1 ? t("1 trace") : t("{0} traces", count.toLocaleString());
}

export function describeHoldings(traces: number, spans: number, t: Translate): string {
  const counted = spans === 1 ? t("1 span") : t("{0} spans", spans.toLocaleString());
  return `${countTraces(traces, t)} · ${counted}`;
}

function withNames(text: string, names: readonly string[], t: Translate): string {
  if (names.length === 0) return text;
  const more = names.length > MAX_NAMED ? ["…"] : [];
  return t("{0} ({1})", text, [...names.slice(0, MAX_NAMED), ...more].join(", "));
}
