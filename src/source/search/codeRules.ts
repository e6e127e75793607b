/** The file and line that a span names itself, put right where the file has changed since. */

import type { SourceLocation, SourceReason } from "../location.ts";
import { getNearest, type SearchContext } from "./searchContext.ts";
import { escapePattern } from "./textSearch.ts";

export async function findCodeAttributes(context: SearchContext): Promise<void> {
  const { code } = context.hints;
  if (code.file === undefined) return;
  const file = await context.findFile(code.file);
  if (file === undefined) {
    context.tried.push({ code: "file", path: code.file });
    return;
  }
  // An instrumentation that names its own file says nothing of the program that called it.
  const isSure = file.isSure && !file.isLibrary;
  context.add({ path: file.path, ...(await findLine(context, file.path)), isSure });
}

/** Where in its file the span's code stands now: the file may have changed since the span was made. */
async function findLine(
  context: SearchContext,
  path: string,
): Promise<Pick<SourceLocation, "line0" | "reason">> {
  const { line0, function: name } = context.hints.code;
  const symbols = await context.workspace.readSymbols(path);
  const named = name === undefined ? [] : symbols.filter(symbol => symbol.name === name);
  const lines =
    symbols.length > 0 && named.length > 0 ? [] : await context.workspace.readLines(path);
  const isInFile = line0 !== undefined && (lines.length === 0 || line0 < lines.length);
  const definition = getNearest(
    named.length > 0 ? named.map(symbol => symbol.line0) : findWord(lines, name),
    line0 ?? 0,
  );
  if (isInFile) {
    // Decorators and comments above a function are still the function, which begins below them.
    const around = named.find(symbol => line0 >= symbol.line0 - 10 && line0 <= symbol.endLine0);
    if (
      name === undefined ||
      around !== undefined ||
      (named.length === 0 && (lines[line0]?.includes(name) ?? false))
    ) {
      return {
        line0: Math.max(line0, around?.line0 ?? 0),
        reason: { code: "codeLine", function: name },
      };
    }
    // The index may not know the function, as a lambda; then the line is the best there is.
    if (named.length === 0) return { line0, reason: { code: "codeLine" } };
  }
  if (definition !== undefined && name !== undefined) {
    const reason: SourceReason =
      line0 === undefined
        ? { code: "codeFunction", function: name }
        : { code: "codeMoved", function: name, line1: line0 + 1 };
    return { line0: definition, reason };
  }
  return { line0: 0, reason: { code: "codeFile" } };
}

/** Lines that look like the definition of a name, in languages that the index does not read. */
function findWord(lines: readonly string[], name: string | undefined): readonly number[] {
  if (name === undefined) return [];
  const escaped = escapePattern(name);
  const definition = new RegExp(
    `(?:\\b(?:def|fn|func|fun|function|sub)\\s+(?:self\\.)?${escaped}\\b)|(?:[\\w>\\])?]\\s+${escaped}\\s*(?:<[^>]*>)?\\([^;]*$)`,
  );
  return lines.flatMap((line, index) =>
    definition.test(line) && !/\breturn\b/.test(line) ? [index] : [],
  );
}
