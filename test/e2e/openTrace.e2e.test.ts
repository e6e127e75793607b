/**
 * The main job: from an id to the trace, from a span to the line of its function; then what a reader does with the open
 * trace: a span's menu and filter, Find by keyboard alone, and rows of the list that are dragged to an editor group.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { middleOf } from "./support/middleOf.ts";
import {
  countCallPaths,
  drawRecorded,
  drawRows,
  findTask,
  readRecordedOrder,
} from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { type Row, TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");
const retried = findTask(
  order,
  "succeeded late",
  task => task.runTimes > 1 && task.status === "ok",
);
/** A function that several tasks of the order ran. */
const repeated = findTask(
  order,
  "ran with others of its function",
  task => order.tasks.filter(each => each.function === task.function).length > 2,
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

async function rightClickFailed(panel: TracePanel): Promise<void> {
  const rows = await panel.readRows();
  const row = rows.find(({ name, label }) => name === failed.function && /, error/.test(label));
  await panel.clickRow(row!.label, { button: "right" });
}

test("a right click copies what a span is called by", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  await rightClickFailed(panel);
  await workbench.page.locator(".monaco-menu").getByText("Go to Source").waitFor();
  await workbench.screenshot("span-menu.png");
  await workbench.chooseInMenu("Copy", "Copy Span ID");
  await waitFor("the id in the clipboard", 60_000, async () =>
    (await workbench.clipboardText()) === failed.id ? true : undefined,
  );
});

test("a service filters graph and timeline, and one click ends it", async () => {
  const queue = order.tasks.filter(task => task.queue === failed.queue);
  const panel = await TracePanel.find(workbench, root.function);
  await rightClickFailed(panel);
  await workbench.chooseInMenu("Filter by This Service");
  const bar = panel.frame.locator("traceside-span-filter");
  await bar.getByText(`${queue.length} of ${order.tasks.length} spans`).waitFor();
  const rows = await waitForFewerRows(panel);
  expect(rows.map(row => row.name)).toContain(failed.function);
  await workbench.screenshot("span-filter.png");
  await bar.getByText("Clear filter").click();
  await panel.waitForRows(order.tasks.length);
});

test("the count of errors shows what failed and the way to it", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  await panel.frame
    .getByRole("button", { name: /errors?$/ })
    .first()
    .click();
  expect((await waitForFewerRows(panel)).map(row => row.name)).toContain(failed.function);
  await panel.frame.locator("traceside-span-filter").getByRole("button", { name: "Close" }).click();
  await panel.waitForRows(order.tasks.length);
});

async function waitForFewerRows(panel: TracePanel): Promise<readonly Row[]> {
  return waitFor("fewer rows", 60_000, async () => {
    const rows = await panel.readRows();
    return rows.length < order.tasks.length ? rows : undefined;
  });
}

test("what is typed is found, and n and N step through it once the rows have the keyboard", async () => {
  const { keyboard } = workbench.page;
  const panel = await TracePanel.find(workbench, root.function);
  await panel.press("Home");
  await keyboard.type(repeated.function);
  const isMatch = ({ name }: { readonly name: string }): boolean => name === repeated.function;
  const first = await panel.waitForSelectedRow(repeated.function, isMatch);

  const selectedTop = async (): Promise<number> =>
    (await panel.readRows()).findIndex(row => row.isSelected);
  const firstTop = await selectedTop();
  await keyboard.press("ArrowDown");
  await keyboard.press("n");
  await panel.waitForSelectedRow(
    "the next match",
    row => isMatch(row) && row.label !== first.label,
  );
  expect(await selectedTop()).toBeGreaterThan(firstTop);
  await keyboard.press("Shift+N");
  await panel.waitForSelectedRow("the first match again", row => row.label === first.label);
  await keyboard.press("Escape");
  await keyboard.press("ArrowUp");
  await panel.waitForSelectedRow("the row above", row => row.label !== first.label);
});

test("a row that is dragged to an editor group opens there, and stays", async () => {
  const list = await TracesList.open(workbench);
  await list.waitForRows("the sample", rows => rows.length === 2);
  await workbench.executeCommand("workbench.action.closeAllEditors");
  await dragToEditors(list, "resize_image");
  await dragToEditors(list, "place_order");
  const tabs = workbench.page.locator(".tabs-container .tab");
  await expect.poll(() => tabs.count()).toBe(2);
  await expect.poll(() => tabs.locator(".monaco-icon-label.italic").count()).toBe(0);
});

/** Again where the window was too busy to see a drag. */
async function dragToEditors(list: TracesList, name: string): Promise<void> {
  const { mouse } = workbench.page;
  const tab = workbench.page.locator(".tabs-container .tab").filter({ hasText: name });
  await waitFor(`${name} in an editor`, 120_000, async () => {
    const from = await middleOf(list.row(name));
    const to = await middleOf(workbench.page.locator(".editor-group-container").first());
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 20, from.y, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 12 });
    // The editor's own target is made when the drag is over the group, and takes what is dropped after that.
    const target = workbench.page.locator("#monaco-workbench-editor-drop-overlay");
    await target.waitFor({ state: "attached", timeout: 2_000 }).catch(() => undefined);
    await mouse.move(to.x + 5, to.y, { steps: 4 });
    await mouse.up();
    return tab.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => undefined,
    );
  });
}

test("the page asked for nothing that its content policy forbids", () => {
  expect(workbench.consoleMessages().filter(each => /Content Security Policy/.test(each))).toEqual(
    [],
  );
});
