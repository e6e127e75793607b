/**
 * What a span says of its code → the places it may mean, best first. Pure: everything it knows of the workspace it
 * asks of a `SourceWorkspace`.
 *
 *     code.* with file and line  >  the stack the span carries  >  task declared with this queue and function
 *     >  the error's stack through that function  >  queue alone  >  the task's own class file  >  task name
 *     >  qualified name  >  span started under this name  >  route  >  the only definition of that name
 *
 * Where the error was raised is a place of its own: it comes after the function that ran, and first only where no
 * function could be told. Guesses come last.
 */

import type { CodeHints } from "./codeHints.ts";
import type {
  SourceAttempt,
  SourceLocation,
  SourceReason,
  SourceWorkspace,
  SymbolPlace,
} from "./location.ts";
import { isAbsolutePath, isLibraryPath, normalizePath } from "./pathMapping.ts";
import { getBareName, type StackFrame } from "./stackFrames.ts";

export interface SourceResolution {
  /** Best first, no place twice. */
  readonly locations: readonly SourceLocation[];
  /** What led nowhere. */
  readonly tried: readonly SourceAttempt[];
}

/** More alternatives than these help nobody to choose. */
const MAX_ALTERNATIVES = 20;

export async function resolveSource(
  hints: CodeHints,
  workspace: SourceWorkspace,
): Promise<SourceResolution> {
  const search = new Search(hints, workspace);
  await search.tryCodeAttributes();
  await search.tryCallStack();
  await search.tryQueue();
  await search.tryErrorFunction();
  await search.tryClassFile();
  await search.tryTaskNames();
  await search.tryQualifiedNames();
  await search.trySpanStarts();
  await search.tryRoute();
  await search.tryDefinitions();
  await search.tryErrorStack();
  return search.finish();
}

/** The workspace file of one frame, if it has one. */
export async function resolveFrame(
  frame: StackFrame,
  workspace: SourceWorkspace,
  reason: SourceReason,
): Promise<SourceLocation | undefined> {
  const file = await findFile(frame.file, workspace);
  return file && { path: file.path, line0: frame.line1 - 1, reason, isSure: file.isSure };
}

class Search {
  readonly #hints: CodeHints;
  readonly #workspace: SourceWorkspace;
  readonly #found: SourceLocation[] = [];
  readonly #raised: SourceLocation[] = [];
  readonly #tried: SourceAttempt[] = [];

  constructor(hints: CodeHints, workspace: SourceWorkspace) {
    this.#hints = hints;
    this.#workspace = workspace;
  }

  async tryCodeAttributes(): Promise<void> {
    const { code } = this.#hints;
    if (code.file === undefined) return;
    const file = await findFile(code.file, this.#workspace);
    if (file === undefined) {
      this.#tried.push({ code: "file", path: code.file });
      return;
    }
    this.#add({ path: file.path, ...(await this.#findLine(file.path)), isSure: file.isSure });
  }

  /** Where in its file the span's code stands now: the file may have changed since the span was made. */
  async #findLine(path: string): Promise<Pick<SourceLocation, "line0" | "reason">> {
    const { line0, function: name } = this.#hints.code;
    const symbols = await this.#workspace.readSymbols(path);
    const named = name === undefined ? [] : symbols.filter(symbol => symbol.name === name);
    const lines =
      symbols.length > 0 && named.length > 0 ? [] : await this.#workspace.readLines(path);
    const isInFile = line0 !== undefined && (lines.length === 0 || line0 < lines.length);
    const definition = getNearest(
      named.length > 0 ? named.map(symbol => symbol.line0) : findWord(lines, name),
      line0 ?? 0,
    );
    if (isInFile) {
      // Decorators and comments above a function are still the function, which begins below them.
      const around = named.find(symbol => line0 >= symbol.line0 - 10 && line0 <= symbol.endLine0);
      if (
        name === undefined ||
        around !== undefined ||
        (named.length === 0 && (lines[line0]?.includes(name) ?? false))
      ) {
        return {
          line0: Math.max(line0, around?.line0 ?? 0),
          reason: { code: "codeLine", function: name },
        };
      }
      // The index may not know the function, as a lambda; then the line is the best there is.
      if (named.length === 0) return { line0, reason: { code: "codeLine" } };
    }
    if (definition !== undefined && name !== undefined) {
      const reason: SourceReason =
        line0 === undefined
          ? { code: "codeFunction", function: name }
          : { code: "codeMoved", function: name, line1: line0 + 1 };
      return { line0: definition, reason };
    }
    return { line0: 0, reason: { code: "codeFile" } };
  }

  async tryCallStack(): Promise<void> {
    const { callStack } = this.#hints;
    const frame = await this.#findInnermost(callStack);
    if (frame === undefined) {
      if (callStack.length > 0) this.#tried.push({ code: "stack", frames: callStack.length });
      return;
    }
    this.#add({ ...frame.place, reason: { code: "calledFrom", function: frame.frame.function } });
  }

  async tryQueue(): Promise<void> {
    const { queue, taskFunction } = this.#hints;
    if (queue === "") return;
    const tasks = await this.#workspace.findTasksByQueue(queue);
    if (tasks.length === 0) {
      this.#tried.push({ code: "queue", queue });
      return;
    }
    const exact = tasks.filter(task => !task.isPattern && task.function === taskFunction);
    for (const task of exact) {
      const reason: SourceReason = { code: "taskDeclared", queue, function: task.function };
      this.#add({ path: task.path, line0: task.line0, reason, isSure: exact.length === 1 });
    }
    // With the right function found, other functions of the same queue are no alternatives.
    if (exact.length > 0) return;
    const ofFunction = tasks.filter(task => task.function === taskFunction);
    const rest = ofFunction.length > 0 ? ofFunction : tasks;
    for (const task of rest.slice(0, MAX_ALTERNATIVES)) {
      const reason: SourceReason = task.isPattern
        ? { code: "queuePattern", queue, pattern: task.queue }
        : { code: "queueDeclared", queue, function: task.function };
      // Another function than the one that ran: renamed since, or a wrapper's name.
      const isSure =
        rest.length === 1 && (taskFunction === undefined || task.function === taskFunction);
      this.#add({ path: task.path, line0: task.line0, reason, isSure });
    }
  }

  /** A frame of the task's own function tells which of several functions of that name it was. */
  async tryErrorFunction(): Promise<void> {
    const { errorStack, functionNames } = this.#hints;
    for (const frame of errorStack) {
      if (frame.function === undefined || !functionNames.includes(frame.function)) continue;
      const file = await findFile(frame.file, this.#workspace);
      if (file === undefined) continue;
      const symbols = await this.#workspace.readSymbols(file.path);
      const line0 = getNearest(
        symbols.filter(symbol => symbol.name === frame.function).map(symbol => symbol.line0),
        frame.line1 - 1,
      );
      if (line0 === undefined) continue;
      const reason: SourceReason = { code: "stackFunction", function: frame.function };
      this.#add({ path: file.path, line0, reason, isSure: file.isSure });
    }
  }

  async tryClassFile(): Promise<void> {
    const { classFile, taskFunction, className } = this.#hints;
    if (classFile === undefined || taskFunction === undefined) return;
    const file = await findFile(classFile, this.#workspace);
    if (file === undefined) {
      this.#tried.push({ code: "file", path: classFile });
      return;
    }
    const named = (await this.#workspace.readSymbols(file.path)).filter(
      symbol => symbol.name === taskFunction,
    );
    const owned = named.filter(
      symbol => className === undefined || getBareName(symbol.owner) === className,
    );
    const symbols = owned.length > 0 ? owned : named;
    const reason: SourceReason = { code: "classFile", function: taskFunction, className };
    for (const symbol of symbols) {
      const isSure = file.isSure && symbols.length === 1;
      this.#add({ path: file.path, line0: symbol.line0, reason, isSure });
    }
  }

  async tryTaskNames(): Promise<void> {
    for (const task of this.#hints.taskNames) {
      const places = await this.#workspace.findTasksByName(task);
      if (places.length === 0) this.#tried.push({ code: "taskName", task });
      for (const place of places.slice(0, MAX_ALTERNATIVES)) {
        const reason: SourceReason = { code: "taskNamed", task };
        this.#add({ path: place.path, line0: place.line0, reason, isSure: places.length === 1 });
      }
    }
  }

  async tryQualifiedNames(): Promise<void> {
    for (const name of this.#hints.qualifiedNames) {
      const symbols = await this.#workspace.findSymbols(getBareName(name));
      const ranked = symbols
        .map(symbol => ({ symbol, score: getQualifierScore(name, symbol) }))
        .filter(({ score }) => score > 0);
      const best = Math.max(0, ...ranked.map(({ score }) => score));
      const places = ranked.filter(({ score }) => score === best).map(({ symbol }) => symbol);
      for (const symbol of this.#order(places).slice(0, MAX_ALTERNATIVES)) {
        const reason: SourceReason = { code: "qualifiedName", name };
        this.#add({ path: symbol.path, line0: symbol.line0, reason, isSure: places.length === 1 });
      }
    }
  }

  async trySpanStarts(): Promise<void> {
    const { spanName } = this.#hints;
    const places = spanName === "" ? [] : await this.#workspace.findSpanStarts(spanName);
    for (const place of places.slice(0, MAX_ALTERNATIVES)) {
      const reason: SourceReason = { code: "spanStarted", name: spanName };
      this.#add({ ...place, reason, isSure: places.length === 1 });
    }
  }

  async tryRoute(): Promise<void> {
    const { route, httpMethod } = this.#hints;
    if (route === undefined) return;
    const places = await this.#workspace.findRoutes(route, httpMethod);
    if (places.length === 0) this.#tried.push({ code: "route", route });
    for (const place of places.slice(0, MAX_ALTERNATIVES)) {
      const symbols = await this.#workspace.readSymbols(place.path);
      // A decorator stands above its function; a call that registers a handler stands for itself.
      const below = symbols.find(
        symbol => symbol.line0 > place.line0 && symbol.line0 <= place.line0 + 8,
      );
      const [line] = (await this.#workspace.readLines(place.path)).slice(
        place.line0,
        place.line0 + 1,
      );
      const isDecorator = line?.trimStart().startsWith("@") === true;
      const line0 = isDecorator && below?.kind === "function" ? below.line0 : place.line0;
      const reason: SourceReason = { code: "routeDeclared", route };
      this.#add({ path: place.path, line0, reason, isSure: places.length === 1 });
    }
  }

  async tryDefinitions(): Promise<void> {
    for (const name of this.#hints.functionNames) {
      const symbols = await this.#workspace.findSymbols(name);
      if (symbols.length === 0) this.#tried.push({ code: "function", function: name });
      for (const symbol of this.#order(symbols).slice(0, MAX_ALTERNATIVES)) {
        const isSure = symbols.length === 1;
        const reason: SourceReason = isSure
          ? { code: "onlyDefinition", function: name }
          : { code: "oneOfSeveral", function: name, count: symbols.length };
        this.#add({ path: symbol.path, line0: symbol.line0, reason, isSure });
      }
    }
  }

  async tryErrorStack(): Promise<void> {
    const { errorStack, errorType } = this.#hints;
    const frame = await this.#findInnermost(errorStack);
    if (frame !== undefined) {
      this.#raised.push({ ...frame.place, reason: { code: "raisedAt", error: errorType } });
    } else if (errorStack.length > 0) {
      this.#tried.push({ code: "stack", frames: errorStack.length });
    }
  }

  finish(): SourceResolution {
    const sure = this.#found.filter(location => location.isSure);
    const guesses = this.#found.filter(location => !location.isSure);
    // A task is known by its function, so that its guesses are worth choosing from; other spans only by the error.
    const isTask = this.#hints.taskFunction !== undefined;
    const ordered =
      sure.length > 0 || !isTask
        ? [...sure, ...this.#raised, ...guesses]
        : [
            ...guesses,
            ...this.#raised.map(raised => ({
              ...raised,
              isSure: raised.isSure && guesses.length === 0,
            })),
          ];
    const seen = new Set<string>();
    const locations = ordered.filter(({ path, line0 }) => {
      const key = `${path}:${line0}`;
      return !seen.has(key) && seen.add(key);
    });
    const tried: readonly SourceAttempt[] =
      locations.length > 0 || this.#tried.length > 0
        ? this.#tried
        : this.#hints.spanName === ""
          ? [{ code: "noHints" }]
          : [{ code: "spanName", name: this.#hints.spanName }];
    return { locations, tried };
  }

  #add(location: SourceLocation): void {
    this.#found.push(location);
  }

  /** The innermost frame that lies in the workspace. */
  async #findInnermost(
    frames: readonly StackFrame[],
  ): Promise<{ frame: StackFrame; place: Omit<SourceLocation, "reason"> } | undefined> {
    for (const frame of frames) {
      const file = await findFile(frame.file, this.#workspace, true);
      if (file === undefined) continue;
      return { frame, place: { path: file.path, line0: frame.line1 - 1, isSure: file.isSure } };
    }
    return undefined;
  }

  /** Alike names: those of the worker's script and of a folder named like the service first, tests last. */
  #order(symbols: readonly SymbolPlace[]): readonly SymbolPlace[] {
    const { script, service } = this.#hints;
    const scripts = new Set(
      script === undefined ? [] : this.#workspace.findFiles(script).map(file => file.path),
    );
    const folder = service.toLowerCase().replace(/[-_ ]?service$/, "");
    const getScore = ({ path, kind }: SymbolPlace): number => {
      const segments = path.toLowerCase().split("/").slice(0, -1);
      const isOfService =
        folder !== "" && segments.some(segment => segment.replace(/[-_ ]?service$/, "") === folder);
      const isTest = /(?:^|\/)(?:tests?|__tests__|spec)\/|(?:^|\/)test_|[._](?:test|spec)\./.test(
        path,
      );
      return (
        Number(scripts.has(path)) * 8 +
        Number(isOfService) * 4 +
        Number(kind === "function") * 2 -
        Number(isTest)
      );
    };
    return symbols.toSorted((a, b) => getScore(b) - getScore(a));
  }
}

/** The workspace file that a path means; one outside of the workspace only where the path is its very name. */
async function findFile(
  remotePath: string,
  workspace: SourceWorkspace,
  isListedOnly = false,
): Promise<{ path: string; isSure: boolean } | undefined> {
  const files = workspace.findFiles(remotePath);
  const outside: string[] = [];
  for (const { path, isListed, isSure } of files) {
    if (isListed) return { path, isSure };
    if (!isListedOnly) outside.push(path);
  }
  const named = normalizePath(remotePath);
  if (!isListedOnly && outside.length === 0 && isAbsolutePath(named) && isLibraryPath(named)) {
    if (!named.startsWith("//")) outside.push(named);
  }
  for (const path of outside) {
    if (await workspace.exists(path)) return { path, isSure: true };
  }
  return undefined;
}

/**
 * How many of a name's qualifiers stand around a symbol, in order from the inside: its owners, its file, its folders.
 * `com.shop.Orders.place` in `com/shop/Orders.java`, `shop.orders.place` in `shop/orders.py` and
 * `github.com/x/shop.(*Orders).Place` in `shop/orders.go` all match whole.
 */
function getQualifierScore(qualified: string, symbol: SymbolPlace): number {
  const qualifiers = qualified
    .replace(/<locals>\.?/g, "")
    .split(/::|->|[.#/\\:$()*]+/)
    .filter(part => part !== "" && part !== "__main__")
    .slice(0, -1)
    .reverse();
  if (qualifiers.length === 0) return 0;
  const path = symbol.path.replace(/(?:\/__init__)?\.\w+$/, "").split("/");
  const around = [...path, ...symbol.owner.split(".").filter(part => part !== "")].reverse();
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
  const fold = (text: string): string => text.replace(/[-_]/g, "").toLowerCase();
  return part === qualifier || fold(part) === fold(qualifier);
}

function getNearest(lines: readonly number[], line0: number): number | undefined {
  let best: number | undefined;
  for (const line of lines) {
    if (best === undefined || Math.abs(line - line0) < Math.abs(best - line0)) best = line;
  }
  return best;
}

/** Lines that look like the definition of a name, in languages that the index does not read. */
function findWord(lines: readonly string[], name: string | undefined): readonly number[] {
  if (name === undefined) return [];
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const definition = new RegExp(
    `(?:\\b(?:def|fn|func|fun|function|sub)\\s+(?:self\\.)?${escaped}\\b)|(?:[\\w>\\])?]\\s+${escaped}\\s*(?:<[^>]*>)?\\([^;]*$)`,
  );
  return lines.flatMap((line, index) =>
    definition.test(line) && !/\breturn\b/.test(line) ? [index] : [],
  );
}
