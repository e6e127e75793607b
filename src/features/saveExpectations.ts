/** Save Expectations: what the open trace says of the next runs of its root, chosen by the user, into the workspace. */

import * as vscode from "vscode";
import { analyseTrace } from "../analysis/analysedTrace.ts";
import {
  EXPECTATIONS_FILE,
  findExpectedRoot,
  parseExpectations,
  proposeExpectations,
  type Expectation,
  type ExpectationsFile,
} from "../analysis/expectations.ts";
import type { Disposable } from "../base/disposables.ts";
import { commands } from "../manifest.ts";
import { TraceError } from "../model/failure.ts";
import type { Trace } from "../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { registerCommands } from "../platform/commands.ts";
import type { Log } from "../platform/log.ts";
import { showReport } from "../platform/report.ts";

/** `getTrace`: of the panel in front. */
export interface SaveExpectationsServices {
  readonly log: Log;
  readonly panels: { getActiveTrace(): { readonly trace: Trace } | undefined };
}

export function registerSaveExpectations({ log, panels }: SaveExpectationsServices): Disposable {
  return registerCommands(log, {
    [commands.saveExpectations]: () => saveExpectations(panels.getActiveTrace()?.trace),
  });
}

async function saveExpectations(trace: Trace | undefined): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (trace === undefined || folder === undefined) {
    const text =
      trace === undefined
        ? vscode.l10n.t("Open a trace first, then save what is expected of it.")
        : vscode.l10n.t("Open a folder first: expectations are kept in it.");
    await showReport({ text, lines: [], actions: [] }, "info");
    return;
  }
  const file = vscode.Uri.joinPath(folder.uri, EXPECTATIONS_FILE);
  const known = await readExpectations(file);
  const { root, service } = findExpectedRoot(trace.columns);
  const proposed = proposeExpectations(analyseTrace(trace.columns, trace.problems));
  const chosen = await vscode.window.showQuickPick(
    proposed.map(expectation => ({
      label: describe(expectation),
      picked: expectation.kind !== "p95",
      expectation,
    })),
    {
      title: vscode.l10n.t("What Do You Expect of “{0}” From Now On?", root),
      canPickMany: true,
      ignoreFocusOut: true,
      matchOnDetail: true,
    },
  );
  if (chosen === undefined) return;
  const expect = chosen.map(({ expectation }) => expectation);
  const others = known.traces.filter(each => each.root !== root || each.service !== service);
  const next: ExpectationsFile = {
    version: 1,
    traces: expect.length === 0 ? others : [...others, { root, service, expect }],
  };
  const text = `${JSON.stringify(next, undefined, 2)}\n`;
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(file);
}

/** Nothing where there is no file yet. Rejects where there is one that cannot be read: it is not ours to overwrite. */
async function readExpectations(file: vscode.Uri): Promise<ExpectationsFile> {
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(file);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") {
      return { version: 1, traces: [] };
    }
    throw error;
  }
  const refuse = (reason: string): TraceError =>
    new TraceError({ code: "unreadableFile", path: EXPECTATIONS_FILE, reason });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    // A slip of the person who edited it.
    throw refuse(String(error));
  }
  const parsed = parseExpectations(value);
  if ("wrong" in parsed) throw refuse(parsed.wrong.join("; "));
  return parsed.file;
}

function describe(expectation: Expectation): string {
  const { t } = vscode.l10n;
  switch (expectation.kind) {
    case "noErrors":
      return t("No span fails");
    case "mostCalls":
      return expectation.calls === 1
        ? t("{0} runs at most once", expectation.operation)
        : t("{0} runs at most {1} times", expectation.operation, expectation.calls);
    case "edge":
      return t("{0} calls {1}", expectation.from, expectation.to);
    case "p95":
      return t(
        "95 of 100 runs of {0} take at most {1}",
        expectation.operation,
        formatDuration(expectation.ms * NS_PER_MS),
      );
  }
}
