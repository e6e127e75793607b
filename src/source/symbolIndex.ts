/**
 * The declarations of the workspace's files, and their places: definitions by name, tasks by queue, spans and routes by
 * their text. Holds facts, not texts or trees. Knows no disk; someone else reads the files and tells it of changes.
 */

import type { FileFacts, Landmark, SymbolFact, TaskFact } from "./fileFacts.ts";
import { toNamePattern } from "./landmarks.ts";
import type { Place, SpanPlace, SymbolPlace, TaskPlace } from "./location.ts";
import { PythonNames, type IndexedFile } from "./pythonNames.ts";
import type { Definition } from "./routes/handlers.ts";
import { RouteTable, type RoutePlace, type RouteQuery } from "./routes/routeTable.ts";
import type { SearchedFile } from "./search/textSearch.ts";
import { findServiceFolders, type ServiceName } from "./serviceFolders.ts";

/** A span's name with parts that are filled in when the program runs. */
interface NamePattern {
  readonly pattern: RegExp;
  readonly place: Place;
  readonly length: number;
}

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
  readonly #services = new Map<string, readonly ServiceName[]>();
  /** Built from all files together, on the first question after a change. */
  #tasks: readonly IndexedTask[] | undefined;
  #routes: RouteTable | undefined;
  #patterns: readonly NamePattern[] | undefined;
  #folders: ReadonlySet<string> | undefined;

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
    for (const mark of facts.landmarks) push(this.#landmarks, mark.text, { file, mark });
    if (facts.language === "python") this.#names.add(file);
    this.#forget();
  }

  /** Sets the services that a manifest or a compose file says lie beside it. */
  setServices(path: string, names: readonly ServiceName[]): void {
    if (names.length === 0) this.#services.delete(path);
    else this.#services.set(path, names);
  }

  #forget(): void {
    this.#tasks = undefined;
    this.#routes = undefined;
    this.#patterns = undefined;
    this.#folders = undefined;
  }

  removeFile(path: string): void {
    this.#services.delete(path);
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    for (const name of new Set(file.facts.symbols.map(symbol => symbol.name))) {
      drop(this.#byName, name, entry => entry.file === file);
    }
    for (const key of new Set(file.facts.landmarks.map(({ text }) => text))) {
      drop(this.#landmarks, key, entry => entry.file === file);
    }
    this.#names.remove(file);
    this.#forget();
  }

  readSymbols(path: string): readonly SymbolPlace[] {
    const file = this.#files.get(path);
    return file === undefined ? [] : file.facts.symbols.map(each => toSymbolPlace(file, each));
  }

  findSymbols(name: string): readonly SymbolPlace[] {
    const found = this.#byName.get(name) ?? [];
    return found.slice(0, MAX_PLACES).map(({ file, symbol }) => toSymbolPlace(file, symbol));
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

  /** Exact names first; names with parts that are filled in only where there is none, most telling first. */
  findSpanStarts(name: string): readonly SpanPlace[] {
    const exact = (this.#landmarks.get(name) ?? []).slice(0, MAX_PLACES);
    if (exact.length > 0) {
      return exact.map(({ file, mark }) => ({ ...toPlace(file, mark), isExact: true }));
    }
    return this.#getPatterns()
      .filter(({ pattern }) => pattern.test(name))
      .sort((a, b) => b.length - a.length)
      .map(({ place }) => ({ ...place, isExact: false }));
  }

  findRoutes(query: RouteQuery): readonly RoutePlace[] {
    this.#routes ??= new RouteTable([...this.#files.values()], this);
    return this.#routes.find(query).slice(0, MAX_PLACES);
  }

  findDefinitions(name: string): readonly Definition[] {
    return this.#byName.get(name) ?? [];
  }

  findServiceFolders(service: string): readonly string[] {
    this.#folders ??= this.#listFolders();
    return findServiceFolders(service, this.#folders, [...this.#services.values()].flat());
  }

  listFiles(): Iterable<IndexedFile> {
    return this.#files.values();
  }

  *listSearched(): Generator<SearchedFile> {
    for (const { path, facts } of this.#files.values()) {
      yield { path, role: facts.role, language: facts.language, words: facts.words };
    }
  }

  /** Every declared task, for tests and statistics. */
  listTasks(): readonly TaskPlace[] {
    return this.#getTasks().map(({ place }) => place);
  }

  /** Folders with program files somewhere below. */
  #listFolders(): ReadonlySet<string> {
    const folders = new Set<string>();
    for (const { path, facts } of this.#files.values()) {
      if (facts.role !== "program") continue;
      for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
        const folder = path.slice(0, end);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
    }
    return folders;
  }

  #getPatterns(): readonly NamePattern[] {
    this.#patterns ??= [...this.#files.values()].flatMap(file =>
      file.facts.landmarks.flatMap(mark => {
        const pattern = mark.isPattern === true ? toNamePattern(mark.text) : undefined;
        return pattern === undefined
          ? []
          : [{ pattern, place: toPlace(file, mark), length: mark.text.length }];
      }),
    );
    return this.#patterns;
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

function toSymbolPlace({ path, facts }: IndexedFile, symbol: SymbolFact): SymbolPlace {
  return { ...symbol, path, ...(facts.role === "test" && { isTest: true }) };
}

function toPlace(file: IndexedFile, mark: Landmark): Place {
  return { path: file.path, line0: mark.line0 };
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
