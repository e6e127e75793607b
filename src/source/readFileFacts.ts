/** The text of one source file → what it declares. Knows no disk and no other file. */

import type { FileFacts, SymbolFact } from "./fileFacts.ts";
import { getFileRole, type FileRole } from "./fileRole.ts";
import type { Grammar, Grammars, QueryMatch, SyntaxNode } from "./grammars.ts";
import { readLandmarks } from "./landmarks.ts";
import { getGrammarName, getLanguage, type SourceLanguage } from "./languages.ts";
import { readOutline } from "./outline.ts";
import { readPythonFacts, type PythonFacts } from "./pythonFacts.ts";
import { lastOf } from "./routes/handlers.ts";
import { noRoutes, type RouteFacts } from "./routes/routeFacts.ts";
import { readRoutes } from "./routes/readRoutes.ts";
import { buildWordFilter } from "./search/wordFilter.ts";
import { symbolQueries } from "./symbolQueries.ts";

/** A generated file may hold a hundred thousand functions; what comes after these is left out. */
const MAX_SYMBOLS = 5_000;

const packagePatterns: Partial<Record<SourceLanguage, RegExp>> = {
  go: /^package (\w+)/m,
  java: /^\s*package ([\w.]+)\s*;/m,
  kotlin: /^\s*package ([\w.]+)/m,
  scala: /^\s*package ([\w.]+)/m,
  csharp: /^\s*namespace ([\w.]+)/m,
  php: /^\s*namespace ([\w\\]+)/m,
};

/** `path`: below the workspace folder, see `getOwnPath`. `undefined` for files that are no program. */
export async function readFileFacts(
  grammars: Grammars,
  path: string,
  text: string,
): Promise<FileFacts | undefined> {
  const language = getLanguage(path);
  if (language === undefined) return undefined;
  const role = getFileRole(path, text);
  // What a generator wrote is nobody's answer: its names would stand beside those that matter.
  const isRead = role === "program" || role === "test";
  const isProgram = role === "program";
  const isData = language === "settings" || language === "statements";
  const landmarks = isProgram && !isData ? readLandmarks(text) : [];
  let symbols = isRead ? readOutline(language, text) : [];
  // A generated router registers what the program answers.
  const isRouter = role === "generated" && language === "go";
  let routes = isProgram || isRouter ? readRoutes(path, language, text, symbols) : noRoutes;
  let python: PythonFacts | undefined;
  const grammarName = isRead ? getGrammarName(language) : undefined;
  const hasLandmarks = landmarks.length > 0 || hasRoutes(routes);
  if (grammarName !== undefined && isParsed(language, role, path, text, hasLandmarks)) {
    ({ symbols, python } = readTree(await grammars.load(grammarName), language, text));
    if (hasLandmarks) routes = readRoutes(path, language, text, symbols);
  }
  // Cloned, because every string is a slice of the text and would keep all of it alive.
  return structuredClone<FileFacts>({
    language,
    role,
    package: packagePatterns[language]?.exec(text)?.[1],
    symbols,
    landmarks,
    routes,
    words: isProgram && isSearched(language, text) ? buildWordFilter(text) : new Uint32Array(0),
    tasks: python?.tasks ?? [],
    constants: python?.constants ?? new Map(),
    imports: python?.imports ?? new Map(),
    starImports: python?.starImports ?? [],
    bases: python?.bases ?? (isProgram ? readBases(language, text) : new Map()),
  });
}

/** The statements of a dump or a migration are what no span tells of. */
const namesStatements = /^--\s*name:|<mapper\b/m;

function isSearched(language: SourceLanguage, text: string): boolean {
  return language !== "config" && (language !== "statements" || namesStatements.test(text));
}

/** `class Orders(private val x: X) : Base(), OrdersApi {`, `class Orders extends Base implements OrdersApi {`. */
const derived =
  /\b(?:class|record|object)[ \t]+(\w+)(?:<[^<>{}\n]{0,80}>)?(?:\([^{}()]{0,400}\))?\s{0,40}(?:\bextends\b|\bimplements\b|:)([^{};=]{1,400})\{/g;
const derivingLanguages: readonly SourceLanguage[] = [
  "java",
  "kotlin",
  "csharp",
  "php",
  "typescript",
  "tsx",
  "javascript",
];

/** By bare names, as far as routes are declared in what a class implements. */
function readBases(language: SourceLanguage, text: string): ReadonlyMap<string, readonly string[]> {
  if (!derivingLanguages.includes(language)) return new Map();
  return new Map(
    [...text.matchAll(derived)].map(([, name = "", parents = ""]) => [
      name,
      parents.match(/\b[A-Z]\w+/g) ?? [],
    ]),
  );
}

const saysTasks = /boost|task|actor|job|queue|celery|huey|dramatiq/i;
/** A module's texts may be the names of queues. */
const namesTexts = /^[ \t]*[A-Z][A-Z\d_]*[ \t]*(?::[^=\n]{1,60})?=[ \t]*[fr]?["']/m;
/** `class Inner { void place() {} }`, `{ round: value => 1 }`: an outline sees one definition a line. */
const holdsManyInLine =
  /\b(?:class|interface|record|struct|object)[ \t]+\w[^\n{}]{0,120}\{[^\n{}]{0,120}\)|=[ \t]*\{[ \t]*\w{1,60}[ \t]*[:(][^\n]{0,160}=>/;
/** A test's tasks are its own: who tests a queue runs them. */
const declaresTasks =
  /^\s*@[\w.]{0,40}(?:boost|task|actor|job|queue)|\bboost\w{0,20}\(|\bBoosterParams\b|\badd_task\(/im;
/** A module this short may do nothing but hand on what others declare. */
const SHORT = 4_000;

/** Whether a parser is worth its time: where an outline tells the same, it is not. */
function isParsed(
  language: SourceLanguage,
  role: FileRole,
  path: string,
  text: string,
  hasLandmarks: boolean,
): boolean {
  if (language === "cpp") return true;
  if (language !== "python") return hasLandmarks || holdsManyInLine.test(text);
  if (role === "test") return declaresTasks.test(text);
  return (
    hasLandmarks ||
    text.length < SHORT ||
    path.endsWith("/__init__.py") ||
    saysTasks.test(text) ||
    namesTexts.test(text)
  );
}

function hasRoutes({ routes, routers, mounts }: RouteFacts): boolean {
  return routes.length + routers.length + mounts.length > 0;
}

function readTree(
  grammar: Grammar,
  language: SourceLanguage,
  text: string,
): { readonly symbols: readonly SymbolFact[]; readonly python?: PythonFacts } {
  const query = symbolQueries[language];
  if (query === undefined) return { symbols: [] };
  const tree = grammar.parse(text);
  try {
    const matches = grammar.query(query).matches(tree.rootNode);
    const symbols = readSymbols(matches);
    return language === "python"
      ? { symbols, python: readPythonFacts(grammar, tree.rootNode, matches, text) }
      : { symbols: language === "cpp" ? addQualified(text, symbols) : symbols };
  } finally {
    tree.delete();
  }
}

/** `Page<Box<T>> Boxes::list(int limit) {` at the beginning of a line. */
const qualified =
  /^[A-Za-z_][^\n;={}()]{0,300}[\s*&]((?:\w{1,80}::){1,6})(~?\w{1,80})\s{0,4}\([^;{}]{0,800}\)[\w\s&]{0,40}\{/gm;

/** Each takes a look at all of the file. */
const MAX_MISSED = 50;

/** The grammar takes a templated type before a method for a comparison, and misses the method. */
function addQualified(text: string, symbols: readonly SymbolFact[]): readonly SymbolFact[] {
  // The owners of the grammar have their namespaces.
  const known = new Set(symbols.map(({ name, owner }) => `${lastOf(owner)}.${name}`));
  const missed: SymbolFact[] = [];
  for (const { index, 0: head, 1: before = "", 2: name = "" } of text.matchAll(qualified)) {
    const owner = before.slice(0, -2).replaceAll("::", ".");
    if (known.has(`${lastOf(owner)}.${name}`)) continue;
    if (missed.length >= MAX_MISSED) break;
    const line0 = text.slice(0, index).split("\n").length - 1;
    const end = text.indexOf("\n}", index + head.length);
    const endLine0 = end < 0 ? line0 : text.slice(0, end).split("\n").length;
    missed.push({ name, owner, kind: "function", line0, endLine0 });
  }
  return missed.length === 0 ? symbols : [...symbols, ...missed].sort((a, b) => a.line0 - b.line0);
}

function readSymbols(matches: readonly QueryMatch[]): SymbolFact[] {
  const definitions = matches
    .flatMap(({ captures }) => {
      const find = (name: string): SyntaxNode | undefined =>
        captures.find(capture => capture.name === name)?.node;
      const scope = find("scope");
      const node = find("function") ?? find("class") ?? scope;
      const name = find("name");
      if (node === undefined || name === undefined) return [];
      const kind = scope === undefined && find("class") === undefined ? "function" : "class";
      return [
        { node, name, kind, isScope: scope !== undefined, receiver: find("receiver") },
      ] as const;
    })
    .sort((a, b) => a.node.startIndex - b.node.startIndex);

  const symbols: SymbolFact[] = [];
  /** The definitions around the present one. */
  const around: { readonly name: string; readonly end: number }[] = [];
  for (const { node, name, kind, isScope, receiver } of definitions.slice(0, MAX_SYMBOLS)) {
    while ((around.at(-1)?.end ?? Infinity) <= node.startIndex) around.pop();
    // C++: void Orders::place(…); Ruby: class Shop::Orders; Rust: impl<T> Orders<T>.
    const parts = name.text.replace(/<.*/s, "").split("::");
    const text = parts.at(-1)?.trim() ?? "";
    const outer =
      receiver === undefined
        ? [...around.map(other => other.name), ...parts.slice(0, -1)]
        : [getReceiver(receiver.text)];
    // A block of methods and a namespace are around definitions, but define nothing themselves.
    if (!isScope) {
      symbols.push({
        name: text,
        owner: outer.join("."),
        kind,
        line0: name.startPosition.row,
        endLine0: node.endPosition.row,
      });
    }
    around.push({ name: text, end: node.endIndex });
  }
  return symbols;
}

/** `(o *Orders[T])` → `Orders`. */
function getReceiver(text: string): string {
  return /(\w+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(text)?.[1] ?? "";
}
