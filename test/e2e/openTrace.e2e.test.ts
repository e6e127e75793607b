/** The main job: from an id to the trace, from a span to the line of its function. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import {
  countCallPaths,
  drawRecorded,
  drawRows,
  findTask,
  readRecordedOrder,
} from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");
const retried = findTask(
  order,
  "succeeded late",
  task => task.runTimes > 1 && task.status === "ok",
);

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  // High enough for every row at once, and wide enough for graph and timeline with an editor beside them.
  session = await openShop({ width: 2300, height: 1300 });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

test("the sample trace opens by its command", async () => {
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForRows(order.tasks.length);
  await workbench.runCommand("View: Close All Editors");
});

test("a pasted task id opens its trace: every recorded task in its place, in timeline and graph", async () => {
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput(failed.id);
  const panel = await TracePanel.find(workbench, root.function);

  const rows = await panel.waitForRows(order.tasks.length);
  expect(drawRows(rows)).toEqual([drawRecorded(order)]);
  expect(rows.filter(({ label }) => /, error(,|$)/.test(label)).map(({ name }) => name)).toEqual(
    order.tasks.filter(({ status }) => status === "error").map(task => task.function),
  );
  expect(
    rows
      .filter(({ label }) => /\d attempts/.test(label))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(
    order.tasks
      .filter(({ runTimes }) => runTimes > 1)
      .map(task => task.function)
      .sort(),
  );

  const paths = countCallPaths(order);
  const nodes = await panel.waitForNodes(paths.size);
  for (const [path, count] of paths) {
    const way = path.split("/");
    const node = nodes.find(({ name, level }) => name === way.at(-1) && level === way.length);
    expect(node, path).toBeDefined();
    if (count > 1) {
      expect(node?.label).toContain(String(count));
    }
  }
});

test("the task that was asked for is selected, and told in full", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  const row = await panel.waitForSelectedRow("the failed task", ({ isSelected }) => isSelected);
  expect(row).toMatchObject({ name: failed.function, level: (failed.depth ?? 0) + 1 });
  const detail = await panel.waitForDetail(failed.function, failed.id);
  expect(detail).toContain(failed.queue);
  expect(detail).toContain(failed.exception.split(/\s+/)[0]);
});

test("a click on a row selects it, Enter goes to its line beside the panel", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  const rows = await panel.readRows();
  const row = rows.find(({ name }) => name === retried.function)!;
  await panel.clickRow(row.label);
  await panel.waitForSelectedRow(retried.function, ({ name }) => name === retried.function);
  await panel.waitForDetail(retried.function, retried.id);
  await panel.press("Enter");
  await workbench.waitForEditor(retried.file, retried.line);
  // The trace stays in sight.
  expect((await panel.readRows()).length).toBeGreaterThan(0);
});

test("a double click on a row goes to its line", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  const rows = await panel.readRows();
  await panel.clickRow(rows[0]!.label, { isDouble: true });
  await workbench.waitForEditor(root.file, root.line);
});

test("a click on a node of the graph selects its span everywhere", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  const paths = countCallPaths(order);
  const [path] = [...paths].find(([each, count]) => count === 1 && each.split("/").length === 3)!;
  const name = path.split("/").at(-1)!;
  const task = findTask(order, "is called once", each => each.function === name);
  const node = await waitFor(`the node ${name}`, 60_000, async () =>
    (await panel.readNodes()).find(each => each.name === name),
  );
  await panel.clickNode(node.label);
  await panel.waitForSelectedRow(name, row => row.name === name);
  await panel.waitForDetail(name, task.id);
});

test("the keyboard goes down the rows, to the next error and to its line", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  await panel.press("Home");
  await panel.waitForSelectedRow("the root", ({ level }) => level === 1);
  await panel.press("ArrowDown");
  const below = await panel.waitForSelectedRow("the root's first call", ({ level }) => level === 2);
  await panel.press("ArrowUp");
  await panel.press("ArrowRight");
  await panel.waitForSelectedRow(below.label, ({ label }) => label === below.label);
  await panel.press("Home");
  await panel.press("e");
  await panel.waitForSelectedRow("the error", ({ label }) => /, error(,|$)/.test(label));
  await panel.waitForDetail(failed.function, failed.id);
  await panel.press("Enter");
  await workbench.waitForEditor(failed.file, failed.line);
});

test("the page asked for nothing that its content policy forbids", () => {
  expect(workbench.consoleMessages().filter(each => /Content Security Policy/.test(each))).toEqual(
    [],
  );
});
