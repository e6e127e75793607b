/** Calls as text: arguments, literals and names of one call, in any language with parentheses and quotes. Pure. */

import { readCallRanges } from "../callRanges.ts";

export interface Argument {
  /** `prefix="/x"`, `Prefix: "/x"`, `prefix = "/x"`. */
  readonly name?: string;
  readonly text: string;
}

export interface CallText {
  readonly arguments: readonly Argument[];
  /** The offset behind the closing parenthesis. */
  readonly end: number;
}

/** A handler that is written in place is longer; its head is enough. */
const MAX_CALL = 2_000;

/** Reads the arguments from the offset of the opening bracket on. What is never closed ends with the bound. */
export function readCall(text: string, open: number): CallText {
  const { args, end } = readCallRanges(text, open, { maxLength: MAX_CALL });
  return { arguments: args.map(({ from, to }) => toArgument(text.slice(from, to))), end };
}

function toArgument(text: string): Argument {
  const [whole = "", name] = /^([A-Za-z_]\w{0,40})\s{0,4}(?:=(?![=>])|:(?!:))\s*/.exec(text) ?? [];
  return name === undefined ? { text } : { name, text: text.slice(whole.length) };
}

const literal =
  /(?:\b[rRbBuUfF]{1,2}|[$@]{1,2})?(?:"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`)/g;

/** Every text literal of a piece of program. */
export function listLiterals(text: string): readonly string[] {
  return [...text.matchAll(literal)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

export function withoutLiterals(text: string): string {
  return text.replace(literal, "");
}

/** The whole argument is one literal. */
export function getLiteral(text: string): string | undefined {
  const [found] = text.matchAll(literal);
  if (found?.index !== 0 || found[0].length !== text.length) return undefined;
  return found[1] ?? found[2] ?? found[3] ?? "";
}

export function getNamed(
  call: Pick<CallText, "arguments">,
  ...names: readonly string[]
): string | undefined {
  return call.arguments.find(({ name }) => name !== undefined && names.includes(name))?.text;
}

export function getPositional(call: Pick<CallText, "arguments">): readonly string[] {
  return call.arguments.filter(({ name }) => name === undefined).map(({ text }) => text);
}

const keywords = new Set(
  "function async await return new func fn def use static lambda const let var true false null nil None class typeof void this".split(
    " ",
  ),
);

/** The names that a handler's expression may mean, outermost last: `otelhttp.NewHandler(http.HandlerFunc(h.Show), "x")`. */
export function listNames(expression: string): readonly string[] {
  const names: string[] = [];
  for (const [name] of withoutLiterals(expression).matchAll(
    /[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)*(?=[^\w$]|$)/g,
  )) {
    const plain = name
      .replace(/^\$?(?:this|self)(?:\.|->)/, "")
      .replace(/^\$/, "")
      .replace(/(?<=\w\.\w+)\.bind$/, "");
    if (!keywords.has(plain) && plain !== "") names.push(plain);
  }
  // The innermost call is what is wrapped.
  return [...new Set(names.reverse())].slice(0, 6);
}

/** A function that is written in place. */
export function isInline(expression: string): boolean {
  const [head = ""] = /^[^{]{0,400}/.exec(expression) ?? [];
  return (
    /=>|^(?:async\s+)?function\b|^func\s*\(|^fn\b|^lambda\b|^static\s+(?:fn|function)|^(?:async\s+)?(?:move\s+)?\||^(?:\(\)|\w+|\([\w,\s]*\))\s*->/.test(
      head,
    ) || /\(\s*(?:async\s+)?function\b/.test(head)
  );
}
