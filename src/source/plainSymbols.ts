/**
 * Definitions of languages that have no grammar here, by the words that begin them: Kotlin, Scala, Swift, Elixir, …
 * What a definition contains is what is indented deeper below it.
 */

import type { SymbolFact } from "./fileFacts.ts";

const definition =
  /^([ \t]*)(?:(?:@\w+(?:\([^()\n]{0,80}\))?|public|private|protected|internal|open|override|suspend|inline|operator|final|abstract|sealed|data|static|async|implicit|lazy|case|tailrec|external|export|default|fileprivate|mutating|actual|expect|inner|companion|annotation|value|transparent)[ \t]+){0,8}(?:(class|object|interface|trait|struct|enum|record|defmodule|module|actor|extension|protocol|mixin)[ \t]+([\p{L}_][\p{L}\p{N}_.]*)|(?:fun|func|def|defp|fn|function|sub|proc)[ \t]+(?:<[^<>\n]{0,80}>[ \t]*)?(?:[\w<>?, ]{1,60}\.)?`?([\p{L}_][\p{L}\p{N}_?!]*))/gmu;

export function readPlainSymbols(text: string): readonly SymbolFact[] {
  const found: { name: string; kind: SymbolFact["kind"]; line0: number; indent: number }[] = [];
  let position = 0;
  let line0 = 0;
  for (const match of text.matchAll(definition)) {
    for (; position < match.index; position += 1) if (text.charCodeAt(position) === 10) line0 += 1;
    const [, indent = "", keyword, type, name = type ?? ""] = match;
    found.push({
      name: name.slice(name.lastIndexOf(".") + 1),
      kind: keyword === undefined ? "function" : "class",
      line0,
      indent: indent.replaceAll("\t", "    ").length,
    });
  }
  const around: typeof found = [];
  const lineCount = text.split("\n").length;
  return found.map((symbol, index) => {
    while ((around.at(-1)?.indent ?? -1) >= symbol.indent) around.pop();
    const owner = around.map(({ name }) => name).join(".");
    around.push(symbol);
    const next = found.slice(index + 1).find(({ indent }) => indent <= symbol.indent);
    const { name, kind, line0: start } = symbol;
    return { name, owner, kind, line0: start, endLine0: (next?.line0 ?? lineCount) - 1 };
  });
}
