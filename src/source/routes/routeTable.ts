/**
 * All routes of a workspace, each with the prefixes that other files put before it. Built from every file's facts
 * together, on the first question after a change.
 *
 *     app.use("/api", api)    api: router.use("/users", users)    users: router.get("/:id", show)
 *     →  GET /api/users/{}  is  show
 */

import type { IndexedFile } from "../pythonNames.ts";
import {
  findHandler,
  fitModule,
  fold,
  getFolder,
  getStem,
  isAnswering,
  lastFolder,
  lastOf,
  type Definition,
  type NameSource,
} from "./handlers.ts";
import { unknownPrefix, type MountFact, type RouteFact } from "./routeFacts.ts";
import { fillConstants, fitRoute, joinRoute, splitRoute, type RouteFit } from "./routeText.ts";

export interface RouteQuery {
  /** Templates as frameworks tell them, and addresses as clients sent them. */
  readonly routes: readonly { readonly text: string; readonly isConcrete: boolean }[];
  readonly method?: string;
  /** The route is answered by another service, as clients declare it. */
  readonly isClient?: boolean;
}

export interface RoutePlace {
  readonly path: string;
  readonly line0: number;
  /** More is better; whole routes are above tails. */
  readonly score: number;
  readonly isWhole: boolean;
  /** The handler itself, not its registration. */
  readonly isHandler: boolean;
}

interface Mounted {
  readonly file: IndexedFile;
  readonly mount: MountFact;
  /** A router's variable or a function of the target's file; absent: all of the file. */
  readonly name?: string;
}

/** The page `/boxes` is not what answers `/api/boxes`: the end of an address proves nothing of a file's. */
const FILE_TAIL = 20;
const MAX_PREFIXES = 12;
const MAX_DEPTH = 8;
const weights: Readonly<Record<RouteFit["kind"], number>> = {
  whole: 100,
  unknownPrefix: 80,
  tail: 50,
  catchAll: 45,
  inner: 40,
};

/** The span's own template, to the names of its parameters; behind a prefix that nobody knows, its end. */
function isWritten(written: ReadonlySet<string>, text: string): boolean {
  if (written.has(text)) return true;
  return [...written].some(
    route => route.startsWith(`${unknownPrefix}/`) && text.endsWith(route.slice(1)),
  );
}

export class RouteTable {
  readonly #names: NameSource;
  readonly #mounted = new Map<string, Mounted[]>();
  readonly #global: { readonly folder: string; readonly prefix: string }[] = [];
  readonly #entries: {
    readonly file: IndexedFile;
    readonly fact: RouteFact;
    readonly routes: readonly (readonly string[])[];
    /** As they are written, to tell two that fit alike. */
    readonly written: ReadonlySet<string>;
  }[] = [];
  /** By bare name; `undefined` where several files say different things. */
  readonly #constants = new Map<string, string | undefined>();

  constructor(files: readonly IndexedFile[], names: NameSource) {
    this.#names = names;
    const byStem = new Map<string, IndexedFile[]>();
    for (const file of files) {
      const key = fold(getStem(file.path));
      const list = byStem.get(key);
      if (list === undefined) byStem.set(key, [file]);
      else list.push(file);
    }
    for (const file of files) {
      for (const [name, value] of file.facts.routes.constants) {
        const isOther = this.#constants.has(name) && this.#constants.get(name) !== value;
        this.#constants.set(name, isOther ? undefined : value);
      }
    }
    for (const file of files) {
      for (const mount of file.facts.routes.mounts) this.#resolveMount(file, mount, byStem);
    }
    for (const file of files) {
      for (const fact of file.facts.routes.routes) {
        const prefixes = new Set(this.#listPrefixes(file, fact.base, fact.scope, 0));
        const global = this.#global.filter(({ folder }) => file.path.startsWith(`${folder}/`));
        const all = [...prefixes].flatMap(prefix => [
          joinRoute(prefix, fact.path),
          ...global.map(each => joinRoute(each.prefix, prefix, fact.path)),
        ]);
        const written = new Set(
          all.map(route =>
            fillConstants(
              route,
              name => file.facts.routes.constants.get(name) ?? this.#constants.get(name),
            ),
          ),
        );
        this.#entries.push({ file, fact, routes: [...written].map(splitRoute), written });
      }
    }
  }

  find(query: RouteQuery): readonly RoutePlace[] {
    const asked = query.routes.map(({ text, isConcrete }) => ({
      segments: splitRoute(text),
      text: joinRoute(text),
      isConcrete,
    }));
    const names = new Set(query.routes.map(({ text }) => text));
    const method = query.method?.toUpperCase();
    const places = new Map<string, RoutePlace>();
    for (const { file, fact, routes, written } of this.#entries) {
      if ((fact.isClient === true) !== (query.isClient === true)) continue;
      if (
        fact.method !== undefined &&
        method !== undefined &&
        fact.method !== method &&
        !(method === "HEAD" && fact.method === "GET")
      ) {
        continue;
      }
      const isNamed = fact.name !== undefined && names.has(fact.name);
      let score = isNamed ? weights.whole : 0;
      let isWhole = isNamed;
      for (const { segments, text, isConcrete } of asked) {
        for (const route of routes) {
          const fit = fitRoute(route, segments, isConcrete);
          if (fit === undefined) continue;
          const value =
            weights[fit.kind] +
            fit.words * 3 -
            (isConcrete ? 10 : 0) -
            (fact.isFile === true && fit.kind === "tail" ? FILE_TAIL : 0) +
            // `/owners/*` fits every owner's page, and is one of them.
            Number(isWritten(written, text)) * 4;
          if (value <= score) continue;
          score = value;
          isWhole = fit.kind === "whole" || (fit.kind === "unknownPrefix" && fit.words > 0);
        }
      }
      if (score === 0) continue;
      if (fact.method !== undefined && method !== undefined) score += 5;
      const place = this.#findPlace(file, fact, method);
      // What a generator wrote is the place of nothing, and so is a contract.
      const isPlace = file.facts.role !== "generated" && fact.isContract !== true;
      if (place.path === file.path && !isPlace) continue;
      const key = `${place.path}:${place.line0}`;
      if ((places.get(key)?.score ?? 0) < score) places.set(key, { ...place, score, isWhole });
    }
    return [...places.values()].sort((a, b) => b.score - a.score);
  }

  #findPlace(
    file: IndexedFile,
    fact: RouteFact,
    method: string | undefined,
  ): Pick<RoutePlace, "path" | "line0" | "isHandler"> {
    if (fact.handlerLine0 !== undefined) {
      const line0 = fact.handlerLine0;
      const implemented = fact.isAbstract === true ? this.#findImplemented(file, line0) : undefined;
      if (implemented !== undefined) {
        const { file: own, symbol } = implemented;
        return { path: own.path, line0: symbol.line0, isHandler: true };
      }
      const owner = file.facts.symbols.find(symbol => symbol.line0 === line0);
      if (owner?.kind !== "class") return { path: file.path, line0, isHandler: true };
      const found = findHandler(this.#names, file, [owner.name], method ?? fact.method);
      return {
        path: file.path,
        line0: found?.file === file ? found.symbol.line0 : line0,
        isHandler: true,
      };
    }
    const handler = findHandler(this.#names, file, fact.handlers, method ?? fact.method);
    if (handler === undefined) {
      return { path: file.path, line0: fact.line0, isHandler: fact.handlers.length === 0 };
    }
    const isHandler = handler.isSure && (fact.isContract !== true || isAnswering(handler));
    return { path: handler.file.path, line0: handler.symbol.line0, isHandler };
  }

  /** The only method of that name in a class that implements the interface. */
  #findImplemented(file: IndexedFile, line0: number): Definition | undefined {
    const declared = file.facts.symbols.find(symbol => symbol.line0 === line0);
    if (declared === undefined) return undefined;
    const contract = lastOf(declared.owner);
    const found = this.#names.findDefinitions(declared.name).filter(({ file: own, symbol }) => {
      const bases = own.facts.bases.get(lastOf(symbol.owner));
      return own.facts.role === "program" && bases?.includes(contract) === true;
    });
    return found.length === 1 ? found[0] : undefined;
  }

  #listPrefixes(file: IndexedFile, base: string, scope: string, depth: number): readonly string[] {
    if (depth > MAX_DEPTH) return [""];
    const { routers } = file.facts.routes;
    const router =
      base === ""
        ? undefined
        : (routers.find(other => other.name === base && other.scope === scope) ??
          routers.find(other => other.name === base && other.scope === "") ??
          (routers.filter(other => other.name === base).length === 1
            ? routers.find(other => other.name === base)
            : undefined));
    const outer =
      router !== undefined && router.base !== "" && router.base !== base
        ? this.#listPrefixes(file, router.base, router.scope, depth + 1)
        : this.#listMounts(
            file,
            base,
            scope,
            router?.isDefault === true ? router.prefix : "",
            depth,
          );
    const routerPrefix = router?.isDefault === true ? "" : (router?.prefix ?? "");
    return outer.slice(0, MAX_PREFIXES).map(prefix => joinRoute(prefix, routerPrefix));
  }

  /** `standIn`: the prefix where whoever mounts the router says none. */
  #listMounts(
    file: IndexedFile,
    base: string,
    scope: string,
    standIn: string,
    depth: number,
  ): readonly string[] {
    const all = this.#mounted.get(file.path) ?? [];
    const named = all.filter(({ name }) => name !== undefined && (name === base || name === scope));
    // A router of another name is mounted by itself.
    const mounts = named.length > 0 ? named : all.filter(({ name }) => name === undefined);
    if (mounts.length === 0) return [standIn];
    return [
      ...new Set(
        mounts.flatMap(({ file: outer, mount }) =>
          this.#listPrefixes(outer, mount.base, mount.scope, depth + 1)
            .slice(0, MAX_PREFIXES)
            .map(prefix => joinRoute(prefix, mount.prefix === "" ? standIn : mount.prefix)),
        ),
      ),
    ].slice(0, MAX_PREFIXES);
  }

  #resolveMount(
    file: IndexedFile,
    mount: MountFact,
    byStem: ReadonlyMap<string, readonly IndexedFile[]>,
  ): void {
    if (mount.target === "*") {
      const folder = getFolder(file.path);
      this.#global.push({ folder, prefix: mount.prefix });
      return;
    }
    const loaded = /^(.*)\/\*\*$/.exec(mount.target)?.[1];
    if (loaded !== undefined) {
      this.#mountFolder(file, mount, `${getFolder(file.path)}/${loaded}`, byStem);
      return;
    }
    for (const { file: target, name } of this.#findTargets(file, mount.target, byStem)) {
      // A router that mounts itself is another of the same name.
      if (target === file && (name === undefined || name === mount.base)) continue;
      const list = this.#mounted.get(target.path) ?? [];
      list.push({ file, mount, ...(name !== undefined && { name }) });
      this.#mounted.set(target.path, list);
    }
  }

  /** Each file of the folder stands under the folders that lead to it. */
  #mountFolder(
    file: IndexedFile,
    mount: MountFact,
    folder: string,
    byStem: ReadonlyMap<string, readonly IndexedFile[]>,
  ): void {
    for (const target of [...byStem.values()].flat()) {
      const below = getFolder(target.path);
      if (below !== folder && !below.startsWith(`${folder}/`)) continue;
      const path = below.slice(folder.length).replaceAll("/_", "/:");
      const list = this.#mounted.get(target.path) ?? [];
      list.push({ file, mount: { ...mount, prefix: joinRoute(mount.prefix, path) } });
      this.#mounted.set(target.path, list);
    }
  }

  #findTargets(
    file: IndexedFile,
    target: string,
    byStem: ReadonlyMap<string, readonly IndexedFile[]>,
  ): readonly { readonly file: IndexedFile; readonly name?: string }[] {
    const ofModule = (module: string): readonly IndexedFile[] =>
      this.#findModule(file, module, byStem);
    if (target === file.path) return [{ file }];
    if (/^\.{1,2}\/|^[@~]\/|\.(?:php|[jt]s)$/.test(target)) {
      return ofModule(target).map(each => ({ file: each }));
    }
    const segments = target.split(/\.|::|->/).filter(segment => segment !== "");
    const [head = ""] = segments;
    const last = segments.at(-1) ?? "";
    const { imports, routers, routes } = file.facts.routes;
    const module = imports.get(head);
    if (module !== undefined) {
      const found = ofModule(module);
      if (found.length > 0) return found.map(each => ({ file: each, ...this.#nameIn(each, last) }));
    }
    const python = file.facts.imports.get(head);
    if (python !== undefined) {
      const whole =
        python.name === undefined
          ? []
          : ofModule(`${python.module.replace(/\.$/, "")}.${python.name}`);
      const found = whole.length > 0 ? whole : ofModule(python.module);
      if (found.length > 0) {
        return found.map(each => ({
          file: each,
          ...this.#nameIn(each, whole.length > 0 ? last : (python.name ?? last)),
        }));
      }
    }
    const isOwn =
      routers.some(({ name }) => name === head) || routes.some(({ base }) => base === head);
    if (isOwn) return [{ file, name: head }];
    const functions = this.#names
      .findDefinitions(last)
      .filter(
        each =>
          each.file.facts.role === "program" &&
          (each.file.facts.language === file.facts.language || file.facts.language === "config"),
      )
      .filter(
        each =>
          segments.length === 1 ||
          fold(getStem(each.file.path)) === fold(head) ||
          fold(lastFolder(each.file.path)) === fold(head) ||
          fold(each.symbol.owner) === fold(head) ||
          each.symbol.owner !== "",
      );
    // A plain name is the file's own, if it has one.
    const sameFile = segments.length === 1 ? functions.filter(each => each.file === file) : [];
    if (functions.length > 0 && functions.length <= 6) {
      return (sameFile.length > 0 ? sameFile : functions).map(({ file: each, symbol }) =>
        symbol.kind === "function" ? { file: each, name: symbol.name } : { file: each },
      );
    }
    if (file.facts.language === "python" && segments.length > 1) {
      const found = ofModule(target);
      if (found.length > 0) return found.map(each => ({ file: each }));
    }
    const stem = fold(segments.length > 1 ? (segments.at(-2) ?? head) : head);
    const near =
      byStem.get(stem) ??
      byStem.get(stem.replace(/(?:router|routes?|controller|api|blueprint|bp)$/, "")) ??
      [];
    return near.length <= 3
      ? near
          .filter(each => each !== file)
          .map(each => ({ file: each, ...this.#nameIn(each, last) }))
      : [];
  }

  /** Only a router that the file declares by this name is meant; else all of the file. */
  #nameIn(file: IndexedFile, name: string): { readonly name?: string } {
    const { routers, routes } = file.facts.routes;
    const isKnown =
      routers.some(router => router.name === name) ||
      (routes.some(route => route.base === name) && routes.some(route => route.base !== name));
    if (isKnown) return { name };
    const isFunction = file.facts.symbols.some(
      symbol => symbol.name === name && symbol.kind === "function",
    );
    return isFunction && routes.some(route => route.scope === name) ? { name } : {};
  }

  #findModule(
    from: IndexedFile,
    module: string,
    byStem: ReadonlyMap<string, readonly IndexedFile[]>,
  ): readonly IndexedFile[] {
    // Python's `.shop.views` and `..views` are `./shop/views` and `../views` elsewhere.
    const dots = /^\.+(?=\w)/.exec(module)?.[0].length ?? 0;
    const path =
      dots === 0
        ? module.replace(/(?:\/index)?(?:\.[cm]?[jt]sx?)?$/, "")
        : `./${"../".repeat(dots - 1)}${module.slice(dots).replaceAll(".", "/")}`;
    if (/^\.{1,2}\//.test(path)) {
      const segments = getFolder(from.path).split("/");
      for (const part of path.split("/")) {
        if (part === "..") segments.pop();
        else if (part !== ".") segments.push(part);
      }
      const modulePath = segments.join("/");
      return (byStem.get(fold(segments.at(-1) ?? "")) ?? []).filter(
        file => file.path.replace(/(?:\/(?:index|__init__))?\.\w+$/, "") === modulePath,
      );
    }
    const last =
      module
        .replace(/\.(?:[cm]?[jt]sx?|php)$/, "")
        .split(module.includes("/") ? "/" : /[.\\]/)
        .at(-1) ?? "";
    const found = (byStem.get(fold(last)) ?? []).map(file => ({
      file,
      fit: fitModule(file.path, module),
    }));
    const best = Math.max(1, ...found.map(({ fit }) => fit));
    return found.flatMap(({ file, fit }) => (fit === best ? [file] : [])).slice(0, 4);
  }
}
