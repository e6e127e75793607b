/**
 * Stack traces as text → frames in whatever language they were printed: those of the program, innermost first, then
 * those of libraries. Pure; knows no files. The grammars are in `stacks/`, one file a family; the one that reads most
 * frames is taken.
 */

import { stripPrinted } from "../base/printedText.ts";
import { beamStack } from "./stacks/beamStack.ts";
import { dartStack } from "./stacks/dartStack.ts";
import { dotnetStack } from "./stacks/dotnetStack.ts";
import { goStack } from "./stacks/goStack.ts";
import { javascriptStack } from "./stacks/javascriptStack.ts";
import { jvmStack } from "./stacks/jvmStack.ts";
import { stripHeads } from "./stacks/loggedHeads.ts";
import { nativeStack } from "./stacks/nativeStack.ts";
import { phpStack } from "./stacks/phpStack.ts";
import { pythonStack } from "./stacks/pythonStack.ts";
import { rubyStack } from "./stacks/rubyStack.ts";
import { rustStack } from "./stacks/rustStack.ts";
import { scriptStacks } from "./stacks/scriptStacks.ts";
import { createFrame, type FrameGrammar, type StackFrame } from "./stacks/stackFrame.ts";

/** Where two read as many frames, the earlier one is right: what is behind it looks like it. */
const grammars: readonly FrameGrammar[] = [
  ...[...pythonStack, ...jvmStack, ...dotnetStack, ...rustStack, ...dartStack, ...goStack],
  ...[...nativeStack, ...javascriptStack, ...rubyStack, ...phpStack, ...beamStack],
  ...scriptStacks,
];

/** A stack longer than this is cut: hundreds of frames of a runaway recursion say nothing new. */
const MAX_FRAMES = 200;
/** Twice as many frames of a hundred characters, from each end. */
const MAX_LENGTH = 40_000;
/** The expressions take time with a power of the length of a line: longer ones count, and only so much of them. */
const LONG_LINE = 300;
const MAX_IN_LONG_LINES = 2_000;

/** The field of a log's JSON that a stack begins in. */
const stackField =
  /"(?:[\w.]{0,20}stack[\w.]{0,20}|errorVerbose|exception|exc_info)\\{0,7}":\s?\\{0,7}"/i;

/** A frame among the texts of a list: `"stack":["Error: no","    at place (/app/orders.js:12:5)"]`, `["orders.rb:9:in 'place'"]`. */
const frameInList = /"((?:\s{0,8}at |[^"\s:]{1,500}\.rb:\d)[^"\n]{1,1000})"/g;

/** A document in one line, where a text is one: what a frame has stands together then. */
function compactJson(text: string): string {
  if (!/^[[{]\s/.test(text) || text.length > MAX_LENGTH) return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    // What begins like a document need not be one: a log's bracket, a cut record.
    return text;
  }
}

/** The frames of a stack trace, the program's own first; empty where the text holds none. */
export function parseStack(text: string): readonly StackFrame[] {
  // The innermost frames stand at one of the two ends.
  const half = MAX_LENGTH / 2;
  const whole = compactJson(text.trim());
  const clipped =
    whole.length > MAX_LENGTH ? `${whole.slice(0, half)}\n${whole.slice(-half)}` : whole;
  // What was written into JSON may still have its line breaks as JSON writes them.
  const isEscaped = !clipped.includes("\n") && clipped.includes("\\n");
  const lines = isEscaped
    ? clipped
        .replace(stackField, "\n")
        .replace(/\\{1,8}[rn]/g, "\n")
        .replace(/\\{1,8}t/g, "\t")
        .replace(/\\{1,8}"/g, '"')
    : clipped.replace(/\},\s{0,8}\{(?=")/g, "},\n{").replace(frameInList, "\n$1\n");
  let left = MAX_IN_LONG_LINES;
  const stack = stripHeads(stripPrinted(lines).plain.split(/\r\n|\r|\n/))
    // No frame is longer, but those of Elixir that name every argument.
    .map(line => (line.length < 1_000 ? line.trimEnd() : line.slice(0, LONG_LINE)))
    .filter(line => {
      if (line === "") return false;
      if (line.length > LONG_LINE) left -= line.length;
      return line.length <= LONG_LINE || left >= 0;
    })
    .join("\n");
  let best: readonly StackFrame[] = [];
  for (const grammar of grammars) {
    const frames = readFrames(stack, grammar);
    if (frames.length > best.length) best = frames;
  }
  const programFrames = best.filter(frame => !frame.isLibrary);
  return [...programFrames, ...best.filter(frame => frame.isLibrary)].slice(0, MAX_FRAMES);
}

/** The file and line that one line of text names, as a stack frame, a compiler or a log writes it. */
export function parseFrame(text: string): StackFrame | undefined {
  const [found] = parseStack(text);
  if (found !== undefined) return found;
  const plain = /((?:[A-Za-z]:[\\/])?[^\s"'():]{1,1000}\.\w{1,8})(?::|\()(\d{1,7})/.exec(text);
  return plain === null ? undefined : createFrame(plain[1], plain[2]);
}

function readFrames(stack: string, grammar: FrameGrammar): readonly StackFrame[] {
  const { pattern, readFile, readName, causePattern, namesCallee = false } = grammar;
  const causes =
    causePattern === undefined ? [] : [...stack.matchAll(causePattern)].map(({ index }) => index);
  /** One list for each error of a chain. */
  const stacks: StackFrame[][] = [[]];
  const matches = [...stack.matchAll(pattern)];
  for (const [at, { index, groups = {} }] of matches.entries()) {
    while (index > (causes[stacks.length - 1] ?? Infinity)) stacks.push([]);
    const written = groups["file"] ?? groups["headFile"];
    const called = namesCallee ? matches[at + 1]?.groups?.["name"] : groups["name"];
    const name = called === undefined ? undefined : (readName?.(called.trim()) ?? called);
    const file =
      written === undefined || readFile === undefined ? written : readFile(written, name);
    const line = groups["line"] ?? groups["headLine"];
    const isLibrary = grammar.isLibrary?.(file ?? "", name, groups["module"]) === true;
    const frame = createFrame(file, line, name, isLibrary);
    if (frame !== undefined) stacks.at(-1)?.push(frame);
  }
  // The root cause comes first: who tells the newest frame last tells the root cause first, others tell it last.
  const isInnermostLast = grammar.isInnermostLast?.(stack) === true;
  const chain = isInnermostLast ? stacks.map(frames => frames.toReversed()) : stacks.toReversed();
  const last = chain.length - 1;
  return chain.flatMap((frames, at) =>
    at === last ? frames : frames.map(frame => ({ ...frame, isCause: true })),
  );
}

/** The rest of this room needs no more of the grammars than these. */
export { getBareName, type StackFrame } from "./stacks/stackFrame.ts";
