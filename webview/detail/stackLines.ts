/** Which lines of a stack trace name a place in a file, in the form of any language. Pure. */

export interface StackLine {
  readonly text: string;
  /** Names a file and a line, so it may be opened. */
  readonly isFrame: boolean;
  /** A frame of a library or of the language itself. */
  readonly isForeign: boolean;
}

/**
 * `File "shop/orders.py", line 12, in place` (Python), `at place (shop/orders.ts:12:5)` (JavaScript),
 * `at shop.Orders.place(Orders.java:12)` (Java), `	/home/me/shop/orders.go:12 +0x1d` (Go),
 * `from orders.rb:12:in 'place'` (Ruby), `in Orders.cs:line 12` (.NET).
 */
const FRAME = /\bFile "[^"]+", line \d+|[\w)\]-]\.[A-Za-z]\w{0,5}:(?:line )?\d+/;
const FOREIGN =
  /site-packages|dist-packages|node_modules|\bnode:|\/lib\/python\d|\/usr\/lib\/|<frozen |\bjava\.|\bjdk\.|\/usr\/local\/go\/|\/pkg\/mod\//;

export function readStack(stack: string): readonly StackLine[] {
  const lines = stack.replace(/\n$/, "").split("\n");
  return lines.map(text => {
    const isFrame = FRAME.test(text);
    return { text, isFrame, isForeign: isFrame && FOREIGN.test(text) };
  });
}

/** The program's own frame that is nearest to the error: Python's most recent call stands last, all others' first. */
export function findProgramFrame(lines: readonly StackLine[]): StackLine | undefined {
  const isOwn = ({ isFrame, isForeign }: StackLine): boolean => isFrame && !isForeign;
  const isPython = lines.some(({ text }) => /^\s*File "[^"]+", line \d+/.test(text));
  return isPython ? lines.findLast(isOwn) : lines.find(isOwn);
}
