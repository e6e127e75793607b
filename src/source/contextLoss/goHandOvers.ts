/** Hand-overs of Go: a goroutine or a call that begins with a context of its own, though one is at hand. Pure. */

import type { Range } from "../callRanges.ts";
import { readCall } from "./callText.ts";
import type { HandOver } from "./handOver.ts";

const fresh = /\bcontext\.(?:Background|TODO)\(\)/gu;

export function listGoHandOvers(text: string, within: Range): readonly HandOver[] {
  const context = findContext(text.slice(within.from, within.to));
  if (context === undefined) return [];
  const { name } = context;
  const found: HandOver[] = [];
  for (const match of text.slice(within.from, within.to).matchAll(fresh)) {
    const at = within.from + match.index;
    const to = at + match[0].length;
    if (match.index < context.from) continue;
    // It outlives the request already, or is what the trace's own module ends with.
    if (
      /(?:WithoutCancel|ContextWithSpan(?:Context)?|[Ss]hutdown|ForceFlush|stop)\(\s*$/u.test(
        text.slice(0, at),
      )
    ) {
      continue;
    }
    const goroutine = findGoroutine(text, within, at);
    // A goroutine outlives the request whose context it takes.
    const replaced = goroutine === undefined ? name : `context.WithoutCancel(${name})`;
    const around = goroutine ?? {
      from: text.lastIndexOf("\n", at) + 1,
      to: endOfCall(text, at, to),
    };
    const kind = goroutine === undefined ? "background" : "goroutine";
    found.push({ kind, ...around, fix: [{ from: at, to, text: replaced }] });
  }
  return found;
}

/** How the function calls the context that it was given, or has made, and from where on it has it. */
function findContext(
  function_: string,
): { readonly name: string; readonly from: number } | undefined {
  const open = /^\s*func\b[^\n]*?\w*\(/u.exec(function_);
  const head = open === null ? "" : function_.slice(0, function_.indexOf("{"));
  const context = /\b(?<name>\w+)\s+context\.Context\b/u.exec(head)?.groups?.["name"];
  if (context !== undefined && context !== "_") return { name: context, from: 0 };
  const request = /\b(?<name>\w+)\s+\*http\.Request\b/u.exec(head)?.groups?.["name"];
  if (request !== undefined && request !== "_") return { name: `${request}.Context()`, from: 0 };
  // One that the function made for its own span: what it is made of is no hand-over.
  const made = /^\s*(?<name>ctx)\s*(?:,\s*\w+)?\s*:?=[^\n]*/mu.exec(function_);
  const name = made?.groups?.["name"];
  return made === null || name === undefined
    ? undefined
    : { name, from: made.index + made[0].length };
}

/** The innermost `go` statement around the place. */
function findGoroutine(text: string, within: Range, at: number): Range | undefined {
  let found: Range | undefined;
  for (const match of text.slice(within.from, at).matchAll(/^[ \t]*go\s+/gmu)) {
    const from = within.from + match.index;
    const to = endOfStatement(text, from + match[0].length);
    if (to > at) found = { from, to };
  }
  return found;
}

/** `run(x)`, or `func(x T) { … }(y)`. */
function endOfStatement(text: string, from: number): number {
  const isLiteral = /^func\s*\(/u.test(text.slice(from, from + 20));
  let at = text.indexOf("(", from);
  let end = readCall(text, at)?.end ?? from;
  if (!isLiteral) return end;
  at = text.indexOf("{", end);
  end = readBlock(text, at);
  return readCall(text, end)?.end ?? end;
}

/** Behind the brace that closes. */
function readBlock(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The call that has it as an argument. */
function endOfCall(text: string, at: number, to: number): number {
  const open = text.lastIndexOf("(", at - 1);
  return open < 0 ? to : (readCall(text, open)?.end ?? to);
}
