/**
 * Calls in source text: where their arguments begin and end, in any language with parentheses and quotes. Knows strings,
 * brackets and comments. Pure.
 */

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The arguments of the call whose bracket opens at `open`, without blanks around, and where the call ends. */
export interface CallRanges {
  readonly args: readonly Range[];
  /** Behind the closing bracket; where it does not close within the bound, there. */
  readonly end: number;
  readonly isClosed: boolean;
}

export interface CallOptions {
  /** A longer call is read no further. */
  readonly maxLength: number;
  /** `//` divides, as in Python, and begins no comment. */
  readonly isPython?: boolean;
}

const openers = "([{";
const closers = ")]}";
const quotes = "\"'`";

export function readCallRanges(
  text: string,
  open: number,
  { maxLength, isPython = false }: CallOptions,
): CallRanges {
  const args: Range[] = [];
  const limit = Math.min(text.length, open + maxLength);
  let depth = 0;
  let from = open + 1;
  let at = open;
  const add = (to: number): void => {
    const written = text.slice(from, to);
    const trimmed = written.trim();
    const start = from + written.indexOf(trimmed);
    if (trimmed !== "") args.push({ from: start, to: start + trimmed.length });
    from = to + 1;
  };
  for (; at < limit; at += 1) {
    const char = text[at] as string;
    if (quotes.includes(char)) at = skipString(text, at, limit);
    else if (openers.includes(char)) depth += 1;
    else if (closers.includes(char)) {
      depth -= 1;
      if (depth === 0) break;
    } else if (char === "," && depth === 1) add(at);
    else if (beginsComment(text, at, isPython)) {
      const end = text.indexOf("\n", at);
      if (end > 0) at = end;
    }
  }
  add(Math.min(at, limit));
  return { args, end: Math.min(at + 1, limit), isClosed: at < limit };
}

/** A comment may hold a quote; a URL inside of a string was passed already, and `#[` is an attribute. */
function beginsComment(text: string, at: number, isPython: boolean): boolean {
  if (text[at] === "/") return !isPython && text[at + 1] === "/";
  return text[at] === "#" && text[at + 1] !== "[" && /[\s,(]/.test(text[at - 1] ?? " ");
}

/** The place of the quote that ends it; its own where it is alone: an apostrophe, a lifetime. */
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
    else if (char === "\n" && quote !== "`") return start;
  }
  return start;
}
