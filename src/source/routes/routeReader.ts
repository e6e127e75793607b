/**
 * Gathers what a file's text says of routes: knows where lines, functions and blocks are, and no framework.
 * Prefixes that are written around a route in the same file are put before it here.
 */

import type { SymbolFact } from "../fileFacts.ts";
import {
  getLiteral,
  isInline,
  listLiterals,
  listNames,
  readCall,
  withoutLiterals,
} from "./callText.ts";
import {
  unknownPrefix,
  type MountFact,
  type RouteFact,
  type RouteFacts,
  type RouterFact,
} from "./routeFacts.ts";
import { readRouteConstants } from "./routeConstants.ts";
import { joinRoute } from "./routeText.ts";

/** An annotation stands at most so many lines above its function: others and comments stand between. */
const MAX_ANNOTATION_LINES = 25;
const MAX_ROUTES = 3_000;

interface Block {
  readonly from0: number;
  readonly to0: number;
  readonly prefix: string;
}

export interface RouteOptions {
  readonly method?: string | undefined;
  readonly path: string;
  readonly name?: string | undefined;
  readonly base?: string;
  readonly handlers?: readonly string[];
  /** An annotation: the function or class below answers. */
  readonly isAnnotation?: boolean;
  readonly isClient?: boolean;
  readonly isContract?: boolean;
  /** The function that the route is known by, where it is no function around the declaration. */
  readonly scope?: string;
}

/** The head of an interface; what other languages call so has no bodies either. */
const interfaceHead = /\binterface\b/;

export class RouteReader {
  readonly text: string;
  readonly path: string;
  readonly imports = new Map<string, string>();
  readonly #symbols: readonly SymbolFact[];
  readonly #routes: RouteFact[] = [];
  readonly #routers: RouterFact[] = [];
  readonly #mounts: (MountFact & { readonly line0: number })[] = [];
  readonly #blocks: Block[] = [];
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, text: string, symbols: readonly SymbolFact[]) {
    this.path = path;
    this.text = text;
    this.#symbols = symbols;
  }

  addRoute(index: number, options: RouteOptions): void {
    if (this.#routes.length >= MAX_ROUTES) return;
    const line0 = this.getLine0(index);
    const {
      method,
      path,
      name,
      base = "",
      handlers = [],
      isAnnotation,
      isClient,
      isContract,
      scope,
    } = options;
    const below = isAnnotation === true ? this.findBelow(line0) : undefined;
    this.#routes.push({
      ...(method !== undefined && { method: method.toUpperCase() }),
      path,
      ...(name !== undefined && { name }),
      line0,
      base,
      scope: scope ?? this.#getScope(line0),
      handlers,
      ...(below !== undefined && { handlerLine0: below.line0 }),
      ...(isClient === true && { isClient }),
      ...(isContract === true && { isContract }),
      ...(below !== undefined &&
        isClient !== true &&
        this.#isOfInterface(below) && { isAbstract: true }),
    });
  }

  #isOfInterface({ line0 }: SymbolFact): boolean {
    const owner = this.findClass(line0);
    if (owner === undefined) return false;
    this.#lineStarts ??= listLineStarts(this.text);
    const start = this.#lineStarts[owner.line0] ?? 0;
    return interfaceHead.test(this.text.slice(start, this.#lineStarts[owner.line0 + 1]));
  }

  addRouter(index: number, router: Omit<RouterFact, "scope">): void {
    this.#routers.push({ ...router, scope: this.#getScope(this.getLine0(index)) });
  }

  addMount(index: number, mount: Omit<MountFact, "scope">): void {
    const line0 = this.getLine0(index);
    this.#mounts.push({ ...mount, line0, scope: this.#getScope(line0) });
  }

  /** Everything that is indented below the line stands under the prefix. */
  addBlock(index: number, prefix: string): void {
    const from0 = this.getLine0(index);
    this.#blocks.push({ from0, to0: this.#findBlockEnd(from0), prefix });
  }

  /** All of the file stands under the prefix. */
  addFilePrefix(prefix: string): void {
    this.#blocks.push({ from0: -1, to0: Infinity, prefix });
  }

  /** An annotation above a class is the prefix of all that is in the class; `false` where no class follows. */
  addClassPrefix(index: number, getPrefix: (className: string) => string): boolean {
    const line0 = this.getLine0(index);
    const below = this.findBelow(line0);
    if (below?.kind !== "class") return false;
    this.#blocks.push({ from0: line0 + 1, to0: below.endLine0, prefix: getPrefix(below.name) });
    return true;
  }

  /** Puts a prefix before all routes of the class around an offset. */
  addOwnerPrefix(index: number, prefix: string): void {
    const owner = this.findClass(this.getLine0(index));
    if (owner === undefined) return;
    this.#blocks.push({ from0: owner.line0 + 1, to0: owner.endLine0, prefix });
  }

  getLine0(index: number): number {
    this.#lineStarts ??= listLineStarts(this.text);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first definition below an annotation, or behind it in the same line. */
  findBelow(line0: number): SymbolFact | undefined {
    return this.#symbols.find(
      symbol => symbol.line0 >= line0 && symbol.line0 <= line0 + MAX_ANNOTATION_LINES,
    );
  }

  /** The class around a line. */
  findClass(line0: number): SymbolFact | undefined {
    return this.#symbols.findLast(
      symbol => symbol.kind === "class" && symbol.line0 <= line0 && symbol.endLine0 >= line0,
    );
  }

  finish(): RouteFacts {
    return {
      routes: this.#routes.map(route => ({
        ...route,
        path: this.#addPrefixes(route.line0, route.path),
      })),
      routers: this.#routers,
      mounts: this.#mounts.map(({ line0, ...mount }) => ({
        ...mount,
        prefix: this.#addPrefixes(line0, mount.prefix),
      })),
      imports: this.imports,
      constants: readRouteConstants(this.text, this.#symbols),
    };
  }

  /** The prefixes of the blocks around a line, outermost first, before what stands there. */
  #addPrefixes(line0: number, path: string): string {
    const prefixes = this.#blocks
      .filter(({ from0, to0 }) => from0 <= line0 && line0 <= to0)
      .filter(({ from0, to0 }) => from0 !== line0 || to0 === line0)
      .sort((a, b) => a.from0 - b.from0)
      .map(({ prefix }) => prefix);
    return prefixes.length === 0 ? path : joinRoute(...prefixes, path);
  }

  #getScope(line0: number): string {
    return (
      this.#symbols.findLast(
        symbol => symbol.kind === "function" && symbol.line0 <= line0 && symbol.endLine0 >= line0,
      )?.name ?? ""
    );
  }

  #findBlockEnd(from0: number): number {
    this.#lineStarts ??= listLineStarts(this.text);
    const starts = this.#lineStarts;
    const getIndent = (line0: number): number => {
      const start = starts[line0] ?? 0;
      let end = start;
      while (this.text[end] === " " || this.text[end] === "\t") end += 1;
      return this.text[end] === "\n" || this.text[end] === "\r" ? Infinity : end - start;
    };
    const indent = getIndent(from0);
    for (let line0 = from0 + 1; line0 < starts.length; line0 += 1) {
      if (getIndent(line0) <= indent && !this.#isOpening(starts[line0] ?? 0)) return line0;
    }
    return starts.length;
  }

  /** `{` on a line of its own belongs to the line above. */
  #isOpening(start: number): boolean {
    return /^\s*(?:\{|->)/.test(this.text.slice(start, start + 80));
  }
}

function listLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}

/** The paths that one argument names; what is no literal is unknown. */
export function readPaths(argument: string): readonly string[] {
  const whole = getLiteral(argument);
  if (whole !== undefined) return [cleanPath(whole)];
  const inner = listLiterals(argument);
  const constant = /^(?:[\w$]+(?:\.|::))*([A-Za-z_]\w*)$/.exec(argument)?.[1];
  if (constant !== undefined) return [`${unknownPrefix}${toReference(argument)}`];
  // r"^a/" r"b/$" and "/a" + "/b" are one path in several pieces.
  if (/^[\s()+.]*$/.test(withoutLiterals(argument))) return [cleanPath(inner.join(""))];
  // [“/a”, “/b”] names two paths; prefixed("/a") and API + "/a" the end of one.
  const list = /^(?:(?:array|list|listOf|arrayOf|List\.of)\s*\(|[[{(])/.exec(argument)?.[0];
  if (list !== undefined) {
    const { arguments: all } = readCall(argument, list.length - 1);
    return all.flatMap(({ text }) => (/^[[{(]/.test(text) ? listLiterals(text) : readPaths(text)));
  }
  // "/a/" + id: what stands behind a path is a part of it.
  if (/^["'`]/.test(argument) && /^[\s\w.+$]+$/.test(withoutLiterals(argument))) {
    const pieces = argument.matchAll(/(["'`])((?:(?!\1).)*)\1|[\w.$]+/g);
    return [cleanPath([...pieces].map(piece => piece[2] ?? "{}").join(""))];
  }
  const before = /^((?:[\w$]+(?:\.|::))*[A-Za-z_]\w*)\s*[+.]\s*["'`]/.exec(argument)?.[1] ?? "";
  return inner
    .slice(-1)
    .map(path => joinRoute(`${unknownPrefix}${toReference(before)}`, cleanPath(path)));
}

/** `this.ROUTES.users.byId` → `ROUTES.users.byId`. */
function toReference(name: string): string {
  return name.replaceAll("::", ".").replace(/^(?:this|self|cls|static|super)\./, "");
}

/**
 * Whatever stands before a path in a template, `${api}/x`, `{prefix}/x`, is a constant or a prefix that is not known.
 */
function cleanPath(path: string): string {
  return (
    path
      // `$"{Base}/{{id}}"` escapes the braces of a parameter.
      .replace(/\{\{(\w[^{}]*)\}\}/g, "{$1}")
      .replace(/^(?:\{settings\.[^}]*\}|%s)(?=\/|$)/, unknownPrefix)
      // "/" of a constant may stand before a parameter.
      .replace(/^\$\{(?:this\.)?([A-Z][A-Z\d_]*)\}(?=[:{])/, `${unknownPrefix}$1`)
      .replace(
        /^(?:\$\{(?:this\.)?([\w.]*)[^}]*\}|\{((?:\w+\.)*[A-Z]\w*)\}|\$([A-Z]\w*))(?=\/|$)/,
        (_whole, ...names) =>
          unknownPrefix.concat(...names.slice(0, 3).filter(name => typeof name === "string")),
      )
  );
}

/** The names in the arguments behind the path, most telling first: the last one that is no options object. */
export function listHandlers(
  handlers: readonly string[],
  isFirst = false,
): { readonly names: readonly string[]; readonly isInline: boolean } {
  const ordered = isFirst ? handlers : handlers.toReversed();
  const inline = ordered[0] !== undefined && isInline(ordered[0]);
  const names = ordered
    .filter(handler => !isInline(handler) && !handler.startsWith("{"))
    // A plain name is a handler; a call most often makes middleware.
    .sort((a, b) => Number(/\(/.test(a)) - Number(/\(/.test(b)))
    .flatMap(listNames);
  return { names: inline ? [] : names, isInline: inline };
}
