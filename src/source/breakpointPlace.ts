/**
 * Where a breakpoint stands for a function, and by what it stops for one order and not for another: the function's own
 * parameters, in the language's own words. Pure.
 */

import { isSecretName } from "../base/secretText.ts";
import type { AttributeValue, SpanDetail } from "../model/spanDetail.ts";
import { getLanguage } from "./languages.ts";
import type { SymbolPlace } from "./location.ts";
import { listPositional } from "./pythonModule.ts";

/** A parameter of the function and what the span says that it was. */
export interface KnownParameter {
  readonly name: string;
  readonly value: string | number | boolean;
}

/** A head may be wrapped over so many lines. */
const MAX_HEAD_LINES = 20;
const MAX_VALUE = 200;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * The first line of the function that runs when it is called: debuggers stop at its head when it is defined, if at all.
 * A line within the function stays as it is.
 */
export function findBodyLine0(
  lines: readonly string[],
  function_: Pick<SymbolPlace, "line0" | "endLine0">,
  line0: number,
): number {
  if (line0 > function_.line0) return line0;
  const { endLine0 } = function_;
  let at = findHeadEnd(lines, function_.line0) + 1;
  let quote: string | undefined;
  for (; at <= endLine0; at += 1) {
    const text = lines[at]?.trim() ?? "";
    if (quote !== undefined) {
      if (text.includes(quote)) quote = undefined;
      continue;
    }
    const opened = /^[rbuf]{0,2}("""|''')/i.exec(text)?.[1];
    if (opened !== undefined) {
      if (!text.slice(text.indexOf(opened) + 3).includes(opened)) quote = opened;
      continue;
    }
    // Comments, and what may stand between a head and its body.
    if (text === "" || /^(?:#|\/\/|\/\*|\*|\{$|(?:throws|where)\b)/.test(text)) continue;
    return at;
  }
  return function_.line0;
}

/** The parameters in the function's head that the span tells the values of. */
export function listKnownParameters(
  lines: readonly string[],
  function_: Pick<SymbolPlace, "line0">,
  { parameters, attributes }: Pick<SpanDetail, "parameters" | "attributes">,
): readonly KnownParameter[] {
  const head = findHead(lines, function_);
  const inside = head.slice(head.indexOf("(") + 1);
  const names = new Set(inside.match(/[A-Za-z_$][\w$]*/g));
  const known = new Map<string, KnownParameter>();
  const addParameter = (name: string, value: AttributeValue): void => {
    if (!names.has(name) || !IDENTIFIER.test(name) || known.has(name)) return;
    // Breakpoints are kept by the editor, and shown.
    if (isSecretName(name)) return;
    const isScalar = typeof value === "number" || typeof value === "boolean";
    const isShort = typeof value === "string" && value.length <= MAX_VALUE && !/[\r\n]/.test(value);
    if (isScalar || isShort) known.set(name, { name, value });
  };
  for (const [name, value] of listPassed(parameters, head)) addParameter(name, value);
  for (const { key, value } of attributes) {
    const words = key.split(/[.\-_]/).filter(word => word !== "");
    const camel = words.map((word, i) =>
      i === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1),
    );
    for (const name of [key, words.join("_"), camel.join("")]) addParameter(name, value);
  }
  return [...known.values()];
}

/** Celery keeps what was passed by place and what by name, and no names of the former. */
function listPassed(
  parameters: AttributeValue | undefined,
  head: string,
): readonly (readonly [string, AttributeValue])[] {
  if (!isNamed(parameters)) return [];
  const { args, kwargs, ...others } = parameters;
  if (!Array.isArray(args) || !isNamed(kwargs) || Object.keys(others).length > 0) {
    return Object.entries(parameters);
  }
  const names = listPositional(head);
  const placed = args as readonly AttributeValue[];
  const byPlace = placed.map((value, at) => [names[at] ?? "", value] as const);
  return [...byPlace, ...Object.entries(kwargs)];
}

function isNamed(
  value: AttributeValue | undefined,
): value is Extract<AttributeValue, { readonly [key: string]: AttributeValue }> {
  return typeof value === "object" && !Array.isArray(value);
}

/** `undefined` where the language's debugger knows no condition that we could write. */
export function toCondition(path: string, { name, value }: KnownParameter): string | undefined {
  const literal = JSON.stringify(value);
  const isText = typeof value === "string";
  switch (getLanguage(path)) {
    case "python":
      return `${name} == ${isText ? literal : typeof value === "boolean" ? (value ? "True" : "False") : literal}`;
    case "javascript":
    case "typescript":
    case "tsx":
      return `${name} === ${literal}`;
    case "go":
    case "csharp":
    case "kotlin":
    case "rust":
      return `${name} == ${literal}`;
    case "java":
      return isText ? `${literal}.equals(${name})` : `${name} == ${literal}`;
    case "php":
      return `$${name} == ${literal}`;
    case "ruby":
      return `${name} == ${literal}`;
    default:
      return undefined;
  }
}

/** Returns the message of a logpoint: the function, and each parameter with the value that it then has. */
export function toLogMessage(function_: string, known: readonly KnownParameter[]): string {
  return [function_, ...known.map(({ name }) => `${name}={${name}}`)].join(" ");
}

/** The lines from the function's name to where its body begins. */
export function findHead(lines: readonly string[], { line0 }: Pick<SymbolPlace, "line0">): string {
  return lines.slice(line0, findHeadEnd(lines, line0) + 1).join("\n");
}

/** The line on which the head ends: where its brackets are closed, and a body begins. */
function findHeadEnd(lines: readonly string[], line0: number): number {
  let depth = 0;
  for (let at = line0; at < Math.min(lines.length, line0 + MAX_HEAD_LINES); at += 1) {
    const text = lines[at] ?? "";
    for (const char of text) {
      if (char === "(" || char === "[") depth += 1;
      else if (char === ")" || char === "]") depth -= 1;
    }
    if (depth <= 0 && /[:{;]\s*(?:(?:#|\/\/).*)?$|=>\s*$|\)\s*$/.test(text)) return at;
  }
  return line0;
}
