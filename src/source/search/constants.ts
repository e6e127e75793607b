/** A line that gives a text its name, and the names that are given on. Pure. */

import type { TextHit } from "./textSearch.ts";
import { escapePattern } from "./textSearch.ts";

const assigned =
  /(?:(?:^|[\s(,{.])([A-Za-z_$][\w$]*)|\[["'](\w+)["']\])\s*(?::\s*[\w<>[\]., ?]+)?\s*(?::=|=(?![=>]))[^=(]*(?:\([^)]*\))?[^=(]*(?:[\w$.]\()?$/;
const keyed = /(?:^|[\s{,])["']?([A-Z][\w$]*)["']?\s*[:(]\s*$/;
/** `cartsUrl: "http://carts"`, `cartsUrl: format("http://carts%s", domain)`: a member that says what it is. */
const addressed =
  /(?:^|[\s{,])["']?(\w*(?:[uU]rl|URL|[uU]ri|URI|[eE]ndpoint|[hH]ost|Addr|Path))["']?\s*:\s*(?:[\w$.]+\()?$/;
/** Elixir's `@address "http://carts"`. */
const moduleAttribute = /^\s*@([a-z]\w*)\s+$/;
const named = /\b(?:func|def|fn|fun|function)\s+(\w+)|\b(\w+)\s*\(\s*\)\s*\{?\s*$/;

/**
 * The name of the text that begins at the offset: `TOPIC = "orders"`, `val topic: String = getenv("TOPIC") ?: "orders"`,
 * `config["TOPIC"] = "orders"`, `return "orders"` in `getTopic()`.
 */
export function getConstant(hit: TextHit, at: number): string | undefined {
  const sameLine = hit.text.slice(0, at);
  // The text may stand in the line below its name.
  const before = sameLine.trim() === "" ? `${hit.before.at(-1) ?? ""} ` : sameLine;
  const match = assigned.exec(before);
  if (match !== null) return match[1] ?? match[2];
  if (/^\s*return\s*$/.test(before)) {
    const head = hit.before
      .toReversed()
      .find(line => /\b(?:func|def|fn|fun|function)\b|\)\s*\{/.test(line) && !/\bif\b/.test(line));
    return named
      .exec(head ?? "")
      ?.slice(1)
      .find(Boolean);
  }
  return [keyed, addressed, moduleAttribute].map(each => each.exec(before)?.[1]).find(Boolean);
}

/** `const boxes = new Queue("boxes")`: the text at the offset stands among the arguments of what the name holds. */
export function isMade(line: string, name: string, at: number): boolean {
  return new RegExp(`\\b${escapePattern(name)}\\b[^=]*=[^()]*\\([^()]*$`).test(line.slice(0, at));
}

/** `Topic = getTopic()` */
export function getAlias(line: string, name: string): string | undefined {
  return new RegExp(
    `(?:^|[\\s(,{.])([A-Za-z_$][\\w$]*)\\s*(?::\\s*[\\w<>]+)?\\s*(?::=|=(?![=>]))\\s*(?:\\w+\\.)*${escapePattern(name)}\\s*(?:\\(\\s*\\))?\\s*[;,]?\\s*$`,
  ).exec(line)?.[1];
}
