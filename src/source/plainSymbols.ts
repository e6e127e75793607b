/**
 * Definitions of languages that have no grammar here, by the words that begin them: Kotlin, Scala, Swift, Elixir, …
 * And those of tests in any language, which are many, and rarely anybody's answer.
 * What a definition contains is what is indented deeper below it.
 */

import type { SymbolFact } from "./fileFacts.ts";

const definition =
  /^([ \t]*)(?:(?:@\w+(?:\([^()\n]{0,80}\))?|public|private|protected|internal|open|override|suspend|inline|operator|final|abstract|sealed|data|static|async|implicit|lazy|case|tailrec|external|export|default|fileprivate|mutating|actual|expect|inner|companion|annotation|value|transparent)[ \t]+){0,8}(?:(class|object|interface|trait|struct|enum|record|defmodule|module|actor|extension|protocol|mixin)[ \t]+([\p{L}_][\p{L}\p{N}_.]*)|(?:fun|func|def|defp|fn|function|sub|proc)[ \t]+(?:<[^<>\n]{0,80}>[ \t]*|\([^()\n]{1,80}\)[ \t]*)?(?:[\w<>?, ]{1,60}\.)?`?([\p{L}_][\p{L}\p{N}_?!]*))/gmu;

export function readPlainSymbols(text: string): readonly SymbolFact[] {
  const symbols: (Omit<SymbolFact, "endLine0"> & { endLine0: number })[] = [];
  /** The definitions around the present one, outermost first. */
  const around: { readonly symbol: (typeof symbols)[number]; readonly indent: number }[] = [];
  const close = (indent: number, endLine0: number): void => {
    while ((around.at(-1)?.indent ?? -1) >= indent) {
      const ended = around.pop();
      if (ended !== undefined) ended.symbol.endLine0 = endLine0;
    }
  };
  let position = 0;
  let line0 = 0;
  const countTo = (index: number): void => {
    for (; position < index; position += 1) if (text.charCodeAt(position) === 10) line0 += 1;
  };
  for (const match of text.matchAll(definition)) {
    countTo(match.index);
    const [, space = "", keyword, type, name = type ?? ""] = match;
    const indent = space.replaceAll("\t", "    ").length;
    close(indent, line0 - 1);
    const symbol = {
      name: name.slice(name.lastIndexOf(".") + 1),
      owner: around.map(outer => outer.symbol.name).join("."),
      kind: keyword === undefined ? ("function" as const) : ("class" as const),
      line0,
      endLine0: line0,
    };
    symbols.push(symbol);
    around.push({ symbol, indent });
  }
  countTo(text.length);
  close(0, line0);
  return symbols;
}
