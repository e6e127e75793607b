/** Routes of Rust: actix, Rocket, axum, warp's neighbours. */

import { getLiteral, getPositional, isInline, listNames, readCall } from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import type { RouteReader } from "./routeReader.ts";

const attribute =
  /#\[\s*(?:\w+::)?(get|post|put|delete|patch|head|options|route)\(\s*"([^"\n]*)"([^\]]{0,200})\]/g;
const call =
  /\.(route|nest|scope|nest_service|mount)\(\s*(?=")|\b(?:web::)?(scope|resource)\(\s*(?=")/g;
const method = /\b(?:web::)?(get|post|put|delete|patch|any)\(\s*\)?\s*(?:\.to\(\s*)?([\w:]+)?/g;

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
      });
    }
  }
  for (const match of text.matchAll(call)) {
    const [whole, first, second] = match;
    const verb = first ?? second;
    const args = readCall(text, match.index + whole.indexOf("("));
    const [path = "", ...others] = getPositional(args);
    const literal = getLiteral(path) ?? unknownPrefix;
    const behind = text.slice(args.end, args.end + 1_500);
    if (verb === "scope") {
      for (const each of behind.matchAll(/\.(?:service|configure|route)\(\s*([\w:]+)\s*\)/g)) {
        reader.addMount(match.index, { base: "", prefix: literal, target: each[1] ?? "" });
      }
    } else if (verb === "nest" || verb === "nest_service") {
      const [target] = listNames(others[0] ?? "");
      if (target !== undefined) reader.addMount(match.index, { base: "", prefix: literal, target });
    } else if (verb === "mount") {
      for (const target of listNames(others[0] ?? "")) {
        if (target !== "routes") {
          reader.addMount(match.index, { base: "", prefix: literal, target });
        }
      }
    } else {
      const written =
        verb === "resource" ? (/^(?:\s*\.\w+\([^\n]*)+/.exec(behind)?.[0] ?? "") : others.join(",");
      for (const [, name, handler] of written.matchAll(method)) {
        const handlers = handler === undefined || isInline(handler) ? [] : [handler];
        reader.addRoute(match.index + whole.search(/\S/), {
          method: name === "any" ? undefined : name,
          path: literal,
          handlers,
        });
      }
    }
  }
}
