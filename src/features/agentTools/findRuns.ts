/** The counted runs of the workspace's functions, as the tools ask for them. */

import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { CodeQuery, RunsOfCode } from "../../services/runsOfCode.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import type { CodeRuns, ToolContext } from "../../tools/toolContext.ts";

type Query = Parameters<ToolContext["findRuns"]>[0];

/** Settles when all that came is counted. */
export async function findRuns(
  runs: RunsOfCode,
  query: Query,
  signal: AbortSignal,
): Promise<CodeRuns> {
  await runs.refresh(signal);
  const all = runs.list();
  const found = new Set(toCodeQueries(query).flatMap(each => runs.list(each)));
  return {
    isLimited: runs.isLimited,
    known: all.length,
    functions: [...found].map(each => ({
      path: vscode.workspace.asRelativePath(each.place.path).replaceAll("\\", "/"),
      name:
        each.place.owner === ""
          ? each.place.function
          : `${each.place.owner}.${each.place.function}`,
      line1: each.place.line0 + 1,
      runs: each.runs,
      listRuns: (limit, ended) => runs.listRuns(each, limit, ended),
      readLastFailed: ended => runs.readLastFailed(each, ended),
    })),
  };
}

/** A relative path may be one of any folder of the workspace. */
function toCodeQueries(query: Query): readonly CodeQuery[] {
  if ("function" in query) return [query];
  const { file, line1 } = query;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const paths = isAbsolute(file) ? [file] : folders.map(({ uri }) => join(uri.fsPath, file));
  return paths.map(path => ({
    path: normalizePath(path),
    ...(line1 !== undefined && { line0: line1 - 1 }),
  }));
}
