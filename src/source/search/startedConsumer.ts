/**
 * An object that is told its queue in one call and handed its function in another:
 *
 *     consumer.Configure(
 *         rabbit.QueueName("boxes"),
 *     )
 *     consumer.StartConsumer(worker.Pack)   →   Pack
 */

import type { Place } from "../location.ts";
import { listNames, readCall } from "../routes/callText.ts";
import type { SearchContext } from "./searchContext.ts";
import { escapePattern, type TextHit } from "./textSearch.ts";

/** `QueueName("boxes"),` has a line of its own among a call's arguments. */
const option = /^\s*(?:&|new\s+)?[\w.]*\w\(\s*["'`][^"'`]*["'`]\s*\),?\s*$/;
const opened = /^\s*(?:[\w\s,]*:?=\s*)?(?:await\s+)?([\w.]*\w)\.\w+\(\s*$/;
/** Both calls stand in one function. */
const NEAR = 40;

export function isOption(line: string): boolean {
  return option.test(line);
}

/** The function that the object of an option is handed; `undefined` where none is, or several are called so. */
export async function findStarted(
  context: SearchContext,
  { path, line0 }: Pick<TextHit, "path" | "line0">,
): Promise<Place | undefined> {
  const { workspace } = context;
  const lines = await workspace.readLines(path);
  const above = lines.slice(Math.max(0, line0 - NEAR), line0);
  const receiver = opened.exec(above.findLast(line => opened.test(line)) ?? "")?.[1];
  if (receiver === undefined) return undefined;
  const below = lines.slice(line0 + 1, line0 + NEAR).join("\n");
  const calls = new RegExp(
    `(?<![\\w.])${escapePattern(receiver)}\\.\\w*(?:[Ss]tart|[Cc]onsume|[Ss]ubscribe|[Ll]isten|[Hh]andle|[Rr]un)\\w*\\(`,
    "g",
  );
  for (const { index, 0: call } of below.matchAll(calls)) {
    const { arguments: all } = readCall(below, index + call.length - 1);
    for (const name of all.flatMap(({ text }) => listNames(text))) {
      const bare = /\w+$/.exec(name)?.[0] ?? "";
      const found = (await workspace.findSymbols(bare)).filter(
        symbol => symbol.kind === "function" && context.isInService(symbol.path),
      );
      if (found.length === 1) return found[0];
    }
  }
  return undefined;
}
