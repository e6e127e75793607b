/** Constants of a program that may be parts of its routes. Pure. */

import { unknownPrefix } from "./routeFacts.ts";

const declaration =
  /\b(?:const|static|final|readonly|val)\b[^=;{}()\n"'`]{0,120}?\b([A-Za-z_]\w{1,60})\s{0,4}(?::\s{0,4}[\w.]{1,40}\s{0,4})?=\s{0,40}[$@]?(["'`])([^"'`\n\s]{0,120})\2/g;
const isPart = /^[\w/{}:.$*<>~-]*$/;
const isTelling = /path|ur[il]|route|prefix|version|root|base|endpoint|api/i;
const MAX_CONSTANTS = 300;

/** By bare names; `{Other}` and `${other}` inside of one refer to others. */
export function readRouteConstants(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", , value = ""] of text.matchAll(declaration)) {
    if (!isPart.test(value) || !(value.includes("/") || isTelling.test(name))) continue;
    found.set(
      name,
      value.replace(
        /\$\{(?:\w+\.)*(\w+)\}|\{(?:\w+\.)*([A-Z]\w*)\}/g,
        (_whole, a?: string, b?: string) => unknownPrefix.concat(a ?? b ?? ""),
      ),
    );
    if (found.size >= MAX_CONSTANTS) break;
  }
  return found;
}
