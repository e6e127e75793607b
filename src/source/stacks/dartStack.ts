/** Dart's stacks, its own and those of the package `stack_trace`. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

/** `package:shop/orders.dart` is `lib/orders.dart` of the package `shop`. */
function readFile(file: string): string {
  return file.replace(/^(?:package:|packages\/)([\w.]+)\//, "$1/lib/");
}

const isLibrary = (file: string): boolean =>
  /^(?:flutter|test_api|stack_trace|async|http|shelf\w*)\/lib\//.test(file);

export const dartStack: readonly FrameGrammar[] = [
  {
    // #0      Orders.place (package:shop/orders.dart:12:5)
    pattern:
      /^\s{0,20}#\d{1,4}\s{1,10}(?<name>[^\n(]{1,300}) \((?<file>[^\n()]{1,500}\.dart):(?<line>\d{1,7})(?::\d{1,6})?\)$/gm,
    readFile,
    isLibrary,
    readName: name =>
      name.replace(/\.?<(?:anonymous closure|fn|async_body)>/g, "").replace(/^new /, ""),
  },
  {
    // package:shop/orders.dart 12:5  Orders.place
    pattern:
      /^\s{0,20}(?<file>[^\s()]{1,500}\.dart) (?<line>\d{1,7}):\d{1,6}\s{1,60}(?<name>[^\n]{1,300})$/gm,
    readFile,
    isLibrary,
    readName: name => name.replace(/\.?<(?:anonymous closure|fn|async_body)>/g, ""),
  },
];
