/** Rust's panics and backtraces, and those of `anyhow`, `eyre` and `tracing-error`. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

export const rustStack: readonly FrameGrammar[] = [
  {
    // thread 'main' panicked at src/orders.rs:12:5:          the line that raised, in the head
    // thread 'main' panicked at 'no stock', src/orders.rs:12:5
    // ├╴at src/orders.rs:12:5, of error-stack, and ╭─[src/orders.rs:12:5], of miette
    //    4: shop::orders::place\n              at ./src/orders.rs:12:5
    pattern:
      /(?:(?:\bpanicked at |^Location:\n\s{1,20}|^[│ ]{0,20}[├╰]╴at |╭─\[)(?:'[^\n]{0,1000}', )?(?<headFile>[^\s'][^\n:']{0,1000}\.rs):(?<headLine>\d{1,7})|^\s{0,10}\d{1,5}: (?:0x[0-9a-f]{1,16} - )?(?<name>[^\n]{1,500})\n\s{1,40}at (?<file>[^\n]{1,1000}?):(?<line>\d{1,7})(?::\d{1,6})?$)/gm,
    readName: name => name.replace(/::h[0-9a-f]{16}$/, "").replace(/ with .*$/, ""),
  },
];
