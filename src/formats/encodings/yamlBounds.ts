/** The bounds of what a parser of YAML may be given: its time and stack grow with nesting faster than with text. Pure. */

/** The parser calls itself for each level, and takes time with the square of them. */
export const MAX_YAML_DEPTH = 100;
const COMPACT_NESTING = new RegExp(`(?:[-?:][ \\t]+){${MAX_YAML_DEPTH}}`);
const DEEP_INDENTATION = new RegExp(`(?:^|\\n)[ \\t]{${2 * MAX_YAML_DEPTH}}`);
/** A node has one anchor and one tag; the parser's time grows with the square of what stands in a row. */
const MANY_ANCHORS = /(?:[&!][^\s,[\]{}]{0,100}\s+){20}/;

/** Whether lines, signs of nesting or brackets lead deeper than anyone writes; brackets in texts count too. */
function isTooDeep(text: string): boolean {
  const signs = [COMPACT_NESTING, DEEP_INDENTATION, MANY_ANCHORS];
  if (signs.some(each => each.test(text))) return true;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "[" || sign === "{") depth += 1;
    else if (sign === "]" || sign === "}") depth = Math.max(0, depth - 1);
    if (depth > MAX_YAML_DEPTH) return true;
  }
  return false;
}

/** No map may begin behind the key of another on its line, and each that does costs an error. */
const KEYS_IN_A_ROW = /(?:[^\s,{}[\]"':]{1,64}: ){20}/;

/** Whether a parser would take long over a text that nobody writes. */
export function isHostileYaml(text: string): boolean {
  return isTooDeep(text) || KEYS_IN_A_ROW.test(text);
}
