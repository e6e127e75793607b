/** Routes of Rust: actix, Rocket, axum, utoipa, warp's neighbours. */

import {
  getLiteral,
  getPositional,
  isInline,
  listLiterals,
  listNames,
  readCall,
} from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import type { RouteReader } from "./routeReader.ts";

const attribute =
  /#\[\s*(?:\w+::)?(get|post|put|delete|patch|head|options|route)\(\s*"([^"\n]*)"([^\]]{0,200})\]/g;
/** utoipa: the attribute has verb, address and what documents them. */
const documented =
  /#\[\s*(?:utoipa::)?path\(\s*(get|post|put|delete|patch|head)\s*,[^\]"]{0,200}?\bpath\s*=\s*"([^"\n]*)"/g;
const call =
  /\.(route|nest|scope|nest_service|mount)\(\s*(?=["[])|\b(?:web::)?(scope|resource)\(\s*(?=")/g;
const method = /\b(?:web::)?(get|post|put|delete|patch|any)\(\s*\)?\s*(?:\.to\(\s*)?([\w:]+)?/g;

/** Rocket's functions that list routes for whoever mounts them. */
const routeList = /\broutes!\s{0,4}\[([^\]]{0,4000})\]/g;
/** Macros that list addresses: `"/{id}" => [get(show), delete(drop)]`, `"/labels" => sub(labels::LabelApi)`. */
const listed = /"([^"\n]{0,200})"\s{0,4}=>\s{0,4}(\[[\w:(),\s]{1,300}\]|\w{2,10}\([\w:]{1,100}\))/g;
/** axum: `let v1 = Router::new().route(…)`, and a router that is written where it is nested. */
const router =
  /(?:\blet\s{1,8}(?:mut\s{1,8})?(\w{1,60})[^=;\n]{0,80}=\s{0,40}|,\s{0,40})(?:\w{1,60}::){0,3}\w{0,20}Router(?:::<[^>\n]{0,60}>)?::\w{1,40}(?=\()/g;
const merge = /\.merge\(\s{0,40}(\w{1,60}(?:::\w{1,60}){0,4})/g;
const MAX_ROUTERS = 200;
const registration = /\.(?:service|configure)\(\s*([\w:]+)\s*\)/g;
const next = /(?:\s|\/\/[^\n]*\n)*\.(\w+)\(/y;

export function readRustRoutes(reader: RouteReader): void {
  const { text } = reader;
  for (const match of text.matchAll(attribute)) {
    const [, verb, path = "", more = ""] = match;
    const methods =
      verb === "route" ? [...more.matchAll(/method\s*=\s*"(\w+)"/g)].map(each => each[1]) : [verb];
    for (const each of methods) {
      reader.addRoute(match.index, {
        method: each,
        path: path.split("?")[0] ?? "",
        isAnnotation: true,
        scope: reader.findBelow(reader.getLine0(match.index))?.name ?? "",
      });
    }
  }
  for (const { index, 1: verb, 2: path = "" } of text.matchAll(documented)) {
    const { end } = readCall(text, text.indexOf("(", index));
    reader.addRoute(end, { method: verb, path, isAnnotation: true });
  }
  for (const { index, 1: names = "" } of text.matchAll(routeList)) {
    for (const [target] of names.matchAll(/\w+(?:::\w+)*/g)) {
      reader.addMount(index, { base: "", prefix: "", target });
    }
  }
  for (const { index, 1: path = "", 2: written = "" } of text.matchAll(listed)) {
    for (const [, verb = "", target = ""] of written.matchAll(/(\w+)\(([\w:]+)\)/g)) {
      if (/^(?:get|post|put|delete|patch)$/.test(verb)) {
        reader.addRoute(index, { method: verb, path, handlers: [target] });
      } else if (verb === "sub") reader.addMount(index, { base: "", prefix: path, target });
    }
  }
  const routers = [...text.matchAll(router)]
    .slice(0, MAX_ROUTERS)
    .map(({ index, 0: head, 1: name }) => {
      const start = index + head.length;
      const chain = listChain(text, readCall(text, start).end);
      const own = name ?? `router${index}`;
      reader.addRouter(index, { name: own, prefix: "", base: "" });
      return { name: own, start, end: chain.at(-1)?.end ?? start };
    });
  const getBase = (index: number): string =>
    routers.findLast(({ start, end }) => start <= index && index < end)?.name ?? "";
  for (const { index, 1: target = "" } of text.matchAll(merge)) {
    reader.addMount(index, { base: getBase(index), prefix: "", target });
  }
  const inScopes = new Set<number>();
  for (const match of text.matchAll(call)) {
    const [whole, first, second] = match;
    const verb = first ?? second;
    const args = readCall(text, match.index + whole.indexOf("("));
    const [path = "", ...others] = getPositional(args);
    // Rocket: .mount([base, "/api"].concat(), api_routes()).
    const literal = getLiteral(path) ?? listLiterals(path).at(-1) ?? unknownPrefix;
    if (verb === "scope") {
      // In a line of its own, with what stands under it indented below.
      if (/\n[ \t]*$/.test(text.slice(Math.max(0, match.index - 80), match.index))) {
        reader.addBlock(match.index, literal);
      }
      for (const { name, written, index } of listChain(text, args.end)) {
        inScopes.add(index);
        if ((name === "service" || name === "configure") && /^[\w:]+$/.test(written)) {
          reader.addMount(match.index, { base: "", prefix: literal, target: written });
        }
      }
    } else if (verb === "nest" || verb === "nest_service") {
      const inline = routers.find(({ start }) => start > match.index && start < args.end);
      const target = inline?.name ?? listNames(others[0] ?? "")[0];
      const base = getBase(match.index);
      if (target !== undefined) reader.addMount(match.index, { base, prefix: literal, target });
    } else if (verb === "mount") {
      for (const target of listNames(others[0] ?? "")) {
        if (target !== "routes") {
          reader.addMount(match.index, { base: "", prefix: literal, target });
        }
      }
    } else {
      const written =
        verb === "resource"
          ? listChain(text, args.end)
              .map(each => each.written)
              .join(",")
          : others.join(",");
      for (const [, name, handler] of written.matchAll(method)) {
        const handlers = handler === undefined || isInline(handler) ? [] : [handler];
        reader.addRoute(match.index + whole.search(/\S/), {
          method: name === "any" ? undefined : name,
          path: literal,
          base: getBase(match.index),
          handlers,
        });
      }
    }
  }
  for (const [, path = ""] of text.matchAll(/^[ \t]*(?:pub )?use ([^;]{1,8000});/gm)) {
    readUse(reader, path);
  }
  // What a function registers stands where the function is handed over: App::new().configure(films::configure).
  for (const match of text.matchAll(registration)) {
    if (inScopes.has(match.index)) continue;
    reader.addMount(match.index, { base: "", prefix: "", target: match[1] ?? "" });
  }
}

/** `use shop::{boxes::{read::get_box, seal}, carts::add}`: `get_box` is of `read`, `seal` of `boxes`. */
function readUse(reader: RouteReader, path: string): void {
  const around: string[] = [];
  let module = "";
  for (const [part, name, isModule] of path.matchAll(/(\w+)(\s*::)?|[{},]/g)) {
    if (isModule !== undefined) module = name ?? "";
    else if (part === "{") around.push(module);
    else if (part === "}") around.pop();
    else if (part === ",") module = around.at(-1) ?? "";
    else if (name !== undefined && module !== "") reader.imports.set(name, module);
  }
}

interface Chained {
  readonly name: string;
  readonly written: string;
  readonly index: number;
  readonly end: number;
}

/** The calls that follow a call: `web::scope("/v1").service(a).service(b)`. */
function listChain(text: string, start: number): readonly Chained[] {
  const calls: Chained[] = [];
  next.lastIndex = start;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    const open = found.index + found[0].length - 1;
    const { end } = readCall(text, open);
    const index = found.index + found[0].lastIndexOf(`.${found[1] ?? ""}`);
    calls.push({ name: found[1] ?? "", written: text.slice(open + 1, end - 1).trim(), index, end });
    next.lastIndex = end;
  }
  return calls;
}
