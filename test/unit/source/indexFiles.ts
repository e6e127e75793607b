/** An index over files of the disk or texts of a test, and the workspace that it makes. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceWorkspace } from "../../../src/source/location.ts";
import { Grammars } from "../../../src/source/grammars.ts";
import { LearnedMappings, PathMapper } from "../../../src/source/pathMapping.ts";
import { readFileFacts } from "../../../src/source/readFileFacts.ts";
import { searchText } from "../../../src/source/search/textSearch.ts";
import { isManifest, readServiceNames } from "../../../src/source/serviceFolders.ts";
import { SymbolIndex } from "../../../src/source/symbolIndex.ts";

export const root = join(import.meta.dirname, "../../..");
export const grammarsPath = join(root, "node_modules/@vscode/tree-sitter-wasm/wasm");
const grammars = new Grammars(grammarsPath);

export function readFolder(folder: string, pattern = "**/*.py"): Record<string, string> {
  const names = globSync(pattern, { cwd: folder });
  return Object.fromEntries(
    names.map(name => [`/ws/${name}`, readFileSync(join(folder, name), "utf8")]),
  );
}

export async function indexFiles(files: Readonly<Record<string, string>>): Promise<SymbolIndex> {
  const index = new SymbolIndex();
  for (const [path, text] of Object.entries(files)) {
    const facts = await readFileFacts(grammars, path, text);
    if (facts !== undefined) index.setFile(path, facts);
    if (isManifest(path)) index.setServices(path, readServiceNames(path, text));
  }
  return index;
}

/** `outside`: files that exist but are not the workspace's. */
export async function createWorkspace(
  files: Readonly<Record<string, string>>,
  outside: readonly string[] = [],
): Promise<SourceWorkspace> {
  const index = await indexFiles(files);
  const mapper = new PathMapper({
    folders: [{ name: "ws", path: "/ws" }],
    mappings: [],
    files: Object.keys(files),
    learned: new LearnedMappings(),
  });
  return {
    findFiles: (remotePath, service) => mapper.findFiles(remotePath, service),
    isListed: path => mapper.isListed(path),
    exists: path => Promise.resolve(path in files || outside.includes(path)),
    readLines: path => Promise.resolve(files[path]?.split("\n") ?? []),
    readSymbols: path => Promise.resolve(index.readSymbols(path)),
    findSymbols: name => Promise.resolve(index.findSymbols(name)),
    findTasksByQueue: queue => Promise.resolve(index.findTasksByQueue(queue)),
    findTasksByName: name => Promise.resolve(index.findTasksByName(name)),
    findSpanStarts: name => Promise.resolve(index.findSpanStarts(name)),
    findRoutes: query => Promise.resolve(index.findRoutes(query)),
    searchText: query => searchText(query, index.listSearched(), path => files[path]),
    findServiceFolders: service => Promise.resolve(index.findServiceFolders(service)),
  };
}
