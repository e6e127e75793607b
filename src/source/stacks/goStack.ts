/** Go's panics and goroutines, and the stacks of its packages of errors. Pure data. */

import { GO_PACKAGES, type FrameGrammar } from "./stackFrame.ts";

/** Paths of a program that is built with `-trimpath` begin with the package. */
const ownPackage = new RegExp(`^(?:${GO_PACKAGES})/`);

export const goStack: readonly FrameGrammar[] = [
  {
    // main.(*Orders).Place(0x1, {0x2, 0x3})\n\t/app/orders.go:12 +0x1d; pkg/errors and zap without arguments;
    // xerrors and cockroachdb/errors indent both lines, the latter with a bar.
    pattern:
      /^[ |]{0,20}(?:created by )?(?<name>[\p{L}\w./\-*()[\]{}·%~@,]{1,500}?)(?:\((?!\*)[^\n]{0,500}\)| in goroutine \d{1,20}|:)?\n[ \t|]{1,20}(?<file>[^\s|][^\n]{0,1000}\.go):(?<line>\d{1,7})(?: \+0x[0-9a-f]{1,16})?/gmu,
    // What recovered stands above the panic, and is not what failed.
    causePattern: /^panic\(/gm,
    isLibrary: file => ownPackage.test(file),
  },
  {
    // go-errors and gin: /app/orders.go:12 (0x4b1f2a)\n\tplace: return errors.New("no stock")
    pattern:
      /^\s{0,20}(?<file>[^\s(][^\n(]{0,1000}\.go):(?<line>\d{1,7}) \(0x[0-9a-f]{1,16}\)(?:\n\s{1,20}(?<name>[\w.()*]{1,300}):)?/gm,
  },
  {
    // eris: main.place:/app/orders.go:12
    pattern:
      /^\s{0,20}(?<name>[\w./()*]{1,300}):(?<file>[^\s:][^\n:]{0,1000}\.go):(?<line>\d{1,7})$/gm,
  },
  {
    // A test's own line, and testify's: Error Trace:    /app/orders_test.go:12
    pattern:
      /^(?:\s{4,8}(?<file>[\w./-]{1,300}_test\.go):(?<line>\d{1,7}): |\s{0,12}(?:Error Trace:)?\s{1,24}(?<headFile>\/[^\s:]{1,500}\.go):(?<headLine>\d{1,7})$)/gm,
  },
  {
    // oops: --- at /app/orders.go:12 place(), and tracerr without the first words.
    pattern:
      /^\s{0,8}(?:--- at )?(?<file>[^\s:]{1,500}\.go):(?<line>\d{1,7}) (?<name>\S{1,300})\(\)/gm,
  },
  {
    // juju/errors: /app/main.go:3: cannot start, and the cause behind it.
    pattern: /^(?<file>[^\s:]{1,500}\.go):(?<line>\d{1,7}): /gm,
    isInnermostLast: () => true,
  },
];
