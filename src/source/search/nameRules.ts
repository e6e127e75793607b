/** Places by the names of functions: full names with their owners, then bare ones. */

import { SpanKind } from "../../model/span.ts";
import type { SourceReason, SymbolPlace } from "../location.ts";
import { fold } from "../routes/handlers.ts";
import { getBareName } from "../stackFrames.ts";
import { findEntry } from "./entryMethods.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern } from "./textSearch.ts";

export async function findQualifiedNames(context: SearchContext): Promise<void> {
  const { hints, workspace } = context;
  const isRun = isRunning(context);
  for (const name of hints.qualifiedNames) {
    const qualifiers = listQualifiers(name);
    const symbols = await workspace.findSymbols(getBareName(name));
    const ranked = symbols
      .map(symbol => ({ symbol, score: getQualifierScore(qualifiers, symbol) }))
      .filter(({ score }) => score > 0);
    if (ranked.length === 0) {
      await findOwner(context, name, qualifiers);
      continue;
    }
    const best = Math.max(...ranked.map(({ score }) => score));
    const alike = ranked.filter(({ score }) => score === best).map(({ symbol }) => symbol);
    const places = await narrowToClause(context, alike);
    const narrowed = narrow(context, places);
    for (const symbol of context.order(places).slice(0, MAX_ALTERNATIVES)) {
      const reason: SourceReason = { code: "qualifiedName", name };
      const isSure = narrowed.length === 1 && narrowed[0] === symbol && !isCalled(context);
      const { path, line0 } = isRun ? await findEntry(context, symbol) : symbol;
      context.add({ path, line0, reason, isSure });
    }
  }
}

/** The clauses of one function whose heads hold the span's literal, if any does. */
async function narrowToClause(
  { hints, workspace }: SearchContext,
  symbols: readonly SymbolPlace[],
): Promise<readonly SymbolPlace[]> {
  if (hints.clause === undefined) return symbols;
  const literal = JSON.stringify(hints.clause);
  const fitting: SymbolPlace[] = [];
  for (const symbol of symbols) {
    const lines = await workspace.readLines(symbol.path);
    // The arguments may stand a line each.
    const head = lines.slice(symbol.line0, symbol.line0 + 2).join("\n");
    if (head.includes(literal)) fitting.push(symbol);
  }
  return fitting.length > 0 ? fitting : symbols;
}

/** The method is inherited, or made by a framework: a base class of the workspace has it, else the class is shown. */
async function findOwner(
  context: SearchContext,
  name: string,
  qualifiers: readonly string[],
): Promise<void> {
  const { workspace } = context;
  const [owner, ...outer] = qualifiers;
  if (owner === undefined) return;
  const classes = (await workspace.findSymbols(owner)).filter(({ kind }) => kind === "class");
  const scored = classes.map(symbol => ({
    symbol,
    score: outer.length === 0 ? 1 : 1 + getQualifierScore(outer, symbol),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const places = scored.filter(({ score }) => score === best).map(({ symbol }) => symbol);
  const narrowed = narrow(context, places);
  for (const symbol of context.order(places).slice(0, MAX_ALTERNATIVES)) {
    const entry = isRunning(context) ? await findEntry(context, symbol) : symbol;
    const inherited =
      entry.line0 === symbol.line0
        ? await findInherited(context, symbol, getBareName(name), 0)
        : undefined;
    const { path, line0 } = inherited ?? entry;
    const isSure =
      narrowed.length === 1 &&
      narrowed[0] === symbol &&
      (inherited !== undefined || (await isMadeByFramework(context, symbol)));
    context.add({ path, line0, reason: { code: "ownerDeclared", name: owner }, isSure });
  }
}

/** The methods of interfaces are made when the program runs; those of a library's class stand in the library. */
async function isMadeByFramework(context: SearchContext, symbol: SymbolPlace): Promise<boolean> {
  const lines = await context.workspace.readLines(symbol.path);
  return /\binterface\b|Repository\b|Mapper\b|Dao\b/.test(lines[symbol.line0] ?? "");
}

async function findInherited(
  context: SearchContext,
  symbol: SymbolPlace,
  method: string,
  depth: number,
): Promise<SymbolPlace | undefined> {
  if (depth > 4) return undefined;
  const lines = await context.workspace.readLines(symbol.path);
  const head =
    lines
      .slice(symbol.line0, symbol.line0 + 4)
      .join(" ")
      .split("{")[0] ?? "";
  const bases = head.slice(head.indexOf(symbol.name) + symbol.name.length).match(/[A-Z]\w+/g) ?? [];
  for (const base of bases.slice(0, 6)) {
    for (const found of await context.workspace.findSymbols(base)) {
      if (found.kind !== "class" || (found.path === symbol.path && found.line0 === symbol.line0)) {
        continue;
      }
      const methods = (await context.workspace.readSymbols(found.path)).filter(
        other => other.name === method && getBareName(other.owner) === base,
      );
      const inside = methods[0] ?? (await findInherited(context, found, method, depth + 1));
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

/** `findForeign`: asks the language extensions in place of the index; what they know is held to the same rules. */
export async function findBareNames(
  context: SearchContext,
  findForeign?: (name: string) => Promise<readonly SymbolPlace[]>,
): Promise<void> {
  const { hints, workspace } = context;
  const isRun = isRunning(context);
  const asked = await Promise.all(
    hints.functionNames.map(
      async name => [name, await (findForeign?.(name) ?? workspace.findSymbols(name))] as const,
    ),
  );
  for (const [name, all] of asked) {
    const symbols = all.filter(({ isTest }) => isTest !== true);
    const known = symbols.length > 0 ? symbols : all;
    if (known.length === 0) context.tried.push({ code: "function", function: name });
    // The span itself says whose function it is: one of another owner is a guess, however alone it stands.
    const owners = hints.qualifiedNames
      .filter(each => getBareName(each) === name)
      .map(listQualifiers);
    const isOwned = (symbol: SymbolPlace): boolean =>
      owners.length === 0 || owners.some(owner => getQualifierScore(owner, symbol) > 0);
    const narrowed = narrow(context, known);
    const only = narrowed.length === 1 && known.length === 1 ? narrowed[0] : undefined;
    // A word that any library's span may have is no proof: `connect`, `query`, `send`.
    const isTold =
      isDistinctive(name) || name === hints.taskFunction || name === hints.code.function;
    // A function that the task's queue names is meant before others that are called so.
    const isDeclared = context.found.some(({ reason }) => reason.code === "taskDeclared");
    for (const symbol of context.order(known).slice(0, MAX_ALTERNATIVES)) {
      const isSure =
        symbol === only && isOwned(symbol) && isTold && !isDeclared && !isCalled(context);
      const reason: SourceReason =
        findForeign !== undefined
          ? { code: "workspaceSymbol", name }
          : isSure
            ? { code: "onlyDefinition", function: name }
            : { code: "oneOfSeveral", function: name, count: known.length };
      const { line0 } = isRun ? await findEntry(context, symbol) : symbol;
      context.add({ path: symbol.path, line0, reason, isSure });
    }
  }
}

/** Tells the one method of a job's class that runs. */
function isRunning({ hints }: SearchContext): boolean {
  return (
    hints.kind === SpanKind.consumer ||
    /^(?:execute|perform|run(?:Workflow)?|job)\b/i.test(hints.spanName)
  );
}

/** Whatever a client's span names is the other side, but where the span's own attributes name its code. */
function isCalled({ hints, isOutgoing }: SearchContext): boolean {
  return isOutgoing && hints.code.function === undefined && hints.taskFunction === undefined;
}

/** `chargeCard`, `charge_card`, `charge?` are somebody's names; `charge` is a word. */
function isDistinctive(name: string): boolean {
  return /[\p{Ll}\p{N}][\p{Lu}_]|\p{L}_\p{L}|[?!]$/u.test(name);
}

/** Whatever calls a function that is a library's: `NestFactory.create`. */
export async function findLibraryCalls(context: SearchContext): Promise<void> {
  const { hints } = context;
  for (const name of hints.qualifiedNames.slice(0, 3)) {
    const [owner] = listQualifiers(name);
    const bare = getBareName(name);
    if (owner === undefined) continue;
    const pattern = `\\b${escapePattern(owner)}(?:\\.|::|->)${escapePattern(bare)}\\s*(?:<[^>]*>)?\\(`;
    for (const hit of await context.search(`${owner} ${bare}`, pattern)) {
      context.add({
        path: hit.path,
        line0: hit.line0,
        reason: { code: "callSite", call: name },
        isSure: false,
      });
    }
  }
}

/** Where the service's folder is known, only what is in it can be sure. */
function narrow(context: SearchContext, symbols: readonly SymbolPlace[]): readonly SymbolPlace[] {
  const program = symbols.filter(({ isTest }) => isTest !== true);
  const known = program.length > 0 ? program : symbols;
  return context.folders.length === 0
    ? known
    : known.filter(({ path }) => context.isInFolders(path));
}

/** The names around a function, innermost first: `com.shop.Orders$Inner.place` → Inner, Orders, shop, com. */
function listQualifiers(qualified: string): readonly string[] {
  return qualified
    .replace(/<locals>\.?/g, "")
    .split(/::|->|[.#/\\:$()*]+/)
    .filter(part => part !== "" && part !== "__main__")
    .slice(0, -1)
    .reverse();
}

/**
 * How many of a name's qualifiers stand around a symbol, in order from the inside: its owners, its file, its folders.
 * `com.shop.Orders.place` in `com/shop/Orders.java`, `shop.orders.place` in `shop/orders.py` and
 * `github.com/x/shop.(*Orders).Place` in `shop/orders.go` all match whole.
 * The innermost must be the symbol's own owner, if it has one: any other class has a `findAll` too.
 */
function getQualifierScore(qualifiers: readonly string[], symbol: SymbolPlace): number {
  const [first] = qualifiers;
  if (first === undefined) return 0;
  const owners = symbol.owner
    .split(".")
    .filter(part => part !== "")
    .reverse();
  const path = symbol.path
    .replace(/(?:\/(?:__init__|index|mod))?\.\w+$/, "")
    .split("/")
    .reverse();
  const isOfOwner =
    owners[0] !== undefined && owners.slice(0, 2).some(owner => isSameName(owner, first));
  const isOfFile = owners.length === 0 && path.slice(0, 2).some(part => isSameName(part, first));
  if (!isOfOwner && !isOfFile) return 0;
  const around = [...owners, ...path];
  let position = 0;
  let score = 0;
  for (const qualifier of qualifiers) {
    // A file's own name may stand between (Go, TypeScript), and so may one folder (src/, lib/).
    const found = around
      .slice(position, position + 3)
      .findIndex(part => isSameName(part, qualifier));
    if (found < 0) break;
    position += found + 1;
    score += 1;
  }
  return score;
}

/** Modules of other languages change the case: `orders::Cart` in `cart.ts`, `CartService` in `cart_service.py`. */
function isSameName(part: string, qualifier: string): boolean {
  return part === qualifier || fold(part) === fold(qualifier);
}
