/**
 * The line of a program that called the function in which a span began: within the function of the span above it, else
 * the only call that the workspace has. Pure; the workspace answers for its files.
 *
 *     def place_order():                 the span above began here
 *         charge(order)                  the call
 *     def charge(order):
 *         with tracer.span("charge"):    the span began here
 */

import type { CodeLine, Place, SourceWorkspace, SymbolPlace } from "./location.ts";
import { findFunction } from "./runPlace.ts";

/** A name that is called from more lines says nothing by its calls. */
const MAX_CALLS = 20;
/** A function with more callers is a tool of many. */
const MAX_CALLERS = 3;

export type CallWorkspace = Pick<SourceWorkspace, "readSymbols" | "readLines" | "findSymbols"> &
  Pick<SourceWorkspace, "searchText">;

/** `caller`: the place of the nearest span above that has one. */
export async function findCallSite(
  callee: Place,
  caller: Place | undefined,
  workspace: CallWorkspace,
): Promise<CodeLine | undefined> {
  const called = findFunction(await workspace.readSymbols(callee.path), callee.line0);
  if (called === undefined) return undefined;
  const calling = caller && findFunction(await workspace.readSymbols(caller.path), caller.line0);
  // Both spans are one function's: nothing was called between them.
  if (calling !== undefined && isWithin(callee, calling)) return undefined;
  const named = (await workspace.findSymbols(called.name)).filter(isFunctionLike(called));
  if (calling !== undefined && caller !== undefined) {
    const callLines = await listCalls(called, calling, caller.line0, workspace);
    const [first] = callLines;
    if (first !== undefined) {
      const isNear = calling.path === called.path && named.filter(isIn(called.path)).length === 1;
      const isSure = callLines.length === 1 && (named.length === 1 || isNear);
      return { path: calling.path, line0: first, isSure };
    }
  }
  const all = await searchCalls(called, workspace);
  if (all === undefined) return undefined;
  // A function between the two spans made the call; the one above names it.
  const between = calling === undefined ? all : await keepNamed(all, calling, workspace);
  const [only] = between.length === 1 ? between : all.length === 1 ? all : [];
  return (
    only && { path: only.path, line0: only.line0, isSure: named.length === 1 && all.length === 1 }
  );
}

/**
 * The lines that call the function of a call site: a function between two spans, which no span tells of. None where the
 * span above ran the function itself.
 */
export async function listCallers(
  site: Place,
  caller: Place | undefined,
  workspace: CallWorkspace,
): Promise<readonly CodeLine[]> {
  const around = findFunction(await workspace.readSymbols(site.path), site.line0);
  if (around === undefined || (caller !== undefined && isWithin(caller, around))) return [];
  const isOnly = (await workspace.findSymbols(around.name)).length === 1;
  const calls = isOnly ? ((await searchCalls(around, workspace)) ?? []) : [];
  const isSure = calls.length === 1;
  return calls.length > MAX_CALLERS ? [] : calls.map(call => ({ ...call, isSure }));
}

/** Functions of the same kind of file: another language's are not called. */
function isFunctionLike({ path }: SymbolPlace): (symbol: SymbolPlace) => boolean {
  const ending = path.slice(path.lastIndexOf("."));
  return symbol => symbol.kind === "function" && symbol.path.endsWith(ending);
}

function isIn(path: string): (symbol: SymbolPlace) => boolean {
  return symbol => symbol.path === path;
}

function isWithin({ path, line0 }: Place, around: SymbolPlace): boolean {
  return path === around.path && around.line0 <= line0 && line0 <= around.endLine0;
}

/** Lines of the calling function, those behind the span's beginning if there are any. */
async function listCalls(
  { name }: SymbolPlace,
  calling: SymbolPlace,
  fromLine0: number,
  workspace: CallWorkspace,
): Promise<readonly number[]> {
  const lines = await workspace.readLines(calling.path);
  const pattern = new RegExp(callPattern(name), "u");
  const found: number[] = [];
  for (let line0 = calling.line0 + 1; line0 <= calling.endLine0; line0 += 1) {
    const line = lines[line0];
    if (line !== undefined && pattern.test(line) && !isComment(line)) found.push(line0);
  }
  const behind = found.filter(line0 => line0 >= fromLine0);
  return behind.length > 0 ? behind : found;
}

/** `undefined`: there are too many. */
async function searchCalls(
  { name, path, line0 }: SymbolPlace,
  workspace: CallWorkspace,
): Promise<readonly Place[] | undefined> {
  const hits = await workspace.searchText({
    ...{ words: name, pattern: callPattern(name), flags: "u", folders: [] },
  });
  if (hits.length > MAX_CALLS) return undefined;
  const calls: Place[] = [];
  for (const hit of hits) {
    if (isComment(hit.text)) continue;
    const symbols = await workspace.readSymbols(hit.path);
    const isDefinition = symbols.some(symbol => symbol.name === name && symbol.line0 === hit.line0);
    const isOwn = hit.path === path && findFunction(symbols, hit.line0)?.line0 === line0;
    if (!isDefinition && !isOwn) calls.push({ path: hit.path, line0: hit.line0 });
  }
  return calls;
}

/** Calls that stand in a function which the calling one calls itself. */
async function keepNamed(
  calls: readonly Place[],
  calling: SymbolPlace,
  workspace: CallWorkspace,
): Promise<readonly Place[]> {
  const reachable: Place[] = [];
  for (const call of calls) {
    const around = findFunction(await workspace.readSymbols(call.path), call.line0);
    if (around === undefined) continue;
    if ((await listCalls(around, calling, calling.line0, workspace)).length > 0) {
      reachable.push(call);
    }
  }
  return reachable;
}

/** A call of it, or a place that hands it on to be called: `pool.submit(price, 7)`. */
function callPattern(name: string): string {
  const word = `(?<![\\p{L}\\p{N}_$])${name.replaceAll(/[$?*+|^]/g, "\\$&")}`;
  return `${word}\\s*\\(|[(,=]\\s*(?:[\\w$]+(?:\\.|::))*${word}\\s*[,)]`;
}

export function isComment(line: string): boolean {
  return /^\s*(?:#|\/\/|\*|\/\*|--|"""|''')/.test(line);
}
