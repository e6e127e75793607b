/** Open Sample Trace: real Funboost results of a small shop, put into the embedded store on first use. */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import { readDocumentFile } from "../formats/tasks/documentFile.ts";
import { commands } from "../manifest.ts";
import { registerCommands, runCommand } from "../platform/commands.ts";
import type { Log } from "../platform/log.ts";
import type { LocalStore } from "../stores/local/localStore.ts";

export interface SampleServices {
  readonly log: Log;
  readonly local: LocalStore;
  readonly extensionUri: vscode.Uri;
}

export function registerSampleTrace(services: SampleServices): Disposable {
  return registerCommands(services.log, {
    [commands.openSampleTrace]: async () =>
      runCommand(commands.openTrace, { traceId: await importSampleTrace(services) }),
  });
}

/** Answers with the id of the sample trace. */
async function importSampleTrace({ local, extensionUri }: SampleServices): Promise<string> {
  const file = vscode.Uri.joinPath(extensionUri, "media", "samples", "shop-trace.ndjson");
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const { records } = readDocumentFile(text, { store: local.name, nowUnixMs: Date.now() });
  await local.addSpans(records);
  // The shop's order is the largest of the recorded traces.
  const byTrace = [...Map.groupBy(records, record => record.traceId)];
  const [largest] = byTrace.sort(([, a], [, b]) => b.length - a.length);
  return largest?.[0] ?? "";
}
