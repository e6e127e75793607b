/** Ruby's stacks, before and since 3.4, and as services that gather errors print them. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

const readName = (name: string): string =>
  name
    .replace(/^(?:block (?:\(\d+ levels\) )?in |rescue in |ensure in )+/, "")
    .replace(/^<(?:class|module):(.{1,200})>$/, "$1");
/** Airbrake's `[PROJECT_ROOT]/app/orders.rb` and `[GEM_ROOT]/gems/…`. */
const readFile = (file: string): string => file.replace(/^\[\w+\]\//, "");

const grammars: readonly FrameGrammar[] = [
  {
    // /app/orders.rb:12:in 'Orders#place': no stock (RuntimeError), then from /app/main.rb:2:in '<main>', RSpec's `# ./…`, and
    // Rails' `↳ `
    pattern:
      /^\s{0,40}(?:\d{1,4}: )?(?:from |# |↳ )?(?<file>[^\n:]{1,1000}\.(?:rb|rake|ru|erb)|[^\s:]{1,1000}\/bin\/\w{1,40}):(?<line>\d{1,7})(?::in [`']?(?<name>[^`'\n]{1,300}))?/gm,
    // Before Ruby 3.0 a terminal got them in the order of Python.
    isInnermostLast: stack => stack.includes("Traceback (most recent call last)"),
    isLibrary: file => file.startsWith("<internal:"),
    // The last line of that order is the innermost, and no other error.
    causePattern:
      /(?<!\d: from [^\n]{1,300})\n(?=[^\s:][^\n:]{0,300}:\d{1,7}:in [^\n]{1,500}\([\w:]{1,100}\)$)/gm,
  },
  {
    // Rollbar: File "/app/orders.rb", line 12, in place
    pattern:
      /^\s{0,20}(?:\d{1,4} )?File "(?<file>[^"\n]{1,1000}\.(?:rb|rake|ru|erb))",? line (?<line>\d{1,7})(?:,? in (?<name>[^\n]{1,300}))?$/gm,
  },
];

export const rubyStack = grammars.map(each => ({ ...each, readFile, readName }));
