/** Hand-overs of Java: threads, timers, executors and futures, whose work runs in a thread without a context. Pure. */

import type { Range } from "../callRanges.ts";
import { endOfBlock, findCalls, readCall } from "./callText.ts";
import type { Edit, HandOver, HandOverKind } from "./handOver.ts";

/** Written in full, so that no import is needed. */
const [CONTEXT, SCOPE] = ["io.opentelemetry.context.Context", "io.opentelemetry.context.Scope"];

/** A class's name is no longer, with the word before it. */
const MAX_NAME = 200;

interface Rule {
  readonly kind: HandOverKind;
  readonly call: RegExp;
  /** `pool`: who runs the first argument, where the call is of one. */
  readonly fix: (text: string, first: Range, pool: Range) => readonly Edit[];
}

/** The work, wrapped where it stands. */
const wrap =
  (head: string) =>
  (text: string, first: Range): readonly Edit[] => [
    { ...first, text: `${CONTEXT}.current().${head}${text.slice(first.from, first.to)})` },
  ];

const rules: readonly Rule[] = [
  { kind: "thread", call: /\bnew\s+Thread\(/gu, fix: wrap("wrap((Runnable) ") },
  {
    kind: "thread",
    call: /\bThread\.(?:startVirtualThread|of(?:Virtual|Platform)\(\)(?:\s*\.\w+\([^()\n]{0,100}\)){0,6}\s*\.(?:start|unstarted))\(/gu,
    fix: wrap("wrap((Runnable) "),
  },
  { kind: "pool", call: /\bCompletableFuture\.supplyAsync\(/gu, fix: wrap("wrapSupplier(") },
  { kind: "pool", call: /\bCompletableFuture\.runAsync\(/gu, fix: wrap("wrap((Runnable) ") },
  {
    kind: "pool",
    call: /\b(?<pool>[\w.]+(?:\([\w.]*\))?)\.(?:submit|execute|invokeAll|invokeAny|schedule)\(/gu,
    // The pool and not the work: whether a lambda is a Runnable or a Callable stays the compiler's to say.
    fix: (text, _first, pool) => [
      { ...pool, text: `${CONTEXT}.taskWrapping(${text.slice(pool.from, pool.to)})` },
    ],
  },
];

/** Stages of a future that run in a pool: the one that is named last, or the common one. */
const stages =
  /\.(?:thenApply|thenAccept|thenRun|thenCompose|thenCombine|handle|whenComplete)Async\(/gu;

/** A stage that runs in whichever thread the answer before it came in. */
const answered = /^\s*\.(?:then(?<stage>Apply|Accept|Run|Compose)|\w+)\(/u;

/** The stages of an asynchronous call that follow it in the same statement. */
function listAnswers(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  for (const { to } of findCalls(text, within, /\b\w+Async\(/gu)) {
    let end = to;
    for (let next; (next = answered.exec(text.slice(end, end + MAX_NAME))) !== null;) {
      const call = readCall(text, end + next[0].length - 1);
      if (call === undefined) break;
      end = call.end;
      const stage = next.groups?.["stage"];
      const [work] = call.args;
      if (stage === undefined || work === undefined) continue;
      if (carried.test(text.slice(work.from, work.to))) continue;
      const wrapper =
        { Run: "wrap((Runnable) ", Accept: "wrapConsumer(" }[stage] ?? "wrapFunction(";
      found.push({ kind: "pool", from: work.from, to: end, fix: wrap(wrapper)(text, work) });
    }
  }
  return found;
}

function listStages(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  for (const { from, to, args, call } of findCalls(text, within, stages)) {
    if (args.length === 0 || carried.test(call)) continue;
    const pool = args[call.startsWith(".thenCombine") ? 2 : 1];
    const name =
      pool === undefined
        ? "java.util.concurrent.ForkJoinPool.commonPool()"
        : text.slice(pool.from, pool.to);
    const wrapped = `${CONTEXT}.taskWrapping(${name})`;
    const fix =
      pool === undefined
        ? { from: to - 1, to: to - 1, text: `, ${wrapped}` }
        : { ...pool, text: wrapped };
    found.push({ kind: "pool", from, to, fix: [fix] });
  }
  return found;
}

/** Stages of a stream whose elements are worked at side by side, and how each is wrapped. */
const streamStages = /\.(?<stage>forEach(?:Ordered)?|peek|map|flatMap)\(/gu;

/** The statement that goes through a parallel stream, with its first stage wrapped that can be. */
function listStreams(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  for (const match of text.slice(within.from, within.to).matchAll(/\.parallel(?:Stream)?\(\)/gu)) {
    const from = within.from + match.index;
    const end = text.indexOf(";", from);
    const to = end < 0 ? within.to : end;
    const statement = text.slice(from, to);
    if (carried.test(statement)) continue;
    const fix = [...findCalls(text, { from, to }, streamStages)].flatMap(
      ({ args: [work], groups }) => {
        const wrapper = /^(?:flatM|m)ap$/u.test(groups["stage"] ?? "") ? "Function" : "Consumer";
        return work === undefined ? [] : wrap(`wrap${wrapper}(`)(text, work);
      },
    );
    found.push({ kind: "pool", from, to, fix });
  }
  return found;
}

const carried =
  /Context\.current\(\)|taskWrapping|\.wrap(?:Supplier|Function|Consumer)?\(|carrying\(/u;

export function listJavaHandOvers(text: string, within: Range): readonly HandOver[] {
  const found: HandOver[] = [];
  for (const { kind, call: beginning, fix } of rules) {
    for (const {
      from,
      to,
      args: [first],
      call,
      groups,
    } of findCalls(text, within, beginning)) {
      const pool = groups["pool"] ?? "";
      if (first === undefined || carried.test(call) || isWrapped(text, pool)) continue;
      // A timer's task is told below: no timer can be wrapped.
      if (findTask(text, first.from) !== undefined) continue;
      found.push({ kind, from, to, fix: fix(text, first, { from, to: from + pool.length }) });
    }
  }
  return [
    ...found,
    ...listStages(text, within),
    ...listAnswers(text, within),
    ...listStreams(text, within),
    ...listTasks(text, within),
  ];
}

/** Calls of a method that its annotation has run in a thread of its framework: `@Async void send(…)`. */
export function listAsyncCalls(text: string, within: Range, method: string): readonly HandOver[] {
  const declared = /@(?:Async|Asynchronous)\b(?:\([^)]*\))?[^({}]{0,300}?\b(?<name>\w+)\s*\(/u;
  const name = declared.exec(method)?.groups?.["name"];
  if (name === undefined) return [];
  // The executor of the framework has to be wrapped, wherever it is configured.
  return [...findCalls(text, within, new RegExp(`\\b${name}\\(`, "gu"))].map(({ from, to }) => {
    return { kind: "pool", from, to, fix: [] };
  });
}

/** Objects that another thread will run: they take the context of whoever makes them. */
function listTasks(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  for (const match of text.slice(within.from, within.to).matchAll(/\bnew\s+\w+\(/gu)) {
    const from = within.from + match.index;
    const task = findTask(text, from);
    if (task !== undefined) found.push({ kind: "thread", ...task });
  }
  return found;
}

/** An anonymous thread or timer's task, or one of a class in this file; its class keeps the context, and runs in it. */
function findTask(
  text: string,
  from: number,
): (Range & { readonly fix: readonly Edit[] }) | undefined {
  const name = /^new\s+(?<name>\w+)\(/u.exec(text.slice(from, from + MAX_NAME))?.groups?.["name"];
  const to = readCall(text, text.indexOf("(", from))?.end;
  if (name === undefined || to === undefined) return undefined;
  const isAnonymous = /^(?:TimerTask|Thread)$/u.test(name) && /^\s*\{/u.test(text.slice(to));
  const named = new RegExp(`\\bclass\\s+${name}\\s+extends\\s+(?:TimerTask|Thread)\\b`, "u");
  const class_ = isAnonymous ? to : (named.exec(text)?.index ?? -1);
  if (class_ < 0) return undefined;
  const open = text.indexOf("{", class_);
  const end = endOfBlock(text, open);
  const run = /\bpublic\s+void\s+run\(\)\s*\{/u.exec(text.slice(open, end));
  const body = open + (run === null ? 0 : run.index + run[0].length);
  const insert = (at: number, added: string): Edit => ({ from: at, to: at, text: added });
  const fix = [
    insert(open + 1, ` private final ${CONTEXT} traceContext = ${CONTEXT}.current();`),
    insert(body, ` try (${SCOPE} scope = traceContext.makeCurrent()) {`),
    insert(endOfBlock(text, body - 1) - 1, "} "),
  ];
  return { from, to: isAnonymous ? end : to, fix: run === null ? [] : fix };
}

/** The pool was wrapped where it was made. */
function isWrapped(text: string, pool: string): boolean {
  if (pool === "") return false;
  return new RegExp(`\\b${pool}\\s*=[^;]*(?:taskWrapping|carrying)\\(`, "u").test(text);
}
