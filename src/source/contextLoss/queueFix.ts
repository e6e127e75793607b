/**
 * A queue whose every mention in the file is understood takes the context along beside the value. Of others, only their
 * author knows who else puts and takes. Pure; reads text.
 *
 *     jobs.put((get_current(), order))          orders <- carried[int]{ctx, 7}
 *     trace_context, order = jobs.get()         for each := range orders {
 *     attach(trace_context)                         ctx, order := each.ctx, each.value
 */

import type { SourceLanguage } from "../languages.ts";
import { endOfBlock, readCall } from "./callText.ts";
import { findContext, freshContext } from "./goHandOvers.ts";
import type { Edit } from "./handOver.ts";
import { importLines } from "./pythonImports.ts";

export function carryThroughQueue(
  language: SourceLanguage,
  text: string,
  name: string,
): readonly Edit[] {
  if (language === "python") return carryInPython(text, name) ?? [];
  return language === "go" ? (carryInGo(text, name) ?? []) : [];
}

function carryInPython(text: string, name: string): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  let puts = 0;
  for (const { index: at } of text.matchAll(new RegExp(`(?<![\\w.])${name}\\b`, "gu"))) {
    const rest = text.slice(at + name.length, at + 200);
    const call = /^\.(?<verb>\w+)\(/u.exec(rest);
    const verb = call?.groups?.["verb"] ?? "";
    if (/^(?:put|put_nowait)$/u.test(verb)) {
      const read = readCall(text, at + name.length + verb.length + 1, true);
      const [value] = read?.args ?? [];
      if (value === undefined) return undefined;
      puts += 1;
      const pair = `(get_current(), ${text.slice(value.from, value.to)})`;
      edits.push({ ...value, text: pair });
    } else if (/^(?:get|get_nowait)$/u.test(verb)) {
      const lineStart = text.lastIndexOf("\n", at) + 1;
      const head = /^(?<indent>[ \t]*)\w+ = (?:await )?$/u.exec(text.slice(lineStart, at));
      const end = readCall(text, at + name.length + verb.length + 1, true)?.end ?? 0;
      if (head === null || !/^[ \t]*(?:#[^\n]*)?\r?(?:\n|$)/u.test(text.slice(end))) {
        return undefined;
      }
      const indent = head.groups?.["indent"] ?? "";
      const value = lineStart + indent.length;
      edits.push({ from: value, to: value, text: "trace_context, " });
      edits.push({ from: end, to: end, text: `\n${indent}attach(trace_context)` });
    } else if (verb === "" && !/^\s*[=:]/u.test(rest) && !isParameter(text, at, name)) {
      return undefined;
    }
  }
  if (puts === 0 || /\btrace_context\b|\b(?:def|import).*\b(?:attach|get_current)\b/u.test(text)) {
    return undefined;
  }
  return [
    ...edits,
    ...importLines(text, ["from opentelemetry.context import attach, get_current"]),
  ];
}

/** A function of the file that calls it the same, or a call of that function. */
function isParameter(text: string, at: number, name: string): boolean {
  const callee = /(?<name>\w+)\([^()]*$/u.exec(text.slice(Math.max(0, at - 200), at));
  const head = `\\bdef ${callee?.groups?.["name"] ?? "(?!)"}\\([^)]*\\b${name}\\b`;
  return new RegExp(head, "u").test(text);
}

function carryInGo(text: string, name: string): readonly Edit[] | undefined {
  const edits = new Map<number, Edit>();
  const add = (edit: Edit): unknown => edits.set(edit.from, edit);
  const made = new RegExp(`\\b${name}\\s*:?=\\s*make\\(chan (?<type>[\\w.*]+)[,)]`, "u").exec(text);
  const type = made?.groups?.["type"];
  if (made === null || type === undefined || /\btype carried\b/u.test(text)) return undefined;
  for (const { index: at } of text.matchAll(new RegExp(`\\b${name}\\b`, "gu"))) {
    const lineStart = text.lastIndexOf("\n", at) + 1;
    const end = text.indexOf("\n", at);
    const [before, rest] = [text.slice(lineStart, at), text.slice(at + name.length, end)];
    if (at === made.index) {
      const from = text.indexOf(`chan ${type}`, at) + "chan ".length;
      add({ from, to: from + type.length, text: `carried[${type}]` });
    } else if (/^\s*<-\s*\S/u.test(rest)) {
      const value = /\S.*$/u.exec(rest.replace(/^\s*<-/u, ""))?.[0] ?? "";
      const range = findGoFunction(text, at);
      const context = range && findContext(text, range);
      for (const edit of context?.keeping ?? []) add(edit);
      const sentContext =
        context === undefined ? "context.Background()" : `context.WithoutCancel(${context.name})`;
      const sent = `carried[${type}]{${sentContext}, ${value}}`;
      add({ from: end - value.length, to: end, text: sent });
    } else if (/^\s*for \w+ := range $/u.test(before) && /^\s*\{$/u.test(rest)) {
      const [, indent = "", value = ""] = /^(\s*)for (\w+)/u.exec(before) ?? [];
      const body = { from: end, to: endOfBlock(text, end - 1) };
      const used = [...text.slice(body.from, body.to).matchAll(freshContext)];
      if (used.length === 0) return undefined;
      const from = lineStart + indent.length + "for ".length;
      add({ from, to: from + value.length, text: "each" });
      add({ from: end, to: end, text: `\n${indent}\tctx, ${value} := each.ctx, each.value` });
      for (const { 0: fresh, index } of used) {
        add({ from: body.from + index, to: body.from + index + fresh.length, text: "ctx" });
      }
    } else if (!/\b(?:close|len|cap)\($/u.test(before)) return undefined;
  }
  const pair = `\n// carried is a value with the context of whoever sent it.\ntype carried[T any] struct {\n\tctx   context.Context\n\tvalue T\n}\n`;
  return [...edits.values(), { from: text.length, to: text.length, text: pair }];
}

function findGoFunction(text: string, at: number): { from: number; to: number } | undefined {
  const from = text.lastIndexOf("\nfunc ", at) + 1;
  return from === 0 ? undefined : { from, to: endOfBlock(text, text.indexOf("{\n", from)) };
}
