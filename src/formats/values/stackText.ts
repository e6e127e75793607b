/** Stack traces that came as lists of frames, as text. Pure. */

import { toPlainText } from "./wireValue.ts";

export interface WrittenFrame {
  readonly file: unknown;
  readonly line: unknown;
  readonly name: unknown;
}

/**
 * In Python's form, because it names files and lines without columns; it has the innermost call last, and so must the
 * frames. Empty without frames.
 */
export function writeStack(frames: readonly WrittenFrame[], error: string): string {
  const lines = frames.map(({ file, line, name }) => {
    const [path, number, label] = [file, line, name].map(toPlainText);
    return `  File "${path}", line ${number || "0"}, in ${label}`;
  });
  return lines.length === 0 ? "" : [...lines, error].join("\n");
}

/** Writes what went wrong in a span, under OpenTelemetry's names; what is empty is left out. */
export function writeException(type: string, message: string, stack: string) {
  return Object.entries({
    "exception.type": type,
    "exception.message": message,
    "exception.stacktrace": stack,
  }).flatMap(([key, value]) => (value === "" ? [] : [{ key, value }]));
}
