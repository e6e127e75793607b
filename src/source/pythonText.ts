/**
 * A Python expression → the text it makes, as far as it can be known from this file.
 * Names that the enclosing functions bind are settled here; names of modules and classes stay names.
 */

import type { TextExpression } from "./fileFacts.ts";
import { getChildren, getField, listAround, type SyntaxNode } from "./grammars.ts";

const unknown: TextExpression = { kind: "unknown" };
/** An expression deeper than this is nobody's queue name. */
const MAX_DEPTH = 12;

/** `suffix` is put behind names: `.queue_name` where the name may stand for parameters as well as for a text. */
export function readText(node: SyntaxNode, suffix = "", depth = 0): TextExpression {
  if (depth > MAX_DEPTH) return unknown;
  const read = (inner: SyntaxNode | undefined): TextExpression =>
    inner === undefined ? unknown : readText(inner, "", depth + 1);
  switch (node.type) {
    case "string":
      return joinTexts(
        getChildren(node).flatMap((part): TextExpression[] => {
          if (part.type === "string_content") {
            return [{ kind: "text", text: unescapeText(part, node) }];
          }
          return part.type === "interpolation" ? [read(getField(part, "expression"))] : [];
        }),
      );
    case "concatenated_string":
      return joinTexts(getChildren(node).map(read));
    case "parenthesized_expression": {
      const [inner] = getChildren(node);
      return inner === undefined ? unknown : readText(inner, suffix, depth + 1);
    }
    case "integer":
      return { kind: "text", text: node.text };
    case "identifier":
    case "attribute":
    case "subscript": {
      const path = getPath(node);
      if (path === undefined) return unknown;
      const local = readLocal(node, path, depth);
      if (local !== undefined) return suffix === "" ? local : addSuffix(local, suffix);
      return { kind: "name", path: path + (suffix === "" ? "" : `?${suffix}`) };
    }
    case "binary_operator": {
      const left = read(getField(node, "left"));
      const operator = getField(node, "operator")?.text;
      const right = getField(node, "right");
      if (operator === "+") return joinTexts([left, read(right)]);
      if (operator !== "%" || left.kind !== "text" || right === undefined) return unknown;
      const values = right.type === "tuple" ? getChildren(right).map(read) : [read(right)];
      const isNamed = right.type === "dictionary";
      return fillIn(left.text, /%(?:\((\w+)\))?[-+ #0]*[\d.]*[sdrif]/g, index =>
        isNamed ? unknown : values[index],
      );
    }
    case "call": {
      const callee = getField(node, "function");
      const list = getChildren(getField(node, "arguments"));
      if (callee?.type === "identifier" && callee.text === "str") return read(list[0]);
      if (callee?.type !== "attribute" || getField(callee, "attribute")?.text !== "format") {
        return unknown;
      }
      const template = read(getField(callee, "object"));
      if (template.kind !== "text") return unknown;
      const positional = list.filter(argument => argument.type !== "keyword_argument").map(read);
      return fillIn(template.text, /\{(\w*)(?:[!:][^}]*)?\}/g, (index, name) => {
        if (name === undefined || name === "") return positional[index];
        if (/^\d+$/.test(name)) return positional[Number(name)];
        const named = list.find(argument => getField(argument, "name")?.text === name);
        return read(getField(named, "value"));
      });
    }
    default:
      return unknown;
  }
}

/** `a.b["c"]` → `a.b.c`; `undefined` for anything that is no plain chain of names. */
export function getPath(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case "identifier":
      return node.text;
    case "attribute": {
      const object = getField(node, "object");
      const path = object === undefined ? undefined : getPath(object);
      const name = getField(node, "attribute")?.text;
      return path === undefined || name === undefined ? undefined : `${path}.${name}`;
    }
    case "subscript": {
      const value = getField(node, "value");
      const key = getField(node, "subscript");
      const path = value === undefined ? undefined : getPath(value);
      if (path === undefined || key?.type !== "string") return undefined;
      return `${path}.${unquote(key)}`;
    }
    default:
      return undefined;
  }
}

/** The text of a plain string literal. */
export function unquote(node: SyntaxNode): string {
  return getChildren(node)
    .filter(part => part.type === "string_content")
    .map(part => part.text)
    .join("");
}

/**
 * Reads what a function around the node binds the name to: the value of the last assignment before it, `unknown` for
 * its parameters and loop variables; `undefined` where no function binds it.
 */
function readLocal(node: SyntaxNode, path: string, depth: number): TextExpression | undefined {
  const [name = "", ...rest] = path.split(".");
  for (const outer of listAround(node)) {
    if (outer.type === "for_statement" && binds(getField(outer, "left"), name)) {
      return unknown;
    }
    if (outer.type !== "function_definition") continue;
    const body = getField(outer, "body");
    // A decorator's arguments are evaluated outside of the function that it decorates.
    if (body === undefined || node.startIndex < body.startIndex) continue;
    const assignment = body
      .descendantsOfType("assignment")
      .filter(other => other !== null)
      .findLast(
        other => other.endIndex <= node.startIndex && getField(other, "left")?.text === name,
      );
    const value = getField(assignment, "right");
    if (value !== undefined) {
      if (rest.length === 0) return readText(value, "", depth + 1);
      return unknown;
    }
    if (binds(getField(outer, "parameters"), name)) return unknown;
  }
  return undefined;
}

/** Whether the name stands in a list of parameters or a loop's target. */
function binds(target: SyntaxNode | undefined, name: string): boolean {
  if (target === undefined) return false;
  if (target.type === "identifier") return target.text === name;
  return target.descendantsOfType("identifier").some(identifier => identifier?.text === name);
}

function addSuffix(text: TextExpression, suffix: string): TextExpression {
  return text.kind === "name" && !text.path.includes("?")
    ? { kind: "name", path: `${text.path}?${suffix}` }
    : text;
}

function fillIn(
  template: string,
  placeholder: RegExp,
  getValue: (index: number, name: string | undefined) => TextExpression | undefined,
): TextExpression {
  const parts: TextExpression[] = [];
  let end = 0;
  let index = 0;
  for (const match of template.matchAll(placeholder)) {
    parts.push({ kind: "text", text: template.slice(end, match.index) });
    parts.push(getValue(index, match[1]) ?? unknown);
    end = match.index + match[0].length;
    index += 1;
  }
  parts.push({ kind: "text", text: template.slice(end) });
  return joinTexts(parts);
}

function joinTexts(parts: readonly TextExpression[]): TextExpression {
  const joined: TextExpression[] = [];
  for (const part of parts.flatMap(other => (other.kind === "join" ? other.parts : [other]))) {
    const last = joined.at(-1);
    if (part.kind === "text" && last?.kind === "text") {
      joined[joined.length - 1] = { kind: "text", text: last.text + part.text };
    } else if (part.kind !== "text" || part.text !== "") {
      joined.push(part);
    }
  }
  const [only] = joined;
  if (only === undefined) return { kind: "text", text: "" };
  return joined.length === 1 ? only : { kind: "join", parts: joined };
}

function unescapeText(content: SyntaxNode, string: SyntaxNode): string {
  const { text } = content;
  if (!text.includes("\\") || /^[a-z]*r/i.test(string.text)) return text;
  return text.replace(/\\(["'\\])/g, "$1");
}
