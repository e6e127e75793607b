/** Routes of Java, Kotlin, Scala and Groovy: Spring, JAX-RS, Micronaut, Ktor, Javalin, Vert.x, Play's routers. */

import { getLiteral, getNamed, getPositional, listLiterals, readCall } from "./callText.ts";
import { readAkkaRoutes } from "./akkaRoutes.ts";
import { unknownPrefix } from "./routeFacts.ts";
import { listHandlers, readPaths, type RouteReader } from "./routeReader.ts";

const annotation =
  /@(?:(Get|Post|Put|Delete|Patch|Request)(?:Mapping|Exchange)|(Get|Post|Put|Delete|Patch|Head|Options|GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)|(Path|Controller|RestController|HttpExchange|Route|RequestLine|FeignClient))\b(\()?/g;
const call =
  /(?:(?<!\w)([\w)]{1,60}(?:\.\w{1,60}){0,4})?\s{0,60}\.|(?<=[\s({]))(get|post|put|delete|patch|head|GET|POST|PUT|DELETE|PATCH|route|path|pathPrefix|group|nest|options|all)\(\s{0,40}(?=["'A-Z])/g;
/** Spring's predicates: `route(GET("/x"), handler::show).andRoute(POST("/x").and(accept(JSON)), handler::add)`. */
const predicate = /\b(?:andRoute|route)\(\s{0,40}(?:\w+\.)?(GET|POST|PUT|DELETE|PATCH|HEAD)\(/g;
/** Each variable's type takes a look at all of the file. */
const MAX_TYPES = 50;
/** Play's routers in Scala: `case GET(p"/x/$id") => boxes.show(id)`. */
const matched =
  /\bcase\s{1,4}(GET|POST|PUT|DELETE|PATCH|HEAD)\(p"([^"\n]{0,200})"[^)\n]{0,100}\)[^\n=]{0,100}=>\s{0,80}([\w.]+)/g;
/** http4s: `case req @ GET -> Root / "boxes" / LongVar(id)`. */
const matchedPath =
  /\bcase\s{1,4}(?:\w{1,40}\s{0,4}@\s{0,4})?(GET|POST|PUT|DELETE|PATCH|HEAD)\s{1,4}->\s{0,40}Root((?:\s{0,40}\/\s{0,40}(?:"[^"\n]{0,80}"|\w{1,60}(?:\(\w{1,60}\))?)){0,12})/g;
/** http4s: `Router("/boxes" -> BoxRoutes.routes(service))`. */
const routerEntry =
  /"(\/[^"\n]{0,200})"\s{0,4}->\s{0,80}(?:new\s{1,4})?(\w{1,80}(?:\.\w{1,80}){0,4})/g;
/** Ktor: a verb without a path answers what the blocks around it say, or the resource whose class it names. */
const bareVerb =
  /(?<=[\s({])(?:(get|post|put|delete|patch|head)(?:<([\w.]{1,80})>)?|handle)[ \t]*\{/g;

export function readJvmRoutes(reader: RouteReader): void {
  const { text } = reader;
  const isClient = /@(?:FeignClient|HttpExchange|RegisterRestClient)\b|import retrofit2/.test(text);
  readAnnotations(reader, isClient);
  for (const { index, 1: method, 2: written = "" } of text.matchAll(matchedPath)) {
    const path = written
      .split(/\s*\/\s*(?=["\w])/)
      .map(each => getLiteral(each.trim()) ?? (each.trim() === "" ? "" : "{}"));
    reader.addRoute(index, { method, path: path.join("/") });
  }
  if (/http\.(?:scala|java)dsl\.server/.test(text)) {
    readAkkaRoutes(reader, variable => findType(text, variable));
    return;
  }
  if (/\bRouter\b/.test(text)) {
    for (const { index, 1: prefix = "", 2: target = "" } of text.matchAll(routerEntry)) {
      // Whatever the class or its companion is asked for, all of its routes stand there.
      const owner = /^[A-Z]\w*/.exec(target)?.[0] ?? target;
      reader.addMount(index, { base: "", prefix, target: owner });
    }
  }
  if (
    !/ktor|javalin|vertx|sird|RouterFunction|spark\.|akka|pekko|helidon|jooby|coRouter|RouterDsl/i.test(
      text,
    )
  ) {
    return;
  }
  if (/io\.ktor/.test(text)) {
    for (const { index, 1: method, 2: resource = "" } of text.matchAll(bareVerb)) {
      const path = resource === "" ? "" : `${unknownPrefix}${resource}`;
      reader.addRoute(index, { method, path });
    }
  }
  const types = new Map<string, string>();
  for (const { index, 0: whole, 1: method } of text.matchAll(predicate)) {
    const [path = "", handler] = getPositional(readCall(text, index + whole.indexOf("(")));
    const [literal] = listLiterals(path);
    if (literal === undefined || handler === undefined) continue;
    const handlers = listHandlers([handler]).names.map(name => withType(text, name, types));
    reader.addRoute(index, { method, path: literal, handlers });
  }
  for (const { index, 1: method, 2: path = "", 3: handler = "" } of text.matchAll(matched)) {
    reader.addRoute(index, { method, path, handlers: [handler] });
  }
  for (const match of text.matchAll(call)) {
    const [whole, base = "", verb = ""] = match;
    const { arguments: all, end } = readCall(text, match.index + whole.lastIndexOf("("));
    const [path, ...others] = getPositional({ arguments: all });
    const literal = path === undefined ? undefined : readPaths(path)[0];
    if (literal === undefined) continue;
    const at = match.index + whole.search(/\S/);
    const isBlock =
      /^\s*\{/.test(text.slice(end, end + 20)) ||
      others.some(other => /^(?:\(\)|\w+)\s*->\s*\{/.test(other));
    if (/^(?:route|path|pathPrefix|group|nest)$/.test(verb)) {
      // Spring: nest(path("/x"), route(…)).
      if (verb === "nest") reader.addBlock(at, listLiterals(path ?? "")[0] ?? literal);
      else if (isBlock) reader.addBlock(at, literal);
      continue;
    }
    const chained = /^\s*\.\s*(?:\w{0,40}[hH]andler|to|respond)(\(|\s*\{)/.exec(
      text.slice(end, end + 120),
    );
    const behind =
      chained?.[1] === "("
        ? getPositional(readCall(text, end + chained[0].length - 1))
        : chained === null
          ? []
          : ["() -> {"];
    if (!isBlock && others.length + behind.length === 0) continue;
    const { names } = listHandlers([...others, ...behind]);
    reader.addRoute(at, {
      method: /^(?:all|route)$/.test(verb) ? undefined : verb,
      path: literal,
      base,
      handlers: names,
    });
  }
}

/** `boxes::all` of a parameter or field `BoxHandler boxes`, in Kotlin `boxes: BoxHandler`, is a method of that class. */
function withType(text: string, name: string, types: Map<string, string>): string {
  const variable = /^([a-z]\w*)(?=::|\.)/.exec(name)?.[1];
  if (variable === undefined || (types.size >= MAX_TYPES && !types.has(variable))) return name;
  const type = types.get(variable) ?? findType(text, variable);
  types.set(variable, type);
  return `${type}${name.slice(variable.length)}`;
}

/** The variable itself, where nothing declares its type. */
function findType(text: string, variable: string): string {
  const declared = new RegExp(
    `\\b([A-Z]\\w*)\\s+${variable}\\b|\\b${variable}\\s*(?::|=\\s*(?:new\\b)?)\\s*([A-Z]\\w*)`,
  ).exec(text);
  return declared?.[1] ?? declared?.[2] ?? variable;
}

function readAnnotations(reader: RouteReader, isClient: boolean): void {
  const { text } = reader;
  /** JAX-RS says verb and path by two annotations of one method. */
  const paths = new Map<number, string>();
  const verbs: { readonly index: number; readonly verb: string; readonly line0: number }[] = [];
  for (const match of text.matchAll(annotation)) {
    const [whole, mapping, verb, other, open] = match;
    const args =
      open === undefined ? { arguments: [] } : readCall(text, match.index + whole.length - 1);
    const written = getNamed(args, "value", "path", "uri", "url") ?? getPositional(args)[0];
    const found = written === undefined ? [] : readPaths(written);
    const below = reader.findBelow(reader.getLine0(match.index));
    if (other === "FeignClient") {
      const prefix = getNamed(args, "path");
      if (prefix !== undefined) {
        reader.addClassPrefix(match.index, () => readPaths(prefix)[0] ?? "");
      }
      continue;
    }
    if (other === "RequestLine") {
      const [method, path] = (listLiterals(written ?? "")[0] ?? "").split(" ");
      if (path !== undefined) {
        reader.addRoute(match.index, { method, path, isAnnotation: true, isClient: true });
      }
      continue;
    }
    if (below?.kind === "class") {
      // Beside a class these are its prefix; Spring's controllers have a name there, Micronaut's a path.
      const isName = /Controller$/.test(other ?? "") && found[0]?.startsWith("/") !== true;
      if (!isName) reader.addClassPrefix(match.index, () => found[0] ?? "");
      continue;
    }
    if (other === "Path") {
      if (below !== undefined) paths.set(below.line0, found[0] ?? unknownPrefix);
      continue;
    }
    if (other !== undefined && other !== "Route") continue;
    if (verb !== undefined && found.length === 0) {
      if (below !== undefined) verbs.push({ index: match.index, verb, line0: below.line0 });
      continue;
    }
    const named = getNamed(args, "method", "methods") ?? "";
    const methods =
      mapping === "Request" || other === "Route"
        ? [...named.matchAll(/\b(GET|POST|PUT|DELETE|PATCH|HEAD)\b/g)].map(each => each[1])
        : [mapping ?? verb];
    for (const path of found.length === 0 ? [""] : found) {
      for (const method of methods.length === 0 ? [undefined] : methods) {
        reader.addRoute(match.index, { method, path, isAnnotation: true, isClient });
      }
    }
  }
  for (const { index, verb, line0 } of verbs) {
    reader.addRoute(index, {
      method: verb,
      path: paths.get(line0) ?? "",
      isAnnotation: true,
      isClient,
    });
  }
}
