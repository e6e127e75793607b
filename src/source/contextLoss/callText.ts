/** Calls in source text: where their arguments begin and end. Knows strings and brackets, and no language. Pure. */

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The arguments of the call whose bracket opens at `open`, without blanks around, and where the call ends. */
export interface CallText {
  readonly args: readonly Range[];
  /** Behind the closing bracket. */
  readonly end: number;
}

const openers = "([{";
const closers = ")]}";
const quotes = "\"'`";
/** A longer call is read no further: it is data. */
const MAX_CALL = 4_000;

/** `undefined` where the bracket does not close. */
export function readCall(text: string, open: number): CallText | undefined {
  const args: Range[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < text.length && at - open < MAX_CALL; at += 1) {
    const char = text[at] as string;
    if (quotes.includes(char)) {
      at = skipString(text, at);
    } else if (openers.includes(char)) {
      depth += 1;
    } else if (closers.includes(char)) {
      depth -= 1;
      if (depth > 0) continue;
      addArgument(text, args, from, at);
      return { args, end: at + 1 };
    } else if (char === "," && depth === 1) {
      addArgument(text, args, from, at);
      from = at + 1;
    }
  }
  return undefined;
}

function addArgument(text: string, args: Range[], from: number, to: number): void {
  const own = text.slice(from, to);
  const trimmed = own.trim();
  if (trimmed === "") return;
  const start = from + own.indexOf(trimmed);
  args.push({ from: start, to: start + trimmed.length });
}

/** The place of the quote that ends it, or of the line's end: an apostrophe in a comment ends there. */
function skipString(text: string, from: number): number {
  const quote = text[from] as string;
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at;
    else if (text[at] === "\n" && quote !== "`") return at;
  }
  return text.length;
}
