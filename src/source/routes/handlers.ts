/** The name of a handler in a registration → the function or class that it means. Knows the index by its names only. */

import { lookupTable } from "../../base/lookupTable.ts";
import type { SymbolFact } from "../fileFacts.ts";
import type { IndexedFile } from "../pythonNames.ts";

export interface Definition {
  readonly file: IndexedFile;
  readonly symbol: SymbolFact;
}

export interface NameSource {
  findDefinitions(name: string): readonly Definition[];
}

/** The methods that answer a verb in a class of handlers, by framework. */
const verbMethods = lookupTable<readonly string[]>({
  GET: ["get", "on_get", "list", "retrieve", "index", "show", "Get"],
  POST: ["post", "on_post", "create", "store", "Post"],
  PUT: ["put", "on_put", "update", "Put"],
  PATCH: ["patch", "on_patch", "partial_update", "update", "Patch"],
  DELETE: ["delete", "on_delete", "destroy", "Delete"],
});

/** A class inherits its methods over so many classes at most. */
const MAX_BASES = 4;

/** The best definition that one of the names means; `undefined` where none is likely. */
export function findHandler(
  names: NameSource,
  file: IndexedFile,
  handlers: readonly string[],
  method: string | undefined,
): (Definition & { readonly isSure: boolean }) | undefined {
  for (const handler of handlers) {
    const segments = handler
      .split(/::|->|[.#@/\\]/)
      .filter(segment => segment !== "" && !/^(?:this|self|super|crate)$/.test(segment));
    const name = segments.at(-1);
    if (name === undefined) continue;
    const ranked = rank(
      names.findDefinitions(name),
      file,
      segments.slice(0, -1),
      handler.includes("#"),
    );
    const [best, second] = ranked;
    if (best === undefined) continue;
    const isSure = second === undefined || second.score < best.score;
    if (best.symbol.kind === "function") return { ...best, isSure };
    return { ...(findMethod(names, best, method, 0) ?? best), isSure };
  }
  return undefined;
}

function findMethod(
  names: NameSource,
  owner: Definition,
  method: string | undefined,
  depth: number,
): Definition | undefined {
  const wanted = [
    ...(verbMethods[method ?? "GET"] ?? []),
    "handle",
    "__invoke",
    "call",
    "__call__",
    "Handle",
    "process",
  ];
  for (const name of wanted) {
    const found = names
      .findDefinitions(name)
      .find(
        ({ file, symbol }) => file === owner.file && lastOf(symbol.owner) === owner.symbol.name,
      );
    if (found !== undefined) return found;
  }
  if (depth === MAX_BASES) return undefined;
  for (const base of owner.file.facts.bases.get(owner.symbol.name) ?? []) {
    const [above, other] = names
      .findDefinitions(lastOf(base))
      .filter(({ file, symbol }) => symbol.kind === "class" && file.facts.role === "program");
    const inherited =
      above === undefined || other !== undefined
        ? undefined
        : findMethod(names, above, method, depth + 1);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

function rank(
  definitions: readonly Definition[],
  from: IndexedFile,
  qualifiers: readonly string[],
  isController: boolean,
): readonly (Definition & { readonly score: number })[] {
  const qualifier = qualifiers.at(-1);
  const head = qualifiers[0];
  const imported =
    head === undefined
      ? undefined
      : (from.facts.routes.imports.get(head) ?? from.facts.imports.get(head)?.module);
  return definitions
    .filter(({ file }) => file.facts.role === "program")
    .map(definition => ({ ...definition, score: score(definition) }))
    .filter(({ score: value }) => value >= (definitions.length === 1 ? 0 : 10))
    .sort((a, b) => b.score - a.score);

  function score({ file, symbol }: Definition): number {
    const folder = getFolder(file.path);
    const near = countShared(folder, getFolder(from.path));
    let value = Math.min(near, 9);
    const own = fold(lastOf(symbol.owner));
    // A handler of the same name beside those of another protocol.
    if (/rpc|mock|fake|stub|client/i.test(symbol.owner)) value -= 3;
    // A message and the function that takes it may be called the same.
    if (symbol.kind === "function") value += 6;
    if (file === from) value += 30;
    if (qualifier === undefined) {
      const direct =
        from.facts.routes.imports.get(symbol.name) ?? from.facts.imports.get(symbol.name)?.module;
      if (direct !== undefined && fitsModule(file.path, direct)) value += 60;
      if (folder === getFolder(from.path)) value += 15;
      if (symbol.owner === "") value += 5;
      return value;
    }
    const wanted = fold(qualifier);
    const wantedClass = isController ? `${wanted}controller` : wanted;
    if (qualifiers.length > 1 && fold(getFullOwner(file, symbol)) === fold(qualifiers.join(""))) {
      value += 20;
    }
    if (own !== "" && (own === wanted || own === wantedClass)) value += 60;
    else if (own !== "" && (own.endsWith(wanted) || wanted.endsWith(own))) value += 25;
    const stem = fold(getStem(file.path));
    if (stem === wanted || stem === wantedClass || fold(lastFolder(file.path)) === wanted) {
      value += 40;
    } else if (
      stem.replace(/(?:controller|handler|routes?|service|api|views?)s?$/, "") ===
      wanted.replace(/(?:controller|handler|routes?|service|api|views?)s?$/, "")
    ) {
      value += 25;
    }
    if (imported !== undefined && fitsModule(file.path, imported)) value += 50;
    if (folder === getFolder(from.path)) value += 8;
    return value;
  }
}

/** Elixir's `Web.API.BoxController` is a class of the module `Web.API`, which its functions do not name. */
function getFullOwner({ facts }: IndexedFile, { owner }: SymbolFact): string {
  const around = facts.symbols.find(({ kind, name }) => kind === "class" && name === owner);
  return `${around?.owner ?? ""}${owner}`;
}

/** `./controllers/user`, `shop.views`, `github.com/me/shop/users` name files or folders by their tails. */
export function fitsModule(path: string, module: string): boolean {
  const tail = module
    .replace(/\.(?:[cm]?[jt]sx?|py|php|vue)$/, "")
    .replace(/^(?:\.{1,2}\/|@\/|~\/|\.)+/, "")
    .split(module.includes("/") ? "/" : /[.\\]/)
    .filter(segment => segment !== "" && segment !== "..")
    .slice(-2)
    .map(fold);
  if (tail.length === 0) return false;
  const segments = path
    .replace(/\.\w+$/, "")
    .replace(/\/(?:index|__init__|mod)$/, "")
    .split("/")
    .map(fold);
  const isTail = (end: number): boolean =>
    tail.every((part, index) => segments[end - tail.length + index] === part);
  return isTail(segments.length) || isTail(segments.length - 1);
}

export function fold(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

export function getStem(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const stem = name.replace(/\.\w+$/, "");
  return stem === "index" || stem === "__init__" || stem === "mod" ? lastFolder(path) : stem;
}

export function getFolder(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

export function lastFolder(path: string): string {
  return getFolder(path).split("/").at(-1) ?? "";
}

export function lastOf(owner: string): string {
  return owner.slice(owner.lastIndexOf(".") + 1);
}

function countShared(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared] && left[shared] !== undefined) {
    shared += 1;
  }
  return shared;
}
