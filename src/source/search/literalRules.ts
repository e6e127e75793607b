/**
 * Names that stand in the program as literals: spans, queues, topics, jobs, addresses. Found by a search of the text,
 * so every language and framework counts; what the line around the literal looks like says what it means.
 *
 *     TOPIC = "orders"   →   consumer.subscribe([TOPIC])      the use of a constant is the place, not its declaration
 */

import { SpanKind } from "../../model/span.ts";
import type { Place, SourceReason } from "../location.ts";
import { isInline, readCall } from "../routes/callText.ts";
import { findEntry } from "./entryMethods.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern, type TextHit } from "./textSearch.ts";

interface Use {
  readonly hit: TextHit;
  readonly score: number;
}

const starts =
  /span|trac|activity|start|transaction|observ|instrument|segment|capture|workflow|logfire|apm/i;
const consumes =
  /consum|subscri|listen|receiv|work|process|handle|queue|job|task|actor|schedul|cron|\bon\(|poll|rout|bind|register|topic/i;
const publishes =
  /publish|send|produce|emit|enqueue|dispatch|push|add\(|delay|apply_async|perform|message|writ|topic/i;
const consumingMethod =
  /\.(?:process|subscribe|consume|on|each|listen|handle|add_listener|start_consuming)\b/i;
const annotation = /^\s*(?:@|#\[|\[)[\w:]/;
/** Other annotations and comments stand between one and its function. */
const MAX_ANNOTATION_LINES = 12;
/** A name of fewer letters stands everywhere. */
const MIN_LENGTH = 3;

/** The program gives a span this name. */
export async function findSpanStarts(context: SearchContext): Promise<void> {
  const { spanName } = context.hints;
  const places = spanName === "" ? [] : await context.workspace.findSpanStarts(spanName);
  const own = places.filter(({ path }) => context.isInService(path));
  const others = places.filter(place => !own.includes(place));
  for (const place of [...own, ...others].slice(0, MAX_ALTERNATIVES)) {
    const { path, isExact } = place;
    const lines = await context.workspace.readLines(path);
    const hit = { path, line0: place.line0, text: lines[place.line0] ?? "", before: [], after: [] };
    const { line0 } = await findPlace(context, hit, false);
    const isSure = isExact && own.length === 1 && own[0] === place;
    context.add({ path, line0, reason: { code: "spanStarted", name: spanName }, isSure });
  }
}

/** A span whose name is no function's. */
export async function findSpanLiteral(context: SearchContext): Promise<void> {
  const { spanName } = context.hints;
  if (/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b|^\//.test(spanName)) return;
  const uses = await findUses(context, spanName, starts);
  await addUses(
    context,
    uses,
    { code: "spanStarted", name: spanName },
    { code: "textFound", text: spanName },
  );
}

export async function findMessaging(context: SearchContext): Promise<void> {
  const { queue, kind, taskNames } = context.hints;
  const isSending = kind === SpanKind.producer || kind === SpanKind.client;
  const context1 = isSending ? publishes : consumes;
  for (const name of new Set([...taskNames, queue])) {
    if (name === "") continue;
    const uses = await findUses(context, name, context1);
    const reason: SourceReason = isSending
      ? { code: "published", name }
      : { code: "consumed", name };
    if (isSending) await findTaskCalls(context, name);
    await addUses(context, uses, reason, { code: "textFound", text: name });
  }
}

/** `charge.delay(…)`, `Charge.perform_async(…)` publish the task that they are named for. */
async function findTaskCalls(context: SearchContext, task: string): Promise<void> {
  const name = /[\w]+$/.exec(task)?.[0];
  if (name === undefined || name.length < MIN_LENGTH) return;
  const pattern = `\\b${escapePattern(name)}\\s*\\.\\s*(?:delay|apply_async|send|send_with_options|push|publish|perform_async|perform_later|perform_in|set|defer|queue|enqueue|schedule|s|si)\\(|(?:enqueue|add_task|submit|delay|send_task)\\w*\\(\\s*[\\w.]*\\b${escapePattern(name)}\\b`;
  const hits = await context.workspace.searchText({
    words: name,
    pattern,
    folders: context.folders,
  });
  for (const hit of hits.slice(0, MAX_ALTERNATIVES)) {
    const isSure = hits.length === 1 && context.isInService(hit.path);
    context.add({
      path: hit.path,
      line0: hit.line0,
      reason: { code: "published", name: task },
      isSure,
    });
  }
}

/** The line of a client's call: the longest part of the address that stands in the program, then the host's name. */
export async function findHttpCall(context: SearchContext): Promise<void> {
  const { hints, workspace, folders } = context;
  const { url } = hints;
  if (url === undefined || hints.rpc !== undefined) return;
  const declared = await workspace.findRoutes({
    routes: [{ text: url.path, isConcrete: true }],
    ...(hints.httpMethod !== undefined && { method: hints.httpMethod }),
    isClient: true,
  });
  const own = declared.filter(({ path }) => context.isInService(path));
  for (const place of own) {
    context.add({
      path: place.path,
      line0: place.line0,
      reason: { code: "callSite", call: url.path },
      isSure: own.length === 1,
    });
  }
  const segments = url.path.split("/").filter(segment => segment !== "");
  for (const tail of listTails(segments)) {
    const words = tail.filter(segment => !isValue(segment));
    const written = tail.map(segment => (isValue(segment) ? valuePattern : escapePattern(segment)));
    const pattern = `["'\`/}\\s]/?${written.join("/")}/?(?:["'\`?&]|$|\\s*\\+|\\$\\{|\\{\\?)`;
    const hits = await workspace.searchText({ words: words.join(" "), pattern, folders });
    const calls = hits.filter(hit => !isDeclaration(hit.text));
    const own = calls.filter(hit => context.isInService(hit.path));
    // A library of the workspace may make the call for the service.
    const ranked = (own.length > 0 || words.length < 2 ? own : calls)
      .map(hit => ({ hit, score: scoreRequest(hit, hints.httpMethod, url.host) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    const [best, second] = ranked;
    for (const { hit, score } of ranked.slice(0, MAX_ALTERNATIVES)) {
      const isAhead = hit === best?.hit && (second === undefined || second.score < score);
      const isSure = isAhead && tail.length === segments.length && context.isInFolders(hit.path);
      const reason: SourceReason = { code: "callSite", call: url.path };
      context.add({ path: hit.path, line0: hit.line0, reason, isSure });
    }
    if (ranked.length > 0) return;
  }
  await findHostUse(context, url.host);
}

/** Where the address is put together from parts, the name of the other side stands somewhere. */
async function findHostUse(context: SearchContext, host: string): Promise<void> {
  const name = /^[a-z][\w-]*/i.exec(host)?.[0];
  if (name === undefined || /^(?:localhost|www|api)$/.test(name)) return;
  const variable = name.replace(/-/g, "_").toUpperCase();
  const ends = [
    "ADDR",
    "URL",
    "HOST",
    "ENDPOINT",
    "BASE_URL",
    "API_URL",
    "SERVICE_ADDR",
    "SERVICE_URL",
    "SERVICE_HOST",
  ];
  for (const word of [name, ...ends.map(end => `${variable}_${end}`)]) {
    const pattern = word === name ? `["'\`/]${escapePattern(name)}(?=[.:/"'\`])` : `\\b${word}\\b`;
    const { folders } = context;
    const hits = await context.workspace.searchText({ words: word, pattern, folders });
    const own = hits.filter(({ path }) => context.isInService(path));
    for (const { path, line0 } of own.slice(0, 5)) {
      context.add({ path, line0, reason: { code: "callSite", call: host }, isSure: false });
    }
    if (own.length > 0) return;
  }
}

/** What holds the name as a literal or through a constant, best first. */
async function findUses(
  context: SearchContext,
  text: string,
  wanted: RegExp,
): Promise<readonly Use[]> {
  if (text.length < MIN_LENGTH || text.length > 200) return [];
  const { workspace, folders } = context;
  const hits = await workspace.searchText({
    words: text,
    pattern: `(["'\`])${escapePattern(text)}\\1`,
    folders,
  });
  const uses: Use[] = [];
  for (const hit of hits) {
    const constant = getConstant(hit, text);
    const found =
      constant === undefined ? [] : await followConstant(context, text, constant, hit, wanted, 0);
    if (found.length > 0) uses.push(...found);
    else uses.push({ hit, score: scoreUse(hit, wanted) });
  }
  return uses.sort((a, b) => b.score - a.score);
}

async function followConstant(
  context: SearchContext,
  text: string,
  constant: string,
  declared: TextHit,
  wanted: RegExp,
  depth: number,
): Promise<readonly Use[]> {
  const pattern = `\\b${escapePattern(constant)}\\b`;
  const hits = await context.workspace.searchText({
    words: constant,
    pattern,
    folders: context.folders,
  });
  const isUpper = /^[A-Z]/.test(constant);
  // What was made with the name, a queue or a channel, consumes by a method of its own.
  const method = isMade(declared.text, constant, text) ? consumingMethod : undefined;
  const uses: Use[] = [];
  for (const hit of hits) {
    const isDeclared = hit.path === declared.path && hit.line0 === declared.line0;
    // A local name means something else in another file.
    if (isDeclared || (!isUpper && hit.path !== declared.path)) continue;
    if (method !== undefined && !method.test(hit.text)) continue;
    const alias = depth < 1 ? getAlias(hit.text, constant) : undefined;
    const further =
      alias === undefined ? [] : await followConstant(context, text, alias, hit, wanted, depth + 1);
    if (further.length > 0) uses.push(...further);
    else {
      const score = scoreUse(hit, wanted) - 2;
      if (score > 0) uses.push({ hit, score });
    }
  }
  return uses;
}

async function addUses(
  context: SearchContext,
  uses: readonly Use[],
  reason: SourceReason,
  weak: SourceReason,
): Promise<void> {
  const own = uses.filter(({ hit }) => context.isInService(hit.path));
  const ordered = [...own, ...uses.filter(use => !own.includes(use))];
  const [best, second] = ordered;
  for (const use of ordered.slice(0, MAX_ALTERNATIVES)) {
    const isMeant = use.score >= 6;
    const isSure =
      isMeant &&
      use === best &&
      own.includes(use) &&
      (second === undefined || second.score < use.score || !own.includes(second));
    const { path, line0 } = await findPlace(context, use.hit, reason.code === "consumed");
    context.add({ path, line0, reason: isMeant ? reason : weak, isSure });
  }
}

/** The function that a literal's line leads to: below an annotation, or handed over in the same call. */
async function findPlace(
  context: SearchContext,
  hit: Pick<TextHit, "path" | "line0" | "text" | "before" | "after">,
  isConsumer: boolean,
): Promise<Place> {
  const { path, line0 } = hit;
  const symbols = await context.workspace.readSymbols(path);
  const isAnnotated =
    annotation.test(hit.text) ||
    hit.before.some(line => annotation.test(line) && !line.includes(")"));
  if (isAnnotated) {
    const below = symbols.find(
      symbol => symbol.line0 >= line0 && symbol.line0 <= line0 + MAX_ANNOTATION_LINES,
    );
    return below === undefined ? { path, line0 } : findEntry(context, below);
  }
  if (!isConsumer) return { path, line0 };
  const around = symbols.findLast(symbol => symbol.line0 <= line0 && symbol.endLine0 >= line0);
  // A class that says its own name: class Pack(Task): name = "boxes.pack".
  if (around?.kind === "class") {
    const entry = await findEntry(context, around);
    if (entry.line0 !== around.line0) return entry;
  }
  const call = [hit.text, ...hit.after.slice(0, 2)].join("\n");
  const open = call.indexOf("(");
  const { arguments: all } = open < 0 ? { arguments: [] } : readCall(call, open);
  for (const { text } of all.toReversed()) {
    if (isInline(text)) return { path, line0 };
    if (!/^&?(?:\w+(?:\.|::))*\w+$/.test(text)) continue;
    const name = /\w+$/.exec(text)?.[0] ?? "";
    const own = symbols.find(symbol => symbol.name === name);
    const others = own === undefined ? await context.workspace.findSymbols(name) : [own];
    const functions = others.filter(({ kind }) => kind === "function");
    if (functions.length === 1 && functions[0] !== undefined) return functions[0];
  }
  return { path, line0 };
}

function scoreUse(hit: TextHit, wanted: RegExp): number {
  const call = hit.text.replace(/(["'`]).*?\1/g, "");
  let score = hit.isInFolders ? 1 : 0;
  if (wanted.test(call)) score += 8;
  else if (hit.before.slice(-2).some(line => wanted.test(line) && /[({,[]\s*$/.test(line))) {
    score += 7;
  }
  if (
    /\b(?:log(?:ger)?|print\w*|console|assert|raise|throw|Error|set_?attribute|==|!=|case)\b|===?|!==?/i.test(
      call,
    )
  ) {
    score -= 4;
  }
  return score;
}

/** `TOPIC = "orders"`, `val topic: String = getenv("TOPIC") ?: "orders"`, `return "orders"` in `getTopic()`. */
function getConstant(hit: TextHit, text: string): string | undefined {
  const at = hit.text.search(new RegExp(`["'\`]${escapePattern(text)}["'\`]`));
  const before = hit.text.slice(0, at);
  const assigned =
    /(?:^|[\s(,{.])([A-Za-z_$][\w$]*)\s*(?::\s*[\w<>[\]., ?]+)?\s*(?::=|=(?![=>]))[^=(]*(?:\([^)]*\))?[^=(]*(?:[\w$.]\()?$/.exec(
      before,
    )?.[1];
  if (assigned !== undefined) return assigned;
  if (/^\s*return\s*$/.test(before)) {
    return /\b(?:func|def|fn|fun|function)\s+(\w+)|\b(\w+)\s*\(\s*\)\s*\{?\s*$/
      .exec(
        hit.before
          .toReversed()
          .find(
            line => /\b(?:func|def|fn|fun|function)\b|\)\s*\{/.test(line) && !/\bif\b/.test(line),
          ) ?? "",
      )
      ?.slice(1)
      .find(Boolean);
  }
  return /(?:^|[\s{,])([A-Z][\w$]*)\s*[:(]\s*$/.exec(before)?.[1];
}

/** `const boxes = new Queue("boxes")`: the literal stands among the arguments of what the name holds. */
function isMade(line: string, name: string, text: string): boolean {
  const before = line.slice(0, line.search(new RegExp(`["'\`]${escapePattern(text)}["'\`]`)));
  return new RegExp(`\\b${escapePattern(name)}\\b[^=]*=[^()]*\\([^()]*$`).test(before);
}

/** `Topic = getTopic()` */
function getAlias(line: string, name: string): string | undefined {
  return new RegExp(
    `(?:^|[\\s(,{.])([A-Za-z_$][\\w$]*)\\s*(?::\\s*[\\w<>]+)?\\s*(?::=|=(?![=>]))\\s*(?:\\w+\\.)*${escapePattern(name)}\\s*(?:\\(\\s*\\))?\\s*[;,]?\\s*$`,
  ).exec(line)?.[1];
}

/** What stands in an address in place of a parameter. */
const valuePattern =
  "(?:\\{[^}/]*\\}|\\$\\{[^}/]*\\}|\\$\\w+|%[sdvq]|:\\w+|<\\w+>|\\d+|[\"'`]\\s*[+.][^\"'`]*[\"'`]?)";

function isValue(segment: string): boolean {
  return /^\d+$|^(?=.*\d)[0-9a-f-]{16,}$|^[{:<]|^(?=.*\d)[A-Z0-9]{8,}$/i.test(segment);
}

/** Runs of an address's segments, long ones first; what is all values says nothing. */
function listTails(segments: readonly string[]): readonly (readonly string[])[] {
  const tails: string[][] = [];
  for (let length = segments.length; length > 0; length -= 1) {
    for (let start = segments.length - length; start >= 0; start -= 1) {
      tails.push(segments.slice(start, start + length));
    }
  }
  const says = (tail: readonly string[]): boolean =>
    tail.filter(segment => !isValue(segment)).join("").length > 2;
  return tails.filter(says).slice(0, 10);
}

function isDeclaration(line: string): boolean {
  return /MapForwarder|\.AddRoute\(|^\s*@|^\s*\[|\b(?:router|app|r|e|g|mux)\.(?:get|post|put|delete|GET|POST|PUT|DELETE|HandleFunc|Handle|route|use)\(|Map(?:Get|Post|Put|Delete|Group)\(|^\s*(?:re_)?path\(/.test(
    line,
  );
}

function scoreRequest(hit: TextHit, method: string | undefined, host: string): number {
  const nearby = [...hit.before.slice(-2), hit.text, ...hit.after.slice(0, 1)].join("\n");
  let score = hit.isInFolders ? 2 : 0;
  const name = host.split(".")[0] ?? "";
  if (name.length > 2 && hit.text.toLowerCase().includes(name.toLowerCase())) score += 6;
  if (
    /fetch|axios|http|request|client|url|uri|curl|endpoint|send|rest|got\b|urllib|Faraday/i.test(
      hit.text,
    )
  ) {
    score += 5;
  } else if (/fetch|axios|http|request|client|url|uri|curl|endpoint|send|rest/i.test(nearby)) {
    score += 3;
  }
  if (
    method !== undefined &&
    new RegExp(`\\b${method}\\b|\\.${method}(?:For\\w+|Async|AsJson\\w*)?\\(`, "i").test(hit.text)
  ) {
    score += 3;
  }
  if (/\b(?:log(?:ger)?|print\w*|console)\b/i.test(hit.text)) score -= 4;
  if (/<Link|href=|router\.push|navigate\(|redirect/.test(hit.text)) score -= 6;
  return score;
}
