/** Calls that hand work over, as ranges of the text that a fix can change. Pure. */

import { readCallRanges, type CallRanges, type Range } from "../callRanges.ts";

/** A longer call is read no further: it is data. */
const MAX_CALL = 4_000;

/** `undefined` where the bracket does not close. */
export function readCall(text: string, open: number, isPython = false): CallRanges | undefined {
  const call = readCallRanges(text, open, { maxLength: MAX_CALL, isPython });
  return call.isClosed ? call : undefined;
}

export interface FoundCall extends Range {
  readonly args: readonly Range[];
  /** The whole call. */
  readonly call: string;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** The calls within a range whose beginning, with the bracket that opens, a pattern finds. */
export function* findCalls(
  text: string,
  within: Range,
  beginning: RegExp,
  isPython = false,
): Generator<FoundCall> {
  for (const match of text.slice(within.from, within.to).matchAll(beginning)) {
    const from = within.from + match.index;
    const read = readCall(text, from + match[0].length - 1, isPython);
    if (read === undefined) continue;
    const { args, end: to } = read;
    yield { from, to, args, call: text.slice(from, to), groups: match.groups ?? {} };
  }
}

/** Behind the brace that closes; `open` is where one opens. */
export function endOfBlock(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** Whether the text has the name as a whole word. */
export function hasWord(text: string, name: string): boolean {
  if (name === "") return false;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + name.length] ?? " "}`;
    if (!/[\p{L}\p{N}_$]/u.test(around)) return true;
  }
  return false;
}
