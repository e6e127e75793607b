/** The filter in words: what was mistaken in it, and what can be put where the caret stands. Knows no DOM. */

import {
  filterKeys,
  filterStatuses,
  quoteFilterValue,
  type Completion,
  type FilterKey,
  type FilterProblem,
} from "../../src/analysis/traceFilter.ts";
import { assertNever } from "../../src/base/assert.ts";
import { t } from "../words/words.ts";

export function describeProblem(problem: FilterProblem): string {
  switch (problem.code) {
    case "openQuote":
      return t("A quote is not closed.");
    case "noValue":
      return t("{0} has no value yet.", problem.key);
    case "twice":
      return t("{0} is given twice; the first counts.", problem.key);
    case "unknownStatus":
      return t("“{0}” is no status: error, ok or running.", problem.value);
    case "unreadableDuration":
      return t("“{0}” is no duration: >100ms, <2s or 100ms..2s.", problem.value);
    case "emptyDuration":
      return t("No duration is that long and that short at once.");
    default:
      return assertNever(problem);
  }
}

export interface Suggestion {
  /** The text that is shown. */
  readonly text: string;
  /** The meaning of it. */
  readonly hint?: string;
  /** The text that is written into the filter. */
  readonly insert: string;
  /** Something must follow it, so no blank is put behind. */
  readonly isOpen: boolean;
}

/** More are no help: a letter more is. */
const LIMIT = 50;

/** `values`: what the store knows, for the keys that only it knows. */
export function listSuggestions(
  completion: Completion,
  values: readonly string[],
): readonly Suggestion[] {
  const typed = completion.typed.toLowerCase();
  if (completion.kind === "key") {
    const keys = filterKeys
      .filter(key => key.startsWith(typed))
      .map(key => toSuggestion(`${key}:`, describeKey(key), true));
    const statuses = filterStatuses
      .filter(status => typed !== "" && status.startsWith(typed))
      .map(status => toSuggestion(`status:${status}`, undefined, false));
    return [...keys, ...statuses];
  }
  switch (completion.key) {
    case "service":
    case "session":
    case "operation": {
      const starting = values.filter(value => value.toLowerCase().startsWith(typed));
      const holding = values.filter(value => value.toLowerCase().indexOf(typed) > 0);
      return [...starting, ...holding]
        .slice(0, LIMIT)
        .map(value => ({ text: value, insert: quoteFilterValue(value), isOpen: false }));
    }
    case "status":
      return filterStatuses
        .filter(status => status.startsWith(typed))
        .map(status => toSuggestion(status, undefined, false));
    case "duration":
      return [">100ms", ">1s", "<10ms", "100ms..2s"]
        .filter(each => each.startsWith(typed))
        .map(each => toSuggestion(each, undefined, false));
    default:
      return assertNever(completion.key);
  }
}

function toSuggestion(text: string, hint: string | undefined, isOpen: boolean): Suggestion {
  return { text, insert: text, isOpen, ...(hint !== undefined && { hint }) };
}

function describeKey(key: FilterKey): string {
  switch (key) {
    case "service":
      return t("a service or queue");
    case "operation":
      return t("the name of a span");
    case "status":
      return t("error, ok or running");
    case "session":
      return t("a session or conversation");
    case "duration":
      return ">100ms, <2s, 100ms..2s";
    default:
      return assertNever(key);
  }
}
