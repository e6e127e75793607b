/**
 * Hand-overs by a queue: a value is put into it, and a worker that has no context, or another's, takes it out. Only queues
 * whose taking stands in the same file: they are known by their variable, or by the name that both calls give. Pure;
 * reads text.
 *
 *     orders <- 7                                jobs.put(order)
 *     for order := range orders { charge(…) }    order = jobs.get(); pack(order)
 *     redis.rpush("orders", order)               worker.postMessage(order)
 *     redis.blpop("orders")                      parentPort.on("message", …)
 */

import type { SourceLanguage } from "../languages.ts";
import type { Range } from "../callRanges.ts";
import { findCalls, readCall } from "./callText.ts";
import type { HandOver } from "./handOver.ts";
import { carryThroughQueue } from "./queueFix.ts";

/** A variable, and how values get into it. */
const put =
  /\b(?<called>\w+)\.(?:put|put_nowait|add|push|unshift|append|appendleft|enqueue|offer|addLast|addFirst|write)\(|\b(?<channel>\w+)[ \t]*<-[ \t]*(?=[^\s=])/gu;
/** Values that are kept by a key, or in a slice: only who takes them out, and does not merely look, does their work. */
const kept =
  /\b(?<called>\w+)\.(?:set|insert)\(|(?<=^[ \t]*(?:\w+\.)?)(?<keyed>\w+)\[[^\]\n]{1,80}\][ \t]*=(?!=)|\b(?<grown>\w+)[ \t]*=[ \t]*append\(/gmu;
/** Calls that name the queue: lists and streams of Redis, SQS, brokers, emitters, worker threads. */
const sent =
  /\.(?:[rl]push|xadd|send_?messages?|publish|produce|send|emit|write_?messages?|post_?message)\(/giu;
const receiving =
  /\b(?:b?[rl]pop|b?l?move|x?read(?:group)?|receive_?messages?|subscribe|consume|on|addEventListener)\(/giu;
const carried =
  /\binject\(|\bcarry\(|\bcopy_context|\bget_current\(|\bcontext\.(?:bind|with)\(|AsyncResource|[Hh]eaders|traceparent/u;

export function listQueueHandOvers(
  language: SourceLanguage,
  text: string,
  within: Range,
): readonly HandOver[] {
  const found: HandOver[] = [];
  // Taking is sought in the whole file, once for each queue.
  const takings = new Map<string, readonly Range[]>();
  for (const { name, from, to, isKept } of listPuts(text, within)) {
    const list = isKept === true ? listRemovals : listTakings;
    const takenAt = takings.get(name) ?? list(text, name);
    takings.set(name, takenAt);
    if (takenAt.length === 0) continue;
    const fix = carryThroughQueue(language, text, name);
    found.push({ kind: "queue", from, to, fix, takenAt });
  }
  for (const { from, to, call } of findCalls(text, within, sent)) {
    if (carried.test(call)) continue;
    const names = /^\.post_?message/iu.test(call) ? ["message"] : listNames(call);
    const takenAt = names.flatMap(name => listNamedTakings(text, name));
    // The form of what is sent is the author's, and its context would have a place in it.
    if (takenAt.length > 0) found.push({ kind: "queue", from, to, fix: [], takenAt });
  }
  return found;
}

interface Put extends Range {
  readonly name: string;
  readonly isKept?: true;
}

/** Values that are put into a variable without a context. */
function listPuts(text: string, within: Range): readonly Put[] {
  const puts: Put[] = [];
  const body = text.slice(within.from, within.to);
  for (const match of [...body.matchAll(put), ...body.matchAll(kept)]) {
    const from = within.from + match.index;
    const { called, channel, keyed, grown } = match.groups ?? {};
    const lineEnd = text.indexOf("\n", from);
    const to = match[0].endsWith("(") ? readCall(text, from + match[0].length - 1)?.end : lineEnd;
    if (to === undefined || to < from || carried.test(text.slice(from, to))) continue;
    const isKept = /\.(?:set|insert)\($/u.test(match[0]) || (keyed ?? grown) !== undefined;
    puts.push({
      name: called ?? channel ?? keyed ?? grown ?? "",
      from,
      to,
      ...(isKept && { isKept }),
    });
  }
  return puts;
}

/** Where values are taken out of a map or a slice of that name. */
function listRemovals(text: string, name: string): readonly Range[] {
  const removals = new RegExp(
    `\\b${name}\\.(?:pop|popitem|delete|remove|clear|poll\\w*)\\(|\\bdelete\\(\\s*(?:\\w+\\.)?${name}\\b|\\bdel\\s+${name}\\[|\\b${name}\\b[^\\n=]{0,120}=[^\\n=]{0,120}?(?:\\bnil\\b|${name}\\[\\w*:)`,
    "gu",
  );
  return Array.from(text.matchAll(removals), match => rangeOfCall(text, match));
}

/** Where the queue of that name is taken from. */
function listTakings(text: string, name: string): readonly Range[] {
  const takings = new RegExp(
    `\\b${name}\\.(?:get|get_nowait|take|poll|pop|popleft|shift|splice|drain\\w*|work|process|consume)\\(|(?:<-|\\brange)[ \\t]*${name}\\b`,
    "gu",
  );
  return Array.from(text.matchAll(takings), match => rangeOfCall(text, match));
}

/**
 * Values that are put into a queue of another file, which the function that takes them out calls by the same name: one of
 * the files imports it.
 */
export function listPutElsewhere(
  text: string,
  within: Range,
  taker: { readonly text: string; readonly file: string },
): readonly HandOver[] {
  const found: HandOver[] = [];
  for (const { name, from, to } of listPuts(text, within)) {
    if (listTakings(taker.text, name).length === 0) continue;
    const imported = new RegExp(
      `^[ \\t]*(?:from|import|export)\\b[^\\n]*\\b${name}\\b|^var[ \\t]+${name}\\s*=\\s*make\\(chan\\b`,
      "mu",
    );
    // Whoever else puts into it, or takes from it, only the author knows.
    if (imported.test(text) || imported.test(taker.file)) {
      found.push({ kind: "queue", from, to, fix: [] });
    }
  }
  return found;
}

/** Texts of a call that may name its queue, and the address that SQS has in place of one. */
export function listNames(call: string): readonly string[] {
  const names = Array.from(call.matchAll(/["'`](?<name>[^"'`\n]+)["'`]/gu), each => each[0]);
  const address = /\bQueueUrl["']?\s*[:=]\s*(?<name>[\w.]+)/u.exec(call)?.groups?.["name"];
  return [...names.slice(0, 2), ...(address === undefined ? [] : [address])];
}

function listNamedTakings(text: string, name: string): readonly Range[] {
  return Array.from(text.matchAll(receiving), match => rangeOfCall(text, match)).filter(
    ({ from, to }) => text.slice(from, to).includes(name),
  );
}

function rangeOfCall(text: string, match: RegExpExecArray): Range {
  const end = match.index + match[0].length;
  const call = match[0].endsWith("(") ? readCall(text, end - 1) : undefined;
  return { from: match.index, to: call?.end ?? end };
}
