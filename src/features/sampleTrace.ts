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
  const { records } = readDocumentFile(await vscode.workspace.fs.readFile(file));
  await local.addSpans(records);
  const spansByTrace = Map.groupBy(records, record => record.traceId);
  // The shop's order is the largest of the recorded traces.
  const [largest] = [...spansByTrace].sort(([, a], [, b]) => b.length - a.length);
  return largest?.[0] ?? "";
}
