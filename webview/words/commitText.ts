/** At which commit the workspace was when a trace came in, in words. */

import type { WorkspaceCommit } from "../../src/model/workspaceCommit.ts";
import { t } from "./words.ts";

/** As git itself shortens a hash in most repositories. */
const SHORT = 7;

export function nameCommit({ commit, isDirty }: WorkspaceCommit): string {
  const short = commit.slice(0, SHORT);
  return isDirty === true ? t("{0}, edited", short) : short;
}

/** A whole sentence. */
export function describeCommit({ commit, isDirty }: WorkspaceCommit): string {
  const short = commit.slice(0, SHORT);
  if (isDirty === undefined) return t("The workspace was at commit {0} when it came in.", short);
  return isDirty
    ? t("The workspace was at commit {0}, with changes, when it came in.", short)
    : t("The workspace was at commit {0}, without changes, when it came in.", short);
}
