/** Trace files opened as a user does, in a real extension host: what is in the file is what is on the screen. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { OpenedTrace } from "../../src/features/tracePanel/tracePanels.ts";
import { commands } from "../../src/manifest.ts";
import { makeJaegerFile } from "../perf/makeJaegerFile.ts";

const repo = process.env["TRACESIDE_REPO"] ?? "";
const settleMs = 20_000;

function readFixture(path: string): Buffer {
  return readFileSync(join(repo, "test/fixtures", path));
}

/** Puts a file into the workspace, where a user would have it. */
async function place(content: Uint8Array, name: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "a folder is open");
  const file = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(file, content);
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
    const file = await place(readFixture("otel/javascript-console.txt"), "console.txt");
    const opened = await open(file);
    assert.equal(opened?.traceId, "00a4f652155da87f9b1df31dc2e79c99");
    assert.equal(opened.spanCount, 3);
    assert.deepEqual(opened.problems, []);
    assert.ok(opened.stores.includes("local"));
  });

  it("opens what a tracer sent", async () => {
    const content = readFixture("sdks/py-zipkin-v2-json-1.json");
    const spans = JSON.parse(content.toString("utf8")) as { traceId: string }[];
    const opened = await open(await place(content, "zipkin.json"));
    assert.equal(opened?.traceId, spans[0]?.traceId);
    assert.equal(opened?.spanCount, spans.length);
  });

  it("opens a trace whose id no text would be searched for", async () => {
    const span = { traceId: "A", id: "1", name: "ask", timestamp: 1_795_000_000_000_000 };
    const spans = [span, { ...span, id: "2", parentId: "1", name: "answer" }];
    const opened = await open(await place(Buffer.from(JSON.stringify(spans)), "short.json"));
    assert.match(opened?.traceId ?? "", /^0*a$/i);
    assert.equal(opened?.spanCount, 2);
  });

  it("shows a large file before it is kept, and keeps all of it", async () => {
    const spans = 6_000;
    const content = Buffer.from([...makeJaegerFile({ spans, seed: 99 })].join(""));
    const opened = await open(await place(content, "large.json"));
    assert.equal(opened?.spanCount, spans);
    assert.ok(opened.stores.includes("local"));
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const again = await vscode.commands.executeCommand<OpenedTrace | undefined>(
      commands.openTrace,
      { traceId: opened.traceId },
    );
    assert.equal(again?.spanCount, spans);
  });

  it("asks which trace, the newest first, where a file has many", async () => {
    const content = readFixture("sdks/otel-js-zipkin-1.json");
    const spans = JSON.parse(content.toString("utf8")) as { traceId: string; timestamp: number }[];
    const traces = [...Map.groupBy(spans, span => span.traceId)];
    const startOf = (own: readonly { timestamp: number }[]): number =>
      Math.min(...own.map(span => span.timestamp));
    traces.sort(([, a], [, b]) => startOf(b) - startOf(a));
    assert.equal(traces.length, 2);
    const opened = await openFirst(await place(content, "many.json"));
    assert.equal(opened?.traceId, traces[0]?.[0]);
    assert.equal(opened?.spanCount, traces[0]?.[1].length);
  });
});
