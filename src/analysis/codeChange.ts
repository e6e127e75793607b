/**
 * Which runs of a function are of the code as it is now, and which of the code before: by the commits at which the
 * workspace was when their traces came in. Pure.
 */

import { findFirst } from "../base/binarySearch.ts";
import { isOtherCode, type CaptureLog, type WorkspaceCommit } from "../model/workspaceCommit.ts";

/** The sides of a comparison; a run whose commit nobody knows is on neither. */
export const CodeSide = { now: 1, before: 2 } as const;

export interface CodeChange {
  /** The code of the runs before: another commit, or the same one without changes. */
  readonly before: WorkspaceCommit;
  /** A `CodeSide` for each run; now is the code of the last run of which it is known. */
  readonly sideOf: Uint8Array;
}

/** The code of each trace, by the interval that it came in; the same object for the same code. */
export function findCodeChange(
  log: CaptureLog,
  root: string,
  trace: Uint32Array,
): CodeChange | undefined {
  const marks = log.marks.filter(each => each.root === root);
  const byCode = new Map<string, WorkspaceCommit>();
  const codes = marks.map(({ commit, isDirty }) => {
    if (commit === undefined) return undefined;
    const key = `${commit} ${String(isDirty)}`;
    const known = byCode.get(key);
    if (known !== undefined) return known;
    const code = { root, commit, ...(isDirty !== undefined && { isDirty }) };
    byCode.set(key, code);
    return code;
  });
  if (byCode.size < 2) return undefined;
  const codeOf = (number: number): WorkspaceCommit | undefined => {
    const copied = log.copied[findFirst(log.copied.length, i => log.copied[i]!.last >= number)];
    if (copied !== undefined && copied.first <= number) return undefined;
    return codes[findFirst(marks.length, i => marks[i]!.firstTrace > number) - 1];
  };
  const ofRuns = Array.from(trace, codeOf);
  const now = ofRuns.findLast(code => code !== undefined);
  const before = ofRuns.findLast(
    code => code !== undefined && now !== undefined && isOtherCode(code, now),
  );
  if (before === undefined) return undefined;
  const sideOf = Uint8Array.from(ofRuns, code =>
    code === now ? CodeSide.now : code === before ? CodeSide.before : 0,
  );
  return { before, sideOf };
}
