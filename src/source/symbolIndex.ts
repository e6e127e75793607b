/**
 * What the workspace's files declare, and where: definitions by name, tasks by queue, spans and routes by their text.
 * Holds facts, not texts or trees. Knows no disk; someone else reads the files and tells it of changes.
 */

import type { FileFacts, Landmark, SymbolFact, TaskFact } from "./fileFacts.ts";
import { normalizeRoute } from "./landmarks.ts";
import type { Place, SymbolPlace, TaskPlace } from "./location.ts";
import { PythonNames, type IndexedFile } from "./pythonNames.ts";

/** More places than this are no answer any more. */
const MAX_PLACES = 200;

interface IndexedTask {
  readonly place: TaskPlace;
  readonly names: readonly string[];
  readonly pattern?: RegExp;
}

export class SymbolIndex {
  readonly #files = new Map<string, IndexedFile>();
  readonly #byName = new Map<
    string,
    { readonly file: IndexedFile; readonly symbol: SymbolFact }[]
  >();
  readonly #landmarks = new Map<
    string,
    { readonly file: IndexedFile; readonly mark: Landmark }[]
  >();
  readonly #names = new PythonNames();
  /** Built from all files together, on the first question after a change. */
  #tasks: readonly IndexedTask[] | undefined;

  get fileCount(): number {
    return this.#files.size;
  }

  get symbolCount(): number {
    let count = 0;
    for (const { facts } of this.#files.values()) count += facts.symbols.length;
    return count;
  }

  setFile(path: string, facts: FileFacts): void {
    this.removeFile(path);
    const file: IndexedFile = { path, facts };
    this.#files.set(path, file);
    for (const symbol of facts.symbols) push(this.#byName, symbol.name, { file, symbol });
    for (const mark of facts.landmarks) push(this.#landmarks, getLandmarkKey(mark), { file, mark });
    if (facts.language === "python") this.#names.add(file);
    this.#tasks = undefined;
  }

  removeFile(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    for (const name of new Set(file.facts.symbols.map(symbol => symbol.name))) {
      drop(this.#byName, name, entry => entry.file === file);
    }
    for (const key of new Set(file.facts.landmarks.map(getLandmarkKey))) {
      drop(this.#landmarks, key, entry => entry.file === file);
    }
    this.#names.remove(file);
    this.#tasks = undefined;
  }

  readSymbols(path: string): readonly SymbolPlace[] {
    return (this.#files.get(path)?.facts.symbols ?? []).map(symbol => ({ ...symbol, path }));
  }

  findSymbols(name: string): readonly SymbolPlace[] {
    const found = this.#byName.get(name) ?? [];
    return found.slice(0, MAX_PLACES).map(({ file, symbol }) => ({ ...symbol, path: file.path }));
  }

  /** Exact declarations first; patterns only where there is no exact one, most telling first. */
  findTasksByQueue(queue: string): readonly TaskPlace[] {
    if (queue === "") return [];
    const exact = this.#getTasks().filter(({ place }) => !place.isPattern && place.queue === queue);
    if (exact.length > 0) return exact.map(({ place }) => place);
    return this.#getTasks()
      .filter(({ pattern }) => pattern?.test(queue) === true)
      .map(({ place }) => place)
      .sort((a, b) => b.queue.length - a.queue.length);
  }

  /** `shop.tasks.charge` is the name of `charge` in `…/shop/tasks.py`, if the declaration gives no other. */
  findTasksByName(taskName: string): readonly TaskPlace[] {
    return this.#getTasks()
      .filter(({ names }) => names.includes(taskName))
      .map(({ place }) => place);
  }

  findSpanStarts(name: string): readonly Place[] {
    return this.#findLandmarks("span", name).map(({ file, mark }) => toPlace(file, mark));
  }

  /** Whole routes first; else those that are a tail of it, as under a router's prefix, longest first. */
  findRoutes(route: string, method: string | undefined): readonly Place[] {
    const isMethod = (mark: Landmark): boolean =>
      mark.method === undefined || method === undefined || mark.method === method.toUpperCase();
    const whole = normalizeRoute(route);
    for (let start = 0; start >= 0; start = whole.indexOf("/", start + 1)) {
      const found = this.#findLandmarks("route", whole.slice(start)).filter(({ mark }) =>
        isMethod(mark),
      );
      if (found.length > 0) return found.map(({ file, mark }) => toPlace(file, mark));
    }
    return [];
  }

  /** Every declared task, for tests and statistics. */
  listTasks(): readonly TaskPlace[] {
    return this.#getTasks().map(({ place }) => place);
  }

  #findLandmarks(kind: Landmark["kind"], text: string): { file: IndexedFile; mark: Landmark }[] {
    const key = getLandmarkKey({ kind, text });
    return (this.#landmarks.get(key) ?? []).slice(0, MAX_PLACES);
  }

  #getTasks(): readonly IndexedTask[] {
    this.#tasks ??= [...this.#files.values()].flatMap(file =>
      file.facts.tasks
        .map(task => ({ task, built: this.#buildTask(file, task) }))
        .filter(({ task, built }) => task.isGuess !== true || built.place.queue !== "")
        .map(({ built }) => built),
    );
    return this.#tasks;
  }

  #buildTask(file: IndexedFile, task: TaskFact): IndexedTask {
    const written = task.queue === undefined ? "" : this.#names.getText(file, task.queue);
    // A queue of which no word is known fits every queue, so it says nothing.
    const queue = /[\p{L}\p{N}]/u.test(written) ? written : "";
    const isPattern = queue.includes("*");
    const definition = task.isReference
      ? this.#names.findDefinition(file, task.function)
      : undefined;
    const name = task.function.slice(task.function.lastIndexOf(".") + 1);
    const place: TaskPlace = {
      path: definition?.file.path ?? file.path,
      line0: definition?.symbol.line0 ?? task.line0,
      function: definition?.symbol.name ?? name,
      owner: definition?.symbol.owner ?? task.owner,
      queue,
      isPattern,
    };
    const given =
      task.taskName === undefined ? undefined : this.#names.getText(file, task.taskName);
    const names = given === undefined ? getModuleNames(file.path, place) : [given];
    const pattern = isPattern ? toPattern(queue) : undefined;
    return { place, names, pattern };
  }
}

/** All dotted names under which a function may have been imported: the roots of a workspace are not known. */
function getModuleNames(path: string, place: TaskPlace): string[] {
  const segments = path
    .replace(/(?:\/__init__)?\.pyw?$/, "")
    .split("/")
    .slice(-6);
  const tail = place.owner === "" ? place.function : `${place.owner}.${place.function}`;
  return segments.map((_segment, index) => `${segments.slice(index).join(".")}.${tail}`);
}

function toPattern(queue: string): RegExp {
  const escaped = queue.split(/\*+/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".+?")}$`, "s");
}

function toPlace(file: IndexedFile, mark: Landmark): Place {
  return { path: file.path, line0: mark.line0 };
}

function getLandmarkKey({ kind, text }: Pick<Landmark, "kind" | "text">): string {
  return kind === "route" ? `route ${normalizeRoute(text)}` : `span ${text}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function drop<T>(map: Map<string, T[]>, key: string, isDropped: (value: T) => boolean): void {
  const rest = (map.get(key) ?? []).filter(value => !isDropped(value));
  if (rest.length === 0) map.delete(key);
  else map.set(key, rest);
}
