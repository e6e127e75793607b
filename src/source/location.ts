/**
 * The questions that the search for a span's source asks of the workspace, and its answers: places with the rule that
 * found them, as codes. Pure; knows no words and no editor.
 */

import type { MappedFile } from "./pathMapping.ts";
import type { RoutePlace, RouteQuery } from "./routes/routeTable.ts";
import type { TextHit, TextQuery } from "./search/textSearch.ts";

/** Why a place is offered: the words are made in the feature. */
export type SourceReason =
  /** The span names file and line, and the line lies in the function it names, or it names none. */
  | { readonly code: "codeLine"; readonly function?: string }
  /** The span's line no longer lies in its function: the function's own line is taken. */
  | { readonly code: "codeMoved"; readonly function: string; readonly line1: number }
  /** The span names file and function but no line. */
  | { readonly code: "codeFunction"; readonly function: string }
  /** The span names a file, and nothing in it could be found. */
  | { readonly code: "codeFile" }
  /** The stack that the span carries: the line that made the call. */
  | { readonly code: "calledFrom"; readonly function?: string }
  /** A task is declared with exactly this queue and function. */
  | { readonly code: "taskDeclared"; readonly queue: string; readonly function: string }
  /** A task is declared with this queue; the span names no function, or another one. */
  | { readonly code: "queueDeclared"; readonly queue: string; readonly function: string }
  /** A task's queue name is known in part only, and this queue fits. */
  | { readonly code: "queuePattern"; readonly queue: string; readonly pattern: string }
  /** A task is registered under this name. */
  | { readonly code: "taskNamed"; readonly task: string }
  /** The error's stack runs through the function. */
  | { readonly code: "stackFunction"; readonly function: string }
  /** The task itself names the file of its class. */
  | { readonly code: "classFile"; readonly function: string; readonly className?: string }
  | { readonly code: "qualifiedName"; readonly name: string }
  /** The class is known, and what ran is inherited or made by a framework. */
  | { readonly code: "ownerDeclared"; readonly name: string }
  /** A method of this name answers the remote call. */
  | { readonly code: "rpcHandler"; readonly method: string }
  /** The program makes the call here. */
  | { readonly code: "callSite"; readonly call: string }
  /** The other side of the call: who answers it. */
  | { readonly code: "otherSide"; readonly name: string }
  /** The queue or topic is consumed here. */
  | { readonly code: "consumed"; readonly name: string }
  /** The queue or topic is published to here. */
  | { readonly code: "published"; readonly name: string }
  /** The text stands here as a literal. */
  | { readonly code: "textFound"; readonly text: string }
  /** The nearest span around this one that has a place. */
  | { readonly code: "calledFromSpan"; readonly span: string }
  /** The program starts a span of this name here. */
  | { readonly code: "spanStarted"; readonly name: string }
  | { readonly code: "routeDeclared"; readonly route: string }
  | { readonly code: "onlyDefinition"; readonly function: string }
  | { readonly code: "oneOfSeveral"; readonly function: string; readonly count: number }
  /** The innermost line of the error's stack that lies in this workspace. */
  | { readonly code: "raisedAt"; readonly error?: string; readonly isCause?: boolean }
  /** One line of a stack, chosen by hand. */
  | { readonly code: "frame" }
  /** A language's own extension knows a symbol of this name. */
  | { readonly code: "workspaceSymbol"; readonly name: string };

/** One way that was tried and led nowhere. */
export type SourceAttempt =
  | { readonly code: "file"; readonly path: string }
  | { readonly code: "stack"; readonly frames: number }
  | { readonly code: "queue"; readonly queue: string }
  | { readonly code: "taskName"; readonly task: string }
  | { readonly code: "function"; readonly function: string }
  | { readonly code: "route"; readonly route: string }
  | { readonly code: "spanName"; readonly name: string }
  /** The span says nothing that could lead to source. */
  | { readonly code: "noHints" };

export interface SourceLocation {
  /** Absolute and normal, see `normalizePath`. */
  readonly path: string;
  /** Zero-based. */
  readonly line0: number;
  readonly reason: SourceReason;
  readonly isSure: boolean;
}

/** A definition that the index knows. */
export interface SymbolPlace {
  readonly path: string;
  readonly name: string;
  /** The names around it, outermost first: `Orders`, `outer.inner`; empty at the top of a file. */
  readonly owner: string;
  readonly kind: "function" | "class";
  readonly line0: number;
  readonly endLine0: number;
  readonly isTest?: boolean;
}

/** A declared task: where its function is defined. */
export interface TaskPlace {
  readonly path: string;
  readonly line0: number;
  readonly function: string;
  readonly owner: string;
  /** Exact, or with `*` for what could not be known without running the program. */
  readonly queue: string;
  readonly isPattern: boolean;
}

export interface Place {
  readonly path: string;
  readonly line0: number;
}

/** A line that explains a span. */
export interface CodeLine extends Place {
  /** No other line may be the one. */
  readonly isSure: boolean;
}

/** Where a span of this name is started. */
export interface SpanPlace extends Place {
  /** False where parts of the name are filled in when the program runs. */
  readonly isExact: boolean;
}

/** The questions that the index answers from its worker. */
export interface IndexQueries {
  readSymbols(path: string): Promise<readonly SymbolPlace[]>;
  findSymbols(name: string): Promise<readonly SymbolPlace[]>;
  findTasksByQueue(queue: string): Promise<readonly TaskPlace[]>;
  findTasksByName(taskName: string): Promise<readonly TaskPlace[]>;
  findSpanStarts(name: string): Promise<readonly SpanPlace[]>;
  findRoutes(query: RouteQuery): Promise<readonly RoutePlace[]>;
  searchText(query: TextQuery): Promise<readonly TextHit[]>;
  /** The folders that are the service's; empty where none is called so. */
  findServiceFolders(service: string): Promise<readonly string[]>;
}

/** The workspace as the search sees it. */
export interface SourceWorkspace extends IndexQueries {
  /** The workspace files that a path of a trace may mean, best first; those not listed may not exist. */
  findFiles(remotePath: string, service: string): readonly MappedFile[];
  isListed(path: string): boolean;
  exists(path: string): Promise<boolean>;
  /** Empty where the file cannot be read. */
  readLines(path: string): Promise<readonly string[]>;
}
