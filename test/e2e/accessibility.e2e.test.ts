/** Every surface in every kind of theme has no fault that axe finds, and the panel can be walked by keyboard alone. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import { findViolations } from "./support/findViolations.ts";
import { findTask, readRecordedOrder } from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const themes: readonly ThemeKind[] = ["light", "dark", "hc-light", "hc-dark"];

const sideBar = "--vscode-sideBar-background";
const editor = "--vscode-editor-background";

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  session = await openShop({ width: 1600, height: 1300 });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

test("the welcome of the empty list", async () => {
  const { frame } = await TracesList.open(workbench);
  for (const theme of themes) {
    await workbench.setTheme(theme);
    expect(await findViolations(frame, sideBar), theme).toEqual([]);
  }
});

test("the panel, wide and narrow, and the list beside it", async () => {
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForRows(order.tasks.length);
  const list = await TracesList.open(workbench);
  await list.waitForRows("the sample", rows => rows.some(row => row.startsWith(root.function)));
  for (const theme of themes) {
    await workbench.setTheme(theme);
    expect(await findViolations(list.frame, sideBar), `list, ${theme}`).toEqual([]);
    await workbench.executeCommand("traceside.groupTraces");
    await list.waitForRows("groups", rows => rows.some(row => row.includes("1 trace")));
    await list.press("Home");
    expect(await findViolations(list.frame, sideBar), `groups, ${theme}`).toEqual([]);
    await workbench.executeCommand("traceside.ungroupTraces");
    expect(await findViolations(panel.frame, editor), `panel, ${theme}`).toEqual([]);
  }
  await panel.press("Home");
  await panel.waitForDetail(root.function);
  expect(await findViolations(panel.frame, editor), "detail").toEqual([]);
  await workbench.resize(800, 900);
  await panel.frame.getByRole("tab", { name: "Timeline" }).waitFor();
  // Rows are last of the three that share a place: the next test moves in them.
  for (const tab of ["Flame", "Table", "Timeline", "Graph", "Overview", "Span"]) {
    await panel.frame.getByRole("tab", { name: tab }).click();
    expect(await findViolations(panel.frame, editor), `narrow, ${tab}`).toEqual([]);
  }
  await workbench.resize(1600, 1300);
});

/** Where the keyboard is: the innermost element that has it, by its role and name, within the pane that it is in. */
async function readFocus(panel: TracePanel): Promise<string> {
  return panel.frame.evaluate(() => {
    const hosts: string[] = [];
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) {
      hosts.push(active.localName);
      active = active.shadowRoot.activeElement;
    }
    const role = active?.getAttribute("role") ?? active?.localName ?? "";
    return `${hosts.at(-1) ?? ""} ${role}`;
  });
}

test("Tab goes through the panel in few stops, and keys alone select a span and open its source", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  await panel.press("Home");
  const start = await readFocus(panel);
  const seen: string[] = [];
  // More stops than that nobody would walk.
  for (let stop = 0; stop < 120; stop += 1) {
    await workbench.page.keyboard.press("Tab");
    const focus = await readFocus(panel);
    // Out of the page, into the editor around it.
    if (focus.trim() === "" || focus.endsWith(" body")) break;
    seen.push(focus);
    if (focus === start) break;
  }
  const panes = new Set(seen.map(each => each.split(" ")[0]));
  expect([...panes]).toEqual(expect.arrayContaining(["traceside-span"]));
  expect(seen.length).toBeLessThan(120);

  // By keys alone: down to the second row, its detail, and Enter to its source.
  await panel.press("Home");
  await workbench.page.keyboard.press("ArrowDown");
  const row = await panel.waitForSelectedRow("the second", ({ name }) => name !== root.function);
  await panel.waitForDetail(row.name);
  await workbench.page.keyboard.press("Enter");
  const task = findTask(order, "is the second row", ({ function: name }) => name === row.name);
  await workbench.waitForEditor(task.file, task.line);
  await waitFor("the panel to be there still", 60_000, async () =>
    (await panel.readRows()).length > 0 ? true : undefined,
  );
});

test("what had the keyboard has it again when its menu has closed", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  const { keyboard } = workbench.page;
  await panel.frame.getByRole("tab", { name: "Table" }).click();
  const table = panel.frame.locator("traceside-table [role=grid]");
  await table.focus();
  await table.press("ArrowDown");
  await keyboard.press("Shift+F10");
  const menu = workbench.page.locator(".monaco-menu").first();
  await menu.getByText("Go to Source").waitFor();
  await waitFor("the menu to close", 60_000, async () => {
    await keyboard.press("Escape");
    return (await menu.isVisible()) ? undefined : true;
  });
  await waitFor("the page to have the keyboard", 60_000, async () =>
    (await panel.frame.evaluate(() => document.hasFocus())) ? true : undefined,
  );
  await keyboard.press("ArrowDown");
  await expect.poll(() => readFocus(panel), { timeout: 60_000 }).toBe("traceside-table grid");

  // Where VS Code's frame around the page keeps the keyboard, which it does now and then, the page takes it back.
  await table.press("Shift+F10");
  await menu.getByText("Go to Source").waitFor();
  await panel.frame.parentFrame()!.evaluate(() => window.focus());
  await waitFor("the menu to close", 60_000, async () => {
    await keyboard.press("Escape");
    return (await menu.isVisible()) ? undefined : true;
  });
  await waitFor("the page to have the keyboard again", 60_000, async () =>
    (await panel.frame.evaluate(() => document.hasFocus())) ? true : undefined,
  );
});
