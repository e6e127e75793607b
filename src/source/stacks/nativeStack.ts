/** Stacks of C, C++ and Swift, as debuggers, sanitizers and libraries print them. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

const SOURCE = String.raw`[^\n]{0,1000}?\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp|m|mm|swift|cu|d|zig|pas|f90|S|go|rs)`;
/** Without its parameters. */
const readName = (name: string): string =>
  name
    .replace(/\s?\([^\n]*$/, "")
    .replace(/ \+ \d+$/, "")
    .replace(/^(?:[\w.-]+[`!])/, "");

function grammar(pattern: string): FrameGrammar {
  return { pattern: new RegExp(pattern, "gm"), readName };
}

export const nativeStack: readonly FrameGrammar[] = [
  // Sanitizers, cpptrace: #0 0x55d in shop::Orders::place(int) /app/src/orders.cpp:12:5
  grammar(
    String.raw`^\s{0,20}#\d{1,4}\s{1,4}(?:0x[0-9a-f]{1,16}\s)?(?:in\s)?(?<name>[^\n]{1,500}?)\s(?:\s{0,8}at\s)?(?<file>(?:[A-Za-z]:)?[\\/.]?[\w.\\/+@ ~-]{0,500}?[\w+~-]\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|inl|ipp|m|mm|swift|S)):(?<line>\d{1,7})(?::\d{1,6})?(?:, \w{1,20}=\S{1,40})?\s{0,4}$`,
  ),
  // gdb, boost, std::stacktrace, lldb, Swift: 0# shop::place(int) at /app/src/orders.cpp:12
  grammar(
    String.raw`^\s{0,20}(?:\*\s)?(?:frame\s)?#?\d{1,4}[#:>]?\s{1,4}(?:\[(?:ra|inlined|async|thunk|system)\]\s)*(?:\[[^\]\n]{0,40}\]\s)?(?:0x[0-9a-f]{1,16}\s{1,4})?(?:in\s)?(?<name>[^\n]{1,500}?)\s{1,10}at (?<file>${SOURCE}):(?<line>\d{1,7})(?::\d{1,6})?(?:\s\[[^\]\n]{0,40}\])?\s{0,4}$`,
  ),
  // MSVC: 0> C:\app\orders.cpp(12): shop!place+0x1F
  grammar(
    String.raw`^\s{0,20}\d{1,4}> (?<file>${SOURCE})\((?<line>\d{1,7})\): (?<name>[^\n+]{1,500})`,
  ),
  // Xcode: 3  Shop  0x0000 Orders.place(_:) + 40 (Orders.swift:12)
  grammar(
    String.raw`^\s{0,20}\d{1,4}\s{1,10}[\w.?-]{1,100}\s{1,40}0x[0-9a-f]{1,16} (?<name>[^\n]{1,500}?) \((?<file>[\w+.-]{1,200}):(?<line>\d{1,7})\)\s{0,4}$`,
  ),
  // Valgrind: ==42==    at 0x109157: place(int) (orders.cpp:12)
  grammar(
    String.raw`^==\d{1,8}==\s{1,6}(?:at|by) 0x[0-9A-F]{1,16}: (?<name>[^\n]{1,500}) \((?<file>[^\s():]{1,300}):(?<line>\d{1,7})\)$`,
  ),
  // glibc and GoogleTest: shop: /app/orders.cpp:12: int place(int): Assertion …, /app/test/orders_test.cpp:12: Failure
  grammar(
    String.raw`^(?:[^\s:]{1,100}: )?(?<file>${SOURCE}):(?<line>\d{1,7}): (?:(?<name>[^\n]{1,300}): Assertion |Failure$)`,
  ),
  // Swift's own head: Shop/Orders.swift:12: Fatal error: no stock
  grammar(
    String.raw`^(?<file>[^\n:"]{1,500}\.swift):(?<line>\d{1,7}): (?:Fatal error|Precondition failed|Assertion failed)(?<name>)`,
  ),
  // Fatal error: no stock: file Shop/Orders.swift, line 12
  grammar(
    String.raw`^[^\n]{0,1000}: file (?<file>[^\n,:"]{1,500}\.swift), line (?<line>\d{1,7})(?<name>)`,
  ),
  // Zig: /app/src/orders.zig:12:5: 0x1032 in place (shop)
  grammar(
    String.raw`^(?<file>[^\n:]{1,1000}\.zig):(?<line>\d{1,7}):\d{1,6}: 0x[0-9a-f]{1,16} in (?<name>[^\n(]{1,300})`,
  ),
  {
    // backward-cpp: Object "./shop", at 0x55d, in place\n      Source "/app/orders.cpp", line 12, in place [0x55d]
    pattern:
      /^\s{0,20}(?:#\d{1,4}\s{1,8})?Source "(?<file>[^"\n]{1,1000})", line (?<line>\d{1,7}), in (?<name>[^\n[]{1,500})/gm,
    readName,
    isInnermostLast: stack => stack.includes("most recent call last"),
  },
];
