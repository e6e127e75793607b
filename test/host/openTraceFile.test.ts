/** Trace files opened as a user does, in a real extension host: what is in the file is what is on the screen. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type Context } from "mocha";
import * as vscode from "vscode";
import type { OpenedTrace } from "../../src/features/tracePanel/tracePanels.ts";
import { commands } from "../../src/manifest.ts";

const repo = process.env["TRACESIDE_REPO"] ?? "";
const data = process.env["TRACESIDE_DATA"] ?? join(repo, "../shared/data");
const settleMs = 20_000;

/** Passes the test over, and says why, where the real traces are not on this machine. */
function needs(context: Context, file: string): void {
  if (existsSync(file)) return;
  Object.assign(context.runnable(), { skipReason: `no real traces at ${data}` });
  context.skip();
}

/** Puts a copy into the workspace, where a user would have it. */
async function place(source: string, name: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "a folder is open");
  const file = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(file, readFileSync(source));
  return file;
}

async function open(file: vscode.Uri): Promise<OpenedTrace | undefined> {
  return vscode.commands.executeCommand<OpenedTrace | undefined>(commands.openTraceFile, file);
}

/** Takes the first of a list as soon as it is there. */
async function openFirst(file: vscode.Uri): Promise<OpenedTrace | undefined> {
  const opened = open(file);
  const end = Date.now() + settleMs;
  const pause = async (): Promise<"waiting"> => {
    await new Promise(resolve => setTimeout(resolve, 200));
    return "waiting";
  };
  while ((await Promise.race([opened, pause()])) === "waiting" && Date.now() < end) {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
  }
  return opened;
}

describe("Open Trace File", () => {
  it("opens what a console exporter printed", async () => {
    const file = await place(
      join(repo, "test/fixtures/otel/javascript-console.txt"),
      "console.txt",
    );
    const opened = await open(file);
    assert.equal(opened?.traceId, "00a4f652155da87f9b1df31dc2e79c99");
    assert.equal(opened.spanCount, 3);
    assert.deepEqual(opened.problems, []);
    assert.ok(opened.stores.includes("local"));
  });

  const rows: readonly (readonly [file: string, traceId: string, spans: number])[] = [
    ["docker-buildx/otlp.json", "0555ce1903feb85770d102846273073b", 73],
    ["docker-buildx/jaeger.json", "0555ce1903feb85770d102846273073b", 73],
    // No text would be searched for such an id, but the file has it.
    ["uber-crisp/15.json", "A", 7],
  ];
  for (const [path, traceId, spans] of rows) {
    it(`opens ${path}`, async function () {
      needs(this, join(data, path));
      const opened = await open(await place(join(data, path), path.replace("/", "-")));
      assert.equal(opened?.traceId, traceId);
      assert.equal(opened.spanCount, spans);
    });
  }

  it("asks which trace, the newest first, where a file has many", async function () {
    const path = join(data, "deathstarbench/traces-1695947455229.json");
    needs(this, path);
    const { data: traces } = JSON.parse(readFileSync(path, "utf8")) as {
      data: { traceID: string; spans: { startTime: number }[] }[];
    };
    const starts = traces.map(trace => Math.min(...trace.spans.map(span => span.startTime)));
    const newest = traces[starts.indexOf(Math.max(...starts))];
    assert.ok(newest);
    const opened = await openFirst(await place(path, "many.json"));
    assert.equal(opened?.traceId, newest.traceID.padStart(32, "0"));
    assert.equal(opened.spanCount, newest.spans.length);
  });
});
