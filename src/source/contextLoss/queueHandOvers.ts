/**
 * Hand-overs by a queue within one program: a value is put into it, and a worker that has no context, or another's, takes
 * it out. Only queues whose taking stands in the same file. Pure; reads text.
 *
 *     orders <- 7                                jobs.put(order)
 *     for order := range orders { charge(…) }    order = jobs.get(); pack(order)
 */

import type { Range } from "../callRanges.ts";
import { readCall } from "./callText.ts";
import type { HandOver } from "./handOver.ts";

const put =
  /\b(?<called>\w+)\.(?:put|put_nowait|add|push|enqueue|offer)\(|\b(?<channel>\w+)[ \t]*<-[ \t]*(?=[^\s=])/gu;
const carried = /\binject\(|\bcarry\(|\bcopy_context|\bcontext\.(?:bind|with)\(/u;

export function listQueueHandOvers(text: string, within: Range): readonly HandOver[] {
  const found: HandOver[] = [];
  // Taking is sought in the whole file, once for each queue.
  const takings = new Map<string, readonly Range[]>();
  for (const match of text.slice(within.from, within.to).matchAll(put)) {
    const from = within.from + match.index;
    const { called, channel } = match.groups ?? {};
    const end =
      channel === undefined
        ? readCall(text, from + match[0].length - 1)?.end
        : text.indexOf("\n", from);
    if (end === undefined || end < from || carried.test(text.slice(from, end))) continue;
    const name = called ?? channel ?? "";
    const takenAt = takings.get(name) ?? listTakings(text, name);
    takings.set(name, takenAt);
    if (takenAt.length === 0) continue;
    // The form of what is put is the author's, and its context would have a place in it.
    found.push({ kind: "queue", from, to: end, fix: [], takenAt });
  }
  return found;
}

/** Where the queue of that name is taken from. */
function listTakings(text: string, name: string): readonly Range[] {
  const takings = new RegExp(
    `\\b${name}\\.(?:get|get_nowait|take|poll|pop|shift|work|process|consume)\\(|(?:<-|\\brange)[ \\t]*${name}\\b`,
    "gu",
  );
  return Array.from(text.matchAll(takings), match => {
    const end = match.index + match[0].length;
    const call = match[0].endsWith("(") ? readCall(text, end - 1) : undefined;
    return { from: match.index, to: call?.end ?? end };
  });
}
