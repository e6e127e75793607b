/** Lines of the program's own files that hold a text: the service's folder first, a bounded number of files. */

import type { FileRole } from "../fileRole.ts";
import type { SourceLanguage } from "../languages.ts";
import { hashWords, mayHoldWords } from "./wordFilter.ts";

export interface TextQuery {
  /** Every word of it stands in the file. */
  readonly words: string;
  /** A regular expression for one line. */
  readonly pattern: string;
  /** As of `RegExp`, without `g`. */
  readonly flags?: string;
  /** Files in these folders come first. */
  readonly folders: readonly string[];
  /** Nothing outside of `folders`. */
  readonly isOnlyInFolders?: boolean;
  /** Files that are no program, which are looked at where they are asked for: beside it, or instead of it. */
  readonly besides?: "statements";
  readonly instead?: "settings";
}

export interface TextHit {
  readonly path: string;
  readonly line0: number;
  readonly text: string;
  /** The lines above and below, for whoever must know what kind of line it is. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly isInFolders: boolean;
}

export interface SearchedFile {
  readonly path: string;
  readonly role: FileRole;
  readonly language: SourceLanguage;
  readonly words: Uint32Array;
}

/** Files are read anew for each search: with the folder first, those that matter are among these. */
const MAX_FILES = 300;
const MAX_HITS = 60;
const CONTEXT = 3;

export async function searchText(
  query: TextQuery,
  files: Iterable<SearchedFile>,
  readText: (path: string) => Promise<string | undefined> | string | undefined,
): Promise<readonly TextHit[]> {
  const hashes = hashWords(query.words);
  if (hashes.length === 0) return [];
  const inside: string[] = [];
  const outside: string[] = [];
  const isAsked = (language: SourceLanguage): boolean =>
    query.instead !== undefined
      ? language === query.instead
      : language !== "settings" && (language !== "statements" || query.besides === language);
  for (const { path, role, language, words } of files) {
    if (role !== "program" || !isAsked(language) || !mayHoldWords(words, hashes)) continue;
    (query.folders.some(folder => path.startsWith(`${folder}/`)) ? inside : outside).push(path);
  }
  const pattern = new RegExp(query.pattern, query.flags);
  const hits: TextHit[] = [];
  const isOnly = query.isOnlyInFolders === true && query.folders.length > 0;
  const paths = isOnly ? inside : [...inside, ...outside];
  for (const [index, path] of paths.slice(0, MAX_FILES).entries()) {
    const text = await readText(path);
    if (text === undefined) continue;
    const lines = text.split(/\r?\n/);
    for (const [line0, line] of lines.entries()) {
      if (line.length > 2_000 || !pattern.test(line) || isComment(line)) continue;
      hits.push({
        path,
        line0,
        text: line,
        before: lines.slice(Math.max(0, line0 - CONTEXT), line0),
        after: lines.slice(line0 + 1, line0 + 1 + CONTEXT),
        isInFolders: index < inside.length,
      });
      if (hits.length >= MAX_HITS) return hits;
    }
  }
  return hits;
}

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|#(?![[!])|\*|\/\*|--|;;|<!--|import\b|from\b.*\bimport\b|using\b[^(]*;|use\b[^(]*;|package\b)/.test(
    line,
  );
}

export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** A call whose argument begins the next line: `query(`, `execute("""`. */
export const opensCall = /\w\s*\(\s*(?:[frbFRB@$]{0,2}["'`]{1,3}|<<[-~]?['"]?\w+['"]?)?\s*$/;

/** The line of the call whose first argument begins the line. */
export function getCallLine0(hit: TextHit, line0 = hit.line0): number {
  const lines = [...hit.before, hit.text];
  const last = lines.length - 1 - (hit.line0 - line0);
  let at = last;
  // One text may be written as several, a line each.
  while (/^\s*(["'`])[^"'`]*\1[\s+\\]*$/.test(lines[at - 1] ?? "")) at -= 1;
  const text = lines[at] ?? "";
  const isFirst = /^\s*(?:[frbFRB@$]{0,2}["'`]{1,3}|[A-Za-z])/.test(text);
  return isFirst && !/\w\s*\(\s*["'`]/.test(text) && opensCall.test(lines[at - 1] ?? "")
    ? line0 - (last - at) - 1
    : line0;
}
