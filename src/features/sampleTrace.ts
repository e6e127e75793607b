/** Open Sample Trace: real Funboost results of a small shop, put into the embedded store as any other file is. */

import * as vscode from "vscode";
import { neverAborted } from "../base/neverAborted.ts";
import type { Disposable } from "../base/disposables.ts";
import { commands } from "../manifest.ts";
import { registerCommands, runCommand } from "../platform/commands.ts";
import type { Log } from "../platform/log.ts";
import { openFileLink } from "../stores/file/fileStore.ts";

export interface SampleServices {
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  readonly inDist: (file: string) => string;
  /** The embedded store's file. */
  readonly storeFile: string;
}

export function registerSampleTrace(services: SampleServices): Disposable {
  return registerCommands(services.log, {
    [commands.openSampleTrace]: async () =>
      runCommand(commands.openTrace, { traceId: await keepSampleTrace(services) }),
  });
}

/** Answers with the id of the sample trace: the shop's order is the largest of the recorded traces. */
async function keepSampleTrace(services: SampleServices): Promise<string> {
  const { extensionUri, inDist, storeFile: into } = services;
  const name = "shop-trace.ndjson";
  const file = vscode.Uri.joinPath(extensionUri, "media", "samples", name);
  const path = file.fsPath;
  const bytes = await vscode.workspace.fs.readFile(file);
  const link = openFileLink({ store: name, path, workerPath: inDist("fileWorker.cjs") });
  try {
    const { traces } = await link.ask(neverAborted(), remote =>
      remote.openFile({ bytes, name, path }, []),
    );
    await link.ask(neverAborted(), (remote, ticket) => remote.keepOpened({ into }, ticket));
    const [largest] = traces.toSorted((a, b) => b.spanCount - a.spanCount);
    return largest?.traceId ?? "";
  } finally {
    link.dispose();
  }
}
