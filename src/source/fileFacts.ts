/**
 * The declarations of one source file, as the index keeps them. Pure data, small: thousands of files are kept at once.
 */

import type { FileRole } from "./fileRole.ts";
import type { SourceLanguage } from "./languages.ts";
import type { RouteFacts } from "./routes/routeFacts.ts";

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

/** A literal that a span will carry as its name. */
export interface Landmark {
  readonly kind: "span";
  readonly text: string;
  readonly line0: number;
  /** Parts of the name are filled in when the program runs. */
  readonly isPattern?: boolean;
}

/** `import a.b as c` binds `c` to the module `a.b`; `from a import x as y` binds `y` to `x` of `a`. */
export interface ImportFact {
  readonly module: string;
  readonly name?: string;
}

export interface FileFacts {
  readonly language: SourceLanguage;
  readonly role: FileRole;
  /** In Go and Java: the package that the file says it belongs to. */
  readonly package?: string;
  readonly symbols: readonly SymbolFact[];
  readonly tasks: readonly TaskFact[];
  readonly landmarks: readonly Landmark[];
  readonly routes: RouteFacts;
  /** Which words the file holds, so that few files are read for a search. */
  readonly words: Uint32Array;
  /** Python: texts by their dotted name, `Q_ORDERS`, `QueueNames.ORDERS`, `params.queue_name`. */
  readonly constants: ReadonlyMap<string, TextExpression>;
  readonly imports: ReadonlyMap<string, ImportFact>;
  /** Modules of `from x import *`. */
  readonly starImports: readonly string[];
  /** The types that a class extends and implements: in Python by its name with its owners, else by its bare name. */
  readonly bases: ReadonlyMap<string, readonly string[]>;
}
