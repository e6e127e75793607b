/** Routes of JavaScript and TypeScript: Express, Koa, Fastify, Hono, Hapi, NestJS, and those that files are. */

import {
  getLiteral,
  getNamed,
  getPositional,
  isInline,
  listLiterals,
  listNames,
  readCall,
} from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import { listHandlers, readPaths, type RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const call =
  /(?<![\w$])([\w$\])]{1,60}(?:\.[\w$]{1,60}){0,4})?\s{0,80}\.(get|post|put|delete|del|patch|head|options|all|any|use|route|register|basePath|prefix|mount)\s{0,4}(?:<[^()<>]{0,80}>)?\(\s{0,80}(?=["'`[{\w])/g;
const decorator =
  /@(Controller|JsonController|Get|Post|Put|Delete|Patch|All|Head|Options|Resolver|Query|Mutation|Sse)\(/g;
const router =
  /\b(?:const|let|var)\s+([\w$]+)[^=\n]{0,60}=\s{0,4}new\s+(?:[\w$]+\.)?(?:Koa)?Router\w{0,10}\s{0,4}(?:<[^()]{0,60}>)?\(\s{0,20}\{/g;
const group =
  /\b(?:const|let|var)\s+([\w$]+)\s{0,4}=\s{0,4}([\w$]+)\.(?:basePath|group)\(\s{0,4}(["'`][^"'`\n]{0,100}["'`])/g;
/** A router of the program's own: `this.route("GET", "/x", handler)`. */
const verbCall =
  /\b\w{0,20}(?:[rR]oute|[aA]dd|[oO]n|[hH]andle|[rR]egister)\w{0,20}\(\s{0,40}["'`](?:GET|POST|PUT|DELETE|PATCH|get|post|put|delete|patch)["'`]\s{0,4},\s{0,40}["'`]\//g;
/** `{ method: "GET", path: "/x", handler: show }`, in whatever order. */
const optionMethod = /(?<![\w$.])method\s{0,4}:\s{0,4}["'`[]/g;
/** The keys of a route's options that stand before its method are no longer. */
const MAX_BEFORE_METHOD = 400;
const importLine =
  /\bimport\s+(?:([\w$]+)\s*,?\s*)?(?:\{([^}]{0,600})\}|\*\s+as\s+([\w$]+))?\s*from\s*["']([^"'\n]{1,200})["']|\b(?:const|let|var)\s+(?:([\w$]+)|\{([^}]{0,300})\})\s*=\s*(?:await\s+)?(?:require|import)\(\s*["']([^"'\n]{1,200})["']\s*\)(?:\.([\w$]+))?/g;
/** Nest's modules, and tables whose rows a program mounts: `{ path: "/users", route: userRoutes }`. */
const moduleRoute =
  /\{\s*path\s*:\s*(["'`])([^"'`\n]{0,100})\1\s*,\s*(?:module|routes?|router)\s*:\s*([\w$]+)/g;
/** The folder whose files `@fastify/autoload` registers under the names of their folders. */
const loadedFolder = /\bdir\s*:\s*(?:[\w.]+\([^()"'`]*,\s*)?["'`](?:\.\/)?([\w./-]+)["'`]/;
/** The answer of a call is used, that of a declaration is not: `return this.post("/users", user)`. */
const isAnswerUsed = /\b(?:return|await)\s+$/;
const globalPrefix = /\.setGlobalPrefix\(\s*(["'`])([^"'`\n]{1,100})\1/g;
const verbs = new Set(["get", "post", "put", "delete", "del", "patch", "head", "options"]);
/** The names of what calls a server rather than being one; caches and maps have a `get` too. */
const clients =
  /(?:axios|http|https|client|request|fetch\w*|got|ky|superagent|supertest|agent|\$http|\$axios|cache|redis|params|headers|config|store|session|cookies|map|page|cy|formData|searchParams|storage|localStorage|env|api\w*Client|service)$/i;

/** `$http({ method: "get", url: "/x" })`, `$.ajax({…})`, `app.inject({…})`. */
const asksWith =
  /(?:\$http|ajax|axios|[rR]equest|fetch|got|ky|superagent|inject|[cC]lient)\w*\s*\(\s*$/;
const handlerKey = /\b(?:handler|controller|action|onRequest)\b/;

/** `ROUTES.users.byId`, `Paths.shop`, `API + "/x"`, `${API}/x`. */
const constantPath =
  /^(?:(?:this\.)?(?:[\w$]+\.){0,4}[A-Z][\w$]*(?:\.[\w$]+){0,6}(?:\s*\+\s*["'`][^"'`\n]*["'`])?|`\$\{(?:this\.)?[A-Z][\w$.]*\}[^`\n]*`)$/;

export function readScriptRoutes(reader: RouteReader): void {
  const { text } = reader;
  readImports(reader);
  for (const [, name = "", open] of [...text.matchAll(router)].map(
    match => [match.index, match[1], match.index + match[0].lastIndexOf("(")] as const,
  )) {
    const prefix = /prefix\s*:\s*(["'`])([^"'`\n]*)\1/.exec(
      readCall(text, open).arguments[0]?.text ?? "",
    )?.[2];
    if (prefix !== undefined) reader.addRouter(open, { name, prefix, base: "" });
  }
  for (const match of text.matchAll(group)) {
    const [, name = "", base = "", prefix = ""] = match;
    reader.addRouter(match.index, { name, prefix: getLiteral(prefix) ?? unknownPrefix, base });
  }
  for (const match of text.matchAll(call)) readRouteCall(reader, match);
  for (const match of text.matchAll(verbCall)) {
    const open = match.index + match[0].indexOf("(");
    const [method, path, ...others] = readCall(text, open).arguments.map(({ text: each }) => each);
    if (method === undefined || path === undefined || others.length === 0) continue;
    const { names } = listHandlers(others);
    for (const each of readPaths(path)) {
      reader.addRoute(match.index, { method: getLiteral(method), path: each, handlers: names });
    }
  }
  for (const { index } of text.matchAll(optionMethod)) readOptions(reader, index);
  if (text.includes("@")) {
    for (const match of text.matchAll(decorator)) readDecorator(reader, match);
  }
  for (const match of text.matchAll(moduleRoute)) {
    reader.addMount(match.index, { base: "", prefix: match[2] ?? "", target: match[3] ?? "" });
  }
  for (const match of text.matchAll(globalPrefix)) {
    reader.addMount(match.index, { base: "", prefix: match[2] ?? "", target: "*" });
  }
}

function readRouteCall(reader: RouteReader, match: RegExpExecArray): void {
  const [whole, base = "", verb = ""] = match;
  const { text } = reader;
  const { arguments: all, end } = readCall(text, match.index + whole.lastIndexOf("("));
  const [path, ...others] = listArguments(all.map(argument => argument.text));
  if (path === undefined) return;
  const at = match.index + whole.length - whole.trimStart().length;
  // What a constant says is told when all files are known; what is none says nothing then.
  const isConstant = others.length > 0 && constantPath.test(path);
  const literal = isConstant ? "" : (getLiteral(path) ?? (path.startsWith("[") ? path : undefined));
  if (verb === "use" || verb === "mount" || verb === "register" || verb === "route") {
    if (verb === "register") {
      const prefix = /prefix\s*:\s*(["'`])([^"'`\n]*)\1/.exec(others.join(","))?.[2] ?? "";
      const folder = /auto_?load/i.test(path)
        ? loadedFolder.exec(others.join(","))?.[1]
        : undefined;
      if (folder !== undefined) {
        reader.addMount(at, { base, prefix, target: `${folder.replace(/\/$/, "")}/**` });
        return;
      }
      for (const target of listTargets(path)) reader.addMount(at, { base, prefix, target });
      return;
    }
    const isPath = literal !== undefined && /^[/[]|^$/.test(literal);
    if (verb === "route" && others.length === 0) {
      if (isPath) readChain(reader, end, base, readPaths(path), at);
      return;
    }
    const prefix = isPath ? (readPaths(path)[0] ?? "") : "";
    for (const target of (isPath ? others : [path, ...others]).flatMap(listTargets)) {
      reader.addMount(at, { base, prefix, target });
    }
    return;
  }
  if (verb === "basePath" || verb === "prefix") return;
  // A client's call has options behind the path at most; a declaration has a handler.
  const isName = /router$/i.test(base) && /^\w+\.\w+$/.test(literal ?? "");
  if (literal === undefined || others.length === 0) return;
  if (!isName && !/^(?:[/[*(]|$)/.test(literal)) return;
  if (clients.test(base.split(".").at(-1) ?? "") || others.every(other => other.startsWith("{"))) {
    return;
  }
  const before = text.slice(Math.max(0, match.index - 20), match.index);
  if (base.startsWith("this") && isAnswerUsed.test(before)) return;
  const { names, isInline: isWritten } = listHandlers(others);
  const method = verbs.has(verb) ? verb.replace(/^del$/, "delete") : undefined;
  // A handler that is written in place may begin some lines below.
  const index = isWritten ? text.indexOf(others.at(-1) ?? "", at) : at;
  for (const each of readPaths(path)) {
    reader.addRoute(index, { method, path: each, base, handlers: names });
  }
}

function readOptions(reader: RouteReader, at: number): void {
  const { text } = reader;
  const open = findOpening(text, at);
  // A client asks with the same words.
  if (open === undefined || asksWith.test(text.slice(Math.max(0, open - 60), open))) return;
  const object = readCall(text, open);
  const written = getNamed(object, "path", "url");
  const handler =
    getNamed(object, "handler") ??
    object.arguments.find(({ text: each }) => /^(?:async\s+)?handler\s*\(/.test(each))?.text;
  const isAnswered = handler !== undefined || handlerKey.test(text.slice(open, object.end));
  if (written === undefined || (!isAnswered && getNamed(object, "path") === undefined)) return;
  const literal = getLiteral(written);
  if (literal === undefined ? !constantPath.test(written) : literal === "" && !isAnswered) return;
  const isWritten = handler !== undefined && (isInline(handler) || /^[\w\s]+\(/.test(handler));
  const methods = listLiterals(getNamed(object, "method") ?? "");
  for (const path of readPaths(written)) {
    for (const method of methods) {
      reader.addRoute(isWritten ? text.indexOf(handler, open) : at, {
        method: method === "*" ? undefined : method,
        path,
        handlers: handler === undefined || isWritten ? [] : listHandlers([handler]).names,
      });
    }
  }
}

/** The brace that opens the object around an offset. */
function findOpening(text: string, at: number): number | undefined {
  let depth = 0;
  for (let open = at - 1; open >= Math.max(0, at - MAX_BEFORE_METHOD); open -= 1) {
    const char = text[open] ?? "";
    if (")]}".includes(char)) depth += 1;
    else if ("([{".includes(char)) {
      if (depth === 0) return char === "{" ? open : undefined;
      depth -= 1;
    }
  }
  return undefined;
}

/** Koa: `app.use(mount("/x", router))` is `app.use("/x", router)`. */
function listArguments(written: readonly string[]): readonly string[] {
  const [first = ""] = written;
  if (!/^mount\(/.test(first)) return written;
  return readCall(first, first.indexOf("(")).arguments.map(({ text }) => text);
}

/** `.route("/x").get(list).post(create)` */
function readChain(
  reader: RouteReader,
  from: number,
  base: string,
  paths: readonly string[],
  at: number,
): void {
  const { text } = reader;
  let position = from;
  for (;;) {
    const next = /^\s*\.\s*(get|post|put|delete|patch|head|options|all)\s*\(/.exec(
      text.slice(position, position + 120),
    );
    if (next === null) return;
    const call = readCall(text, position + next[0].length - 1);
    const { names, isInline } = listHandlers(getPositional(call));
    const index = isInline ? position + next[0].indexOf(".") : at;
    for (const path of paths) {
      const method = next[1] === "all" ? undefined : next[1];
      reader.addRoute(index, { method, path, base, handlers: names });
    }
    position = call.end;
  }
}

function readDecorator(reader: RouteReader, match: RegExpExecArray): void {
  const [whole, name = ""] = match;
  const { arguments: all } = readCall(reader.text, match.index + whole.length - 1);
  const [first] = all;
  if (name === "Controller" || name === "JsonController") {
    const path =
      first === undefined
        ? ""
        : /^\{/.test(first.text)
          ? readObjectPath(first.text)
          : (readPaths(first.text)[0] ?? "");
    reader.addClassPrefix(match.index, () => path);
    return;
  }
  if (["Resolver", "Query", "Mutation"].includes(name)) return;
  const paths = first === undefined ? [""] : readPaths(first.text);
  const method = name === "All" ? undefined : name === "Sse" ? "GET" : name;
  for (const path of paths.length === 0 ? [unknownPrefix] : paths) {
    reader.addRoute(match.index, { method, path, isAnnotation: true });
  }
}

function readObjectPath(object: string): string {
  const path = /\bpath\s*:\s*(["'`])([^"'`\n]*)\1/.exec(object)?.[2] ?? "";
  const version = /\bversion\s*:\s*(["'`])([^"'`\n]*)\1/.exec(object)?.[2];
  return version === undefined ? path : joinRoute(unknownPrefix, path);
}

/** `require("./x")`, `userRoutes`, `new UserRouter().router`, `users.router`. */
function listTargets(expression: string): readonly string[] {
  const required = /^(?:require|import)\(\s*["']([^"'\n]+)["']\s*\)/.exec(expression)?.[1];
  if (required !== undefined) return [required];
  if (/^["'`{[]/.test(expression) || expression.includes("=>")) return [];
  const made = /^new\s+([\w$.]+)/.exec(expression)?.[1];
  if (made !== undefined) return [made];
  return listNames(expression).slice(0, 2);
}

function readImports(reader: RouteReader): void {
  for (const match of reader.text.matchAll(importLine)) {
    const [, main, named, star, from, required, destructured, module] = match;
    const target = from ?? module ?? "";
    for (const name of [main, star, required]) {
      if (name !== undefined) reader.imports.set(name, target);
    }
    for (const part of (named ?? destructured ?? "").split(",")) {
      const name = /([\w$]+)\s*$/.exec(part)?.[1];
      if (name !== undefined) reader.imports.set(name, target);
    }
  }
}
