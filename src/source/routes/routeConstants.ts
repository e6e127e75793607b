/** Constants of a program that may be parts of its routes. Pure. */

import type { SymbolFact } from "../fileFacts.ts";
import { unknownPrefix } from "./routeFacts.ts";

const declaration =
  /\b(?:const|static|final|readonly|val|String(?=\s+[A-Z][A-Z\d_]*\s*=)|(?:public|protected|private|internal|override|virtual)(?=\s+(?:\w+\s+){0,2}string\b))\b[^=;{}()\n"'`]{0,120}?\b([A-Za-z_]\w{1,60})\s{0,4}(?::\s{0,4}[\w.]{1,40}\s{0,4}|\{\s{0,4}get;[^{}\n]{0,40}\}\s{0,4})?=>?\s{0,40}[$@]?(["'`])([^"'`\n\s]{0,120})\2/g;
/** `const ROUTES = {`, `export const paths = Object.freeze({`, `static readonly routes: Routes = {`. */
const object =
  /\b(?:const|let|var|static|readonly)[ \t]+(?:readonly[ \t]+)?([A-Za-z_$][\w$]*)[^=\n{}()]{0,60}=[ \t]*(?:Object\.freeze\([ \t]*)?\{/g;
const entry =
  /(["']?)([\w$-]+)\1[ \t]*:[ \t]*(?:(\{)|(?:\([^()\n]*\)(?:[ \t]*:[ \t]*\w+)?[ \t]*=>[ \t]*)?(["'`])([^"'`\n\s]*)\4)|(\})/g;
/** Ktor: `@Resource("{id}") class Box(val parent: Boxes)`; a route is declared by the class: `get<Box> {`. */
const resource =
  /@(?:Resource|Location)\("([^"\n]{0,120})"\)[\s\w@()]{0,80}?\bclass\s{1,4}(\w{1,60})(?:\s{0,4}\([^)]{0,300}?\bparent\s{0,4}:\s{0,4}([\w.]{1,60}))?/g;
const isPart = /^[\w/{}:.$*<>~-]*$/;
const pathName = /path|ur[il]|route|prefix|version|root|base|endpoint|api/i;
const MAX_CONSTANTS = 300;
/** A table of a program's routes is no longer. */
const MAX_OBJECT = 8_000;

/**
 * By bare names, and by names with their owners, `V1.USERS` and `ROUTES.users.byId`; `{Other}` and `${other}` inside of
 * one refer to others.
 */
export function readRouteConstants(
  text: string,
  symbols: readonly SymbolFact[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, value: string): void => {
    if (found.size >= MAX_CONSTANTS || !isPart.test(value)) return;
    if (value.includes("/") || pathName.test(name)) found.set(name, refer(value));
  };
  const classes = symbols.filter(({ kind }) => kind === "class");
  let line0 = 0;
  let position = 0;
  for (const { index, 1: name = "", 3: value = "" } of text.matchAll(declaration)) {
    add(name, value);
    if (classes.length === 0) continue;
    for (; position < index; position += 1) if (text.charCodeAt(position) === 10) line0 += 1;
    const owner = classes.findLast(each => each.line0 <= line0 && each.endLine0 >= line0);
    if (owner !== undefined) add(`${owner.name}.${name}`, value);
  }
  for (const { 1: path = "", 2: name = "", 3: parent } of text.matchAll(resource)) {
    found.set(name, parent === undefined ? path : `${unknownPrefix}${parent}/${path}`);
  }
  for (const { index, 0: head, 1: name = "" } of text.matchAll(object)) {
    readObject(text, index + head.length, name, add);
  }
  return found;
}

/** The texts of an object and of those in it, each by its keys. */
function readObject(
  text: string,
  start: number,
  name: string,
  add: (name: string, value: string) => void,
): void {
  const keys = [name];
  for (const match of text.slice(start, start + MAX_OBJECT).matchAll(entry)) {
    const [, , key = "", opens, , value, closes] = match;
    if (closes !== undefined) keys.pop();
    else if (opens !== undefined) keys.push(key);
    else if (value !== undefined) add([...keys, key].join("."), value);
    if (keys.length === 0) return;
  }
}

function refer(value: string): string {
  return value.replace(
    /\$\{(?:this\.)?((?:\w+\.)*\w+)\}|\{((?:\w+\.)*[A-Z]\w*)\}/g,
    (_whole, a?: string, b?: string) => unknownPrefix.concat(a ?? b ?? ""),
  );
}
