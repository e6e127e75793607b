/** The tools of coding agents, invoked as the editor's own agent invokes them. */

import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import * as vscode from "vscode";
import type { TracesideApi } from "../../src/extension.ts";
import { commands, extensionId } from "../../src/manifest.ts";
import { TOOL_PREFIX, toolNames } from "../../src/tools/toolTable.ts";
import { readRecordedOrder } from "./recorded.ts";

const order = readRecordedOrder(process.env["TRACESIDE_REPO"] ?? "");
const failed = order.tasks.find(task => task.status === "error" && task.traceId === order.traceId)!;

async function invoke(
  name: string,
  input: object,
  tokenizationOptions?: vscode.LanguageModelToolTokenizationOptions,
): Promise<string> {
  const { content } = await vscode.lm.invokeTool(`${TOOL_PREFIX}${name}`, {
    input,
    toolInvocationToken: undefined,
    ...(tokenizationOptions !== undefined && { tokenizationOptions }),
  });
  return content.map(part => (part as vscode.LanguageModelTextPart).value).join("\n");
}

describe("The tools of coding agents in VS Code", () => {
  before(async () => {
    const extension = vscode.extensions.getExtension<TracesideApi>(extensionId);
    assert.ok(extension, "the extension is installed");
    await extension.activate();
    await vscode.commands.executeCommand(commands.openSampleTrace);
  });

  it("are all there, with their schemas", () => {
    const known = vscode.lm.tools.filter(({ name }) => name.startsWith(TOOL_PREFIX));
    assert.deepEqual(
      known.map(({ name }) => name).sort(),
      toolNames.map(name => `${TOOL_PREFIX}${name}`).sort(),
    );
    for (const { name, description, inputSchema } of known) {
      assert.ok(description.length > 40, name);
      assert.ok(inputSchema, name);
    }
  });

  it("find the recorded order and name the file and line of its failure", async () => {
    const found = await invoke("find_traces", { status: "error" });
    assert.match(found, new RegExp(`^${order.traceId} `, "m"));
    const errors = await invoke("get_trace", { id: failed.id, view: "errors" });
    assert.match(errors, new RegExp(`${failed.file}:\\d+ \\(sure\\)`));
  });

  it("say of every row of the tree where its code is", async () => {
    const tree = await invoke("get_trace", { id: order.traceId, view: "tree", depth: 20 });
    const rows = tree.split("\n").filter(line => /^ *#\d+ /.test(line));
    assert.ok(rows.length > 5, tree);
    const placed = rows.filter(row => /\.py:\d+ \((?:sure|a guess)\)/.test(row));
    assert.ok(placed.length >= rows.length - 1, tree);
    const absolute = rows.filter(row => /, \//.test(row));
    assert.deepEqual(absolute, []);
  });

  it("keep to a budget of tokens", async () => {
    const text = await invoke(
      "get_trace",
      { id: order.traceId, view: "tree", depth: 20 },
      { tokenBudget: 500, countTokens: text => Promise.resolve(Math.ceil(text.length / 2)) },
    );
    assert.ok(text.length <= 1_100, String(text.length));
    assert.match(text, /^\d+ spans/);
  });

  it("show a span of a trace to the person", async () => {
    const text = await invoke("show", { trace: order.traceId, row: 1, view: "table" });
    assert.match(text, /^Shown: trace .* at #1 "/);
    assert.match(text, /On the screen: .* the table of operations/);
    assert.ok(
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ input }) => input instanceof vscode.TabInputWebview),
      ),
    );
  });

  it("refuse what is asked wrongly in words", async () => {
    assert.match(
      await invoke("get_trace", { id: "no id at all" }),
      /^Not answered: there is no id/,
    );
    assert.match(await invoke("get_trace", { id: "9".repeat(32) }), /^Not answered: no store has/);
  });
});
