/**
 * Routes of Akka's and Pekko's directives, which nest in any order, in Scala by blocks and in Java by arguments:
 *
 *     pathPrefix("boxes") { get { path(Segment) { id => … } } }    →   GET /boxes/{}, the line of `path`
 */

import { readCall } from "./callText.ts";
import type { RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const directive =
  /(?<![\w.])(pathPrefix|path|pathEnd(?:OrSingleSlash)?|pathSingleSlash|get|post|put|patch|delete|head)\s{0,4}(?=[({])/g;
const segment =
  /"([^"\n]*)"|\bsegments\(\s*(\d)\s*\)|\b\w*(?:[sS]egments?|Number|UUID|[rR]emaining\w*)\b(?!\s*\(\s*")/g;
const MAX_DIRECTIVES = 1_000;

/** The routes of another class: `crates.routes` below `pathPrefix("crates")`. */
const otherRoutes = /(?<![\w.])([a-zA-Z]\w{0,60})\.\w{0,40}[rR]outes?\b/g;

interface Directive {
  readonly at: number;
  readonly end: number;
  readonly method?: string;
  readonly path?: string;
}

/** `getType` tells the class of a variable. */
export function readAkkaRoutes(reader: RouteReader, getType: (variable: string) => string): void {
  const { text } = reader;
  const ends = matchBrackets(text);
  const around: Directive[] = [];
  const directives: Directive[] = [];
  const leaves: { readonly directive: Directive; readonly around: readonly Directive[] }[] = [];
  for (const match of [...text.matchAll(directive)].slice(0, MAX_DIRECTIVES)) {
    const [whole, name = ""] = match;
    const at = match.index;
    const open = at + whole.length;
    const close = ends.get(open);
    if (close === undefined) continue;
    // Scala's block stands behind the parentheses of a path.
    const block = text[open] === "(" ? /^\s*\{/.exec(text.slice(close + 1, close + 40)) : null;
    const end = block === null ? close : (ends.get(close + block[0].length) ?? close);
    const isVerb = /^[a-z]+$/.test(name) && name !== "path";
    const written = text[open] === "(" && !isVerb ? readCall(text, open).arguments[0]?.text : "";
    const found: Directive = isVerb
      ? { at, end, method: name }
      : { at, end, path: readSegments(written ?? "") };
    while ((around.at(-1)?.end ?? Infinity) < at) around.pop();
    // Only what holds no other directive answers.
    if (leaves.at(-1)?.directive === around.at(-1)) leaves.pop();
    leaves.push({ directive: found, around: [...around] });
    around.push(found);
    directives.push(found);
  }
  const others = [...text.matchAll(otherRoutes)].slice(0, MAX_DIRECTIVES);
  for (const { index, 1: variable = "" } of others) {
    const outer = directives.filter(({ at, end }) => at < index && index < end);
    const prefix = joinRoute(...outer.flatMap(({ path }) => path ?? []));
    if (outer.length > 0) reader.addMount(index, { base: "", prefix, target: getType(variable) });
  }
  for (const { directive: leaf, around: outer } of leaves) {
    const chain = [...outer, leaf];
    const paths = chain.flatMap(({ path }) => path ?? []);
    const isOther = others.some(({ index }) => leaf.at < index && index < leaf.end);
    if (paths.length === 0 || isOther) continue;
    const method = chain.findLast(each => each.method !== undefined)?.method;
    reader.addRoute(leaf.at, { method, path: joinRoute(...paths) });
  }
}

/** `"boxes" / LongNumber`, `segment("boxes").slash().concat(longSegment())`. */
function readSegments(written: string): string {
  return [...written.matchAll(segment)]
    .map(
      ([, literal, count]) =>
        literal ??
        Array(Number(count ?? 1))
          .fill("{}")
          .join("/"),
    )
    .join("/");
}

/** The place of each closing bracket by that of its opening one; texts in quotes have none. */
function matchBrackets(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { index, 0: found } of text.matchAll(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|[()[\]{}]/g)) {
    if (found.length > 1) continue;
    if ("([{".includes(found)) open.push(index);
    else {
      const start = open.pop();
      if (start !== undefined) ends.set(start, index);
    }
  }
  return ends;
}
