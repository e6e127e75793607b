import { parseStack } from "../../../src/source/stackFrames.ts";

/** What is printed, and `function file:line` of the first frame that is no library's. */
export type StackForm = readonly [form: string, stack: string, expected: string];

export function findOwnFrame(stack: string): string | undefined {
  const frame = parseStack(stack).find(({ isLibrary }) => !isLibrary);
  return frame && `${frame.function ?? "-"} ${frame.file}:${frame.line1}`;
}
