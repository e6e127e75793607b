/**
 * Routes as lists of segments, and how well two of them fit. Pure.
 *
 * Parameters are compared by their place: `:id`, `{id}`, `<int:id>`, `[id]`, `$id` and `(?P<id>…)` are one.
 */

import { unknownPrefix } from "./routeFacts.ts";

const parameter = "{}";
/** Whatever is left of a path. */
const rest = "**";

/** `/Users/{id:int}/` → `["users", "{}"]`. */
export function splitRoute(route: string): readonly string[] {
  const plain = route
    .replace(/\(\.:format\)|\.\{format\}/g, "")
    .replace(/\\Z$|\$$/, "")
    .replace(/\/\?$/, "")
    // Play tells a parameter with its expression: $id<[^/]+>.
    .replace(/\$\w+<[^<>]*>/g, parameter)
    .replaceAll("^", "")
    // Groups of regular expressions, which may nest one deep.
    .replace(/\(\?P?<\w+>(?:[^()]|\([^()]*\))*\)[?*+]?/g, parameter)
    .replace(/\(\?:([^()]*)\)\??/g, "$1")
    .replace(/\((?:[^()/]*[\\[*+|][^()]*|\[\^?[^()]*)\)/g, parameter)
    .replace(/\\([./-])/g, "$1")
    .replace(/\$\{[^}]*\}|#\{[^}]*\}/g, parameter)
    .replace(
      /<(?:path:)[^>]*>|\{\*\*?[^}]*\}|\[\[?\.\.\.[^\]]*\]\]?|\{[^}:]*:(?:\.\*|\.\+)\}/g,
      rest,
    )
    .replace(/<[^>/]*>|\{[^}/]*(?:\{[^}]*\}[^}/]*)?\}|\[\[?[^\]/]*\]\]?/g, parameter);
  const segments = plain.split(/[/ ]/).flatMap(segment => {
    const text = segment.trim();
    if (text === "") return [];
    if (text === unknownPrefix || text === rest) return [text];
    if (/^\*\w*$/.test(text)) return [rest];
    if (/^[:$]\w/.test(text) || text === parameter) return [parameter];
    return [text.replace(/[?]$/, "").toLowerCase()];
  });
  // Rails: what belongs to a whole collection stands above the member's parameter.
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === "..") resolved.pop();
    else resolved.push(segment);
  }
  return resolved;
}

/** How far a declared route goes to explain a span's route. */
export interface RouteFit {
  /** Segments that are the same word on both sides. */
  readonly words: number;
  /** `whole`: every segment; `tail`: the declared one is the end of the span's; `inner`: the other way round. */
  readonly kind: "whole" | "unknownPrefix" | "tail" | "catchAll" | "inner";
}

/** `isConcrete`: the span tells a path with values, as a client sent it, not a template. */
export function fitRoute(
  declared: readonly string[],
  asked: readonly string[],
  isConcrete: boolean,
): RouteFit | undefined {
  if (declared[0] === unknownPrefix) {
    const tail = declared.slice(1);
    // `base + "/"`: whatever the base is, the root is behind it.
    if (tail.length === 0 && asked.length === 0) return { words: 0, kind: "catchAll" };
    for (let start = asked.length - tail.length; start >= 0 && tail.length > 0; start -= 1) {
      const words = countWords(tail, asked.slice(start), isConcrete);
      if (words !== undefined) return { words, kind: words === 0 ? "catchAll" : "unknownPrefix" };
      if (tail.at(-1) !== rest) break;
    }
    return undefined;
  }
  const words = countWords(declared, asked, isConcrete);
  if (words !== undefined) {
    const isCatchAll = (declared.at(-1) === rest) !== (asked.at(-1) === rest);
    return { words, kind: isCatchAll ? "catchAll" : "whole" };
  }
  if (declared.length > 0 && declared.length < asked.length) {
    const tail = countWords(declared, asked.slice(asked.length - declared.length), isConcrete);
    if (tail !== undefined && tail > 0) return { words: tail, kind: "tail" };
  }
  if (asked.length > 0 && asked.length < declared.length) {
    const inner = countWords(declared.slice(declared.length - asked.length), asked, isConcrete);
    if (inner !== undefined && inner > 0) return { words: inner, kind: "inner" };
  }
  return undefined;
}

/** The words that both have in common where they fit segment by segment. */
function countWords(
  declared: readonly string[],
  asked: readonly string[],
  isConcrete: boolean,
): number | undefined {
  let words = 0;
  for (const [index, segment] of declared.entries()) {
    if (segment === rest) return words;
    const other = asked[index];
    if (other === undefined) return undefined;
    if (segment === other) words += Number(segment !== parameter);
    else if (other === rest) return words;
    else if (segment.includes(parameter) || other.includes(parameter)) {
      if (!fitsParameter(segment, other, isConcrete)) return undefined;
    } else return undefined;
  }
  return declared.length === asked.length ? words : undefined;
}

/** `{}.json` and `v{}` fit what begins and ends so. */
function fitsParameter(segment: string, other: string, isConcrete: boolean): boolean {
  if (!segment.includes(parameter)) return false;
  if (!isConcrete && !other.includes(parameter)) return false;
  const [head = "", ...tails] = segment.split(parameter);
  if (other === parameter) return segment === parameter;
  return other.startsWith(head) && other.endsWith(tails.at(-1) ?? "");
}

export function joinRoute(...parts: readonly string[]): string {
  const joined = parts
    .map(part => part.replace(/^\^/, "").replace(/^\/+|\/+$/g, ""))
    .filter(part => part !== "")
    .join("/");
  // Only the last unknown part matters: what stands before it may be anything.
  const last = Math.max(
    joined.lastIndexOf(`${unknownPrefix}/`),
    joined.endsWith(unknownPrefix) ? joined.length - 1 : -1,
  );
  if (last >= 0) return joined.slice(last);
  return joined.startsWith(unknownPrefix) ? joined : `/${joined}`;
}

const reference = new RegExp(`${unknownPrefix}([A-Za-z_][\\w$]*(?:\\.[A-Za-z_$][\\w$]*)*)`, "g");

/** Puts constants into a route, as far as they are known. */
export function fillConstants(
  route: string,
  getConstant: (name: string) => string | undefined,
): string {
  if (!route.includes(unknownPrefix)) return route;
  let filled = route;
  // A constant may be made of others.
  for (let depth = 0; depth < 4 && reference.test(filled); depth += 1) {
    reference.lastIndex = 0;
    filled = filled.replace(
      reference,
      (_whole, name: string) => findConstant(name, getConstant) ?? unknownPrefix,
    );
  }
  reference.lastIndex = 0;
  return joinRoute(filled.replace(reference, unknownPrefix));
}

/** `Paths.V1.USERS` by its full name, else by ever fewer of its owners. */
function findConstant(
  name: string,
  getConstant: (name: string) => string | undefined,
): string | undefined {
  for (let rest = name; ; rest = rest.slice(rest.indexOf(".") + 1)) {
    const found = getConstant(rest);
    if (found !== undefined || !rest.includes(".")) return found;
  }
}
