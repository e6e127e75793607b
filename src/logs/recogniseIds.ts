/**
 * Text → the trace, span and task ids in it. Pure; knows no editor and asks no store.
 *
 * A match is certain where its surroundings say that it is an id (a key, a log line's own column, a header's form).
 * A bare UUID or 32 hex digits may be anything: it is offered as uncertain, for a store to confirm.
 */

import { canonicalSpanId, canonicalTraceId, isNoId } from "../model/ids.ts";
import { listHexIds } from "./hexForms.ts";
import { toMatches } from "./idForm.ts";
import type { IdMatch, IsLogAt } from "./idMatch.ts";
import { listKeyedIds } from "./keyedIds.ts";
import { loggedForms } from "./loggedForms.ts";
import { isLogLine } from "./logLine.ts";
import { stripPrinted } from "../base/printedText.ts";

/** The ids of a piece of text, in order, without overlaps. Every pattern is bounded, so a hostile line is no trap. */
export function recogniseIds(text: string): readonly IdMatch[] {
  const { plain, toOriginal } = stripPrinted(text);
  const isLogAt = createLogTest(plain, text, toOriginal);
  const matches: IdMatch[] = [];
  /** One for every character that an id stands on: a hostile text has as many ids as it likes. */
  let covered: Uint8Array | undefined;
  const add = (match: IdMatch): void => {
    const { start, end } = match;
    covered ??= new Uint8Array(plain.length);
    for (let at = start; at < end; at += 1) if (covered[at] === 1) return;
    covered.fill(1, start, end);
    if (isNoId(match.id)) return;
    matches.push({ ...match, start: toOriginal(start), end: toOriginal(end - 1) + 1 });
  };
  for (const match of listLoggedIds(plain, isLogAt)) add(match);
  for (const match of listKeyedIds(plain, isLogAt)) add(match);
  for (const match of listHexIds(plain, isLogAt)) add(match);
  // An id that a key names stands bare beside it as well: in a message, in a URL.
  const certain = new Set(matches.flatMap(match => (match.isCertain ? [match.id] : [])));
  return matches
    .map(match => (certain.has(match.id) ? { ...match, isCertain: true } : match))
    .sort((a, b) => a.start - b.start);
}

/** Ids to look for in a text that someone typed or pasted, likeliest first; free text without any is itself an id. */
export function listIds(text: string): readonly string[] {
  const trimmed = text.trim();
  const matches = recogniseIds(trimmed);
  const rank = (match: IdMatch): number =>
    (match.isCertain ? 0 : 10) + { task: 0, trace: 1, any: 2, span: 3 }[match.role];
  const ids = [...matches].sort((a, b) => rank(a) - rank(b)).map(match => match.id);
  // What fills the whole text is meant, whatever it looks like: users make ids of any form.
  const isOneWord =
    trimmed !== "" && !/\s/.test(trimmed) && trimmed.length <= 200 && !isNoId(trimmed);
  const isPart = matches.some(match => match.end - match.start < trimmed.length);
  if (isOneWord && !isPart) ids.push(canonicalTraceId(trimmed), canonicalSpanId(trimmed));
  return [...new Set(ids)];
}

function* listLoggedIds(text: string, isLogAt: IsLogAt): Iterable<IdMatch> {
  for (const form of loggedForms) {
    // Patterns are shared, so each search has its own position.
    for (const match of text.matchAll(form.pattern)) {
      if (form.isLogOnly === true && !isLogAt(match.index)) continue;
      yield* toMatches(text, match, form);
    }
  }
}

/** Asks of each line once; what stands before a line may be what shows that it is a log's. */
function createLogTest(
  plain: string,
  text: string,
  toOriginal: (offset: number) => number,
): IsLogAt {
  let [start, end] = [0, -1];
  let isLog = false;
  return offset => {
    if (offset < start || offset > end) {
      [start, end] = getLine(plain, offset);
      isLog =
        isLogLine(plain.slice(start, end)) ||
        (plain !== text && isLogLine(text.slice(...getLine(text, toOriginal(offset)))));
    }
    return isLog;
  };
}

function getLine(text: string, offset: number): readonly [start: number, end: number] {
  const end = text.indexOf("\n", offset);
  return [text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end];
}
