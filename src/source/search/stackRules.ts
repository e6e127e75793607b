/** Places by the stacks that a span carries: who called, which function failed, which line raised. */

import type { SourceLocation, SourceReason } from "../location.ts";
import type { StackFrame } from "../stackFrames.ts";
import { getNearest, type SearchContext } from "./searchContext.ts";

export async function findCallStack(context: SearchContext): Promise<void> {
  const { callStack } = context.hints;
  const frame = await findInnermost(context, callStack);
  if (frame === undefined) {
    if (callStack.length > 0) context.tried.push({ code: "stack", frames: callStack.length });
    return;
  }
  context.add({ ...frame.place, reason: { code: "calledFrom", function: frame.frame.function } });
}

/** A frame of the task's own function tells which of several functions of that name it was. */
export async function findErrorFunction(context: SearchContext): Promise<void> {
  const { errorStack, functionNames } = context.hints;
  for (const frame of errorStack) {
    if (frame.function === undefined || !functionNames.includes(frame.function)) continue;
    const file = await context.findFile(frame.file);
    if (file === undefined) continue;
    const symbols = await context.workspace.readSymbols(file.path);
    const line0 = getNearest(
      symbols.filter(symbol => symbol.name === frame.function).map(symbol => symbol.line0),
      frame.line1 - 1,
    );
    if (line0 === undefined) continue;
    const reason: SourceReason = { code: "stackFunction", function: frame.function };
    context.add({ path: file.path, line0, reason, isSure: file.isSure });
  }
}

export async function findRaised(context: SearchContext): Promise<readonly SourceLocation[]> {
  const { errorStack, errorType } = context.hints;
  const frame = await findInnermost(context, errorStack);
  if (frame !== undefined) {
    const { path } = frame.place;
    const line0 = path.endsWith(".go")
      ? findReturned(await context.workspace.readLines(path), frame.place.line0)
      : frame.place.line0;
    return [
      {
        ...frame.place,
        line0,
        reason: { code: "raisedAt", error: errorType, isCause: frame.frame.isCause },
      },
    ];
  }
  if (errorStack.length > 0) context.tried.push({ code: "stack", frames: errorStack.length });
  return [];
}

/** An error is recorded so far below the call that returned it, at most. */
const MAX_HANDLING_LINES = 12;

/**
 * An error of Go has no stack. The one that its span carries is of the line that recorded it, `span.RecordError(err)`:
 * it was raised by the call whose answer it is.
 */
function findReturned(lines: readonly string[], line0: number): number {
  const error = /\.RecordError\(\s*(\w+)/.exec(lines[line0] ?? "")?.[1];
  if (error === undefined) return line0;
  const assigned = new RegExp(`\\b${error}\\s*:?=[^=]`);
  const last = Math.max(0, line0 - MAX_HANDLING_LINES);
  for (let above = line0; above >= last; above -= 1) {
    if (assigned.test(lines[above] ?? "")) return above;
    if (/^func\b/.test(lines[above] ?? "")) break;
  }
  return line0;
}

/** The innermost frame that lies in the workspace. */
async function findInnermost(
  context: SearchContext,
  frames: readonly StackFrame[],
): Promise<{ frame: StackFrame; place: Omit<SourceLocation, "reason"> } | undefined> {
  for (const frame of frames) {
    const file = await context.findFile(frame.file, true);
    if (file === undefined) continue;
    return { frame, place: { path: file.path, line0: frame.line1 - 1, isSure: file.isSure } };
  }
  return undefined;
}
