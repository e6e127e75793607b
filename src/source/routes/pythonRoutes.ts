/** Routes of Python: Flask, FastAPI, Starlette, Litestar, Django, REST frameworks, aiohttp, Tornado. */

import {
  getLiteral,
  getNamed,
  getPositional,
  listLiterals,
  listNames,
  readCall,
} from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import { readPaths, type RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const decorator =
  /^[ \t]*@(?:([\w.]+)\.(route|api_route|get|post|put|delete|patch|head|options|websocket|view|resource|expose)|(get|post|put|delete|patch|head|websocket))\(/gm;
/** The address of a class of handlers, in the class: Litestar, Flask-Classful. */
const classPath =
  /^[ \t]+(?:path|prefix|route_base)[ \t]*(?::[^=\n]{1,40})?=[ \t]*(["'])(\/[^"'\n]{0,200})\1[ \t]*$/gm;
/** A decorator that is called as a function: `self.app.post("/x")(self.answer)`. */
const calledDecorator =
  /^[ \t]*((?:\w+\.){0,3}\w+)\.(route|api_route|get|post|put|delete|patch)\([^()\n]*\)\(\s*([\w.]+)\s*\)/gm;
const plainDecorator = /^[ \t]*@(action|list_route|detail_route|expose|route)\(/gm;
const router =
  /^[ \t]*([\w.]+)\s*(?::\s*[\w.]+\s*)?=\s*(?:[\w.]+\.)?(\w*Router|\w*Blueprint|[Nn]amespace|NinjaAPI|Api|Sanic)\(/gm;
const call =
  /(?<![\w.])([\w.]{0,80})\b(include_router|register_blueprint|blueprint|add_url_rule|add_api_route|add_route|add_view|add_websocket_route|add_\w{0,20}resource|add_(?:get|post|put|delete|patch|view)|add_router|add_namespace|register|mount|Mount|re_path|path|url|Route|WebSocketRoute|web\.(?:get|post|put|delete|patch|view))\(/g;
/** `CartViewSet.as_view({"get": "list", "post": "create"})` */
const action = /["'](get|post|put|patch|delete)["']\s*:\s*["'](\w+)["']/g;
/** Django REST framework: the methods of a set of views, some of one object. */
const viewSetMethods = [
  ["GET", "list", false],
  ["POST", "create", false],
  ["GET", "retrieve", true],
  ["PUT", "update", true],
  ["PATCH", "partial_update", true],
  ["DELETE", "destroy", true],
] as const;
/** `urlpatterns = [*cart_urls, *order_urls]`: lists that other files hold. */
const spread = /^[ \t]*\*([\w.]+),?[ \t]*$/gm;
const tornado = /\(\s*r?(["'])(\/[^"'\n]{0,200})\1\s*,\s*([A-Z][\w.]*)\s*[,)]/g;

export function readPythonRoutes(reader: RouteReader): void {
  const { text } = reader;
  for (const match of text.matchAll(router)) {
    const [whole, name = "", kind = ""] = match;
    const args = readCall(text, match.index + whole.length - 1);
    const prefix = getNamed(args, "prefix", "url_prefix", "path");
    const isDefault = prefix === undefined && /^[Nn]amespace$/.test(kind);
    const written = isDefault ? getPositional(args)[0] : prefix;
    const paths = written === undefined ? [""] : readPaths(written);
    // Flask-RESTX: `Api(blueprint)` stands where the blueprint does.
    const holder = kind === "Api" ? /^\w+$/.exec(getPositional(args)[0] ?? "")?.[0] : undefined;
    const base = holder ?? "";
    reader.addRouter(match.index, { name, prefix: paths[0] ?? unknownPrefix, isDefault, base });
  }
  const lists = readLists(reader);
  for (const match of text.matchAll(classPath)) reader.addOwnerPrefix(match.index, match[2] ?? "");
  for (const match of text.matchAll(decorator)) readDecorator(reader, match);
  for (const match of text.matchAll(calledDecorator)) {
    const [, base = "", verb = "", handler = ""] = match;
    const [path] = getPositional(readCall(text, text.indexOf("(", match.index)));
    const method = /route$/.test(verb) ? undefined : verb;
    for (const each of readPaths(path ?? "")) {
      reader.addRoute(match.index, { method, path: each, base, handlers: [handler] });
    }
  }
  for (const match of text.matchAll(plainDecorator)) readAction(reader, match);
  for (const match of text.matchAll(call)) readRouteCall(reader, match, lists);
  if (text.includes("urlpatterns")) {
    for (const match of text.matchAll(spread)) {
      reader.addMount(match.index, { base: "", prefix: "", target: match[1] ?? "" });
    }
  }
  if (text.includes("ornado")) {
    for (const match of text.matchAll(tornado)) {
      reader.addRoute(match.index, { path: match[2] ?? "", handlers: [match[3] ?? ""] });
    }
  }
}

function readDecorator(reader: RouteReader, match: RegExpExecArray): void {
  const [whole, base = "", ofRouter, bare] = match;
  const verb = ofRouter ?? bare ?? "";
  const open = match.index + whole.length - 1;
  const args = readCall(reader.text, open);
  const first = getNamed(args, "path", "rule", "route") ?? getPositional(args)[0];
  const paths = first === undefined ? [""] : readPaths(first);
  // A function of the name `get` makes decorators of other purposes too.
  if (bare !== undefined && !paths.every(path => /^(?:\/|$)/.test(path))) return;
  if (paths.length === 0 && first !== undefined && !/^[\w.]+$/.test(first)) return;
  const written = getNamed(args, "methods", "request_method");
  const methods = /^(?:route|api_route|view|resource|expose|websocket)$/.test(verb)
    ? written === undefined
      ? [undefined]
      : listLiterals(written)
    : [verb];
  // All names of a decorator that stand before the function, which may be several lines below.
  const index = reader.text.indexOf("@", match.index);
  for (const path of paths.length === 0 ? [unknownPrefix] : paths) {
    for (const method of methods) {
      reader.addRoute(index, { method, path, base, isAnnotation: true });
    }
  }
}

/** An extra action of a view set stands under the set's own path, which a router gives it elsewhere. */
function readAction(reader: RouteReader, match: RegExpExecArray): void {
  const open = match.index + match[0].length - 1;
  const args = readCall(reader.text, open);
  const index = reader.text.indexOf("@", match.index);
  const below = reader.findBelow(reader.getLine0(index));
  const written = getNamed(args, "url_path");
  const first = getPositional(args)[0];
  const path =
    (written ?? (match[1] === "action" ? undefined : first)) === undefined
      ? (below?.name ?? "")
      : (readPaths(written ?? first ?? "")[0] ?? "");
  const isDetail = match[1] === "detail_route" || getNamed(args, "detail") === "True";
  const methods = listLiterals(getNamed(args, "methods") ?? "");
  for (const method of methods.length === 0 ? ["GET"] : methods) {
    const full = joinRoute(unknownPrefix, isDetail ? "{}" : "", path);
    reader.addRoute(index, { method, path: full, isAnnotation: true });
  }
}

function readRouteCall(
  reader: RouteReader,
  match: RegExpExecArray,
  lists: readonly RouteList[],
): void {
  const [whole, dotted = "", name = ""] = match;
  const list = lists.find(({ start, end }) => start < match.index && match.index < end);
  const base = list?.name ?? dotted.replace(/\.(?:router)?$/, "").replace(/\.$/, "");
  const { text } = reader;
  const args = readCall(text, match.index + whole.length - 1);
  const written = getPositional(args);
  // aiohttp: add_route("GET", "/x", handler).
  const toldVerb = /^["'](GET|POST|PUT|DELETE|PATCH|HEAD|\*)["']$/.exec(written[0] ?? "")?.[1];
  const positional = toldVerb === undefined ? written : written.slice(1);
  const [first, second] = positional;
  if (first === undefined && args.arguments.length === 0) return;
  const at = match.index;
  if (
    /^(?:include_router|register_blueprint|blueprint|add_router|add_namespace|mount|Mount)$/.test(
      name,
    )
  ) {
    const isPathFirst = first !== undefined && getLiteral(first) !== undefined;
    const prefix =
      getNamed(args, "prefix", "url_prefix", "path") ??
      (isPathFirst ? first : /^["']\//.test(second ?? "") ? second : undefined);
    const target = isPathFirst ? (second ?? getNamed(args, "routes", "app")) : first;
    const [path = unknownPrefix] = prefix === undefined ? [""] : readPaths(prefix);
    for (const each of listTargets(target ?? "")) {
      reader.addMount(at, { base, prefix: path, target: each });
    }
    return;
  }
  if (/resource$/.test(name)) {
    const [handler = ""] = first === undefined ? [] : listNames(first);
    for (const path of positional.slice(1).flatMap(readPaths)) {
      reader.addRoute(at, { path, base, handlers: [handler] });
    }
    return;
  }
  if (name === "register") {
    // router.register(r"users", UserViewSet)
    const path = first === undefined ? undefined : getLiteral(first);
    const handlers =
      second === undefined || getLiteral(second) !== undefined ? [] : listNames(second);
    if (path === undefined || handlers.length === 0 || base === "") return;
    for (const [method, verb, isDetail] of viewSetMethods) {
      reader.addRoute(at, {
        base,
        method,
        path: isDetail ? joinRoute(path, "{}") : path,
        handlers: handlers.map(each => `${each}.${verb}`),
      });
    }
    return;
  }
  if (first === undefined) return;
  const paths = readPaths(first);
  const handler =
    getNamed(args, "view_func", "endpoint", "view", "handler") ??
    (name === "add_url_rule" ? (positional[2] ?? second) : second);
  if (handler === undefined || paths.length === 0 || getLiteral(handler) !== undefined) return;
  const included = /^include\(\s*(?:\(\s*)?(.*)$/s.exec(handler)?.[1];
  if (included !== undefined) {
    for (const target of listTargets(included)) {
      reader.addMount(at, { base, prefix: paths[0] ?? "", target });
    }
    return;
  }
  const verb = /(?:\.|_)(get|post|put|delete|patch)$/.exec(name)?.[1] ?? toldVerb?.replace("*", "");
  const named = getNamed(args, "methods", "method");
  const methods =
    verb !== undefined
      ? [verb || undefined]
      : named === undefined
        ? [undefined]
        : listLiterals(named);
  const names = listNames(handler).filter(
    each => !/^(?:as_view|login_required|csrf_exempt|cache_page)$/.test(each),
  );
  const handlers = names.map(each => each.replace(/\.as_view$/, ""));
  const actions = [...handler.matchAll(action)];
  for (const path of paths) {
    for (const [, method, each] of actions) {
      reader.addRoute(at, { method, path, base, handlers: [`${handlers.at(-1)}.${each}`] });
    }
    if (actions.length > 0) continue;
    for (const method of methods) reader.addRoute(at, { method, path, base, handlers });
  }
}

/** Routes in a list of their own, `boxes = [Route(…)]`, which something mounts by its name. */
interface RouteList {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function readLists(reader: RouteReader): readonly RouteList[] {
  return [...reader.text.matchAll(/^(\w+)\s*(?::[^=\n]*)?=\s*\[/gm)].flatMap(match => {
    const [whole, name = ""] = match;
    const start = match.index + whole.length - 1;
    const end = readCall(reader.text, start).end;
    if (!/\b(?:Route|path|url|re_path)\(/.test(reader.text.slice(start, end))) return [];
    reader.addRouter(start, { name, prefix: "", base: "" });
    return [{ name, start, end }];
  });
}

function listTargets(expression: string): readonly string[] {
  const literal = listLiterals(expression)[0];
  if (literal !== undefined) return [literal];
  return listNames(expression).slice(0, 1);
}
