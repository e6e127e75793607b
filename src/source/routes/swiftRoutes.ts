/**
 * Routes of Swift: Vapor and Hummingbird. Both chain: `routes.grouped("boxes").get(":id", use: show)`, and a call that
 * begins its line belongs to the line that is indented less.
 */

import { getLiteral, getNamed, getPositional, isInline, listNames, readCall } from "./callText.ts";
import type { RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const call =
  /(?<![\w.])((?:[\w?!]{1,60}\.){0,4}[\w?!]{1,60})?[ \t]{0,8}\.(get|post|put|patch|delete|head|on|ws|webSocket|group|grouped|addRoutes|register)(?:\(|(?=\s{0,4}\{))/g;
const assigned = /\b(?:let|var)\s+(\w+)\s*(?::[^=\n]{1,60})?=\s*(?:try\s+)?$/;

interface Chain {
  readonly base: string;
  readonly prefix: string;
}

export function readSwiftRoutes(reader: RouteReader): void {
  const { text } = reader;
  /** By the line that a chain begins with. */
  const chains = new Map<number, Chain>();
  const lines = text.split("\n");
  for (const match of text.matchAll(call)) {
    const [whole, base = "", verb = ""] = match;
    const end0 = match.index + whole.length;
    const args = whole.endsWith("(") ? readCall(text, end0 - 1) : { arguments: [], end: end0 };
    const at = match.index + whole.lastIndexOf(`.${verb}`);
    const line0 = reader.getLine0(at);
    const head0 = base === "" ? findHead(lines, line0) : line0;
    const head = lines[head0] ?? "";
    const chain = (base === "" ? chains.get(head0) : undefined) ?? {
      base: base === "" ? (/(?:\b(?:let|var)\s+)?(\w+)(?=\s*(?:=|$))/.exec(head)?.[1] ?? "") : base,
      prefix: "",
    };
    const positional = getPositional(args).filter(each => !each.startsWith("."));
    const path = joinRoute(
      ...positional.flatMap(each => getLiteral(each)?.replace(/\*\*/g, "*") ?? []),
    );
    const prefix = joinRoute(chain.prefix, path);
    if (verb === "group" || verb === "grouped") {
      const behind = text.slice(args.end, args.end + 80);
      const inner = /^\s*\{\s*(?:\([^()\n]*\)|(\w+))(?:\s*:[^\n]{0,40})?\s+in\b/.exec(behind)?.[1];
      const variable =
        inner ?? assigned.exec(text.slice(Math.max(0, match.index - 80), match.index))?.[1];
      if (variable !== undefined) {
        reader.addRouter(at, { name: variable, prefix, base: chain.base });
        chains.set(head0, { base: variable, prefix: "" });
      } else chains.set(head0, { base: chain.base, prefix });
      continue;
    }
    if (verb === "addRoutes" || verb === "register") {
      addMount(reader, at, args, chain, `${lines[line0] ?? ""} ${head}`);
      continue;
    }
    const handler = getNamed(args, "use", "onUpgrade");
    const isBlock = /^\s*\{/.test(text.slice(args.end, args.end + 20));
    if (handler === undefined && !isBlock) continue;
    const names = handler === undefined || isInline(handler) ? [] : listNames(handler);
    const method = verb === "on" ? /^\.(\w+)/.exec(getFirst(args))?.[1] : verb;
    const isSocket = verb === "ws" || verb === "webSocket";
    reader.addRoute(at, {
      method: isSocket ? undefined : method,
      path: prefix,
      base: chain.base,
      handlers: names,
    });
  }
}

function getFirst(args: { readonly arguments: readonly { readonly text: string }[] }): string {
  return args.arguments[0]?.text ?? "";
}

/** `Boxes().addRoutes(to: router.group("api"))`, `router.addRoutes(Boxes().routes, atPath: "/api")`, `app.register(collection: Boxes())`. */
function addMount(
  reader: RouteReader,
  at: number,
  args: ReturnType<typeof readCall>,
  chain: Chain,
  line: string,
): void {
  const to = getNamed(args, "to");
  const given = getNamed(args, "collection") ?? getPositional(args)[0];
  const target = /\b[A-Z]\w*/.exec((to === undefined ? given : line) ?? "")?.[0];
  if (target === undefined) return;
  const group = /\.group(?:ed)?\(\s*"([^"\n]*)"/.exec(to ?? "")?.[1];
  const path = group ?? getLiteral(getNamed(args, "atPath") ?? "") ?? "";
  if (to !== undefined) {
    reader.addMount(at, { base: /^\w+/.exec(to)?.[0] ?? "", prefix: path, target });
  } else reader.addMount(at, { base: chain.base, prefix: joinRoute(chain.prefix, path), target });
}

/** The line above that is indented less. */
function findHead(lines: readonly string[], line0: number): number {
  const indent = lines[line0]?.search(/\S/) ?? 0;
  for (let above = line0 - 1; above >= Math.max(0, line0 - 80); above -= 1) {
    const line = lines[above] ?? "";
    const lineIndent = line.search(/\S/);
    if (lineIndent >= 0 && lineIndent < indent && !/^\s*[})\]]/.test(line)) return above;
  }
  return line0;
}
