/**
 * Hand-overs of Go: a goroutine or a call that begins with a context of its own, though one is at hand, or a method that
 * goes by the one that its value keeps. Pure.
 */

import type { Range } from "../callRanges.ts";
import { escapePattern } from "../search/textSearch.ts";
import { endOfBlock, findCalls, readCall } from "./callText.ts";
import type { Edit, HandOver } from "./handOver.ts";

/** A context that a function has, from some place on. */
interface GoContext {
  readonly name: string;
  readonly from: number;
  /** The span's own context, which the function throws away, gets a name. */
  readonly keeping: readonly Edit[];
}

export const freshContext = /\bcontext\.(?:Background|TODO)\(\)/gu;

export function listGoHandOvers(text: string, within: Range): readonly HandOver[] {
  const found = listKept(text, within);
  const context = findContext(text, within);
  if (context === undefined) return found;
  const { name, keeping } = context;
  for (const match of text.slice(within.from, within.to).matchAll(freshContext)) {
    const at = within.from + match.index;
    const to = at + match[0].length;
    if (at < context.from) continue;
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
    const takenAt = goroutine === undefined ? listUses(text, within, around) : [];
    const fix = [{ from: at, to, text: replaced }, ...keeping];
    found.push({ kind, ...around, fix });
    // Either the call itself does the work, or those that use what it makes of the context.
    if (takenAt.length > 0) found.push({ kind, ...around, fix, takenAt });
  }
  return [...found, ...listRequests(text, within, context)];
}

/** Requests that are made without a context: they begin with a fresh one. */
function listRequests(text: string, within: Range, { name, from, keeping }: GoContext): HandOver[] {
  const call = "http.NewRequest(";
  return [...findCalls(text, within, /\bhttp\.NewRequest\(/gu)].flatMap(({ from: at, to }) => {
    if (at < from) return [];
    const open = at + call.length;
    const fix = [{ from: open - 1, to: open, text: `WithContext(${name}, ` }, ...keeping];
    return [{ kind: "background", isRequest: true, from: at, to, fix }];
  });
}

/** Lines that use the context which a statement makes of a fresh one: `group, inner := errgroup.WithContext(…)`. */
function listUses(text: string, within: Range, { from, to }: Range): Range[] {
  const made = /(?<name>\w+)(?:\s*,\s*(?<second>\w+))?\s*:=\s*[\w.]+\(/u.exec(text.slice(from, to));
  const names = [made?.groups?.["name"], made?.groups?.["second"]].filter(
    name => name !== undefined && name !== "_",
  );
  if (names.length === 0) return [];
  const uses = new RegExp(`^.*[(,]\\s*(?:${names.join("|")})\\s*[,)].*$`, "gmu");
  return Array.from(text.slice(to, within.to).matchAll(uses), match => ({
    from: to + match.index,
    to: to + match.index + match[0].length,
  }));
}

/** Calls of methods that go by a context which their value has kept since it was made. */
function listKept(text: string, within: Range): HandOver[] {
  const fields = /(?:\bstruct\s*\{|\n)\s*(?<field>\w+)\s+context\.Context\b/gu;
  const names = Array.from(text.matchAll(fields), ({ groups }) => groups?.["field"] ?? "");
  if (names.length === 0) return [];
  const methods = new Set<string>();
  for (const match of text.matchAll(/^func \((?<value>\w+) [^)]*\) (?<method>\w+)\(/gmu)) {
    const { value = "", method = "" } = match.groups ?? {};
    const body = text.slice(match.index, endOfBlock(text, text.indexOf("{\n", match.index)));
    if (new RegExp(`\\b${value}\\.(?:${names.join("|")})\\b`, "u").test(body)) methods.add(method);
  }
  const found: HandOver[] = [];
  for (const { from, to, groups } of findCalls(text, within, /\b\w+\.(?<method>\w+)\(/gu)) {
    if (methods.has(groups["method"] ?? "")) found.push({ kind: "field", from, to, fix: [] });
  }
  return found;
}

/** How the function calls the context that it was given, or has made, and from where on it has it. */
export function findContext(text: string, { from, to }: Range): GoContext | undefined {
  const function_ = text.slice(from, to);
  const open = /^\s*func\b[^\n]*?\w*\(/u.exec(function_);
  const head = open === null ? "" : function_.slice(0, function_.indexOf("{"));
  const given =
    /\b(?<name>\w+)\s+context\.Context\b/u.exec(head)?.groups?.["name"] ??
    /\b(?<name>\w+)\s+\*http\.Request\b/u.exec(head)?.[0].replace(/\s.*/u, ".Context()");
  if (given !== undefined && !given.startsWith("_")) {
    const thrown = new RegExp(
      `^(?<indent>\\s*)_\\s*,\\s*\\w+\\s*:=\\s*[\\w.]+\\(\\s*${escapePattern(given)}[,)][^\\n]*`,
      "mu",
    ).exec(function_);
    if (thrown === null) return { name: given, from, keeping: [] };
    const at = from + thrown.index + (thrown.groups?.["indent"] ?? "").length;
    const name = given.endsWith(")") ? "ctx" : given;
    return { name, from, keeping: [{ from: at, to: at + 1, text: name }] };
  }
  // One that the function made for its own span: what it is made of is no hand-over.
  const made = /^\s*(?<name>ctx)\s*(?:,\s*\w+)?\s*:?=[^\n]*/mu.exec(function_);
  const name = made?.groups?.["name"];
  return made === null || name === undefined
    ? undefined
    : { name, from: from + made.index + made[0].length, keeping: [] };
}

/** The innermost `go` statement or delayed call around the place. */
function findGoroutine(text: string, within: Range, at: number): Range | undefined {
  let found: Range | undefined;
  for (const match of text.slice(within.from, at).matchAll(/^[ \t]*go\s+|\btime\.AfterFunc/gmu)) {
    const from = within.from + match.index;
    const to = endOfStatement(text, from + match[0].length);
    if (to > at) found = { from, to };
  }
  return found;
}

/** `run(x)`, or `func(x T) { … }(y)`. */
function endOfStatement(text: string, from: number): number {
  const isLiteral = /^func\s*\(/u.test(text.slice(from, from + 20));
  const end = readCall(text, text.indexOf("(", from))?.end ?? from;
  if (!isLiteral) return end;
  const block = endOfBlock(text, text.indexOf("{", end));
  return readCall(text, block)?.end ?? block;
}

/** The call that has it as an argument. */
function endOfCall(text: string, at: number, to: number): number {
  const open = text.lastIndexOf("(", at - 1);
  return open < 0 ? to : (readCall(text, open)?.end ?? to);
}
