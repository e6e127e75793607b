/**
 * Names that stand in the program as literals: spans, queues, topics, jobs. Found by a search of the text,
 * so every language and framework counts; what the line around the literal looks like says what it means.
 *
 *     TOPIC = "orders"   →   consumer.subscribe([TOPIC])      the use of a constant is the place, not its declaration
 */

import type { Place, SourceReason } from "../location.ts";
import { isInline, readCall } from "../routes/callText.ts";
import { getAlias, getConstant, isMade } from "./constants.ts";
import { findEntry } from "./entryMethods.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { findStarted, isOption } from "./startedConsumer.ts";
import { escapePattern, type TextHit } from "./textSearch.ts";

export interface Use {
  readonly hit: TextHit;
  readonly score: number;
}

const starts =
  /span|trac|activity|start|transaction|observ|instrument|segment|capture|workflow|logfire|apm/i;
export const consumes =
  /consum|subscri|listen|receiv|work|process|handle|queue|job|task|actor|schedul|cron|\bon\(|poll|rout|bind|register|topic|incoming/i;
/** Names that every program has for something. */
const anybodys =
  /^(?:default|main|test|queues?|jobs?|tasks?|topics?|events?|messages?|low|high|mailers?|name|query|connect|send|update)$/i;
/** Makes a queue, whoever takes from it then. */
const makesQueue =
  /\b(?:assert|declare|create|bind|check|ensure)_?(?:queue|exchange|topic)\w*\(|\bqueue_?(?:declare|bind)\w*\(/i;
/** A class that says which queue or task it is. */
const namesItself = /^\s*(?:name|queue|topic|queue_name|subject|channel)\s*[:=]\s*["'`]/;
/** A constructor hands the name to its parent, which does the work. */
const handsUp = /\bsuper\b[\w().]{0,24}\(|:\s*base\(|\bparent::__construct\(/;
/** The names of what hands a message over and does not take it. */
const hands =
  /[qQ]ueue[\w().?!]*\.add\w*\(|\.(?:delay|apply_async|send|publish|produce|emit|dispatch|enqueue|perform_async|perform_later|send_task|sendToQueue|basic_publish|convertAndSend)\w*\(/;
/** The names of what takes a message and hands none over. */
const takes = /\.(?:\w*[cC]onsumer|consume|subscribe|listen|on)(?:<[^<>]*>)?\(/;
export const publishes =
  /publish|send|request|produce|emit|enqueue|dispatch|push|add\(|delay|apply_async|perform|message|writ|topic|outgoing/i;
const consumingMethod =
  /\.(?:process|subscribe|consume|on|each|listen|handle|add_listener|start_consuming)\b/i;
const annotation = /^\s*(?:@|#\[|\[)[\w:]/;
/** Other annotations and comments stand between one and its function. */
const MAX_ANNOTATION_LINES = 12;
/** The value, or what hands over and takes messages of that name, is put into a field or an argument. */
export const injects = /@(?:Value|ConfigProperty|Property|Channel)\(/;
/** A name of fewer letters stands everywhere. */
const MIN_LENGTH = 3;

/** The program gives a span this name. */
export async function findSpanStarts(context: SearchContext): Promise<void> {
  const { spanName, isDatabase } = context.hints;
  // Every client of a database has a span called `query`.
  const isNothing = spanName === "" || (isDatabase && anybodys.test(spanName));
  const places = isNothing ? [] : await context.workspace.findSpanStarts(spanName);
  const inService = places.filter(({ path }) => context.isInService(path));
  const others = places.filter(place => !inService.includes(place));
  const hits = await Promise.all(
    [...inService, ...others].slice(0, MAX_ALTERNATIVES).map(async place => {
      const text = (await context.workspace.readLines(place.path))[place.line0] ?? "";
      return { place, text, isClient: /client/i.test(text) };
    }),
  );
  // Both sides of a call may give their spans one name: TraceServer(t, "Sum"), TraceClient(t, "Sum").
  const isAlike = ({ isClient }: { isClient: boolean }): number =>
    Number(isClient === context.isOutgoing);
  if (inService.length !== 1) hits.sort((a, b) => isAlike(b) - isAlike(a));
  for (const { place, text } of hits) {
    const { path, isExact } = place;
    const hit = { path, line0: place.line0, text, before: [], after: [] };
    const { line0 } = await findPlace(context, hit, false);
    const isSure = isExact && inService.length === 1 && inService[0] === place;
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
    spanName,
    uses,
    { code: "spanStarted", name: spanName },
    { code: "textFound", text: spanName },
  );
}

export async function findMessaging(context: SearchContext): Promise<void> {
  const { queue, taskNames } = context.hints;
  const before = context.found.length;
  for (const name of new Set([...taskNames, queue])) {
    if (name !== "") await findMessagesOf(context, name);
  }
  // Whatever uses one of the names is meant before what only says another.
  const added = context.found.splice(before);
  const isWeak = (place: (typeof added)[number]): boolean => place.reason.code === "textFound";
  context.found.push(...added.filter(place => !isWeak(place)), ...added.filter(isWeak));
}

/** Where the program hands over or takes the messages of a queue, task or channel. */
export async function findMessagesOf(context: SearchContext, name: string): Promise<void> {
  const { isOutgoing } = context;
  const uses = await findUses(context, name, isOutgoing ? publishes : consumes);
  const reason: SourceReason = isOutgoing
    ? { code: "published", name }
    : { code: "consumed", name };
  if (isOutgoing) await findTaskCalls(context, name);
  await addUses(context, name, uses, reason, { code: "textFound", text: name });
}

/** A call of several lines that hands over what its next line names. */
const handsOver =
  /\b(?:start|execute|enqueue)_?\w*(?:[wW]orkflow|[aA]ctivity|[cC]hild|enqueue)\w*\(\s*$|\bworkflow\.(?:start|execute)\(\s*$/;

/** `charge.delay(…)`, `Charge.perform_async(…)` publish the task that they are named for. */
async function findTaskCalls(context: SearchContext, task: string): Promise<void> {
  const declared = await context.workspace.findTasksByName(task);
  const names = new Set([...declared.map(each => each.function), /\w+$/.exec(task)?.[0] ?? ""]);
  for (const name of names) if (name.length >= MIN_LENGTH) await findCallsOf(context, task, name);
}

async function findCallsOf(context: SearchContext, task: string, name: string): Promise<void> {
  const pattern = `\\b${escapePattern(name)}\\s*(?:\\.|::)\\s*(?:(?:dispatch\\w*|new|delay|apply_async|send|send_with_options|push|publish|set|defer|queue|enqueue|schedule|s|si)\\(|perform_(?:async|later|in|at|bulk)\\b)|(?:dispatch\\w*|enqueue|add_task|submit|delay|send_task|[eE]xecute_?(?:[lL]ocal_?)?(?:[aA]ctivity|(?:[cC]hild_?)?[wW]orkflow)|start_activity|startChild|executeChild|start_workflow|workflow\\.(?:start|execute))\\w*\\((?:(?:[^()]|\\(\\)){0,80},)?\\s*(?:new\\s+)?&?[\\w.\\\\]*\\b${escapePattern(name)}\\b`;
  const hits = await context.search(name, pattern);
  const begun = await context.search(
    name,
    `^\\s*&?[\\w.]*\\b${escapePattern(name)}\\b(?:\\.\\w+)?,`,
  );
  const places = [
    ...hits,
    ...begun
      .filter(({ before }) => handsOver.test(before.at(-1) ?? ""))
      .map(hit => ({ path: hit.path, line0: hit.line0 - 1 })),
  ];
  const isSure = places.length === 1 && context.isInService(places[0]?.path ?? "");
  context.addAll(places, { code: "published", name: task }, isSure);
}

/** Finds what holds the name as a literal or through a constant, best first. */
async function findUses(
  context: SearchContext,
  text: string,
  pattern: RegExp,
): Promise<readonly Use[]> {
  if (text.length < MIN_LENGTH || text.length > 200) return [];
  const hits = await context.search(
    text,
    `(["'\`])${escapePattern(text)}\\1|\\bnameof\\((?:\\w+\\.)*${escapePattern(text)}\\)`,
  );
  const uses: Use[] = [];
  for (const hit of hits) {
    if (pattern === consumes && namesItself.test(hit.text)) {
      uses.push({ hit, score: 9 });
      continue;
    }
    const constant = getConstant(hit, findText(hit.text, text));
    const fields = injects.test(hit.text) ? await findFieldUses(context, hit, pattern) : [];
    const found =
      constant === undefined
        ? fields
        : await followConstant(context, text, constant, hit, pattern, 0);
    if (found.length > 0) uses.push(...found);
    else uses.push({ hit, score: scoreUse(hit, pattern) });
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
  // A member of a list of names, an enumeration's or an object's, is used behind the list's own name.
  const isMember = /^\s*["']?\w+["']?\s*[=:].*,\s*$/.test(declared.text);
  const pattern = `${isMember ? "(?:\\.|::|\\[[\"'])" : "\\b"}${escapePattern(constant)}\\b`;
  const hits = await context.search(constant, pattern);
  const isUpper = /^[A-Z]/.test(constant);
  // What was made with the name, a queue or a channel, consumes by a method of its own.
  const method = isMade(declared.text, constant, findText(declared.text, text))
    ? consumingMethod
    : undefined;
  const uses: Use[] = [];
  for (const hit of hits) {
    // The name may stand in the line above its text.
    const above = declared.line0 - hit.line0;
    const isDeclared = hit.path === declared.path && (above === 0 || above === 1);
    // A local name means something else in another file.
    if (isDeclared || (!isUpper && hit.path !== declared.path)) continue;
    if (method !== undefined && !method.test(hit.text)) continue;
    const alias = depth < 1 ? getAlias(hit.text, constant) : undefined;
    const further =
      alias === undefined ? [] : await followConstant(context, text, alias, hit, wanted, depth + 1);
    if (further.length > 0) uses.push(...further);
    else {
      // `JobNames.BOXES` speaks of jobs wherever it stands.
      const text = hit.text.replaceAll(new RegExp(`[\\w.:]*${pattern}`, "g"), "");
      const score = scoreUse({ ...hit, text }, wanted) - 2;
      if (score > 0) uses.push({ hit, score });
    }
  }
  return uses;
}

export async function addUses(
  context: SearchContext,
  name: string,
  uses: readonly Use[],
  reason: SourceReason,
  weak: SourceReason,
): Promise<void> {
  const inService = uses.filter(({ hit }) => context.isInService(hit.path));
  const ordered = [...inService, ...uses.filter(use => !inService.includes(use))];
  const [best, second] = ordered;
  for (const use of ordered.slice(0, MAX_ALTERNATIVES)) {
    const isMeant = use.score >= 6;
    const isConsumer = reason.code === "consumed";
    const isTold = isConsumer && isOption(use.hit.text);
    const started = isTold ? await findStarted(context, use.hit) : undefined;
    const isSure =
      isMeant &&
      // Whoever is told a queue's name may do anything with it.
      (!isTold || started !== undefined) &&
      !anybodys.test(name) &&
      use === best &&
      inService.includes(use) &&
      (second === undefined || second.score < use.score || !inService.includes(second));
    const { path, line0 } = started ?? (await findPlace(context, use.hit, isConsumer));
    context.add({ path, line0, reason: isMeant ? reason : weak, isSure });
  }
}

/** The function that a literal's line leads to: below an annotation, or handed over in the same call. */
export async function findPlace(
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
  const owner = handsUp.test(hit.text)
    ? symbols.findLast(({ kind, line0: from, endLine0 }) => {
        return kind === "class" && from <= line0 && endLine0 >= line0;
      })
    : around;
  // A class that says its own name: class Pack(Task): name = "boxes.pack".
  if (owner?.kind === "class") {
    const entry = await findEntry(context, owner);
    if (entry.line0 !== owner.line0) return entry;
  }
  // The name may be the first of the arguments that stand a line each.
  const above = hit.text.trimEnd().endsWith(",") ? (hit.before.at(-1) ?? "") : "";
  const begun = above.trimEnd().endsWith("(") ? above : "";
  const call = [begun, hit.text, ...hit.after.slice(0, 2)].join("\n");
  const open = begun === "" ? call.indexOf("(") : begun.lastIndexOf("(");
  const { arguments: all } = open < 0 ? { arguments: [] } : readCall(call, open);
  for (const { text } of all.toReversed()) {
    if (isInline(text)) return { path, line0 };
    const made = await findMade(context, text);
    if (made !== undefined) return made;
    // `python_callable=seal` hands over a function as well.
    if (!/^(?:\w+\s*=\s*)?&?(?:\w+(?:\.|::))*\w+$/.test(text)) continue;
    const name = /\w+$/.exec(text)?.[0] ?? "";
    const sameFile = symbols.find(symbol => symbol.name === name);
    const others = sameFile === undefined ? await context.workspace.findSymbols(name) : [sameFile];
    // A bare name means no method of another file's class.
    const functions = others.filter(
      ({ kind, owner }) =>
        kind === "function" && (sameFile !== undefined || /\W/.test(text) || owner === ""),
    );
    if (functions.length === 1 && functions[0] !== undefined) return functions[0];
  }
  return { path, line0 };
}

/** `NewCloseHandler(svc)`, `new CloseHandler(svc)`, `&CloseHandler{}`: the method that runs of what is made. */
async function findMade(context: SearchContext, written: string): Promise<Place | undefined> {
  const name = /^(?:&|new\s+|(?:\w+\.)?New(?=[A-Z]))?(?:\w+\.)?([A-Z]\w+)\s*[({]/.exec(
    written,
  )?.[1];
  if (name === undefined) return undefined;
  const classes = (await context.workspace.findSymbols(name)).filter(
    ({ kind }) => kind === "class",
  );
  const [only, other] = classes;
  if (only === undefined || other !== undefined) return undefined;
  const entry = await findEntry(context, only);
  return entry.line0 === only.line0 ? undefined : entry;
}

/** `@Value("${app.topic}") private String topic;` → `template.send(topic, box)` */
export async function findFieldUses(
  { workspace }: SearchContext,
  hit: TextHit,
  wanted: RegExp,
): Promise<readonly Use[]> {
  const declared = [hit.text.replace(/^.*?\)\s*/, ""), ...hit.after].join(" ");
  const field = /^[^;,)=]*?(\w+)\s*[;,)=]/.exec(declared)?.[1];
  if (field === undefined) return [];
  const word = new RegExp(`(?<![\\w$])${field}(?![\\w$(])`);
  return (await workspace.readLines(hit.path)).flatMap((text, line0, lines): Use[] => {
    if (line0 <= hit.line0 + 1 || !word.test(text)) return [];
    const before = lines.slice(Math.max(0, line0 - 3), line0);
    const use = { ...hit, line0, text, before, after: lines.slice(line0 + 1, line0 + 4) };
    const score = scoreUse(use, wanted);
    return score > 4 ? [{ hit: use, score }] : [];
  });
}

export function scoreUse(hit: TextHit, wanted: RegExp): number {
  const call = hit.text.replace(/(["'`]).*?\1/g, "");
  let score = hit.isInFolders ? 1 : 0;
  if (wanted === consumes && hands.test(call)) score -= 6;
  if (wanted === consumes && makesQueue.test(call)) score -= 4;
  if (wanted === publishes && takes.test(call)) score -= 12;
  // The type of what a queue holds: Queue<Jobs[Names.BOXES]>.
  if (/\w\[\]\s*>/.test(call)) score -= 6;
  // One function takes all messages and looks where each is from.
  const isCase = wanted === consumes && /^\s*case\b/.test(call);
  if (isCase) score += 3;
  if (/^\s*[\w.]+,?\s*$/.test(call)) score -= 4;
  if (wanted.test(call) || (wanted === consumes && handsUp.test(call))) score += 8;
  else if (hit.before.slice(-2).some(line => wanted.test(line) && /[({,[]\s*$/.test(line))) {
    score += 7;
  }
  if (
    !isCase &&
    /\b(?:log(?:ger)?|print\w*|console|assert|raise|throw|Error|set_?attribute|==|!=|case)\b|===?|!==?/i.test(
      call,
    )
  ) {
    score -= 4;
  }
  return score;
}

/** Where the literal that is this text begins. */
function findText(line: string, text: string): number {
  return line.search(new RegExp(`["'\`]${escapePattern(text)}["'\`]`));
}
