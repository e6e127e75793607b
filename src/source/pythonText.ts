/**
 * A Python expression → the text it makes, as far as it can be known from this file.
 * Names that the enclosing functions bind are settled here; names of modules and classes stay names.
 */

import type { TextExpression } from "./fileFacts.ts";
import type { SyntaxNode } from "./grammars.ts";

const unknown: TextExpression = { kind: "unknown" };
/** An expression deeper than this is nobody's queue name. */
const maxDepth = 12;

/** `suffix` is put behind names: `.queue_name` where the name may stand for parameters as well as for a text. */
export function readText(node: SyntaxNode, suffix = "", depth = 0): TextExpression {
  if (depth > maxDepth) return unknown;
  const read = (inner: SyntaxNode | null | undefined): TextExpression =>
    inner == null ? unknown : readText(inner, "", depth + 1);
  switch (node.type) {
    case "string":
      return joinTexts(
        node.namedChildren.flatMap((part): TextExpression[] => {
          if (part?.type === "string_content")
            return [{ kind: "text", text: unescapeText(part, node) }];
          return part?.type === "interpolation" ? [read(part.childForFieldName("expression"))] : [];
        }),
      );
    case "concatenated_string":
      return joinTexts(node.namedChildren.map(read));
    case "parenthesized_expression":
      return node.namedChild(0) === null
        ? unknown
        : readText(node.namedChild(0) ?? node, suffix, depth + 1);
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
      const left = read(node.childForFieldName("left"));
      const operator = node.childForFieldName("operator")?.text;
      const right = node.childForFieldName("right");
      if (operator === "+") return joinTexts([left, read(right)]);
      if (operator !== "%" || left.kind !== "text" || right === null) return unknown;
      const values = right.type === "tuple" ? right.namedChildren.map(read) : [read(right)];
      const isNamed = right.type === "dictionary";
      return fillIn(left.text, /%(?:\((\w+)\))?[-+ #0]*[\d.]*[sdrif]/g, index =>
        isNamed ? unknown : values[index],
      );
    }
    case "call": {
      const callee = node.childForFieldName("function");
      const list = node.childForFieldName("arguments")?.namedChildren ?? [];
      if (callee?.type === "identifier" && callee.text === "str") return read(list[0]);
      if (callee?.type !== "attribute" || callee.childForFieldName("attribute")?.text !== "format")
        return unknown;
      const template = read(callee.childForFieldName("object"));
      if (template.kind !== "text") return unknown;
      const positional = list.filter(argument => argument?.type !== "keyword_argument").map(read);
      return fillIn(template.text, /\{(\w*)(?:[!:][^}]*)?\}/g, (index, name) => {
        if (name === undefined || name === "") return positional[index];
        if (/^\d+$/.test(name)) return positional[Number(name)];
        const named = list.find(argument => argument?.childForFieldName("name")?.text === name);
        return read(named?.childForFieldName("value"));
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
      const object = node.childForFieldName("object");
      const path = object === null ? undefined : getPath(object);
      const name = node.childForFieldName("attribute")?.text;
      return path === undefined || name === undefined ? undefined : `${path}.${name}`;
    }
    case "subscript": {
      const value = node.childForFieldName("value");
      const key = node.childForFieldName("subscript");
      const path = value === null ? undefined : getPath(value);
      if (path === undefined || key?.type !== "string") return undefined;
      return `${path}.${unquote(key)}`;
    }
    default:
      return undefined;
  }
}

/** The text of a plain string literal. */
export function unquote(node: SyntaxNode): string {
  return node.namedChildren
    .filter(part => part?.type === "string_content")
    .map(part => part?.text ?? "")
    .join("");
}

/**
 * What a function around the node binds the name to: the value of the last assignment before it, `unknown` for its
 * parameters and loop variables; `undefined` where no function binds it.
 */
function readLocal(node: SyntaxNode, path: string, depth: number): TextExpression | undefined {
  const [name = "", ...rest] = path.split(".");
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.type === "for_statement" && binds(outer.childForFieldName("left"), name))
      return unknown;
    if (outer.type !== "function_definition") continue;
    const body = outer.childForFieldName("body");
    // A decorator's arguments are evaluated outside of the function that it decorates.
    if (body === null || node.startIndex < body.startIndex) continue;
    const assignment = body
      .descendantsOfType("assignment")
      .findLast(
        other =>
          other !== null &&
          other.endIndex <= node.startIndex &&
          other.childForFieldName("left")?.text === name,
      );
    const value = assignment?.childForFieldName("right");
    if (value != null) {
      if (rest.length === 0) return readText(value, "", depth + 1);
      return unknown;
    }
    if (binds(outer.childForFieldName("parameters"), name)) return unknown;
  }
  return undefined;
}

/** Whether the name stands in a list of parameters or a loop's target. */
function binds(target: SyntaxNode | null, name: string): boolean {
  if (target === null) return false;
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
