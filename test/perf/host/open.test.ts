/**
 * Measures inside the extension host: activation, from command to first paint, hovers. Writes its samples to
 * `bench.json` in the workspace; `test/perf/host.bench.ts` fills the store before and reads them after.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "mocha";
import * as vscode from "vscode";
import type { TracesideApi } from "../../../src/extension.ts";
import { extensionId } from "../../../src/manifest.ts";

interface Plan {
  readonly runs: number;
  readonly traces: readonly { readonly spans: number; readonly traceId: string }[];
}

it("measures", async function () {
  this.timeout(600_000);
  const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as Plan;
  const api = await vscode.extensions.getExtension<TracesideApi>(extensionId)!.activate();
  const samples: Record<string, number[]> = { activation: [api.activationMs] };
  const add = (figure: string, ms: number): void => void (samples[figure] ??= []).push(ms);

  for (const { spans, traceId } of plan.traces) {
    for (let run = 0; run < plan.runs; run += 1) {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      const { timings } = await api.openTrace(traceId);
      add(`firstPaint ${spans}`, timings.firstPaintMs);
      add(`read ${spans}`, timings.readMs);
      add(`build ${spans}`, timings.buildMs);
    }
  }

  const document = await vscode.workspace.openTextDocument(join(folder, "bench.log"));
  for (let line = 0; line < document.lineCount; line += 1) {
    const column = document.lineAt(line).text.indexOf("task_id=") + 12;
    if (column < 12) continue;
    const startMs = performance.now();
    await vscode.commands.executeCommand(
      "vscode.executeHoverProvider",
      document.uri,
      new vscode.Position(line, column),
    );
    add("hover", performance.now() - startMs);
  }
  writeFileSync(join(folder, "bench.json"), JSON.stringify(samples));
});
