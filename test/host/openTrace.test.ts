/** The extension's promises, asked of the packaged extension inside a real extension host, in the sample workspace. */

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { before, describe, it } from "mocha";
import * as vscode from "vscode";
import type { TracesideApi } from "../../src/extension.ts";
import { commands, extensionId, settings } from "../../src/manifest.ts";
import { getFailure } from "../../src/model/failure.ts";
import { readRecordedOrder } from "./recorded.ts";

const order = readRecordedOrder(process.env["TRACESIDE_REPO"] ?? "");
const inTrace = order.tasks.filter(task => task.traceId === order.traceId);
const failed = order.tasks.find(task => task.status === "error")!;
const running = order.tasks.find(task => task.status === "running")!;

async function activate(): Promise<TracesideApi> {
  const extension = vscode.extensions.getExtension<TracesideApi>(extensionId);
  assert.ok(extension, "the extension is installed");
  return extension.activate();
}

async function openLog(): Promise<vscode.TextDocument> {
  const [file] = await vscode.workspace.findFiles("logs/orders.log");
  assert.ok(file, "the sample workspace has its log");
  return vscode.workspace.openTextDocument(file);
}

/** The text of all hover cards at the first place of an id in a document. */
async function hover(document: vscode.TextDocument, text: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(text) + 3);
  const cards = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    position,
  );
  return cards
    .flatMap(card => card.contents)
    .map(content => (content as vscode.MarkdownString).value)
    .join("\n");
}

/** A port that nobody listens on: it was free a moment ago. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

describe("Traceside in VS Code", () => {
  let api: TracesideApi;

  before(async () => {
    api = await activate();
    await vscode.commands.executeCommand(commands.openSampleTrace);
  });

  it("has every command of its manifest", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const command of Object.values(commands)) assert.ok(known.has(command), command);
  });

  it("opens the recorded trace by its trace id, with every task", async () => {
    const opened = await api.openTrace(order.traceId);
    assert.equal(opened.traceId, order.traceId);
    assert.ok(opened.spanCount >= inTrace.length, `${opened.spanCount} spans`);
    assert.ok(opened.stores.includes("local"));
  });

  it("opens the same trace by a task id, by a log line and by a traceparent-like text", async () => {
    const document = await openLog();
    const line = document
      .getText()
      .split("\n")
      .find(each => each.includes(failed.id))!;
    for (const text of [failed.id, `  ${failed.id.toUpperCase()} `, line]) {
      assert.equal((await api.openTrace(text)).traceId, order.traceId, text.slice(0, 60));
    }
  });

  it("paints what it opens, and says how long that took", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const { timings } = await api.openTrace(order.rootTaskId);
    assert.ok(timings.firstPaintMs > 0 && timings.readMs > 0, JSON.stringify(timings));
  });

  it("answers an unknown id with who was asked", async () => {
    const error = await api
      .openTrace("0190a000-0000-7000-8000-00000000dead")
      .catch((e: unknown) => e);
    const failure = getFailure(error);
    assert.equal(failure?.code, "notFound");
    assert.deepEqual(
      failure.answers.map(answer => [answer.kind, answer.store]),
      [["notFound", "local"]],
    );
  });

  it("asks again in the panel that failed, and brings one that still looks to the front", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const id = "0190a000-0000-7000-8000-00000000feed";
    const ask = (): Promise<unknown> => api.openTrace(id).catch((error: unknown) => error);
    for (const error of [...(await Promise.all([ask(), ask()])), await ask()]) {
      assert.equal(getFailure(error)?.code, "notFound");
    }
    const countTabs = (): number => vscode.window.tabGroups.all.flatMap(group => group.tabs).length;
    // Tabs are told of later than panels; the second wait is for one tab too many.
    for (let tries = 0; tries < 200 && countTabs() === 0; tries += 1) await rest(200);
    await rest(500);
    assert.equal(countTabs(), 1);
  });

  it("finds a trace by what any of its spans is called, though its root is called otherwise", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const root = inTrace.find(task => task.id === order.rootTaskId)!;
    const inner = inTrace.find(task => task.function !== root.function)!;
    const search = vscode.commands.executeCommand(commands.searchTraces, inner.function);
    // The list fills when the stores answer, and what is accepted before that is nothing.
    for (let tries = 0; tries < 50 && vscode.window.tabGroups.activeTabGroup.tabs.length === 0;) {
      tries += 1;
      await rest(200);
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    }
    await search;
    const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "";
    assert.ok(label.startsWith(`${root.function} · `), label);
  });

  it("says that a text holds no id", async () => {
    const error = await api.openTrace("what happened here").catch((e: unknown) => e);
    assert.equal(getFailure(error)?.code, "noId");
  });

  it("names a store that is down, and still answers from the others", async () => {
    const port = await findClosedPort();
    const configuration = vscode.workspace.getConfiguration();
    const store = { kind: "mongodb", name: "down", url: `mongodb://127.0.0.1:${port}` };
    await configuration.update(settings.stores, [store], vscode.ConfigurationTarget.Global);
    try {
      const error = await api
        .openTrace("0190a000-0000-7000-8000-00000000beef")
        .catch((e: unknown) => e);
      const failure = getFailure(error);
      assert.equal(failure?.code, "notFound");
      const down = failure.answers.find(answer => answer.store === "down");
      assert.equal(down?.kind, "failed");
      assert.match(down.failure.code, /^store(Unreachable|Timeout)$/);
      assert.equal((await api.openTrace(order.traceId)).traceId, order.traceId);
    } finally {
      await configuration.update(settings.stores, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("shows what became of a task when its id is hovered in a log", async () => {
    const document = await openLog();
    const card = await hover(document, failed.id);
    assert.match(card, new RegExp(failed.function));
    assert.match(card, new RegExp(failed.queue));
    assert.match(card, /failed/);
    assert.match(card, /traceside\.openTrace/);
    assert.match(await hover(document, running.id), /no heartbeat/);
  });

  it("shows no card where there is no id, and none for `no_task_id`", async () => {
    const document = await openLog();
    assert.equal(await hover(document, "no_task_id"), "");
    assert.equal(await hover(document, "funboost."), "");
  });

  it("makes the ids of a log links that open their trace", async () => {
    const document = await openLog();
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      "vscode.executeLinkProvider",
      document.uri,
    );
    const linked = new Set(links.map(link => document.getText(link.range)));
    assert.ok(linked.has(failed.id));
    assert.ok(!linked.has("no_task_id"));
  });

  it("links the ids that are near what is seen where a log has very many", async () => {
    const ids = Array.from(
      { length: 12_000 },
      (_, line) => `f50f${String(line).padStart(28, "a")}`,
    );
    const document = await vscode.workspace.openTextDocument({
      content: ids.map(id => `trace_id=${id}`).join("\n"),
    });
    const editor = await vscode.window.showTextDocument(document);
    const listLinked = async (): Promise<ReadonlySet<string>> => {
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        "vscode.executeLinkProvider",
        document.uri,
      );
      return new Set(links.map(link => document.getText(link.range)));
    };
    const atBegin = await listLinked();
    assert.ok(atBegin.has(ids[0] ?? ""));
    assert.ok(!atBegin.has(ids[11_999] ?? ""));
    assert.ok(atBegin.size < 6_000, String(atBegin.size));
    const isSeen = new Promise(resolve => {
      vscode.window.onDidChangeTextEditorVisibleRanges(resolve);
    });
    editor.revealRange(new vscode.Range(11_999, 0, 11_999, 0));
    await isSeen;
    assert.ok((await listLinked()).has(ids[11_999] ?? ""));
    // Left open, it would be asked to be saved where all editors are closed.
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("goes from every recorded task to the line of its function", async () => {
    for (const task of order.tasks) {
      await vscode.commands.executeCommand(commands.goToFunction, {
        name: task.function,
        queue: task.queue,
      });
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor, task.function);
      assert.ok(editor.document.uri.path.endsWith(`/${task.file}`), editor.document.uri.path);
      assert.equal(editor.selection.active.line + 1, task.line, task.function);
    }
  });
});

function rest(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
