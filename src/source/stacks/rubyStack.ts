/** Ruby's stacks, before and since 3.4. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

export const rubyStack: readonly FrameGrammar[] = [
  {
    // /app/orders.rb:12:in 'Orders#place': no stock (RuntimeError), then from /app/main.rb:2:in '<main>'
    pattern:
      /^\s{0,40}(?:\d{1,4}: )?(?:from )?(?<file>[^\n:]{1,1000}\.(?:rb|rake|ru|erb)|[^\s:]{1,1000}\/bin\/\w{1,40}):(?<line>\d{1,7})(?::in [`'](?<name>[^'\n]{1,300})')?/gm,
    readName: name => name.replace(/^(?:block (?:\(\d+ levels\) )?in |rescue in |ensure in )+/, ""),
    // Before Ruby 3.0 a terminal got them in the order of Python.
    isInnermostLast: stack => stack.includes("Traceback (most recent call last)"),
    isLibrary: file => file.startsWith("<internal:"),
  },
];
