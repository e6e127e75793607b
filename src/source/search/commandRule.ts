/**
 * The line that gives a store a command of its own, which has no statement: `redis.setex(key, …)` sends SETEX. Libraries
 * send commands too, and many lines send the same one, so that none is sure.
 */

import { type SearchContext } from "./searchContext.ts";
import { escapePattern } from "./textSearch.ts";

/** The names that programs give to what holds a connection. */
const receivers =
  "redis|valkey|memcache|cache|elastic|search|rdb|client|conn|store|pool|pipe|multi";

export async function findCommand(context: SearchContext): Promise<void> {
  const { hints } = context;
  const { command, statement = "" } = hints;
  if (command === undefined) return;
  const pattern = `(?:(?:${receivers})\\w{0,40}|\\b(?:r|es|mc|kv|db))(?:\\(\\))?[!?]?(?:\\.|->|::)${escapePattern(command)}(?:_?async)?\\(`;
  const hits = (await context.search(command, pattern, { flags: "i" }))
    .filter(({ path }) => context.isInService(path))
    .map(hit => {
      // The key's own words may stand in the call: get("cart:" + id) of `GET cart:17`.
      const texts = [...hit.text.matchAll(/["'`]([\w.:/-]{3,})/g)].map(([, text = ""]) => text);
      const isKey = texts.some(text => statement.includes(text));
      return { ...hit, score: Number(isKey) * 2 + Number(/redis|cache|elastic/i.test(hit.text)) };
    })
    .sort((a, b) => b.score - a.score);
  const reason = { code: "callSite", call: command.toUpperCase() } as const;
  context.addAll(hits, reason, false);
}
