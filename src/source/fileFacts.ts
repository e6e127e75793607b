/** What one source file declares, as the index keeps it. Pure data, small: thousands of files are kept at once. */

export type SourceLanguage = "python" | "typescript" | "tsx" | "javascript" | "go" | "java";

/** A text that the program builds, as far as it can be known without running it. */
export type TextExpression =
  | { readonly kind: "text"; readonly text: string }
  /**
   * A dotted name, looked up in the file and in what it imports. `Q["a"]` is written `Q.a`.
   * `a.b?.c` means `a.b` if that is a text, else `a.b.c`.
   */
  | { readonly kind: "name"; readonly path: string }
  | { readonly kind: "join"; readonly parts: readonly TextExpression[] }
  | { readonly kind: "unknown" };

export interface SymbolFact {
  readonly name: string;
  readonly owner: string;
  readonly kind: "function" | "class";
  readonly line0: number;
  readonly endLine0: number;
}

export interface TaskFact {
  readonly queue?: TextExpression;
  /** The name that the task is registered under, where it is given. */
  readonly taskName?: TextExpression;
  /** The function: its bare name where it is defined here, else the dotted name that the declaration refers to. */
  readonly function: string;
  readonly owner: string;
  /** The `def` line, or the line of the declaration for `isReference`. */
  readonly line0: number;
  /** The function is defined elsewhere: `boost("q")(shop.orders.place)`. */
  readonly isReference: boolean;
  /** A decorator of any name, which makes a task only if a queue hangs on it. */
  readonly isGuess?: boolean;
}

/** A literal that a span will carry: its name, or its route. */
export interface Landmark {
  readonly kind: "span" | "route";
  readonly text: string;
  /** Upper case; absent: any. */
  readonly method?: string;
  readonly line0: number;
}

/** `import a.b as c` binds `c` to the module `a.b`; `from a import x as y` binds `y` to `x` of `a`. */
export interface ImportFact {
  readonly module: string;
  readonly name?: string;
}

export interface FileFacts {
  readonly language: SourceLanguage;
  /** In Go and Java: the package that the file says it belongs to. */
  readonly package?: string;
  readonly symbols: readonly SymbolFact[];
  readonly tasks: readonly TaskFact[];
  readonly landmarks: readonly Landmark[];
  /** Python: texts by their dotted name, `Q_ORDERS`, `QueueNames.ORDERS`, `params.queue_name`. */
  readonly constants: ReadonlyMap<string, TextExpression>;
  readonly imports: ReadonlyMap<string, ImportFact>;
  /** Modules of `from x import *`. */
  readonly starImports: readonly string[];
  /** Base classes by class. */
  readonly bases: ReadonlyMap<string, readonly string[]>;
}

const extensions: Readonly<Record<string, SourceLanguage>> = {
  py: "python",
  pyw: "python",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  go: "go",
  java: "java",
};

/** `undefined` for files that the index does not read. */
export function getLanguage(path: string): SourceLanguage | undefined {
  return extensions[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
}
