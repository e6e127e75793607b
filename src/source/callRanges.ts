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

/** The characters that mean something to a call. */
const special = /["'`()[\]{},#]|\/\//g;
/** Nobody writes arguments that nest deeper; what is never closed is told by it early. */
const MAX_NESTED = 24;

export function readCallRanges(
  text: string,
  open: number,
  { maxLength, isPython = false }: CallOptions,
): CallRanges {
  const args: Range[] = [];
  const call = text.slice(open, open + maxLength);
  let depth = 0;
  let from = 1;
  let close = call.length;
  const add = (to: number): void => {
    const written = call.slice(from, to);
    const trimmed = written.trim();
    const start = open + from + written.indexOf(trimmed);
    if (trimmed !== "") args.push({ from: start, to: start + trimmed.length });
    from = to + 1;
  };
  special.lastIndex = 0;
  for (let found = special.exec(call); found !== null; found = special.exec(call)) {
    const { index, 0: char } = found;
    if (char === ",") {
      if (depth === 1) add(index);
    } else if ("([{".includes(char)) {
      depth += 1;
      if (depth > MAX_NESTED) break;
    } else if (")]}".includes(char)) {
      depth -= 1;
      if (depth > 0) continue;
      close = index;
      break;
    } else if (char === "//" || char === "#") {
      // A comment may hold a quote; a URL inside of a string was passed already, and `#[` is an attribute.
      const isComment =
        char === "//"
          ? !isPython
          : call[index + 1] !== "[" && /[\s,(]/.test(call[index - 1] ?? " ");
      const end = isComment ? call.indexOf("\n", index) : index;
      if (end < 0) break;
      special.lastIndex = end + 1;
    } else special.lastIndex = skipString(call, index) + 1;
  }
  add(close);
  const end = Math.min(close + 1, call.length);
  return { args, end: open + end, isClosed: close < call.length };
}

/** The place of the quote that ends it; its own where it is alone: an apostrophe, a lifetime. */
function skipString(text: string, start: number): number {
  const quote = text[start] ?? "";
  if (text.startsWith(quote.repeat(3), start)) {
    const end = text.indexOf(quote.repeat(3), start + 3);
    return end < 0 ? text.length : end + 2;
  }
  for (let position = start + 1; position < text.length; position += 1) {
    const char = text[position];
    if (char === "\\") position += 1;
    else if (char === quote) return position;
    else if (char === "\n" && quote !== "`") return start;
  }
  return start;
}
