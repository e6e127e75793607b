/** Routes that one call or macro registers with its address and its handler: C++ (oatpp, drogon, Crow, httplib, Pistache) and Dart's shelf. */

import { getLiteral, isInline, listNames, readCall } from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import type { RouteReader } from "./routeReader.ts";

const cppCall =
  /\b(?:ENDPOINT(?:_ASYNC)?|ADD_METHOD_TO|ADD_METHOD_VIA_REGEX|METHOD_ADD|PATH_ADD|CROW_(?:BP_)?ROUTE|registerHandler\w{0,20}|(?:Routes::|\w{1,60}(?:\.|->))(Get|Post|Put|Patch|Delete|Options))\(/g;
const verb = /^"?(?:\w+::)*(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"?$/i;
const MAX_ARGUMENT = 300;
/** Each takes a look at up to 2,000 characters behind it. */
const MAX_CALLS = 3_000;
const dartCall =
  /(?<![\w.])(?:(\w{1,60})\s{0,60})?(?:\.|(?<=\.)\.|@\w{1,30}\.)(get|post|put|patch|delete|head|options|all|mount)\(\s{0,40}(?=['"])/g;

export function readCppRoutes(reader: RouteReader): void {
  const { text } = reader;
  for (const match of [...text.matchAll(cppCall)].slice(0, MAX_CALLS)) {
    const [whole, own] = match;
    const { arguments: all, end } = readCall(text, match.index + whole.length - 1);
    // What is longer is a function that is written in place.
    const written = all.map(each => each.text).filter(each => each.length <= MAX_ARGUMENT);
    const path = written
      .map(each => getLiteral(each.replace(/^R"\w*\(([^]*)\)\w*"$/, '"$1"')))
      .find(each => each !== undefined && !verb.test(each));
    if (path === undefined) continue;
    const behind = /^[\s.]*methods?\(\s*"?(?:\w+::)*(\w+)/.exec(text.slice(end, end + 80))?.[1];
    const said = written.slice(1).flatMap(each => each.match(/\w+(?:::\w+)*/g) ?? []);
    const method = [own, behind, ...said, written[0]]
      .map(each => verb.exec(each ?? "")?.[1])
      .find(each => each !== undefined);
    const handlers = written
      .filter((each, at) => {
        // drogon's handler stands first, and may be called like a verb: Boxes::get.
        const isHandler = at === 0 || !verb.test(each);
        return isHandler && !isInline(each) && !/^(?:\[|"|R"|\{)/.test(each);
      })
      .flatMap(listNames)
      .filter(name => name.includes("::") && !/\bbind$/.test(name));
    if (whole.startsWith("PATH_ADD")) {
      const owner = reader.findClass(reader.getLine0(match.index))?.name;
      if (owner !== undefined) handlers.push(`${owner}::asyncHandleHttpRequest`);
    }
    // drogon puts the class's namespace before it.
    const prefix = whole.startsWith("METHOD_ADD") ? unknownPrefix : "";
    reader.addRoute(match.index, {
      method,
      path: `${prefix}/${path.replace(/\?.*$/, "")}`,
      handlers,
    });
  }
}

export function readDartRoutes(reader: RouteReader): void {
  const { text } = reader;
  for (const match of text.matchAll(dartCall)) {
    const [whole, base = "", method = ""] = match;
    const { arguments: all, end } = readCall(text, match.index + whole.lastIndexOf("("));
    const [path = "", handler] = all.map(each => each.text);
    const literal = getLiteral(path);
    if (literal === undefined) continue;
    const at = match.index + whole.search(/\S/);
    if (method === "mount") {
      const target = /\b[A-Z]\w*/.exec(handler ?? text.slice(end, end + 80))?.[0];
      if (target !== undefined) reader.addMount(at, { base, prefix: literal, target });
      continue;
    }
    const isAnnotation = whole.includes("@");
    if (handler === undefined && !isAnnotation) continue;
    reader.addRoute(at, {
      method: method === "all" ? undefined : method,
      path: literal,
      base,
      handlers: handler === undefined || isInline(handler) ? [] : listNames(handler),
      isAnnotation,
    });
  }
}
