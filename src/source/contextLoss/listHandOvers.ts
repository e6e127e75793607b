/** The hand-overs in a function, by its language. Pure; reads text. */

import type { SourceLanguage } from "../languages.ts";
import type { Range } from "../callRanges.ts";
import { listGoHandOvers } from "./goHandOvers.ts";
import type { HandOver, HandOverOptions } from "./handOver.ts";
import { listJavaHandOvers } from "./javaHandOvers.ts";
import { listPythonHandOvers } from "./pythonHandOvers.ts";
import { listQueueHandOvers } from "./queueHandOvers.ts";
import { listScriptHandOvers } from "./scriptHandOvers.ts";

export function listHandOvers(
  language: SourceLanguage,
  text: string,
  within: Range,
  options: HandOverOptions = {},
): readonly HandOver[] {
  return [
    ...listOwn(language, text, within, options),
    // Whatever hands its function or headers over is told by the rules of its language.
    ...listQueueHandOvers(text, within),
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

/** Where the consumer of that name looks for its context: `continued(message["headers"], "orders process"`. */
export function findHeadersKey(text: string, consumer: string): string | undefined {
  const call =
    /\bcontinued\(\s*\w+(?:\.(?<field>\w+)|\[\s*["'](?<key>\w+)["']\s*\]|\.get\(\s*["'](?<got>\w+)["'][^)]*\))\s*,\s*(?<quote>["'`])(?<name>[^"'`\n]*)\k<quote>/gu;
  for (const { groups } of text.matchAll(call)) {
    if (groups?.["name"] !== consumer) continue;
    return groups["got"] ?? groups["key"] ?? groups["field"];
  }
  return undefined;
}
