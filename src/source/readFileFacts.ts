/** The text of one source file → what it declares. Knows no disk and no other file. */

import { getLanguage, type FileFacts, type SymbolFact } from "./fileFacts.ts";
import type { Grammars, QueryMatch, SyntaxNode } from "./grammars.ts";
import { readLandmarks } from "./landmarks.ts";
import { pythonQuery, readPythonFacts } from "./pythonFacts.ts";

/** A generated file may hold a hundred thousand functions; what comes after these is left out. */
const MAX_SYMBOLS = 5_000;

const scriptQuery = `
  (function_declaration name: (identifier) @name) @function
  (generator_function_declaration name: (identifier) @name) @function
  (class_declaration name: (_) @name) @class
  (method_definition name: (_) @name) @function
  (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
  (pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @function
  (assignment_expression left: (member_expression property: (property_identifier) @name)
    right: [(arrow_function) (function_expression)]) @function`;

const queries: Readonly<Record<FileFacts["language"], string>> = {
  // One query for all that a Python file is asked for: every query walks the whole tree again.
  python: `
    (class_definition name: (identifier) @name) @class
    (function_definition name: (identifier) @name) @function
    ${pythonQuery}`,
  typescript: `${scriptQuery}
    (abstract_class_declaration name: (_) @name) @class
    (public_field_definition name: (property_identifier) @name value: (arrow_function)) @function`,
  tsx: `${scriptQuery}
    (abstract_class_declaration name: (_) @name) @class
    (public_field_definition name: (property_identifier) @name value: (arrow_function)) @function`,
  javascript: `${scriptQuery}
    (field_definition property: (property_identifier) @name value: (arrow_function)) @function`,
  go: `
    (function_declaration name: (identifier) @name) @function
    (method_declaration receiver: (parameter_list) @receiver name: (field_identifier) @name) @function
    (type_spec name: (type_identifier) @name type: [(struct_type) (interface_type)]) @class`,
  java: `
    (class_declaration name: (identifier) @name) @class
    (interface_declaration name: (identifier) @name) @class
    (enum_declaration name: (identifier) @name) @class
    (record_declaration name: (identifier) @name) @class
    (method_declaration name: (identifier) @name) @function
    (constructor_declaration name: (identifier) @name) @function`,
};

const packagePatterns: Partial<Record<FileFacts["language"], RegExp>> = {
  go: /^package (\w+)/m,
  java: /^\s*package ([\w.]+)\s*;/m,
};

/** `undefined` for languages that have no grammar here. */
export async function readFileFacts(
  grammars: Grammars,
  path: string,
  text: string,
): Promise<FileFacts | undefined> {
  const language = getLanguage(path);
  if (language === undefined) return undefined;
  const grammar = await grammars.load(language);
  const tree = grammar.parse(text);
  try {
    const matches = grammar.query(queries[language]).matches(tree.rootNode);
    const symbols = readSymbols(matches);
    const python =
      language === "python" ? readPythonFacts(grammar, tree.rootNode, matches, text) : undefined;
    // Cloned, because every string is a slice of the text and would keep all of it alive.
    return structuredClone<FileFacts>({
      language,
      package: packagePatterns[language]?.exec(text)?.[1],
      symbols,
      landmarks: readLandmarks(text),
      tasks: python?.tasks ?? [],
      constants: python?.constants ?? new Map(),
      imports: python?.imports ?? new Map(),
      starImports: python?.starImports ?? [],
      bases: python?.bases ?? new Map(),
    });
  } finally {
    tree.delete();
  }
}

function readSymbols(matches: readonly QueryMatch[]): SymbolFact[] {
  const definitions = matches
    .flatMap(({ captures }) => {
      const find = (name: string): SyntaxNode | undefined =>
        captures.find(capture => capture.name === name)?.node;
      const node = find("function") ?? find("class");
      const name = find("name");
      if (node === undefined || name === undefined) return [];
      return [{ node, name, isClass: find("class") !== undefined, receiver: find("receiver") }];
    })
    .sort((a, b) => a.node.startIndex - b.node.startIndex);

  const symbols: SymbolFact[] = [];
  /** The definitions around the present one. */
  const around: { readonly name: string; readonly end: number }[] = [];
  for (const { node, name, isClass, receiver } of definitions.slice(0, MAX_SYMBOLS)) {
    while ((around.at(-1)?.end ?? Infinity) <= node.startIndex) around.pop();
    const text = name.text;
    const outer =
      receiver === undefined ? around.map(other => other.name) : [getReceiver(receiver.text)];
    symbols.push({
      name: text,
      owner: outer.join("."),
      kind: isClass ? "class" : "function",
      line0: name.startPosition.row,
      endLine0: node.endPosition.row,
    });
    around.push({ name: text, end: node.endIndex });
  }
  return symbols;
}

/** `(o *Orders[T])` → `Orders`. */
function getReceiver(text: string): string {
  return /(\w+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(text)?.[1] ?? "";
}
