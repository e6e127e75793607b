/** Routes of Go: net/http, gin, echo, fiber, chi, gorilla/mux, httprouter, beego. */

import { getLiteral, getPositional, listNames, readCall } from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import { listHandlers, readPaths, type RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const call =
  /(?<!\w)([\w)\]]{1,60}(?:\.\w{1,60}){0,4})?\.(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|Any|Get|Post|Put|Delete|Patch|Head|Options|All|Handle|HandleFunc|Handler|HandlerFunc|Method|MethodFunc|Route|Mount|Group|Path|PathPrefix|Router|Add)\(\s{0,40}(?=["`\w])/g;
/** go-zero: `{Method: http.MethodPost, Path: "/x", Handler: user.Login(ctx)}` in a list with one prefix. */
const routeStruct =
  /\{\s*Method:\s*(?:http\.Method|")(\w+)"?,\s*Path:\s*"([^"\n]{0,200})",\s*Handler:\s*([\w.]+)/g;
const structPrefix = /\bWithPrefix\(\s*"([^"\n]{1,100})"/;
/** A function stands in a variable shortly before a router gets it. */
const HELD_WITHIN = 20_000;
const assigned = /(\w+)\s{0,4}(?::=|=)\s{0,4}$/;
const inlineGroup = /(\w{1,60}(?:\.\w{1,60}){0,4})\.Group\("([^"\n]*)"/;
/** The calls that get a router handed over and register its routes under that router's prefix. */
const handedOver =
  /\b((?:\w+\.)?\w+(?:\{[^{}\n]{0,60}\})?(?:\.\w+)?)\((?:[\w.&]+,\s*){0,4}(\w+)(?:\.Group\(\s*("[^"\n]*"|`[^`\n]*`)[^()\n]*\))?\s*[,)]/g;

export function readGoRoutes(reader: RouteReader): void {
  const { text } = reader;
  const groups = new Set<string>();
  const isEcho = text.includes("labstack/echo");
  const functions = [...text.matchAll(/\b(\w{1,60}) := func\(/g)];
  const held = new Map<string, number>();
  let passed = 0;
  for (const match of text.matchAll(call)) {
    const [whole, base = "", verb = ""] = match;
    const open = match.index + whole.lastIndexOf("(");
    const { arguments: all, end } = readCall(text, open);
    const [path, ...others] = getPositional({ arguments: all });
    const literal = path === undefined ? undefined : getLiteral(path);
    if (verb === "Group" || verb === "PathPrefix") {
      const variable = assigned.exec(text.slice(Math.max(0, match.index - 80), match.index));
      const written = literal ?? unknownPrefix;
      if (others.some(other => other.startsWith("func"))) reader.addBlock(match.index, written);
      else if (variable?.[1] !== undefined) {
        groups.add(variable[1]);
        reader.addRouter(match.index, { name: variable[1], prefix: written, base });
      }
      continue;
    }
    if (verb === "Mount") {
      for (const target of others.flatMap(listNames).slice(0, 2)) {
        reader.addMount(match.index, { base, prefix: literal ?? "", target });
      }
      continue;
    }
    if (
      (verb === "Route" && others[0]?.startsWith("func") === true) ||
      (verb === "Route" && others.length === 1)
    ) {
      if (others[0]?.startsWith("func") === true) {
        reader.addBlock(match.index, literal ?? unknownPrefix);
      } else {
        const [target] = listNames(others[0] ?? "");
        if (target !== undefined) {
          reader.addMount(match.index, { base, prefix: literal ?? "", target });
        }
      }
      continue;
    }
    if (verb === "Path") {
      readBuilder(reader, match.index, end, base, literal);
      continue;
    }
    if (others.length === 0) continue;
    const isMethodFirst =
      /^(?:Handle|Handler|HandlerFunc|Method|MethodFunc|Add)$/.test(verb) &&
      others.length >= 2 &&
      /^"?(?:[A-Z]{3,7}"|http\.Method\w+)$/.test(path ?? "");
    const written = isMethodFirst ? (others.shift() ?? "") : (path ?? "");
    const [verbInline] = /^"([A-Z]{3,7}) /.exec(written)?.slice(1) ?? [];
    const paths = readPaths(written.replace(/^"[A-Z]{3,7} (?:[\w.]+(?=\/))?/, '"'));
    // Only routers have methods in capitals, and need no slash before a path.
    const isPath = /^[/…{:*]|^$/.test(paths[0] ?? "") || /^[A-Z]{3,7}$/.test(verb);
    if (paths.length === 0 || !isPath) continue;
    const chained = /^\s*\.\s*Methods\(\s*(?:"(\w+)"|http\.Method(\w+))/.exec(
      text.slice(end, end + 120),
    );
    const method = isMethodFirst
      ? /(?:"|Method)([A-Za-z]+)/.exec(path ?? "")?.[1]
      : (verbInline ??
        chained?.[1] ??
        chained?.[2] ??
        (/^(?:Handle|Any|All|Router|Add)/.test(verb) ? undefined : verb));
    const { names } = listGoHandlers(others, isEcho);
    // A function that a variable holds: show := func(c *gin.Context) { … }.
    for (; (functions[passed]?.index ?? Infinity) < match.index; passed += 1) {
      held.set(functions[passed]?.[1] ?? "", functions[passed]?.index ?? 0);
    }
    const heldAt = held.get(names[0] ?? "") ?? -1;
    const isHeld = heldAt >= 0 && heldAt >= match.index - HELD_WITHIN;
    // `g.Group("/boxes").Use(guard).POST("", add)`
    const [line = ""] = /.*$/.exec(text.slice(Math.max(0, match.index - 300), open)) ?? [];
    const inline = base.includes(")") ? inlineGroup.exec(line) : null;
    // Whoever made the object knows where the group that it holds stands.
    const outer = /\.(?:\w*[gG]roup|grp)$/.test(base) ? unknownPrefix : "";
    for (const each of paths) {
      reader.addRoute(isHeld ? heldAt : match.index, {
        method,
        path: inline === null ? `${outer}${each}` : joinRoute(inline[2] ?? "", each),
        base: inline?.[1] ?? base,
        handlers: isHeld ? [] : names,
      });
    }
  }
  const lists = text.split(/(?=\bAddRoutes\()/);
  let start = 0;
  for (const list of lists) {
    const prefix = structPrefix.exec(list)?.[1] ?? "";
    for (const { index, 1: method, 2: path = "", 3: handler = "" } of list.matchAll(routeStruct)) {
      reader.addRoute(start + index, {
        method,
        path: joinRoute(prefix, path),
        handlers: [handler],
      });
    }
    start += list.length;
  }
  for (const match of text.matchAll(handedOver)) {
    const [, target = "", variable = "", prefix] = match;
    if (prefix === undefined && !groups.has(variable)) continue;
    reader.addMount(match.index, {
      base: variable,
      prefix: prefix === undefined ? "" : (getLiteral(prefix) ?? ""),
      target: target.replace(/\{.*\}/, ""),
    });
  }
}

/** go-kit's server has its decoders and encoders behind the endpoint that answers. */
function listGoHandlers(
  handlers: readonly string[],
  isFirst = false,
): { names: readonly string[] } {
  const endpoint = /\bNewServer\(\s*([\w.]+)/;
  return listHandlers(
    handlers.map(each => endpoint.exec(each)?.[1] ?? each),
    isFirst,
  );
}

/** gorilla/mux: `r.Methods("POST").Path("/x").Handler(h)`, in any order of the three. */
function readBuilder(
  reader: RouteReader,
  index: number,
  end: number,
  base: string,
  path: string | undefined,
): void {
  const { text } = reader;
  const [near = ""] = /.*$/.exec(text.slice(Math.max(0, index - 120), index)) ?? [];
  const from = index - near.length;
  const after = /^(?:\s*\.\s*Methods\([^()]*\))?\s*\.\s*Handler(?:Func)?\(/.exec(
    text.slice(end, end + 120),
  );
  if (path === undefined || after === null) return;
  const around = text.slice(from, index) + after[0];
  const method = /Methods\(\s*(?:"|http\.Method)(\w+)/.exec(around)?.[1];
  const { names } = listGoHandlers(
    readCall(text, end + after[0].length - 1).arguments.map(each => each.text),
  );
  reader.addRoute(index, { method, path, base: base.replace(/^\).*$/, ""), handlers: names });
}
