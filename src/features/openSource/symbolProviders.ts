/**
 * The knowledge of the language extensions, asked with a deadline: a server that still starts must not hold up a click.
 */

import * as vscode from "vscode";
import { getFileRole } from "../../source/fileRole.ts";
import type { SymbolPlace } from "../../source/location.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import { getBareName } from "../../source/stackFrames.ts";

const DEADLINE_MS = 800;
const callable = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
]);

/** Language servers leave out what contains a symbol where nothing does, whatever the typings say. */
type ForeignSymbol = Pick<vscode.SymbolInformation, "name" | "kind" | "location"> & {
  readonly containerName?: string;
};

/** Workspace symbols of the program's own files that are called exactly so. */
export async function findWorkspaceSymbols(name: string): Promise<readonly SymbolPlace[]> {
  const symbols = await withDeadline(
    vscode.commands.executeCommand<readonly ForeignSymbol[] | undefined>(
      "vscode.executeWorkspaceSymbolProvider",
      name,
    ),
  );
  return (symbols ?? []).flatMap((symbol): readonly SymbolPlace[] => {
    const { kind, location, containerName = "" } = symbol;
    const path = normalizePath(location.uri.fsPath);
    const isExact = getBareName(symbol.name.replace(/\(.*$/, "")) === name;
    if (!callable.has(kind) || !isExact) return [];
    if (vscode.workspace.getWorkspaceFolder(location.uri) === undefined) return [];
    const role = getFileRole(`/${vscode.workspace.asRelativePath(location.uri, false)}`, "");
    if (role === "generated" || role === "library") return [];
    const { start, end } = location.range;
    return [
      {
        ...{ path, name, owner: containerName, line0: start.line, endLine0: end.line },
        kind: kind === vscode.SymbolKind.Class ? "class" : "function",
        isTest: role === "test",
      },
    ];
  });
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
