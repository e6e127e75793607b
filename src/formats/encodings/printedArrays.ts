/**
 * Lists, maps and objects as PHP's `print_r` prints them become values. Pure.
 *
 *     Array
 *     (
 *         [name] => pay
 *         [tags] => Array
 *             (
 *                 [http.method] => GET
 *             )
 *
 *     )
 */

import { MAX_PRINTED_DEPTH } from "./textCursor.ts";

const FIELD = /^ *\[([^\]\n]*?)(?::(?:protected|[\w\\]+:private))?\] => (.*)$/;
const GROUP = /^(?:Array|[\w\\]+ Object)$/;

interface Group {
  readonly fields: Map<string, unknown>;
  /** The field whose text goes on in the next line. */
  last: string;
}

/** The values that begin a line of their own; other text is passed over. */
export function parsePrintR(text: string): readonly unknown[] {
  if (!/^(?:Array|[\w\\]+ Object)\r?\n\(\r?$/m.test(text)) return [];
  const values: unknown[] = [];
  const open: Group[] = [];
  let isOpening = false;
  for (const line of text.split(/\r?\n/)) {
    const group = open.at(-1);
    const word = line.trim();
    const [, key, value = ""] = FIELD.exec(line) ?? [];
    if (word === "(" && isOpening) {
      if (open.length > MAX_PRINTED_DEPTH) return values;
      open.push({ fields: new Map(), last: "" });
    } else if (word === ")" && group !== undefined) {
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) values.push(toValue(group));
      else outer.fields.set(outer.last, toValue(group));
    } else if (group !== undefined && key !== undefined) {
      group.fields.set(key, value === "" ? undefined : value);
      group.last = key;
    } else if (group !== undefined && word !== "") {
      const before = group.fields.get(group.last);
      if (typeof before === "string") group.fields.set(group.last, `${before}\n${line}`);
    }
    isOpening = GROUP.test((key === undefined ? line : value).trim());
  }
  return values;
}

/** Lists are maps from their places. */
function toValue({ fields }: Group): unknown {
  const isList = [...fields.keys()].every((key, at) => key === String(at));
  return isList ? [...fields.values()] : Object.fromEntries(fields);
}
