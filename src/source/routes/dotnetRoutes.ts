/** Routes of .NET: attributes of controllers, minimal APIs. */

import { getPositional, readCall } from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import { listHandlers, readPaths, type RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const attribute =
  /[[,]\s{0,8}(?:Http(Get|Post|Put|Delete|Patch|Head|Options)|(Route)|(ApiController|Area))\b\s{0,4}(\()?/g;
const call =
  /(?<!\w)([\w)\]]{1,60}(?:\.\w{1,60}){0,4})?\s{0,80}\.(MapGet|MapPost|MapPut|MapDelete|MapPatch|MapMethods|MapGroup|MapHub|MapForwarder|Map|MapFallback)(?:<[^<>()]{0,60}>)?\(\s{0,40}(?=[@$"\w])/g;
/** Extensions that map a feature's endpoints: `products.MapProductEndpoints()`. */
const extension = /(?<!\w)(\w{1,60})\s{0,80}\.((?:Map|Use|Add)[A-Z]\w{2,60})\(\s{0,20}\)/g;
/** FastEndpoints: a class an endpoint, which says its address in `Configure`. */
const endpointClass = /:\s{0,4}(?:Ep\.|Endpoint)\w*(?:<|\b)/;
const configured =
  /\n[ \t]{1,40}(Get|Post|Put|Delete|Patch)\(([@$]?"[^"\n]{0,200}"|[A-Z]\w{0,80}(?:\.\w{1,80}){1,4})\);/g;
/** Refit: an interface of what another service answers. */
const clientAttribute =
  /\[\s{0,4}(Get|Post|Put|Delete|Patch|Head|Options)\(\s{0,4}"([^"\n]{1,200})"/g;
/** The prefix of a class of endpoints, where it is not its name. */
const groupPrefix = /\b(?:RoutePrefix|GroupName)\s{0,4}=>?\s{0,4}"([^"\n]{1,200})"/;
const assigned = /(\w+)\s{0,4}=\s{0,4}$/;

export function readDotnetRoutes(reader: RouteReader): void {
  const { text } = reader;
  /** A method may have its verb and its route in two attributes. */
  const routes = new Map<number, string>();
  /** Prefixes of classes that name the method: `api/[controller]/[action]`. */
  const actions = new Map<string, string>();
  const verbs: { index: number; method: string; path: string | undefined; line0: number }[] = [];
  for (const match of text.matchAll(attribute)) {
    const [whole, verb, route, , open] = match;
    const index = match.index + 1;
    const args =
      open === undefined ? { arguments: [] } : readCall(text, match.index + whole.length - 1);
    const [first] = getPositional(args);
    const path = first === undefined ? undefined : readPaths(first)[0];
    const below = reader.findBelow(reader.getLine0(index));
    if (below === undefined) continue;
    if (below.kind === "class") {
      if (path !== undefined && /\[action\]/i.test(path)) actions.set(below.name, path);
      else if (route !== undefined) {
        reader.addClassPrefix(index, name => fillTokens(path ?? "", name, ""));
      }
      continue;
    }
    if (verb !== undefined) verbs.push({ index, method: verb, path, line0: below.line0 });
    else if (route !== undefined) routes.set(below.line0, path ?? "");
  }
  for (const { index, method, path, line0 } of verbs) {
    const owner = reader.findClass(line0)?.name ?? "";
    const name = reader.findBelow(line0)?.name ?? "";
    const prefix = actions.get(owner);
    const rest = path ?? routes.get(line0) ?? "";
    const written = fillTokens(prefix === undefined ? rest : `${prefix}/${rest}`, owner, name);
    reader.addRoute(index, { method, path: written, isAnnotation: true });
  }
  const tells = new Set(verbs.map(({ line0 }) => line0));
  for (const [line0, path] of routes) {
    if (tells.has(line0)) continue;
    reader.addRoute(reader.text.split("\n", line0).join("\n").length + 1, {
      path: fillTokens(path, reader.findClass(line0)?.name ?? "", ""),
      isAnnotation: true,
    });
  }
  const groupName = groupPrefix.exec(text)?.[1];
  for (const match of text.matchAll(call)) {
    const [whole, base = "", verb = ""] = match;
    const [path = "", ...others] = getPositional(
      readCall(text, match.index + whole.lastIndexOf("(")),
    );
    const at = match.index + whole.search(/\S/);
    if (verb === "MapGroup") {
      const variable = assigned.exec(text.slice(Math.max(0, at - 80), at))?.[1];
      if (variable !== undefined) {
        reader.addRouter(at, { name: variable, prefix: readPaths(path)[0] ?? unknownPrefix, base });
      }
      continue;
    }
    const method = /^Map(Get|Post|Put|Delete|Patch)$/.exec(verb)?.[1];
    // Groups of endpoints in a class put the handler first, and stand under the name of the class.
    const isHandlerFirst =
      method !== undefined && /^[A-Z]\w*$/.test(path) && (others[0] ?? '"').startsWith('"');
    if (isHandlerFirst) {
      const owner = reader.findClass(reader.getLine0(at))?.name ?? "";
      const group = groupName ?? `${unknownPrefix}/${owner}`;
      const written = joinRoute(group, readPaths(others[0] ?? "")[0] ?? "");
      reader.addRoute(at, { method, path: written, handlers: [path] });
      continue;
    }
    for (const each of readPaths(path)) {
      reader.addRoute(at, { method, path: each, base, handlers: listHandlers(others).names });
    }
  }
  for (const { index, 1: method, 2: path = "" } of text.matchAll(clientAttribute)) {
    reader.addRoute(index, { method, path, isAnnotation: true, isClient: true });
  }
  for (const match of endpointClass.test(text) ? text.matchAll(configured) : []) {
    const [, method, path = ""] = match;
    const owner = reader.findClass(reader.getLine0(match.index + 1))?.name;
    for (const each of owner === undefined ? [] : readPaths(path)) {
      const handlers = [`${owner}.${/\sExecuteAsync\(/.test(text) ? "Execute" : "Handle"}Async`];
      reader.addRoute(match.index + 1, { method, path: each, handlers });
    }
  }
  for (const match of text.matchAll(extension)) {
    const [, base = "", target = ""] = match;
    reader.addMount(match.index, { base, prefix: "", target });
  }
}

function fillTokens(path: string, className: string, method: string): string {
  return path
    .replace(/\[controller\]/gi, className.replace(/Controller$/, ""))
    .replace(/\[action\]/gi, method);
}
