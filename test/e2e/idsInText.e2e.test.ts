/** An id in any text: what became of its task, and the way to its trace, from an editor, an output view, a terminal. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { findTask, readRecordedOrder, shopFolder } from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");
const running = findTask(order, "never ended", task => task.status === "running");
const retried = findTask(
  order,
  "succeeded late",
  task => task.runTimes > 1 && task.status === "ok",
);
const unknownId = "0190a000-0000-7000-8000-00000000dead";

const log = "logs/orders.log";
const logLines = readFileSync(join(shopFolder, log), "utf8").split("\n");

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  session = await openShop({
    extraExtensionDirs: [join(import.meta.dirname, "support/neighbour")],
    width: 1900,
    height: 1100,
    // Log lines are long; all of one is to be in sight.
    settings: { "editor.fontSize": 9, "editor.minimap.enabled": false },
  });
  ({ workbench } = session);
  await workbench.runCommand("Traceside: Open Sample Trace");
  await TracePanel.find(workbench, root.function);
  await workbench.runCommand("View: Close All Editors");
});

afterAll(async () => {
  await session.close();
});

// Before and not after, so that the picture of a failure shows what failed.
beforeEach(async () => {
  await workbench.runCommand("View: Close All Editors");
});

/** Opens the log where the id stands first. */
async function openLogAt(id: string): Promise<void> {
  const line = logLines.findIndex(each => each.includes(id));
  expect(line, `the log holds ${id}`).toBeGreaterThanOrEqual(0);
  await workbench.openFile(log, line + 1);
}

test("the card of a task id in a log tells what became of the task", async () => {
  await openLogAt(failed.id);
  await workbench.hoverText(failed.id);
  const card = await workbench.hoverCard(failed.function);
  expect(card).toContain(failed.queue);
  expect(card).toContain(`failed after ${String(failed.runTimes)} attempts`);
  // The recorder keeps the exception's type and message apart by blanks.
  const [type = "", ...message] = failed.exception.split(/\s{2,}/);
  expect(card).toContain(type);
  expect(card).toContain(message.join(" "));
  const children = order.tasks.filter(({ parent }) => parent === failed.id).length;
  expect(card).toContain(`${String(children)} tasks`);
  await workbench.screenshot("hover-failed.png");
});

test("the card of a task that never ended and of one that was tried twice say so", async () => {
  await openLogAt(running.id);
  await workbench.hoverText(running.id);
  await workbench.hoverCard("no heartbeat");
  await openLogAt(retried.id);
  await workbench.hoverText(retried.id);
  await workbench.hoverCard(`succeeded on attempt ${String(retried.runTimes)}`);
});

test("“Open Trace” of the card opens the trace at the task", async () => {
  await openLogAt(retried.id);
  await workbench.hoverText(retried.id);
  await workbench.hoverCard("Go to Function");
  await workbench.clickInHover("Open Trace");
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForSelectedRow(retried.function, ({ name }) => name === retried.function);
});

test("“Go to Function” of the card goes to its line", async () => {
  await openLogAt(failed.id);
  await workbench.hoverText(failed.id);
  await workbench.hoverCard("Go to Function");
  await workbench.clickInHover("Go to Function");
  await workbench.waitForEditor(failed.file, failed.line);
});

test("an id in an editor is a link to its trace", async () => {
  await openLogAt(failed.id);
  await workbench.followLink(failed.id, "editor");
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForSelectedRow("the failed task", ({ label }) => /, error(,|$)/.test(label));
  await panel.waitForDetail(failed.function, failed.id);
});

test("an id in an output view has its card; one that no store knows says who was asked", async () => {
  await workbench.executeCommand("neighbour.say", `stuck: task_id=${running.id}`);
  await workbench.hoverText(running.id);
  const card = await workbench.hoverCard(running.function);
  expect(card).toContain(running.queue);
  await workbench.screenshot("hover-output.png");
  await workbench.executeCommand("neighbour.say", `lost: task_id=${unknownId}`);
  await workbench.hoverText(unknownId);
  await workbench.hoverCard("was not found in local");
  await workbench.runCommand("View: Hide Panel");
});

test("an id in a terminal is a link that names its task and opens its trace", async () => {
  await workbench.openTerminalAndRun(
    `grep -o -m 1 'INFO - ${root.id}' ${log}; echo id ${unknownId}.`,
  );
  await workbench.waitForTerminalText(`INFO - ${root.id}`);
  await workbench.hoverTerminalText(root.id);
  await workbench.hoverCard(`Open Trace: ${root.function}`);
  await workbench.screenshot("hover-terminal.png");
  await workbench.followLink(root.id, "terminal");
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForSelectedRow("the root", ({ level }) => level === 1);
  await workbench.runCommand("Terminal: Kill All Terminals");
});
