/** Calls as text: arguments, literals and names of one call, in any language with parentheses and quotes. Pure. */

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
  const found: Argument[] = [];
  const limit = Math.min(text.length, open + MAX_CALL);
  let depth = 0;
  let start = open + 1;
  let position = open;
  const push = (end: number): void => {
    const argument = text.slice(start, end).trim();
    if (argument !== "") found.push(toArgument(argument));
    start = end + 1;
  };
  for (; position < limit; position += 1) {
    const char = text.charCodeAt(position);
    // " ' `
    if (char === 34 || char === 39 || char === 96) {
      position = skipString(text, position, limit);
    } else if (char === 40 || char === 91 || char === 123) depth += 1;
    else if (char === 41 || char === 93 || char === 125) {
      depth -= 1;
      if (depth === 0) break;
    } else if (char === 44 && depth === 1) push(position);
    else if ((char === 47 && text.charCodeAt(position + 1) === 47 && depth > 0) || char === 35) {
      // A comment may hold a quote; a URL inside of a string was passed already.
      const isComment = char === 47 || /[\s,(]/.test(text[position - 1] ?? " ");
      const end = isComment && text[position + 1] !== "[" ? text.indexOf("\n", position) : -1;
      if (end > 0) position = end;
    }
  }
  push(Math.min(position, limit));
  return { arguments: found, end: Math.min(position + 1, limit) };
}

function skipString(text: string, start: number, limit: number): number {
  const quote = text[start] ?? "";
  if (text.startsWith(quote.repeat(3), start)) {
    const end = text.indexOf(quote.repeat(3), start + 3);
    return end < 0 ? limit : end + 2;
  }
  for (let position = start + 1; position < limit; position += 1) {
    const char = text[position];
    if (char === "\\") position += 1;
    else if (char === quote) return position;
    // A lone quote: an apostrophe, a lifetime.
    else if (char === "\n" && quote !== "`") return start;
  }
  return start;
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
  const head = expression.split("{")[0]?.slice(0, 400) ?? "";
  return (
    /=>|^(?:async\s+)?function\b|^func\s*\(|^fn\b|^lambda\b|^static\s+(?:fn|function)|^(?:async\s+)?(?:move\s+)?\||^(?:\(\)|\w+|\([\w,\s]*\))\s*->/.test(
      head,
    ) || /\(\s*(?:async\s+)?function\b/.test(head)
  );
}
