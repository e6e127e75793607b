/**
 * The lines of a program that explain what a span shows: where its function was called, where it waits or works long,
 * where the time that it may take is limited, where it is tried again, and where it answers with a failure. By the words
 * of many languages. Pure; the workspace answers for its files.
 */

import type { LineQuestion } from "../model/lineQuestion.ts";
import { findCallSite, isComment, listCallers, type CallWorkspace } from "./findCallSite.ts";
import type { CodeLine, Place } from "./location.ts";
import { findFunction } from "./runPlace.ts";

/** A function with more such lines is explained by none of them. */
const MOST = 3;

/** Calls that wait: for a lock, a time, a thread, a message or a result. `Unlock` and `", ".join(…)` are none. */
const waits =
  /\bawait\b|<-\s*[\w.]|\bselect\s*\{|\b(?:synchronized|lock)\s*\(|(?<![\p{L}\p{N}])(?:r|try_?)?lock\s*\(|\b(?:with|using)\b[^:{]{0,40}?(?:lock|mutex|semaphore)|(?:acquire|sleep|usleep|wait\w{0,20}|recv|take)\s*\(|\bsetTimeout\s*\(|\.(?:get|join|result)\s*\(\s*(?:timeout|\)|\d+\s*,\s*TimeUnit)|\.join\s*\(\s*\d|\.Result\b/iu;

const limited =
  /time_?out|deadline|\b(?:get|await|tryLock|poll)\s*\([^()]*\bTimeUnit\.|(?:fail|move_on|cancel)_?after|\bwait_for\s*\(|\.abort\s*\(|time_?limit/i;
/** Lines that look at a limit that was passed, and set none. */
const passed =
  /\b(?:except|catch|rescue|import|from|raise|throws?|case|isinstance|instanceof|errors\.(?:Is|As)|DeadlineExceeded)\b/;

/** Calls that work long without a wait. */
const busy =
  /\w{1,60}Sync\s*\(|\b(?:pbkdf2|b?scrypt|argon2|bcrypt|(?:de|en)crypt|hash|deflate|inflate|gzip|compress)\w{0,40}\s*\(|\.(?:sort|parse|stringify|loads|dumps)\w{0,20}\s*\(|\bsorted\s*\(/i;
/** The use of a pattern, by the name that it has where it stands elsewhere. */
const matching =
  /(?<![\w$])([\w$]+)\.(?:test|exec|fullmatch|match|matcher|find\w*|sub|is_match|MatchString|Find\w*|Replace\w*)\s*\(|\.(?:match|matchAll|fullmatch|replace|replaceAll|search|split|sub|findall)\s*\(\s*([\w$]+)\s*[,)]/;
const pattern = /\/.+\/|\bre\.compile|\bregexp\.|\bRegExp?\b|\bPattern\.compile|\bRegex::/;

const retried =
  /re_?(?:try|tries|queue|deliver|submit|enqueue|publish)|attempt|\bnack|\breject\w*\s*\(|\.(?:put|publish|enqueue|send|push)\w{0,20}\s*\(/i;

const failed = /set_?status|status_?code|\bstatus\s*[(=:]|\b(?:Http)?Status[.A-Z]\w/i;

/** The call first, and the calls of the function that made it, where no span tells which of them it was. */
export async function findCodeLines(
  place: Place,
  question: LineQuestion<Place>,
  workspace: CallWorkspace,
): Promise<readonly CodeLine[]> {
  if ("above" in question) {
    if (question.kind === "called") return listCalls(place, question.above[0], workspace);
    const isFitting =
      question.kind === "limited" ? isLimit : (line: string): boolean => retried.test(line);
    // Whoever called it may have set the limit, and a client is often made outside of all functions.
    for (const each of [place, ...question.above]) {
      const lines = await listLines(each, isFitting, workspace);
      if (lines.length > 0) return lines;
    }
    return question.kind === "limited" ? listLines(place, isLimit, workspace, true) : [];
  }
  if (question.kind === "busy") {
    return listWithin(place, at => listBusy(at, workspace), workspace);
  }
  if (question.kind === "registered") return listCallers(place, undefined, workspace);
  if (question.kind !== "failed") {
    return listWithin(place, at => listLines(at, line => waits.test(line), workspace), workspace);
  }
  const { message = "" } = question;
  const worded = await listLines(place, line => hasWordsOf(line, message), workspace);
  if (worded.length > 0) return worded;
  const code = new RegExp(String.raw`(?<![\w.])${question.status ?? NaN}(?![\w.])`);
  const statusLines = await listLines(place, line => code.test(line), workspace);
  return statusLines.length > 0
    ? statusLines
    : listLines(place, line => failed.test(line), workspace);
}

async function listCalls(
  place: Place,
  caller: Place | undefined,
  workspace: CallWorkspace,
): Promise<readonly CodeLine[]> {
  const site = await findCallSite(place, caller, workspace);
  return site === undefined ? [] : [site, ...(await listCallers(site, caller, workspace))];
}

/** Words that begin a span: a function that has them tells its own time. */
const beginsSpan =
  /start_?(?:as_current_|active_?)?span|\btracer\.\w*start|spanBuilder|StartActivity/i;
const called = /(?<![\p{L}\p{N}_$])([\p{L}_$][\p{L}\p{N}_$]*)\s*\(/gu;
/** A function that calls more is read itself. */
const MOST_CALLED = 8;

/** The lines that a search finds in the function around a place, and in those that it calls and that no span tells of. */
async function listWithin(
  place: Place,
  search: (place: Place) => Promise<readonly CodeLine[]>,
  workspace: CallWorkspace,
): Promise<readonly CodeLine[]> {
  const [own, lines] = await Promise.all([search(place), workspace.readLines(place.path)]);
  const around = findFunction(await workspace.readSymbols(place.path), place.line0);
  if (around === undefined) return own;
  const text = lines.slice(around.line0 + 1, around.endLine0 + 1).join("\n");
  const names = new Set(Array.from(text.matchAll(called), ([, name = ""]) => name));
  const found = [...own];
  for (const name of [...names].slice(0, MOST_CALLED)) {
    const symbols = (await workspace.findSymbols(name)).filter(({ kind }) => kind === "function");
    const [only] = symbols;
    if (symbols.length !== 1 || only?.path !== place.path || only.line0 === around.line0) continue;
    const body = lines.slice(only.line0, only.endLine0 + 1).join("\n");
    if (!beginsSpan.test(body)) found.push(...(await search(only)));
  }
  return found.length > MOST
    ? own
    : found.map(line => ({ ...line, isSure: line.isSure && found.length === 1 }));
}

/** The slow work of a function, and the patterns that it matches with, where they are written. Never sure. */
async function listBusy(place: Place, workspace: CallWorkspace): Promise<readonly CodeLine[]> {
  const lines = await workspace.readLines(place.path);
  const isWritten = (name: string) => (line: string) =>
    pattern.test(line) &&
    new RegExp(String.raw`(?<![\w$.])${name.replaceAll("$", "\\$")}\b[^=]{0,80}=`).test(line);
  const findPattern = (line: string): number => {
    const [, matcher, name = matcher] = matching.exec(line) ?? [];
    return name === undefined ? -1 : lines.findIndex(isWritten(name));
  };
  const isBusy = (line: string): boolean => busy.test(line) || findPattern(line) >= 0;
  return (await listLines(place, isBusy, workspace)).map(({ path, line0 }) => {
    const at = findPattern(lines[line0] ?? "");
    return { path, line0: at < 0 ? line0 : at, isSure: false };
  });
}

/** Shorter pieces of a text stand in many. */
const LEAST_PIECE = 6;

/** Whether a text of the line, without what is filled in when it runs, is a part of the message. */
function hasWordsOf(line: string, message: string): boolean {
  const texts = line.matchAll(/"([^"]*)"|'([^']*)'|`([^`]*)`/g);
  return Array.from(texts, ([, ...own]) => own.join("")).some(text =>
    text
      .split(/%[-+\d.]*\w|\$?\{[^}]*\}/)
      .some(piece => piece.trim().length >= LEAST_PIECE && message.includes(piece)),
  );
}

function isLimit(line: string): boolean {
  return limited.test(line) && !passed.test(line);
}

/** The lines of the function around a place, below the one that begins it; or those of its file outside of all functions. */
async function listLines(
  place: Place,
  isFitting: (line: string) => boolean,
  workspace: CallWorkspace,
  isOutside = false,
): Promise<readonly CodeLine[]> {
  const symbols = await workspace.readSymbols(place.path);
  const around = findFunction(symbols, place.line0);
  const isIn = (line0: number): boolean =>
    isOutside
      ? !symbols.some(
          ({ kind, line0: first, endLine0 }) =>
            first === line0 || (kind === "function" && first < line0 && line0 <= endLine0),
        )
      : around !== undefined && around.line0 < line0 && line0 <= around.endLine0;
  const found = (await workspace.readLines(place.path)).flatMap((line, line0) =>
    isIn(line0) && isFitting(line) && !isComment(line) ? [line0] : [],
  );
  if (found.length > MOST) return [];
  return found.map(line0 => ({ path: place.path, line0, isSure: found.length === 1 }));
}
