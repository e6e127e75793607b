/** Remote procedure calls: the method that answers, and the line that calls. */

import { SpanKind } from "../../model/span.ts";
import type { SourceLocation, SymbolPlace } from "../location.ts";
import { fold, lastOf } from "../routes/handlers.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern, type TextHit } from "./textSearch.ts";

interface Ranked {
  readonly path: string;
  readonly line0: number;
  readonly score: number;
  /** The score without that for the service's folder. */
  readonly evidence: number;
  /** A function of the method's own name, which asks on behalf of whoever calls it. */
  readonly isWrapper?: boolean;
  /** The receiver of the call says that it is a client. */
  readonly isStub?: boolean;
}

/** As much as a handler's signature or its class says; a wrapper of a client has its name alone. */
const ENOUGH_EVIDENCE = 15;

/** A place of the service's own folder is worth more than any other sign. */
const OWN_FOLDER = 30;
/** The names that classes of servers extend, and that they are called. */
const serverClass =
  /Servicer\b|ImplBase\b|\w+Base\b|::Service\b|Server\b|Service\b|Grpc|Unimplemented\w+/;

export async function findRpc(context: SearchContext): Promise<void> {
  const { rpc, kind } = context.hints;
  if (rpc === undefined) return;
  const isClient = kind === SpanKind.client || kind === SpanKind.producer;
  const handlers = kind === SpanKind.client ? [] : await listHandlers(context);
  const isAnswered = handlers.some(
    ({ path, evidence }) => context.isInService(path) && evidence >= ENOUGH_EVIDENCE,
  );
  const calls =
    isClient || (!isAnswered && kind !== SpanKind.server) ? await listCalls(context) : [];
  // Who does not answer it calls it.
  if (isClient || calls.some(({ path }) => context.isInService(path))) {
    addRanked(context, calls, { code: "callSite", call: rpc.method }, true);
    const others = isClient ? await listHandlers(context) : handlers;
    addRanked(context, others, { code: "otherSide", name: `${rpc.service}/${rpc.method}` }, false);
    return;
  }
  addRanked(context, handlers, { code: "rpcHandler", method: rpc.method }, true);
}

function addRanked(
  context: SearchContext,
  places: readonly Ranked[],
  reason: SourceLocation["reason"],
  canBeSure: boolean,
): void {
  const [best, second] = places;
  // Where another folder wraps the call, the service may be calling the wrapper.
  const wrappers = best?.isWrapper === false ? places.filter(({ isWrapper }) => isWrapper) : [];
  const isIndirect = wrappers.length > 0;
  const ordered = best?.isStub === false ? [...new Set([...wrappers, ...places])] : places;
  for (const place of ordered.slice(0, MAX_ALTERNATIVES)) {
    const isAhead = place === best && (second === undefined || second.score < place.score);
    // A method of the same name that says nothing of the service may be any class's.
    const isEvident = reason.code !== "rpcHandler" || place.evidence >= ENOUGH_EVIDENCE;
    const isSure =
      canBeSure && isAhead && !isIndirect && isEvident && context.isInService(place.path);
    context.add({ path: place.path, line0: place.line0, reason, isSure });
  }
}

async function listHandlers(context: SearchContext): Promise<readonly Ranked[]> {
  const { rpc } = context.hints;
  if (rpc === undefined) return [];
  const { workspace } = context;
  const registered = [...(await findRegistered(context)), ...(await findProcedures(context))];
  const symbols = (
    await Promise.all(listSpellings(rpc.method).map(name => workspace.findSymbols(name)))
  ).flat();
  const service = fold(rpc.service).replace(/service$/, "");
  const ranked: Ranked[] = [...registered];
  const asksItself = new RegExp(`(?:client|stub)(?:\\.|->)${escapePattern(rpc.method)}\\(`, "i");
  for (const symbol of symbols) {
    if (symbol.kind !== "function" || symbol.isTest === true) continue;
    let score = 0;
    const owner = lastOf(symbol.owner);
    const lines = await workspace.readLines(symbol.path);
    const head = owner === "" ? "" : await readClassHead(context, symbol, owner, lines);
    if (serverClass.test(head)) score += 10;
    if (head !== "" && fold(head).includes(service)) score += 20;
    if (fold(owner).includes(service)) score += 10;
    const signature = lines.slice(symbol.line0, symbol.line0 + 3).join(" ");
    if (
      /\bcontext\.Context\b|ServerContext|ServerCallContext|StreamObserver|\bcontext\)|\bcall,\s*callback|Request<|connect\.Request/.test(
        signature,
      )
    ) {
      score += 15;
    }
    // The messages of the protocol: what is behind the server takes the program's own types.
    if (/\b(?:pb|\w*proto\w*)\.\w+|\b\w+Request\b/.test(signature)) score += 5;
    // A stub or a gateway of the same name calls it.
    if (/client|stub|gateway|proxy|mock|fake/i.test(`${owner} ${symbol.path.split("/").at(-1)}`)) {
      score -= 25;
    }
    if (asksItself.test(lines.slice(symbol.line0, symbol.endLine0 + 1).join("\n"))) score -= 60;
    const { path, line0 } = symbol;
    const folder = context.isInFolders(path) ? OWN_FOLDER : 0;
    ranked.push({ path, line0, score: score + folder, evidence: score });
  }
  return ranked.sort((a, b) => b.score - a.score);
}

async function readClassHead(
  context: SearchContext,
  symbol: SymbolPlace,
  owner: string,
  lines: readonly string[],
): Promise<string> {
  const symbols = await context.workspace.readSymbols(symbol.path);
  const around = symbols.find(other => other.kind === "class" && other.name === owner);
  if (around === undefined) {
    // Rust writes the trait beside the type: impl Cart for CartServer.
    const impl = lines.find(line => line.startsWith("impl") && line.includes(owner));
    return impl ?? owner;
  }
  return (
    lines
      .slice(around.line0, around.line0 + 3)
      .join(" ")
      .split("{")[0] ?? ""
  );
}

/** `server.addService(pb.Payment.service, { charge: chargeHandler })` */
async function findRegistered(context: SearchContext): Promise<readonly Ranked[]> {
  const { hints, workspace } = context;
  const { rpc } = hints;
  if (rpc === undefined) return [];
  const names = listSpellings(rpc.method).map(escapePattern).join("|");
  const generated = getGenerated(rpc.method);
  const handled = await context.search(
    generated,
    `\\bcallHandler\\([^()]*\\b${escapePattern(generated)}\\(`,
  );
  const hits = await context.search(
    "addservice",
    `\\b(?:${names})\\b\\s*(?::\\s*[\\w.$]+)?\\s*[,}\\n]|\\b(?:${names})\\s*:\\s*[\\w.$]+`,
  );
  const found = handled.map(({ path, line0, isInFolders }): Ranked => {
    return { path, line0, evidence: 60, score: 60 + (isInFolders ? OWN_FOLDER : 0) };
  });
  for (const hit of hits) {
    const nearby = [...hit.before, hit.text].join("\n");
    if (
      !/addService/.test(nearby) ||
      !fold(nearby).includes(fold(rpc.service).replace(/service$/, ""))
    ) {
      continue;
    }
    const target = new RegExp(`\\b(?:${names})\\b\\s*(?::\\s*(?:[\\w$]+\\.)*([\\w$]+))?`).exec(
      hit.text.replace(/\.bind\(.*/, ""),
    );
    const name = target?.[1] ?? target?.[0]?.trim() ?? rpc.method;
    const symbols = await workspace.readSymbols(hit.path);
    const symbol = symbols.find(other => other.name === name);
    const score = (context.isInFolders(hit.path) ? OWN_FOLDER : 0) + 60;
    const line0 = symbol?.line0 ?? hit.line0;
    found.push({ path: hit.path, line0, score, evidence: 60 });
  }
  return found;
}

/** tRPC: `byId: publicProcedure.input(…).query(…)`, or `byId: boxByIdRoute` of another file. */
async function findProcedures(context: SearchContext): Promise<readonly Ranked[]> {
  const { hints } = context;
  const name = escapePattern(hints.rpc?.method ?? "");
  const pattern = `(?<![\\w$.])${name}\\s*:\\s*[\\w.]*[pP]rocedure\\b`;
  const words = hints.rpc?.method ?? "";
  const service = hints.rpc?.service ?? "";
  const router = fold(service);
  const broad = await context.search(words, pattern);
  // Of the many files that say the method's name, those that say the router's as well are read first.
  const isAsked = broad.length > 0 && service !== "";
  const narrow = isAsked ? await context.search(`${words} ${service}`, pattern) : [];
  const hits = new Map([...narrow, ...broad].map(hit => [`${hit.path}:${hit.line0}`, hit]));
  const routers = isAsked ? await findRouters(context, service) : new Set<string>();
  const found: { hit: TextHit; said: string }[] = [...hits.values()].map(hit => ({
    hit,
    said: routers.has(hit.path) ? service : hit.path,
  }));
  const member = new RegExp(
    `(?<![\\w$.])${name}\\s*:\\s*(\\w+(?:Route|Procedure|Query|Mutation|Handler))\\s*,`,
  );
  const members = await context.search(`${words} router`, member.source);
  for (const each of members) {
    const route = member.exec(each.text)?.[1] ?? "";
    if (!fold(`${route} ${each.path}`).includes(router)) continue;
    const made = `\\bconst\\s+${route}\\s*=\\s*[\\w.]*[pP]rocedure\\b`;
    const defined = await context.search(route, made);
    found.push(...defined.map(hit => ({ hit, said: route })));
  }
  return found.map(({ hit: { path, line0, isInFolders }, said }) => {
    // A name of its own tells more than the folder.
    const named = router === "" ? 0 : fold(said).includes(router) ? 20 : 10;
    const evidence = ENOUGH_EVIDENCE + (fold(`${said} ${path}`).includes(router) ? named : 0);
    return { path, line0, evidence, score: evidence + (isInFolders ? OWN_FOLDER : 0) };
  });
}

/** The files of the routers that stand under a key: `boxes: crateRouter` leads to `const crateRouter = router({`. */
async function findRouters(context: SearchContext, key: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  const member = new RegExp(
    `(?<![\\w$.])${escapePattern(key)}\\s*:\\s*(\\w*[rR]outer\\w*)\\s*,?\\s*$`,
  );
  const members = await context.search(key, member.source);
  for (const name of new Set(members.map(({ text }) => member.exec(text)?.[1] ?? ""))) {
    const made = `\\b(?:const|let|var)\\s+${name}\\b[^=]*=`;
    const defined = await context.search(name, made);
    for (const { path } of defined) paths.add(path);
  }
  return paths;
}

async function listCalls(context: SearchContext): Promise<readonly Ranked[]> {
  const { hints, workspace } = context;
  const { rpc } = hints;
  if (rpc === undefined) return [];
  const service = fold(rpc.service).replace(/service$/, "");
  const found: Ranked[] = [];
  for (const name of [...listSpellings(rpc.method), getGenerated(rpc.method)]) {
    const pattern = `(?:\\.|->|\\?\\.|::|^\\s*)${escapePattern(name)}(?:Async|Sync|WithResponse)?\\s*(?:<[^<>]*>)?\\(`;
    const words = [name, `${name}Async`];
    for (const word of words) {
      for (const hit of await context.search(word, pattern)) {
        // A name that begins its line is a call where the line above ends with the dot.
        const isBegun = hit.text.trimStart().startsWith(name);
        if (isBegun && !/(?:\.|->|::)\s*$/.test(hit.before.at(-1) ?? "")) continue;
        const known = found.some(other => other.path === hit.path && other.line0 === hit.line0);
        if (!known) {
          const lines = await workspace.readLines(hit.path);
          found.push({
            path: hit.path,
            line0: hit.line0,
            ...scoreCall(hit, name, service, lines),
            evidence: 0,
            isWrapper: await isInNamesake(context, hit, rpc.method),
          });
        }
      }
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

/** `func (c *Client) FindNearest(…) { return c.stub.FindNearest(…) }` */
async function isInNamesake(
  context: SearchContext,
  { path, line0 }: TextHit,
  method: string,
): Promise<boolean> {
  const symbols = await context.workspace.readSymbols(path);
  const around = symbols.findLast(
    symbol => symbol.kind === "function" && symbol.line0 < line0 && symbol.endLine0 >= line0,
  );
  return around !== undefined && fold(around.name) === fold(method);
}

const client = /client|stub|grpc|svc|channel/i;

function scoreCall(
  hit: TextHit,
  name: string,
  service: string,
  lines: readonly string[],
): Pick<Ranked, "score" | "isStub"> {
  const sameLine = hit.text.slice(0, hit.text.indexOf(name));
  const before = sameLine.trim() === "" ? (hit.before.at(-1) ?? "") : sameLine;
  const receiver = /([\w$.()[\]<>-]*)(?:\.|->|\?\.|::)$/.exec(before)?.[1] ?? before;
  let score = hit.isInFolders ? OWN_FOLDER : 0;
  // `cl := pb.NewCatalogClient(conn)`: a short name is what it was made as.
  const made = new RegExp(`(?:^|[^\\w$])${escapePattern(receiver)}(?![\\w$])[^=]{0,40}=`);
  const from =
    client.test(receiver) || !/^\w+$/.test(receiver)
      ? receiver
      : (lines.slice(0, hit.line0).findLast(line => made.test(line)) ?? "");
  const isStub = client.test(from);
  if (isStub) score += 6;
  if (fold(`${receiver} ${from}`).includes(service)) score += 4;
  if (service !== "" && fold([...hit.before, hit.text].join("")).includes(service)) score += 2;
  // Who asks in the protocol's words makes its message; who asks for it has the program's own.
  const message = new RegExp(`\\b${escapePattern(toPascal(name))}Req(?:uest)?\\b`);
  if (message.test([hit.text, ...hit.after.slice(0, 1)].join(" "))) score += 5;
  if (/gateway|super|repository|store|dao|\bdb\b/i.test(receiver)) score -= 5;
  return { score, isStub };
}

/** By which Java's generated code knows a method: Vert.x is handed `CartGrpc.getAddItemMethod()`. */
function getGenerated(method: string): string {
  return `get${toPascal(method)}Method`;
}

function toPascal(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}

/** `GetCart`, `getCart`, `get_cart`. */
export function listSpellings(method: string): readonly string[] {
  const lower = method.charAt(0).toLowerCase() + method.slice(1);
  const snake = method.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
  const upper = method.charAt(0).toUpperCase() + method.slice(1);
  return [...new Set([method, upper, lower, snake])];
}
