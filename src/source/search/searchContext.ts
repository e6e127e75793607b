/**
 * The context that every rule of the search works with: the span's hints, the workspace, the service's folders, what is
 * found.
 */

import { SpanKind } from "../../model/span.ts";
import type { CodeHints } from "../codeHints.ts";
import type {
  Place,
  SourceAttempt,
  SourceLocation,
  SourceReason,
  SourceWorkspace,
  SymbolPlace,
} from "../location.ts";
import { mayRunIn } from "../languages.ts";
import { isAbsolutePath, isLibraryPath, normalizePath, type MappedFile } from "../pathMapping.ts";
import type { TextHit, TextQuery } from "./textSearch.ts";

/** More alternatives than these help nobody to choose. */
export const MAX_ALTERNATIVES = 20;

export class SearchContext {
  readonly hints: CodeHints;
  readonly workspace: SourceWorkspace;
  /** The folders of the span's service; empty where no folder is called so. */
  readonly folders: readonly string[];
  readonly found: SourceLocation[] = [];
  readonly tried: SourceAttempt[] = [];

  constructor(hints: CodeHints, workspace: SourceWorkspace, folders: readonly string[]) {
    this.hints = hints;
    this.workspace = workspace;
    this.folders = folders;
  }

  get isOutgoing(): boolean {
    const { kind } = this.hints;
    return kind === SpanKind.client || kind === SpanKind.producer;
  }

  hasSure(): boolean {
    return this.found.some(({ isSure }) => isSure);
  }

  /** Whatever is found from here on is a guess: it leads to the other side of a call. */
  isGuessing = false;

  add(location: SourceLocation): void {
    const isForeign = !mayRunIn(this.hints.runtime ?? "", location.path);
    this.found.push(this.isGuessing || isForeign ? { ...location, isSure: false } : location);
  }

  /** Adds places that one reason has; sure is the only one, where nothing else is said. */
  addAll(
    places: readonly Place[],
    reason: SourceReason,
    isSure: boolean = places.length === 1,
  ): void {
    for (const { path, line0 } of places.slice(0, MAX_ALTERNATIVES)) {
      this.add({ path, line0, reason, isSure });
    }
  }

  /** The reason of whoever hands messages of that name over, or takes them. */
  getMessageReason(name: string): SourceReason {
    return { code: this.isOutgoing ? "published" : "consumed", name };
  }

  /** The lines of files with these words that match the pattern, those of the service's folders first. */
  search(
    words: string,
    pattern: string,
    more: Partial<Omit<TextQuery, "words" | "pattern">> = {},
  ): Promise<readonly TextHit[]> {
    return this.workspace.searchText({ words, pattern, folders: this.folders, ...more });
  }

  /** Searches the service alone. */
  async searchOwn(...query: Parameters<SearchContext["search"]>): Promise<readonly TextHit[]> {
    return (await this.search(...query)).filter(({ path }) => this.isInService(path));
  }

  /** True too where nobody knows which folder is the service's. */
  isInService(path: string): boolean {
    return this.folders.length === 0 || this.isInFolders(path);
  }

  isInFolders(path: string): boolean {
    return this.folders.some(folder => path.startsWith(`${folder}/`));
  }

  /** Alike names: those of the worker's script and of the service's folder first, tests last. */
  order(symbols: readonly SymbolPlace[]): readonly SymbolPlace[] {
    const { script, service } = this.hints;
    const scripts = new Set(
      script === undefined ? [] : this.workspace.findFiles(script, service).map(file => file.path),
    );
    const getScore = ({ path, kind, isTest }: SymbolPlace): number =>
      Number(scripts.has(path)) * 8 +
      Number(this.isInFolders(path)) * 4 +
      Number(kind === "function") * 2 -
      Number(isTest === true) * 5;
    return symbols.toSorted((a, b) => getScore(b) - getScore(a));
  }

  /** The workspace file that a path means; one outside of the workspace only where the path is its very name. */
  async findFile(remotePath: string, isListedOnly = false): Promise<FoundFile | undefined> {
    return findFile(remotePath, this.hints.service, this.workspace, isListedOnly, this.folders);
  }
}

export type FoundFile = Pick<MappedFile, "path" | "isSure" | "isLibrary">;

export async function findFile(
  remotePath: string,
  service: string,
  workspace: SourceWorkspace,
  isListedOnly = false,
  folders: readonly string[] = [],
): Promise<FoundFile | undefined> {
  const files = workspace.findFiles(remotePath, service);
  const listed = files.filter(({ isListed }) => isListed);
  const [first] = listed;
  if (first !== undefined) {
    if (first.isSure || folders.length === 0) return first;
    // One path in the containers of several services: the service's own file is meant.
    const inService = listed.filter(({ path }) =>
      folders.some(folder => path.startsWith(`${folder}/`)),
    );
    return inService[0] === undefined ? first : { ...inService[0], isSure: inService.length === 1 };
  }
  if (isListedOnly) return undefined;
  const outside: FoundFile[] = files.map(file => ({ ...file, isSure: true }));
  const named = normalizePath(remotePath);
  const isLibrary = isAbsolutePath(named) && isLibraryPath(named) && !named.startsWith("//");
  if (outside.length === 0 && isLibrary) {
    outside.push({ path: named, isSure: true, isLibrary });
  }
  for (const file of outside) if (await workspace.exists(file.path)) return file;
  return undefined;
}

export function getNearest(lines: readonly number[], line0: number): number | undefined {
  let best: number | undefined;
  for (const line of lines) {
    if (best === undefined || Math.abs(line - line0) < Math.abs(best - line0)) best = line;
  }
  return best;
}
