/** Hand-overs of Java: threads, executors and futures, whose work runs in a thread that has no context. Pure. */

import type { Range } from "../callRanges.ts";
import { readCall } from "./callText.ts";
import type { Edit, HandOver, HandOverKind } from "./handOver.ts";

/** Written in full, so that no import is needed. */
const CONTEXT = "io.opentelemetry.context.Context";

interface Rule {
  readonly kind: HandOverKind;
  readonly call: RegExp;
  readonly fix: (
    text: string,
    call: Range,
    first: Range,
    match: RegExpMatchArray,
  ) => readonly Edit[];
}

/** The work, wrapped where it stands. */
const wrap =
  (head: string) =>
  (text: string, _call: Range, first: Range): readonly Edit[] => [
    { ...first, text: `${CONTEXT}.current().${head}${text.slice(first.from, first.to)})` },
  ];

const rules: readonly Rule[] = [
  { kind: "thread", call: /\bnew\s+Thread\(/gu, fix: wrap("wrap((Runnable) ") },
  {
    kind: "thread",
    call: /\bThread\.(?:startVirtualThread|ofVirtual\(\)\.start|ofPlatform\(\)\.start)\(/gu,
    fix: wrap("wrap((Runnable) "),
  },
  { kind: "pool", call: /\bCompletableFuture\.supplyAsync\(/gu, fix: wrap("wrapSupplier(") },
  { kind: "pool", call: /\bCompletableFuture\.runAsync\(/gu, fix: wrap("wrap((Runnable) ") },
  {
    kind: "pool",
    call: /\b(?<pool>\w+)\.(?:submit|execute|invokeAll|invokeAny|schedule)\(/gu,
    // The pool and not the work: whether a lambda is a Runnable or a Callable stays the compiler's to say.
    fix: (_text, { from }, _first, match) => {
      const pool = match.groups?.["pool"] ?? "";
      return [{ from, to: from + pool.length, text: `${CONTEXT}.taskWrapping(${pool})` }];
    },
  },
];

/** Stages of a future that run in a pool: the one that is named last, or the common one. */
const stages =
  /\.(?:thenApply|thenAccept|thenRun|thenCompose|thenCombine|handle|whenComplete)Async\(/gu;

function listStages(text: string, within: Range): HandOver[] {
  const found: HandOver[] = [];
  for (const match of text.slice(within.from, within.to).matchAll(stages)) {
    const from = within.from + match.index;
    const read = readCall(text, from + match[0].length - 1);
    if (read === undefined || read.args.length === 0) continue;
    if (carried.test(text.slice(from, read.end))) continue;
    const most = match[0].startsWith(".thenCombine") ? 2 : 1;
    const pool = read.args[most];
    const name =
      pool === undefined
        ? "java.util.concurrent.ForkJoinPool.commonPool()"
        : text.slice(pool.from, pool.to);
    const wrapped = `${CONTEXT}.taskWrapping(${name})`;
    const fix =
      pool === undefined
        ? { from: read.end - 1, to: read.end - 1, text: `, ${wrapped}` }
        : { ...pool, text: wrapped };
    found.push({ kind: "pool", from, to: read.end, fix: [fix] });
  }
  return found;
}

const carried = /Context\.current\(\)|taskWrapping|\.wrap(?:Supplier|Function)?\(|carrying\(/u;

export function listJavaHandOvers(text: string, within: Range): readonly HandOver[] {
  const found: HandOver[] = [];
  for (const { kind, call, fix } of rules) {
    for (const match of text.slice(within.from, within.to).matchAll(call)) {
      const from = within.from + match.index;
      const read = readCall(text, from + match[0].length - 1);
      const [first] = read?.args ?? [];
      if (read === undefined || first === undefined) continue;
      if (carried.test(text.slice(from, read.end)) || isWrapped(text, match)) continue;
      found.push({
        kind,
        from,
        to: read.end,
        fix: fix(text, { from, to: read.end }, first, match),
      });
    }
  }
  return [...found, ...listStages(text, within)];
}

/** The pool was wrapped where it was made. */
function isWrapped(text: string, match: RegExpMatchArray): boolean {
  const pool = match.groups?.["pool"];
  if (pool === undefined) return false;
  return new RegExp(`\\b${pool}\\s*=[^;]*(?:taskWrapping|carrying)\\(`, "u").test(text);
}
