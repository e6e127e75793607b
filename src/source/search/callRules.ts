/** The line of a client's call: where the program writes the address that was asked, or the host's name. */

import type { RoutePlace } from "../routes/routeTable.ts";
import { fold } from "../routes/handlers.ts";
import type { Place } from "../location.ts";
import { findAskingLine, isAnswer, isAsking } from "./askingLine.ts";
import type { TextHit } from "./textSearch.ts";
import { fitAddress, readAddresses, type AddressFit } from "./addressTemplates.ts";
import { getConstant } from "./constants.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern, getCallLine0 } from "./textSearch.ts";

interface Call {
  readonly hit: TextHit;
  readonly score: number;
  readonly fit: AddressFit;
  /** The line itself asks, or names the host. */
  readonly isEvident: boolean;
}

/** A word of the address weighs more than all that the line says beside it. */
const WORD = 8;
const kinds: Readonly<Record<AddressFit["kind"], number>> = { whole: 6, tail: 3, head: 0 };
/** So many lines of constants are followed; a program has one for each service that it asks. */
const MAX_CONSTANTS = 6;
/** The names by which programs ask over HTTP. */
const libraries = [
  "requests",
  "httpx",
  "axios",
  "fetch",
  "got",
  "urllib",
  "curl_init",
  "faraday",
  "httparty",
  "httpoison",
  "request",
  "restTemplate",
  "http",
];
const request =
  /fetch|axios|http|request|client|url|uri|curl|endpoint|send|rest|got\b|urllib|Faraday|RestTemplate|WebClient/i;
const logs = /\b(?:log(?:ger)?|print\w*|console)\b/i;
const links = /<Link|href=|router\.push|navigate\(|redirect|<a\b/;
const declares =
  /MapForwarder|\.AddRoute\(|^\s*@|^\s*\[|\b(?:router|app|r|e|g|mux)\.(?:get|post|put|delete|GET|POST|PUT|DELETE|HandleFunc|Handle|route|use)\(|Map(?:Get|Post|Put|Delete|Group)\(|^\s*(?:re_)?path\(/;
/** `.get("orders")` of a client, and not of a map, a header or a query. */
const bareCall =
  /(?:^|[\w)\]])(?:\.|->|::)?(?:get|post|put|patch|delete|fetch|request|send|exchange|retrieve)\w{0,24}\s*(?:<[^<>]{0,60}>)?\(\s*[$@f]?["'`]/i;
/** `ORDERS_URL: "http://orders/orders"` says where the other side is, and asks nothing. */
const declaresConstant =
  /^\s*(?:(?:export|const|let|var|val|final|static|private|public|internal|readonly|[Ss]tring)\s+){0,6}(?:[\w.]*\[)?["']?(?:[A-Z][A-Z\d_]+["']?\]?\s*(?::(?!=)|=(?![=>]))|\w+(?:Url|URL|Uri|URI|Endpoint|Host)["']?\s*:(?!=))|^\s*(?:private|public|protected|internal)\s+(?:[\w<>]+\s+){1,4}\w+\s*=(?![=>])/;
const lookup =
  /(?:query|params?|headers?|cookies?|session|cache|map|dict|config|env|args|form|values?|attributes?|context|ctx|store|storage)(?:\(\))?(?:\.|->|::)(?:get|set|has|delete|put)\w*\(/i;

export async function findHttpCall(context: SearchContext): Promise<void> {
  const { hints, workspace } = context;
  const { url } = hints;
  if (url === undefined || hints.rpc !== undefined) return;
  const declared = await workspace.findRoutes({
    routes: [{ text: url.path, isConcrete: true }],
    ...(hints.httpMethod !== undefined && { method: hints.httpMethod }),
    isClient: true,
  });
  const inService = await narrowToHost(
    context,
    declared.filter(({ path }) => context.isInService(path)),
    url.host,
  );
  const isOnly = inService.length === 1 && inService[0]?.isWhole === true;
  context.addAll(inService, { code: "callSite", call: url.path }, isOnly);
  const calls = await listCalls(context, url);
  // A library of the workspace may make the call for the service.
  const ownCalls = calls.filter(({ hit }) => context.isInService(hit.path));
  if (ownCalls.length === 0) {
    await findFilledIn(context, url);
    if (context.found.length === 0) await findHostUse(context, url.host);
    // A service that asks in one place alone is given the address; another's call is not its own.
    if (context.found.length === 0) await findAnyRequest(context, url.path, 1);
  }
  const ranked =
    ownCalls.length > 0
      ? ownCalls
      : calls.filter(({ fit, isEvident }) => fit.words > 1 || (isEvident && fit.kind === "whole"));
  const [best, second] = ranked;
  for (const call of ranked.slice(0, MAX_ALTERNATIVES)) {
    const { hit, fit, isEvident } = call;
    const isAhead = call === best && (second === undefined || second.score < call.score);
    const isSure = isAhead && isEvident && fit.kind === "whole" && context.isInFolders(hit.path);
    await addCall(context, { path: hit.path, line0: getCallLine0(hit) }, url.path, isSure);
  }
  if (context.found.length === 0) await findAnyRequest(context, url.path);
}

/** Whatever asks an address that the program is given: one of these calls, and nobody knows which; `most` at the most. */
async function findAnyRequest(
  context: SearchContext,
  path: string,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { hints, folders, workspace } = context;
  if (most === 1 && folders.length === 0) return;
  const method = (hints.httpMethod ?? "get").toLowerCase();
  const verbs = `${method}|request|${method}_async|${method}For\\w+|exchange|send|open|urlopen`;
  const pattern = `\\b(?:${libraries.join("|")})(?:\\.|::|->)(?:${verbs})\\s*\\(\\s*(?:$|(?!["'\`/])[\\w$@{])|\\b(?:fetch|axios|ky|got|urlopen|curl_init)\\(\\s*[A-Za-z_$@{]`;
  for (const words of libraries) {
    const query = { words, pattern, flags: "i", folders, isOnlyInFolders: true };
    const hits = await workspace.searchText(query);
    if (hits.length > most) return;
    for (const hit of hits.slice(0, MAX_ALTERNATIVES)) await addCall(context, hit, path);
    if (hits.length > 0) return;
  }
}

/** The client of several that names the host: `@FeignClient(name = "orders")`, `interface IOrdersAPI`. */
async function narrowToHost(
  { workspace }: SearchContext,
  places: readonly RoutePlace[],
  host: string,
): Promise<readonly RoutePlace[]> {
  const name = fold(host.split(".")[0] ?? "");
  if (places.length < 2 || name === "") return places;
  const named: RoutePlace[] = [];
  for (const place of places) {
    const lines = await workspace.readLines(place.path);
    if (fold(lines.join("")).includes(name)) named.push(place);
  }
  return named.length > 0 ? named : places;
}

/** `http://${host}/${name}`: no part of the address stands in the program. */
async function findFilledIn(
  context: SearchContext,
  url: { readonly host: string; readonly path: string },
): Promise<void> {
  const { folders, workspace, hints } = context;
  if (folders.length === 0) return;
  const { length } = url.path.split("/").filter(segment => segment !== "");
  if (length === 0) return;
  const pattern = `["'\`]https?://(?:\\$?\\{|#\\{|%s|["'\`]\\s*[+.])`;
  const query = { words: "http", pattern, folders, isOnlyInFolders: true };
  const hits = (await workspace.searchText(query))
    .filter(hit => !declares.test(hit.text))
    .filter(hit =>
      readAddresses(hit.text).some(
        ({ segments }) => segments.length === length && segments.every(each => each === "{}"),
      ),
    )
    .map(hit => ({ ...hit, said: scoreLine(hit, hit.text, hints.httpMethod, url.host) }))
    .filter(({ said }) => said.isEvident)
    .sort((a, b) => b.said.score - a.said.score);
  for (const hit of hits.slice(0, MAX_ALTERNATIVES)) await addCall(context, hit, url.path);
}

/** The call itself where the line holds its address alone. */
async function addCall(
  context: SearchContext,
  { path, line0 }: Place,
  call: string,
  isSure = false,
): Promise<void> {
  const lines = await context.workspace.readLines(path);
  const asking = findAskingLine(lines, line0);
  // What is handed an address may never ask it.
  const isCertain = isSure && isAsking(lines, asking);
  context.add({ path, line0: asking, reason: { code: "callSite", call }, isSure: isCertain });
}

async function listCalls(
  context: SearchContext,
  url: { readonly host: string; readonly path: string },
): Promise<readonly Call[]> {
  const asked = url.path.split("/").filter(segment => segment !== "");
  const words = asked.filter(segment => !isValue(segment) && segment.length > 1);
  const calls = new Map<string, Call>();
  const consider = (hit: TextHit, line: string): void => {
    if (declares.test(hit.text)) return;
    for (const address of readAddresses(line)) {
      const fit = fitAddress(address, asked);
      if (fit === undefined || !asked.some(segment => isDistinctive(segment, address.segments))) {
        continue;
      }
      if (address.isBare && (!bareCall.test(line) || lookup.test(line))) continue;
      const said = scoreLine(hit, line, context.hints.httpMethod, url.host);
      const score =
        fit.words * WORD + fit.length + kinds[fit.kind] + said.score - Number(address.isBare) * 4;
      const key = `${hit.path}:${hit.line0}`;
      const isEvident = said.isEvident && !address.isBare;
      if ((calls.get(key)?.score ?? 0) < score) calls.set(key, { hit, score, fit, isEvident });
    }
  };
  const constants: { readonly name: string; readonly value: string; readonly hit: TextHit }[] = [];
  for (const group of [words, ...words.toReversed().map(word => [word])]) {
    if (group.length === 0) continue;
    const any = group.map(escapePattern).join("|");
    const hits = await context.search(
      group.join(" "),
      `["'\`/}>](?:${any})(?=["'\`/?&#{$.:]|\\s|$)`,
    );
    for (const hit of hits) {
      consider(hit, hit.text);
      for (const literal of hit.text.matchAll(/(["'`])([^"'`\n]+)\1/g)) {
        const value = literal[2] ?? "";
        if (!group.some(word => value.includes(word))) continue;
        if (isAnswer(hit.text.slice(0, literal.index))) continue;
        const name = getConstant(hit, literal.index);
        if (name !== undefined) constants.push({ name, value, hit });
      }
    }
    // Another service's call ends the search only where the service is not known.
    if ([...calls.values()].some(({ hit }) => context.isInService(hit.path))) break;
  }
  for (const { name, value, hit } of constants.slice(0, MAX_CONSTANTS)) {
    await followAddress(context, name, value, hit, consider);
  }
  // Whatever is put behind a constant is put there where nobody sees it.
  if (calls.size === 0) {
    for (const { value, hit } of constants.slice(0, MAX_CONSTANTS)) {
      consider(hit, `"${value}" + it`);
    }
  }
  return [...calls.values()].sort((a, b) => b.score - a.score);
}

/** `API = "http://shop/api"` → `get(API + "/orders")` with the constant's text in its place. */
async function followAddress(
  context: SearchContext,
  name: string,
  value: string,
  declared: TextHit,
  consider: (hit: TextHit, line: string) => void,
): Promise<void> {
  const word = `\\b${escapePattern(name)}\\b`;
  const hits = await context.search(name, word);
  const inside = new RegExp(`[$#]?\\{[^{}]*${word}[^{}]*\\}|\\$${word}`, "g");
  const outside = new RegExp(`(?:[\\w.]*\\[["']${word}["']\\]|[\\w.]*${word}(?:\\(\\))?)`, "g");
  const written = value.replace(/\/$/, "");
  for (const hit of hits) {
    const isDeclared = hit.path === declared.path && hit.line0 === declared.line0;
    // A name in small letters means something else in another file, unless it is asked of what holds it.
    const isOwn = /^[A-Z]/.test(name) || hit.path === declared.path;
    if (isDeclared || (!isOwn && !new RegExp(`\\w\\.${word}`).test(hit.text))) continue;
    if (declares.test(hit.text)) continue;
    const replaced = hit.text.replace(inside, match =>
      hit.text.includes(`${match}/`) ? written : value,
    );
    consider(hit, replaced === hit.text ? hit.text.replace(outside, `"${written}"`) : replaced);
  }
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
  for (const word of new Set([host, name, ...ends.map(end => `${variable}_${end}`)])) {
    const isName = word === host || word === name;
    const pattern = isName ? `["'\`/]${escapePattern(word)}(?=[.:/"'\`])` : `\\b${word}\\b`;
    const hits = await context.search(word, pattern);
    const inService = hits.filter(
      ({ path, text }) => context.isInService(path) && !declares.test(text),
    );
    for (const hit of inService.slice(0, 5)) await addCall(context, hit, host);
    if (inService.length > 0) return;
  }
}

function isDistinctive(segment: string, written: readonly string[]): boolean {
  return segment.length > 2 && !isValue(segment) && written.includes(segment);
}

function isValue(segment: string): boolean {
  return /^\d+$|^(?=.*\d)[0-9a-f-]{16,}$|^[{:<]|^(?=.*\d)[A-Z0-9]{8,}$|^[A-Z]+-\d+$/i.test(segment);
}

function scoreLine(
  hit: TextHit,
  line: string,
  method: string | undefined,
  host: string,
): { readonly score: number; readonly isEvident: boolean } {
  const nearby = [...hit.before.slice(-2), line, ...hit.after.slice(0, 1)].join("\n");
  let score = hit.isInFolders ? 2 : 0;
  const name = host.split(".")[0] ?? "";
  const isHost = name.length > 2 && line.toLowerCase().includes(name.toLowerCase());
  if (isHost) score += 6;
  const isAsked = request.test(line);
  if (isAsked) score += 5;
  else if (request.test(nearby)) score += 3;
  // A builder says the method in a line of its own: client.post()⏎.uri("/orders").
  const chained = /^\s*(?:\.|->)/;
  const begun = hit.before.findLastIndex(above => !chained.test(above));
  const said = chained.test(line)
    ? [...hit.before.slice(Math.max(0, begun)), line].join(" ")
    : // An object of options has a line for each: { uri: "/orders", method: "POST" }.
      /^\s*["']?(?:uri|url|path|endpoint)["']?\s*[:=]/.test(line)
      ? [hit.before.at(-1), line, hit.after[0]].join(" ")
      : line;
  if (
    method !== undefined &&
    new RegExp(
      `\\b${method}\\b|\\.${method}(?:(?:For|From|As|Json)\\w+|Async)?(?:<[^()]*>)?\\(`,
      "i",
    ).test(said)
  ) {
    score += 3;
  }
  if (logs.test(line)) score -= 4;
  if (links.test(line) || declaresConstant.test(line)) score -= 6;
  const isOther = logs.test(line) || declaresConstant.test(line);
  return { score, isEvident: (isHost || isAsked || request.test(nearby)) && !isOther };
}
