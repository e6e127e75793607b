/** Open Sample Trace: real Funboost results of a small shop, put into the embedded store on first use. */

import * as vscode from "vscode";
import { readDocumentFile } from "../formats/documentFile.ts";
import type { LocalStore } from "../stores/local/localStore.ts";

/** Answers with the id of the sample trace. */
export async function importSampleTrace(
  local: LocalStore,
  extensionUri: vscode.Uri,
): Promise<string> {
  const file = vscode.Uri.joinPath(extensionUri, "media", "samples", "shop-trace.ndjson");
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const { records } = readDocumentFile(text, { store: local.name, nowUnixMs: Date.now() });
  await local.addSpans(records);
  // The shop's order is the largest of the recorded traces.
  const byTrace = [...Map.groupBy(records, record => record.traceId)];
  const [largest] = byTrace.sort(([, a], [, b]) => b.length - a.length);
  return largest?.[0] ?? "";
}
