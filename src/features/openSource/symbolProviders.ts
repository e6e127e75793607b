/**
 * The knowledge of the language extensions, asked with a deadline: a server that still starts must not hold up a click.
 */

import * as vscode from "vscode";
import type { SourceLocation, SymbolPlace } from "../../source/location.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import { getBareName } from "../../source/stackFrames.ts";

const DEADLINE_MS = 800;
/** More than these are no answer. */
const MAX_SYMBOLS = 10;
const callable = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
]);

/** Workspace symbols that are called exactly so, inside the workspace. */
export async function findWorkspaceSymbols(
  names: readonly string[],
): Promise<readonly SourceLocation[]> {
  const found = await Promise.all(
    names.map(async name => {
      const symbols = await withDeadline(
        vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>(
          "vscode.executeWorkspaceSymbolProvider",
          name,
        ),
      );
      const exact = (symbols ?? []).filter(
        symbol =>
          callable.has(symbol.kind) &&
          getBareName(symbol.name.replace(/\(.*$/, "")) === name &&
          vscode.workspace.getWorkspaceFolder(symbol.location.uri) !== undefined,
      );
      return exact.slice(0, MAX_SYMBOLS).map(({ location }): SourceLocation => ({
        path: normalizePath(location.uri.fsPath),
        line0: location.range.start.line,
        reason: { code: "workspaceSymbol", name },
        isSure: exact.length === 1,
      }));
    }),
  );
  return found.flat();
}

/** The functions of a file in a language that the index has no grammar for. */
export async function findDocumentSymbols(path: string): Promise<readonly SymbolPlace[]> {
  const symbols = await withDeadline(
    vscode.commands.executeCommand<
      readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined
    >("vscode.executeDocumentSymbolProvider", vscode.Uri.file(path)),
  );
  const places: SymbolPlace[] = [];
  const add = (symbol: vscode.DocumentSymbol | vscode.SymbolInformation, owner: string): void => {
    const name = getBareName(symbol.name.replace(/\(.*$/, ""));
    const range = "location" in symbol ? symbol.location.range : symbol.range;
    const start = "location" in symbol ? range.start : symbol.selectionRange.start;
    if (callable.has(symbol.kind)) {
      const kind = symbol.kind === vscode.SymbolKind.Class ? "class" : "function";
      places.push({ path, name, owner, kind, line0: start.line, endLine0: range.end.line });
    }
    if ("location" in symbol) return;
    for (const child of symbol.children) add(child, owner === "" ? name : `${owner}.${name}`);
  };
  for (const symbol of symbols ?? []) add(symbol, "");
  return places;
}

/** `undefined` when the time is up or the provider failed: someone else's failure is no answer, not our error. */
async function withDeadline<T>(work: Thenable<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), DEADLINE_MS);
  });
  const answer = Promise.resolve(work).catch(() => undefined);
  const first = await Promise.race([answer, deadline]);
  clearTimeout(timer);
  return first;
}
