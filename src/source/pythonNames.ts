/**
 * Looks names up across Python files: through imports, re-exports, star imports, base classes and aliases.
 * Knows no `sys.path`: a module is the file whose path ends like its name, the nearest one to the importer.
 */

import type { FileFacts, ImportFact, SymbolFact, TextExpression } from "./fileFacts.ts";

export interface IndexedFile {
  readonly path: string;
  readonly facts: FileFacts;
}

/** Longer chains than this are circles. */
const MAX_STEPS = 12;

export class PythonNames {
  /** By the last segment of the module's name. */
  readonly #byModule = new Map<string, IndexedFile[]>();

  add(file: IndexedFile): void {
    const key = getModule(file.path).at(-1) ?? "";
    const files = this.#byModule.get(key);
    if (files === undefined) this.#byModule.set(key, [file]);
    else files.push(file);
  }

  remove(file: IndexedFile): void {
    const key = getModule(file.path).at(-1) ?? "";
    const rest = (this.#byModule.get(key) ?? []).filter(other => other !== file);
    if (rest.length === 0) this.#byModule.delete(key);
    else this.#byModule.set(key, rest);
  }

  /** The text of an expression, with `*` for every part that is not known. */
  getText(file: IndexedFile, expression: TextExpression): string {
    return this.#evaluate(file, expression, 0).replace(/\*{2,}/g, "*");
  }

  /** Where the function is defined that a dotted name of this file means. */
  findDefinition(
    file: IndexedFile,
    path: string,
    steps = 0,
  ): { readonly file: IndexedFile; readonly symbol: SymbolFact } | undefined {
    if (steps > MAX_STEPS) return undefined;
    const dot = path.lastIndexOf(".");
    const name = path.slice(dot + 1);
    const owner = dot < 0 ? "" : path.slice(0, dot);
    const symbols = file.facts.symbols.filter(symbol => symbol.name === name);
    const symbol =
      symbols.find(other => other.owner === owner) ?? (dot < 0 ? symbols[0] : undefined);
    if (symbol !== undefined) return { file, symbol };
    for (const [target, rest] of this.#followImports(file, path)) {
      const found = rest === "" ? undefined : this.findDefinition(target, rest, steps + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #evaluate(file: IndexedFile, expression: TextExpression, steps: number): string {
    switch (expression.kind) {
      case "text":
        return expression.text;
      case "join":
        return expression.parts.map(part => this.#evaluate(file, part, steps + 1)).join("");
      case "unknown":
        return "*";
      case "name": {
        const [path = "", suffix] = expression.path.split("?");
        const text = this.#lookUp(file, path, steps + 1);
        return (
          text ??
          (suffix === undefined ? undefined : this.#lookUp(file, path + suffix, steps + 1)) ??
          "*"
        );
      }
    }
  }

  #lookUp(file: IndexedFile, path: string, steps: number): string | undefined {
    if (steps > MAX_STEPS) return undefined;
    const { constants, bases } = file.facts;
    const constant = constants.get(path);
    if (constant !== undefined) {
      const text = this.#evaluate(file, constant, steps + 1);
      if (text !== "*") return text;
    }
    const segments = path.split(".");
    for (let length = segments.length - 1; length > 0; length -= 1) {
      const head = segments.slice(0, length).join(".");
      const rest = segments.slice(length).join(".");
      const alias = constants.get(head);
      const targets = [
        ...(alias?.kind === "name" ? [alias.path.split("?")[0] ?? ""] : []),
        ...(bases.get(head) ?? []),
      ];
      for (const target of targets) {
        const text =
          target === head ? undefined : this.#lookUp(file, `${target}.${rest}`, steps + 1);
        if (text !== undefined) return text;
      }
    }
    for (const [target, rest] of this.#followImports(file, path)) {
      const text = rest === "" ? undefined : this.#lookUp(target, rest, steps + 1);
      if (text !== undefined) return text;
    }
    // An enum's member stands for its value.
    return segments.length > 1 && segments.at(-1) === "value"
      ? this.#lookUp(file, segments.slice(0, -1).join("."), steps + 1)
      : undefined;
  }

  /** The files that a name may come from, with what is left of the name there. */
  *#followImports(file: IndexedFile, path: string): Generator<readonly [IndexedFile, string]> {
    const segments = path.split(".");
    for (let length = segments.length; length > 0; length -= 1) {
      const found = file.facts.imports.get(segments.slice(0, length).join("."));
      if (found === undefined) continue;
      yield* this.#followImport(file, found, segments.slice(length).join("."));
    }
    for (const module of file.facts.starImports) {
      const target = this.#findModule(file, module);
      if (target !== undefined && target !== file) yield [target, path];
    }
  }

  *#followImport(
    file: IndexedFile,
    { module, name }: ImportFact,
    rest: string,
  ): Generator<readonly [IndexedFile, string]> {
    const target = this.#findModule(file, module);
    if (name === undefined) {
      if (target !== undefined) yield [target, rest];
      return;
    }
    if (target !== undefined && target !== file) {
      yield [target, rest === "" ? name : `${name}.${rest}`];
    }
    // The imported name may itself be a module.
    const inner = this.#findModule(
      file,
      module.endsWith(".") ? module + name : `${module}.${name}`,
    );
    if (inner !== undefined && inner !== file) yield [inner, rest];
  }

  #findModule(from: IndexedFile, module: string): IndexedFile | undefined {
    const dots = /^\.+/.exec(module)?.[0].length ?? 0;
    const names = module
      .slice(dots)
      .split(".")
      .filter(name => name !== "");
    const folder = from.path.split("/").slice(0, -1);
    if (dots > 0) {
      const modulePath = [...folder.slice(0, folder.length - dots + 1), ...names].join("/");
      return this.#byModule
        .get(modulePath.slice(modulePath.lastIndexOf("/") + 1))
        ?.find(file => getModule(file.path).join("/") === modulePath);
    }
    let best: IndexedFile | undefined;
    let bestShared = -1;
    for (const file of this.#byModule.get(names.at(-1) ?? "") ?? []) {
      const segments = getModule(file.path);
      if (
        !names.every((name, index) => segments[segments.length - names.length + index] === name)
      ) {
        continue;
      }
      let shared = 0;
      while (shared < folder.length && segments[shared] === folder[shared]) shared += 1;
      if (shared > bestShared) {
        best = file;
        bestShared = shared;
      }
    }
    return best;
  }
}

/** `/ws/shop/__init__.py` is the module `/ws/shop`. */
function getModule(path: string): string[] {
  return path.replace(/(?:\/__init__)?\.pyw?$/, "").split("/");
}
