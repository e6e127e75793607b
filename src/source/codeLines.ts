/**
 * The lines of a program that explain what a span shows: where its function was called, where it waits, where the time
 * that it may take is limited, and where it answers with a failure. By the words of many languages. Pure; the workspace
 * answers for its files.
 */

import { findCallSite, isComment, listCallers, type CallWorkspace } from "./findCallSite.ts";
import type { CodeLine, Place } from "./location.ts";
import { findFunction } from "./runPlace.ts";

export type LineQuestion =
  /** `above`: the places of the spans above, the nearest first. */
  | { readonly kind: "called" | "limited"; readonly above: readonly Place[] }
  | { readonly kind: "waits" }
  /** `status`: the code of the answer, where it has one; `message`: what the failure says. */
  | {
      readonly kind: "failed";
      readonly status?: number | undefined;
      readonly message?: string | undefined;
    };

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

const failed = /set_?status|status_?code|\bstatus\s*[(=:]|\b(?:Http)?Status[.A-Z]\w/i;

/** The call first, and the calls of the function that made it, where no span tells which of them it was. */
export async function findCodeLines(
  place: Place,
  question: LineQuestion,
  workspace: CallWorkspace,
): Promise<readonly CodeLine[]> {
  if ("above" in question) {
    if (question.kind === "called") return listCalls(place, question.above[0], workspace);
    // Whoever called it may have set the limit, and a client is often made outside of all functions.
    for (const each of [place, ...question.above]) {
      const lines = await listLines(each, isLimit, workspace);
      if (lines.length > 0) return lines;
    }
    return listLines(place, isLimit, workspace, true);
  }
  if (question.kind === "waits") return listLines(place, line => waits.test(line), workspace);
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
