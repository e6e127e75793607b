/**
 * Tree-sitter and its grammars, loaded from a folder on first use: `dist/grammars` in the packaged extension.
 * The only file that imports tree-sitter.
 */

import * as treeSitterModule from "@vscode/tree-sitter-wasm";
import type { Node, Parser, Query, QueryMatch, Tree } from "@vscode/tree-sitter-wasm";
import path from "node:path";

export type SyntaxNode = Node;
export type { QueryMatch };

export function getField(node: SyntaxNode | undefined, name: string): SyntaxNode | undefined {
  return node?.childForFieldName(name) ?? undefined;
}

/** The nodes around a node, innermost first. */
export function* listAround(node: SyntaxNode): Generator<SyntaxNode> {
  for (let outer = node.parent; outer !== null; outer = outer.parent) yield outer;
}

/** Named children, without holes. */
export function getChildren(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  return (node?.namedChildren ?? []).filter(child => child !== null);
}

type TreeSitter = typeof treeSitterModule;

export interface Grammar {
  /** The tree must be deleted: it lives outside the garbage collector. */
  parse(text: string): Tree;
  /** Compiled once. */
  query(source: string): Query;
}

export class Grammars {
  readonly #folder: string;
  readonly #loaded = new Map<string, Promise<Grammar>>();
  #ready: Promise<TreeSitter> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  load(language: string): Promise<Grammar> {
    let grammar = this.#loaded.get(language);
    if (grammar === undefined) {
      grammar = this.#load(language);
      this.#loaded.set(language, grammar);
    }
    return grammar;
  }

  async #load(name: string): Promise<Grammar> {
    this.#ready ??= this.#start();
    const treeSitter = await this.#ready;
    const language = await treeSitter.Language.load(
      path.join(this.#folder, `tree-sitter-${name}.wasm`),
    );
    const parser: Parser = new treeSitter.Parser();
    parser.setLanguage(language);
    const queries = new Map<string, Query>();
    return {
      parse(text) {
        const tree = parser.parse(text);
        if (tree === null) throw new Error(`The ${name} grammar gave no tree.`);
        return tree;
      },
      query(source) {
        let query = queries.get(source);
        if (query === undefined) {
          query = new treeSitter.Query(language, source);
          queries.set(source, query);
        }
        return query;
      },
    };
  }

  async #start(): Promise<TreeSitter> {
    // Node finds no named exports in this CommonJS module, a bundler does.
    const { default: inner } = treeSitterModule as unknown as { readonly default?: TreeSitter };
    const treeSitter = inner ?? treeSitterModule;
    await treeSitter.Parser.init({ locateFile: file => path.join(this.#folder, file) });
    return treeSitter;
  }
}
