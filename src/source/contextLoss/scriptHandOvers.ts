/**
 * Hand-overs of JavaScript: work that another loop takes from a list, and messages. What is awaited, timed or promised
 * keeps its context by itself. Pure.
 */

import type { Range } from "../callRanges.ts";
import { findCalls } from "./callText.ts";
import type { Edit, HandOver, HandOverOptions } from "./handOver.ts";

const handing = /\.(?:push|unshift|add|enqueue|send|publish|emit|write)\(/gu;
const carried = /\bcontext\.(?:bind|with)\(|AsyncResource|AsyncLocalStorage/u;

export function listScriptHandOvers(
  text: string,
  within: Range,
  { headersKey }: HandOverOptions,
): readonly HandOver[] {
  const found: HandOver[] = [];
  for (const { from, to, args, call } of findCalls(text, within, handing)) {
    if (carried.test(call)) continue;
    const work = args.find(each => isFunction(text.slice(each.from, each.to)));
    if (work !== undefined) {
      const bound = `context.bind(context.active(), ${text.slice(work.from, work.to)})`;
      const fix = [{ ...work, text: bound }, ...importApi(text)];
      found.push({ kind: "job", from, to, fix });
      continue;
    }
    const fix = headersKey === undefined ? undefined : addHeaders(text, from, to, headersKey);
    if (fix !== undefined) found.push({ kind: "message", from, to, fix });
  }
  return found;
}

function isFunction(argument: string): boolean {
  return /^(?:async\s*)?(?:\([^()]*\)|\w+)\s*=>|^(?:async\s+)?function\b/u.test(argument);
}

function importApi(text: string): readonly Edit[] {
  const line = /^import\s*\{(?<names>[^}]*)\}\s*from\s*["']@opentelemetry\/api["']/mu.exec(text);
  if (line === null) {
    return [{ from: 0, to: 0, text: 'import { context } from "@opentelemetry/api";\n' }];
  }
  return addName(line, "context");
}

/** A message that is an object, without what its consumer looks for. */
function addHeaders(
  text: string,
  from: number,
  end: number,
  key: string,
): readonly Edit[] | undefined {
  const call = text.slice(from, end);
  const open = call.indexOf("{");
  if (open < 0 || /\binject\(/u.test(call)) return undefined;
  if (new RegExp(`["']?\\b${key}\\b["']?\\s*[:,}]`, "u").test(call)) return undefined;
  const at = from + open + 1;
  const entry = ` ${key}: inject()${/^\s*\}/u.test(text.slice(at)) ? " " : ","}`;
  const kit = /^import\s*\{(?<names>[^}]*)\}\s*from\s*["'][^"']*\/traceside\.mjs["']/mu.exec(text);
  // Without the module nobody but the author knows how the context is written into a message.
  return kit === null ? [] : [{ from: at, to: at, text: entry }, ...addName(kit, "inject")];
}

function addName(line: RegExpExecArray, name: string): readonly Edit[] {
  const names = line.groups?.["names"] ?? "";
  if (names.split(",").some(each => each.trim() === name)) return [];
  const at = line.index + line[0].indexOf("{") + 1;
  return [{ from: at, to: at, text: ` ${name},` }];
}
