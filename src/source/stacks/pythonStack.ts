/** Python's tracebacks: its own, groups of exceptions, `rich`, IPython, pytest, faulthandler. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

const isNewestLast = (stack: string): boolean => !stack.includes("most recent call first");

export const pythonStack: readonly FrameGrammar[] = [
  {
    // File "/app/shop/orders.py", line 12, in place_order
    // Exception groups draw `|` and `+` before it, loguru `>`.
    pattern:
      /^[\s|+>]{0,60}File "(?<file>[^"\n]{1,1000}(?<!\.rb))", line (?<line>\d{1,7})(?:,? in (?<name>[^\n]{1,300}))?/gm,
    isInnermostLast: isNewestLast,
  },
  {
    // rich: │ /app/shop/orders.py:12 in place_order        │
    pattern:
      /^[\s│|]{1,60}(?<file>[^\s│|][^\n│|]{0,1000}?\.pyx?):(?<line>\d{1,7}) in (?<name>[^\n│|]{1,300}?)\s{0,300}[│|]?$/gm,
    isInnermostLast: isNewestLast,
  },
  {
    // IPython: File /app/shop/orders.py:12, in place_order(order)
    pattern:
      /^\s{0,10}File (?<file>[^"\n]{1,1000}\.pyx?):(?<line>\d{1,7})(?:, in (?<name>[\w.<>]{1,300}))?/gm,
    isInnermostLast: isNewestLast,
  },
  {
    // pytest: shop/orders.py:12: ValueError, and on the way there shop/api.py:3: in post
    pattern:
      /^\s{0,8}(?<file>[^\s:"][^\n:"]{0,1000}\.py):(?<line>\d{1,7}): (?:in (?<name>[\w.<>]{1,300})|[A-Z]\w{1,100}$|$)/gm,
    isInnermostLast: isNewestLast,
  },
];
