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

/** The methods by which frameworks run a class of one action. */
const entryMethods = ["handle", "__invoke", "call", "__call__", "Handle", "process"];
const answers = new Set([...Object.values(verbMethods).flat(), ...entryMethods]);
const constructors = /^(?:__construct|__init__|constructor|initialize)$/;

/** A class inherits its methods over so many classes at most. */
const MAX_BASES = 4;

/** The best definition that one of the names means; `undefined` where none is likely. */
export function findHandler(
  names: NameSource,
  file: IndexedFile,
  handlers: readonly string[],
  method: string | undefined,
): (Definition & { readonly isSure: boolean }) | undefined {
  let passedOver: (Definition & { readonly isSure: boolean }) | undefined;
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
    const owner = handler.includes("#") ? undefined : segments.at(-2);
    if (owner !== undefined && fold(lastOf(best?.symbol.owner ?? "")) !== fold(owner)) {
      const inherited = findInherited(names, file, segments);
      if (inherited !== undefined) return { ...inherited, isSure: true };
    }
    if (best === undefined) continue;
    const isSure = second === undefined || second.score < best.score;
    if (best.symbol.kind === "function") return { ...best, isSure };
    const methodNames = [...(verbMethods[method ?? "GET"] ?? []), ...entryMethods];
    const answering = findMethod(names, best, methodNames);
    if (answering !== undefined) return { ...answering, isSure };
    // login(service, logger): the type of an argument answers nothing.
    passedOver ??= { ...best, isSure };
  }
  return passedOver;
}

/** `views.BoxViewSet.list`: a method that the class has from another, or the class where a library has it. */
function findInherited(
  names: NameSource,
  file: IndexedFile,
  segments: readonly string[],
): Definition | undefined {
  const classes = names
    .findDefinitions(segments.at(-2) ?? "")
    .filter(({ symbol }) => symbol.kind === "class");
  const [found] = rank(classes, file, segments.slice(0, -2), false);
  return found && (findMethod(names, found, [segments.at(-1) ?? ""]) ?? found);
}

const answering = /controller|handler|server|grpc|api|delegate|resource|endpoint|route/i;

/** Whether the function's class or file says that it answers requests. */
export function isAnswering({ file, symbol }: Definition): boolean {
  return answering.test(`${lastOf(symbol.owner)} ${getStem(file.path)}`);
}

function findMethod(
  names: NameSource,
  owner: Definition,
  wanted: readonly string[],
): Definition | undefined {
  const found = findMember(names, owner, wanted, 0);
  if (found === undefined || lastOf(found.symbol.owner) === owner.symbol.name) return found;
  // What several classes have from one calls the method in which they differ.
  const [only, other] = owner.file.facts.symbols.filter(
    symbol =>
      symbol.kind === "function" &&
      lastOf(symbol.owner) === owner.symbol.name &&
      !constructors.test(symbol.name),
  );
  const isOther = only === undefined || other !== undefined || answers.has(only.name);
  return isOther ? found : { file: owner.file, symbol: only };
}

function findMember(
  names: NameSource,
  owner: Definition,
  wanted: readonly string[],
  depth: number,
): Definition | undefined {
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
        : findMember(names, above, wanted, depth + 1);
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
  const full = `${qualifiers.join(".")}${isController ? "_controller" : ""}`;
  const imported =
    head === undefined
      ? undefined
      : (from.facts.routes.imports.get(head) ??
        from.facts.imports.get(head)?.module ??
        (qualifiers.length > 1 ? full : undefined));
  return definitions
    .filter(({ file }) => file.facts.role === "program")
    .map(definition => ({ ...definition, score: score(definition) }))
    .filter(({ score: value }) => value >= (definitions.length === 1 ? 0 : 10))
    .sort((a, b) => b.score - a.score);

  function score({ file, symbol }: Definition): number {
    const folder = getFolder(file.path);
    const near = countShared(folder, getFolder(from.path));
    let value = Math.min(near, 9);
    const owner = fold(lastOf(symbol.owner));
    // A handler of the same name beside those of another protocol.
    if (/rpc|mock|fake|stub|client/i.test(symbol.owner)) value -= 3;
    // A message and the function that takes it may be called the same.
    if (symbol.kind === "function") value += 6;
    if (file === from) value += 30;
    // A contract names the operation, and a class that answers has it beside those that it asks.
    if (from.facts.language === "config" && isAnswering({ file, symbol })) value += 20;
    if (qualifier === undefined) {
      const direct =
        from.facts.routes.imports.get(symbol.name) ?? from.facts.imports.get(symbol.name)?.module;
      if (direct !== undefined && fitModule(file.path, direct) > 0) value += 60;
      if (folder === getFolder(from.path)) value += 15;
      // A plain name is no method of another file's class, unless a contract says it, whose names are methods.
      const isContract = from.facts.language === "config";
      if (isContract) value += symbol.owner === "" ? 0 : 5;
      else if (symbol.owner === "") value += 5;
      else if (symbol.kind === "function" && file !== from) value -= 20;
      return value;
    }
    const qualifierName = fold(qualifier);
    const wantedClass = isController ? `${qualifierName}controller` : qualifierName;
    if (
      (qualifiers.length > 1 || isController) &&
      fold(getFullOwner(file, symbol)) === fold(full)
    ) {
      value += 20;
    }
    if (owner !== "" && (owner === qualifierName || owner === wantedClass)) value += 60;
    else if (owner !== "" && (owner.endsWith(qualifierName) || qualifierName.endsWith(owner))) {
      value += 25;
    } else if (owner !== "" && owner.startsWith(qualifierName)) value += 20;
    const stem = fold(getStem(file.path));
    if (
      stem === qualifierName ||
      stem === wantedClass ||
      fold(lastFolder(file.path)) === qualifierName
    ) {
      value += 40;
    } else if (
      stem.replace(/(?:controller|handler|routes?|service|api|views?)s?$/, "") ===
      qualifierName.replace(/(?:controller|handler|routes?|service|api|views?)s?$/, "")
    ) {
      value += 25;
    }
    const fit = imported === undefined ? 0 : fitModule(file.path, imported);
    if (fit > 0) value += 48 + Math.min(fit, 6);
    if (folder === getFolder(from.path)) value += 8;
    return value;
  }
}

/** Elixir's `Web.API.BoxController` is a class of the module `Web.API`, which its functions do not name. */
function getFullOwner({ facts }: IndexedFile, { owner }: SymbolFact): string {
  const around = facts.symbols.find(({ kind, name }) => kind === "class" && name === owner);
  return `${around?.owner ?? ""}${owner}`;
}

/**
 * `./controllers/user`, `shop.views`, `github.com/me/shop/users` name files or folders by their tails: by how many
 * segments, zero where the last two do not fit.
 */
export function fitModule(path: string, module: string): number {
  const tail = module
    .replace(/\.(?:[cm]?[jt]sx?|py|php|vue)$/, "")
    .replace(/^(?:\.{1,2}\/|@\/|~\/|\.)+/, "")
    .split(module.includes("/") ? "/" : /[.\\]/)
    .filter(segment => segment !== "" && segment !== "..")
    .map(fold)
    .reverse();
  const segments = path
    .replace(/\.\w+$/, "")
    .replace(/\/(?:index|__init__|mod)$/, "")
    .split("/")
    .map(fold)
    .reverse();
  const countFrom = (start: number): number => {
    const end = tail.findIndex((part, index) => segments[start + index] !== part);
    return end < 0 ? tail.length : end;
  };
  const fit = Math.max(countFrom(0), countFrom(1));
  return fit >= Math.min(2, tail.length) ? fit : 0;
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
