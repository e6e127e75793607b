/** Hand-overs of Python: threads, processes, pools, callbacks, messages, and Funboost's `push`. Pure. */

import type { Range } from "../callRanges.ts";
import { findCalls, readCall } from "./callText.ts";
import type { Edit, HandOver, HandOverKind, HandOverOptions } from "./handOver.ts";
import { importLines, importName, usesKit } from "./pythonImports.ts";

interface Rule {
  readonly kind: HandOverKind;
  /** `pool`: what may be one of processes. */
  readonly call: RegExp;
  /** Which argument is the function: by its name, or its place. */
  readonly argument: { readonly name: string; readonly place: number };
  /** One context is entered by many calls at a time, which it does not allow. */
  readonly isMany?: true;
}

const rules: readonly Rule[] = [
  { kind: "thread", call: /\bThread\(/gu, argument: { name: "target", place: 1 } },
  { kind: "thread", call: /\bTimer\(/gu, argument: { name: "function", place: 1 } },
  {
    ...{ kind: "thread", call: /\bstart_(?:new_thread|joinable_thread)\(/gu },
    argument: { name: "function", place: 0 },
  },
  { kind: "process", call: /\bProcess\(/gu, argument: { name: "target", place: 1 } },
  { kind: "pool", call: /(?<pool>\b\w+)?\.submit\(/gu, argument: { name: "fn", place: 0 } },
  {
    ...{ kind: "pool", call: /(?<pool>\b\w+)?\.apply_async\(/gu },
    argument: { name: "func", place: 0 },
  },
  {
    ...{ kind: "pool", call: /\.run_in_executor\((?=\s*(?:(?<pool>\w+)\s*,)?)/gu },
    argument: { name: "func", place: 1 },
  },
  {
    ...{ kind: "pool", call: /(?<pool>\b\w+)?\.(?:map|imap|imap_unordered|map_async)\(/gu },
    ...{ argument: { name: "fn", place: 0 }, isMany: true },
  },
  // Those of an event loop's tasks keep their context; of no such task is a trace lost.
  { kind: "pool", call: /\.add_done_callback\(/gu, argument: { name: "fn", place: 0 } },
];

const sending = /\.(?:put|put_nowait|publish|send|send_message|rpush|lpush|append)\(/gu;
/** The context is handed on already. */
const carried = /copy_context|\bcarry\(|\battach\(/u;

export function listPythonHandOvers(
  text: string,
  within: Range,
  { headersKey }: HandOverOptions,
): readonly HandOver[] {
  const found: HandOver[] = [];
  for (const { kind, call: beginning, argument, isMany } of rules) {
    for (const { from, to, args, call, groups } of findCalls(text, within, beginning, true)) {
      const handed = carried.test(call) ? undefined : findArgument(text, args, argument);
      if (handed === undefined) continue;
      const pool = groups["pool"];
      const isOther = kind === "process" || (pool !== undefined && isOfProcesses(text, pool));
      const fix = carry(text, handed, isOther, isMany ?? false);
      found.push({ kind: isOther ? "process" : kind, from, to, fix });
    }
  }
  if (headersKey !== undefined) found.push(...listMessages(text, within, headersKey));
  return [
    ...found,
    ...listPushes(text, within),
    ...listFreshContexts(text, within),
    ...listThreadClasses(text, within),
  ];
}

/** A task that is told to begin with an empty context: without that it begins with a copy of the current one. */
function listFreshContexts(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  const calls = /\b(?:create_task|call_soon|call_later|call_at|call_soon_threadsafe)\(/gu;
  for (const { from, to, call } of findCalls(text, within, calls, true)) {
    const fresh = /,\s*context\s*=\s*(?:contextvars\.)?Context\(\)/u.exec(call);
    if (fresh === null) continue;
    const at = from + fresh.index;
    const fix = [{ from: at, to: at + fresh[0].length, text: "" }];
    found.push({ kind: "background", from, to, fix });
  }
  return found;
}

/** By where the pool was made. */
function isOfProcesses(text: string, pool: string): boolean {
  const makers =
    /(?<![\w.])(?:(?:[\w.]+\.)?ProcessPoolExecutor|(?:\w*(?:multiprocessing|mp|ctx)\.)?Pool)\(/u
      .source;
  return new RegExp(
    `\\b${pool}\\s*=\\s*${makers}|${makers}[^\\n]*\\)\\s+as\\s+${pool}\\b`,
    "u",
  ).test(text);
}

/** A class of the file that is a thread: it takes the context of whoever starts it. */
function listThreadClasses(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  const classes =
    /^class\s+(?<name>\w+)\([^)]*\bThread\b[^)]*\):[ \t]*\r?\n(?<body>(?:[ \t]+\S.*\n|[ \t]*\r?\n)*)/gmu;
  for (const match of text.matchAll(classes)) {
    const fix = startWithContext(text, match);
    const made = new RegExp(`\\b${match.groups?.["name"] ?? ""}\\(`, "gu");
    for (const { from, to } of findCalls(text, within, made, true)) {
      found.push({ kind: "thread", from, to, fix });
    }
  }
  return found;
}

function startWithContext(
  text: string,
  { 0: class_, index, groups }: RegExpExecArray,
): readonly Edit[] {
  const body = groups?.["body"] ?? "";
  const method = /^(?<indent>[ \t]+)(?:@|(?:async )?def )/mu.exec(body);
  // Its own way to start is the author's, who may have set the context there.
  if (method === null || /\bdef start\(/u.test(body)) return [];
  const indent = method.groups?.["indent"] ?? "";
  const at = index + class_.length - body.length + method.index;
  const [run, imports] = bind(text, "self.run", false);
  const lines = ["def start(self):", `    self.run = ${run}`, "    super().start()", ""];
  return [
    { from: at, to: at, text: lines.map(line => (line && indent + line) + "\n").join("") },
    ...imports,
  ];
}

function findArgument(
  text: string,
  args: readonly Range[],
  { name, place }: Rule["argument"],
): Range | undefined {
  const named = new RegExp(`^${name}\\s*=\\s*`, "u");
  for (const { from, to } of args) {
    const head = named.exec(text.slice(from, to));
    if (head !== null) return { from: from + head[0].length, to };
  }
  const at = args[place];
  if (at === undefined || /^\w+\s*=(?!=)/u.test(text.slice(at.from, at.to))) return undefined;
  return at;
}

/** A process gets headers, which the project's module alone puts into what is handed to it. */
function carry(text: string, handed: Range, isProcess: boolean, isMany: boolean): readonly Edit[] {
  if (isProcess && !usesKit(text)) return [];
  const [bound, imports] = bind(text, text.slice(handed.from, handed.to), isMany);
  return [{ ...handed, text: bound }, ...imports];
}

/** By the module that the file uses already, else by the standard library alone. */
function bind(text: string, what: string, isMany: boolean): [string, readonly Edit[]] {
  if (usesKit(text)) return [`carry(${what})`, importName(text, "carry")];
  const run = isMany
    ? `functools.partial(lambda context, *args: context.copy().run(${what}, *args), contextvars.copy_context())`
    : `functools.partial(contextvars.copy_context().run, ${what})`;
  return [run, importLines(text, ["import contextvars", "import functools"])];
}

/** A message that is a dictionary, without what its consumer looks for. */
function listMessages(text: string, within: Range, key: string): HandOver[] {
  const found: HandOver[] = [];
  for (const { from, to, call } of findCalls(text, within, sending, true)) {
    if (/\binject\(/u.test(call) || new RegExp(`["']${key}["']\\s*:`, "u").test(call)) continue;
    const open = /\{/u.exec(call);
    if (open === null) continue;
    const at = from + open.index + 1;
    const rest = text.slice(at, to);
    const entry = `"${key}": inject()${/^\s*\}/u.test(rest) ? "" : ", "}`;
    const fix = [{ from: at, to: at, text: entry }, ...importName(text, "inject")];
    found.push({ kind: "message", from, to, fix });
  }
  return found;
}

/** The `push` of some versions of Funboost passes its tracing by, and `publish` does not. */
function listPushes(text: string, within: Range): HandOver[] {
  if (!/OtelBoosterParams|AutoOtelPublisherMixin/u.test(text)) return [];
  const found: HandOver[] = [];
  for (const { from, to, args, groups } of findCalls(
    text,
    within,
    /\b(?<task>\w+)\.push\(/gu,
    true,
  )) {
    const task = groups["task"] ?? "";
    const head = new RegExp(`^[ \\t]*(?:async\\s+)?def\\s+${task}\\(`, "mu").exec(text);
    if (head === null) continue;
    const parameters = readCall(text, head.index + head[0].length - 1, true)?.args ?? [];
    const names = parameters.map(each => /^\w+/u.exec(text.slice(each.from, each.to))?.[0] ?? "");
    const entries = args.map((each, i) => {
      const argument = text.slice(each.from, each.to);
      const named = /^(?<name>\w+)\s*=(?!=)\s*(?<value>[\s\S]*)$/u.exec(argument)?.groups;
      return `"${named?.["name"] ?? names[i] ?? ""}": ${named?.["value"] ?? argument}`;
    });
    // What is spread into parameters only the program knows.
    const isKnown = !entries.some(entry => /^"(?:self|cls)?":|: \*/u.test(entry));
    const fix = isKnown ? [{ from, to, text: `${task}.publish({${entries.join(", ")}})` }] : [];
    found.push({ kind: "push", from, to, fix });
  }
  return found;
}
