/** PHP's own stacks, and those in the logs of its frameworks. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

const patterns: readonly RegExp[] = [
  // The line that raised stands in the head: Exception: no stock in /app/src/Orders.php:3, or at …:3) in Monolog's.
  // The callers follow: #0 /app/index.php(12): Shop\Orders->place(1)
  /(?:^\s{0,20}#\d{1,4} (?<file>[^\n(]{1,1000})\((?<line>\d{1,7})\): (?<name>[^\n(]{1,300})|^(?:[^\n]{0,1000} )?(?:In(?![^]{0,1000}Exception trace:)|in|at) (?:file )?(?<headFile>[^\n: ]{1,1000}\.(?:php|phtml|inc))(?::| line | on line )(?<headLine>\d{1,7})(?:[):]?|\)"[^\n]{0,40})$)/gm,
  // Whoops: 2. Shop\Orders->place() /app/src/Orders.php:12
  /^\s{0,20}\d{1,4}\. (?<name>[^\n(]{1,300})\(\) (?<file>[^\n:]{1,1000}\.(?:php|phtml|inc)):(?<line>\d{1,7})/gm,
  // Collision:   at src/Orders.php:12, then   1   src/Main.php:3\n      Shop\Orders::place()
  /^(?:\s{1,6}at (?<headFile>[^\n:]{1,500}\.php):(?<headLine>\d{1,7})$|\s{1,6}\d{1,3}\s{1,6}(?<file>[^\n:]{1,500}\.php):(?<line>\d{1,7})\n\s{2,10}(?<name>[^\n(]{1,300})\()/gm,
  // Before version 3:   1   Shop\Orders::place()\n      /app/src/Main.php:3
  /^\s{1,6}\d{1,3}\s{1,6}(?<name>[^\n(]{1,300})\([^\n]{0,500}\n\s{2,10}(?<file>[^\n]{1,500}\.php):(?<line>\d{1,7})$/gm,
  // Frames in JSON: "file": "/app/src/Main.php", "line": 3, "function": "place"
  /"file":\s?"(?<file>[^"\n]{1,500}\.php)",\s{1,60}"line":\s?(?<line>\d{1,7})(?:,\s{1,60}"function":\s?"(?<name>[^"\n]{1,300})")?/g,
  // PHPUnit: /app/src/Orders.php:12
  /^(?<file>(?:\/|[A-Z]:\\)[^\n:]{1,500}\.php):(?<line>\d{1,7})$/gm,
];

export const phpStack: readonly FrameGrammar[] = patterns.map(pattern => ({
  pattern,
  namesCallee: true,
  // As JSON writes them.
  readFile: file => file.replaceAll("\\/", "/"),
}));
