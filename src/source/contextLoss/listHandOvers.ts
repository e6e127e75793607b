/** The hand-overs in a function, by its language. Pure; reads text. */

import type { SourceLanguage } from "../languages.ts";
import type { Range } from "../callRanges.ts";
import { hasWord, readCall } from "./callText.ts";
import { listGoHandOvers } from "./goHandOvers.ts";
import type { HandOver, HandOverOptions } from "./handOver.ts";
import { listJavaHandOvers } from "./javaHandOvers.ts";
import { listPythonHandOvers } from "./pythonHandOvers.ts";
import { listNames, listQueueHandOvers } from "./queueHandOvers.ts";
import { listScriptHandOvers } from "./scriptHandOvers.ts";

export function listHandOvers(
  language: SourceLanguage,
  text: string,
  within: Range,
  options: HandOverOptions = {},
): readonly HandOver[] {
  return [
    ...(options.headersKey === UNKNOWN_KEY
      ? [...listOwn(language, text, within, {}), ...listSent(text, within)]
      : listOwn(language, text, within, options)),
    // Whatever hands its function or headers over is told by the rules of its language.
    ...listQueueHandOvers(language, text, within),
  ];
}

function listOwn(
  language: SourceLanguage,
  text: string,
  within: Range,
  options: HandOverOptions,
): readonly HandOver[] {
  switch (language) {
    case "python":
      return listPythonHandOvers(text, within, options);
    case "go":
      return listGoHandOvers(text, within);
    case "java":
      return listJavaHandOvers(text, within);
    case "typescript":
    case "tsx":
    case "javascript":
      return listScriptHandOvers(text, within, options);
    default:
      return [];
  }
}

/** The consumer continues from what a message has with it, under a name that is not told. */
const UNKNOWN_KEY = "";
const sending =
  /\b(?:publish|send|produce|enqueue|put|push|write)(?:_?(?:messages?|record|async))?\(/giu;

/** Messages to a queue or topic that the consumer names too, in its span or in its own function. */
export function listSentTo(text: string, within: Range, consumer: string): readonly HandOver[] {
  return listSent(text, within).filter(({ from, to }) =>
    listNames(text.slice(from, to)).some(quoted => {
      const name = quoted.replaceAll(/^["'`]|["'`]$/gu, "");
      return name.length >= LEAST_NAME && hasWord(consumer, name);
    }),
  );
}

/** Shorter texts stand anywhere. */
const LEAST_NAME = 3;

/** Messages of a function that puts no context into any: where it would be put, only the author knows. */
function listSent(text: string, within: Range): HandOver[] {
  const body = text.slice(within.from, within.to);
  if (/inject/iu.test(body)) return [];
  return Array.from(body.matchAll(sending), match => {
    const from = within.from + match.index;
    const to = readCall(text, from + match[0].length - 1)?.end ?? from + match[0].length;
    return { kind: "message", from, to, fix: [] };
  });
}

/** Where the consumer of that name looks for its context: `continued(message["headers"], "orders process"`. */
export function findHeadersKey(text: string, consumer: string): string | undefined {
  const call =
    /\bcontinued\(\s*\w+(?:\.(?<field>\w+)|\[\s*["'](?<key>\w+)["']\s*\]|\.get\(\s*["'](?<got>\w+)["'][^)]*\))\s*,\s*(?<quote>["'`])(?<name>[^"'`\n]*)\k<quote>/gu;
  for (const { groups } of text.matchAll(call)) {
    if (groups?.["name"] !== consumer) continue;
    return groups["got"] ?? groups["key"] ?? groups["field"];
  }
  const isNamed = ['"', "'", "`"].some(quote => text.includes(quote + consumer + quote));
  return isNamed && /\b(?:continued?|extract)\(/iu.test(text) ? UNKNOWN_KEY : undefined;
}
