/** PHP's own stacks, and those in the logs of its frameworks. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

export const phpStack: readonly FrameGrammar[] = [
  {
    // The line that raised stands in the head: Exception: no stock in /app/src/Orders.php:3, or at …:3) in Monolog's.
    // The callers follow: #0 /app/index.php(12): Shop\Orders->place(1)
    pattern:
      /(?:^\s{0,20}#\d{1,4} (?<file>[^\n(]{1,1000})\((?<line>\d{1,7})\): (?<name>[^\n(]{1,300})|^(?:[^\n]{0,1000} )?(?:in|at) (?:file )?(?<headFile>[^\n: ]{1,1000}\.(?:php|phtml|inc))(?::| line | on line )(?<headLine>\d{1,7})\)?$)/gm,
    namesCallee: true,
  },
  {
    // Whoops: 2. Shop\Orders->place() /app/src/Orders.php:12
    pattern:
      /^\s{0,20}\d{1,4}\. (?<name>[^\n(]{1,300})\(\) (?<file>[^\n:]{1,1000}\.(?:php|phtml|inc)):(?<line>\d{1,7})/gm,
    namesCallee: true,
  },
];
