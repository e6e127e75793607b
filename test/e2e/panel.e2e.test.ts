/** The panel as a thing that is lived with: reloaded, narrow, twice at once, in every kind of theme. */

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import { countCallPaths, findTask, readRecordedOrder, readStray } from "./support/recordedOrder.ts";
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
const log = "logs/orders.log";
/** Of the same run, but nothing joins it to the order: a trace of its own. */
const stray = readStray();

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  session = await openShop({ width: 1600, height: 1250 });
  ({ workbench } = session);
  // Puts the order into the embedded store.
  await workbench.runCommand("Traceside: Open Sample Trace");
  await TracePanel.find(workbench, root.function);
});

afterAll(async () => {
  await session.close();
});

// Before and not after, so that the picture of a failure shows what failed.
beforeEach(async () => {
  await workbench.resize(1600, 1250);
  await workbench.runCommand("View: Close All Editors");
});

async function openTask(id: string): Promise<void> {
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput(id);
}

test("a reload of the window brings back the trace, the selection and the way the graph is drawn", async () => {
  await workbench.runCommand("Traceside: Open Sample Trace");
  const before = await TracePanel.find(workbench, root.function);
  const rows = await before.waitForRows(order.tasks.length);
  await before.clickRow(rows.find(({ name }) => name === retried.function)!.label);
  await before.waitForDetail(retried.function, retried.id);
  await before.frame.getByRole("radio", { name: "Every span" }).click();
  await before.waitForNodes(order.tasks.length);

  await workbench.reloadWindow();
  const after = await TracePanel.find(workbench, root.function);
  await after.waitForSelectedRow(retried.function, ({ name }) => name === retried.function);
  await after.waitForDetail(retried.function, retried.id);
  await after.waitForNodes(order.tasks.length);
  await after.press("Enter");
  await workbench.waitForEditor(retried.file, retried.line);
});

test("a panel behind another tab keeps its selection, or takes the one that was asked for meanwhile", async () => {
  await openTask(failed.id);
  const before = await TracePanel.find(workbench, root.function);
  const row = (await before.readRows()).find(({ name }) => name === retried.function)!;
  await before.clickRow(row.label);
  await before.waitForDetail(retried.function, retried.id);
  // An editor in the same group, as with a log between two looks at the trace.
  await workbench.openFile(log);
  await workbench.page.locator(".tab", { hasText: root.function }).click();
  const shown = await TracePanel.find(workbench, root.function);
  await shown.waitForSelectedRow(retried.function, ({ name }) => name === retried.function);

  await workbench.openFile(log);
  await openTask(failed.id);
  const asked = await TracePanel.find(workbench, root.function);
  await asked.waitForSelectedRow(failed.function, ({ name }) => name === failed.function);
  await asked.waitForDetail(failed.function, failed.id);
});

test("in a panel that comes to the front the first key moves in its rows, by one", async () => {
  await openTask(failed.id);
  const before = await TracePanel.find(workbench, root.function);
  const [first, second, third] = await before.readRows();
  await before.clickRow(first!.label);
  await before.waitForSelectedRow(first!.name, ({ label }) => label === first!.label);
  await workbench.openFile(log);
  await workbench.page.locator(".tab", { hasText: root.function }).click();
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForSelectedRow(first!.name, ({ label }) => label === first!.label);
  await waitFor("the page to have the keyboard", 60_000, async () =>
    (await panel.frame.evaluate(() => document.hasFocus())) ? true : undefined,
  );
  for (const next of [second, third]) {
    await workbench.page.keyboard.press("ArrowDown");
    await panel.waitForSelectedRow(next!.name, ({ label }) => label === next!.label);
  }
});

test("two traces stand side by side, each with its own selection", async () => {
  await openTask(failed.id);
  await TracePanel.find(workbench, root.function);
  await openTask(stray.id);
  await TracePanel.find(workbench, stray.function);
  await workbench.runCommand("View: Move Editor into Next Group");
  const [left, right] = [
    await TracePanel.find(workbench, root.function),
    await TracePanel.find(workbench, stray.function),
  ];
  await right.waitForSelectedRow(stray.function, ({ name }) => name === stray.function);
  await left.waitForSelectedRow(failed.function, ({ name }) => name === failed.function);
  await left.press("Home");
  await left.waitForSelectedRow(root.function, ({ name }) => name === root.function);
  await right.waitForSelectedRow(stray.function, ({ name }) => name === stray.function);
  await workbench.screenshot("two-panels.png");
});

test("asked for again, an open trace comes to the front at the task", async () => {
  await openTask(retried.id);
  await TracePanel.find(workbench, root.function);
  await openTask(failed.id);
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForSelectedRow(failed.function, ({ name }) => name === failed.function);
  await expect.poll(() => workbench.page.locator(".tab").count()).toBe(1);
  // In a window that gets lower its row stays in sight.
  await workbench.resize(1100, 700);
  const rows = panel.frame.locator("traceside-timeline [role=tree]");
  await waitFor("the selected row to be in sight", 60_000, async () =>
    (await rows.evaluate(tree => {
      const row = tree.querySelector("[aria-selected=true]")?.getBoundingClientRect();
      const { top, bottom } = tree.getBoundingClientRect();
      return row !== undefined && row.top >= top - 1 && row.bottom <= bottom + 1;
    }))
      ? true
      : undefined,
  );
});

test("in a column of 400 pixels one pane at a time is shown, whole, chosen by tabs", async () => {
  await openTask(failed.id);
  const { frame } = await TracePanel.find(workbench, root.function);
  await workbench.runCommand("View: Close Primary Side Bar");
  await workbench.resize(400 + (await readFrameMargin()), 900);
  const panel = await TracePanel.find(workbench, root.function);
  const paths = countCallPaths(order);
  const shows: Readonly<Record<string, () => Promise<unknown>>> = {
    Timeline: () => panel.waitForSelectedRow("there", ({ isSelected }) => isSelected),
    Table: () => frame.getByRole("grid", { name: "Operations" }).waitFor(),
    Graph: () => panel.waitForNodes(paths.size),
    Overview: () =>
      frame.locator("traceside-overview").getByText(failed.function).first().waitFor(),
    Span: () => panel.waitForDetail(failed.function, failed.id),
  };
  for (const [tab, isShown] of Object.entries(shows)) {
    await frame.getByRole("tab", { name: tab }).click();
    await isShown();
    const sizes = await frame.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      return { clientWidth, scrollWidth };
    });
    expect(sizes.clientWidth).toBeLessThanOrEqual(400);
    expect(sizes.scrollWidth, tab).toBe(sizes.clientWidth);
    await workbench.screenshot(`narrow-${tab.toLowerCase()}.png`);
  }
  await workbench.runCommand("View: Toggle Primary Side Bar Visibility");

  async function readFrameMargin(): Promise<number> {
    const inner = await frame.evaluate(() => window.innerWidth);
    return (workbench.page.viewportSize()?.width ?? 0) - inner;
  }
});

test("nothing that takes the focus moves the frame of the panel", async () => {
  await openTask(failed.id);
  const { frame } = await TracePanel.find(workbench, root.function);
  const readTop = (): Promise<number> =>
    frame.locator("traceside-header").evaluate(header => header.getBoundingClientRect().top);
  const top = await readTop();
  await frame.locator("traceside-app").evaluate(app => {
    // As far as it can be scrolled, which is what a focus at its edge comes to.
    app.scrollTop = app.scrollHeight;
  });
  await frame.getByRole("button", { name: "Show the whole graph" }).click();
  expect(await readTop()).toBe(top);
});

test("every kind of theme colours the panel anew", async () => {
  await openTask(failed.id);
  const panel = await TracePanel.find(workbench, root.function);
  await panel.waitForNodes(countCallPaths(order).size);
  await panel.waitForDetail(failed.function, failed.id);
  const kinds: readonly ThemeKind[] = ["light", "dark", "hc-dark", "hc-light"];
  const backgrounds = new Map<ThemeKind, string>();
  for (const kind of kinds) {
    await workbench.setTheme(kind);
    const wanted = {
      light: "vscode-light",
      dark: "vscode-dark",
      "hc-dark": "vscode-high-contrast",
      "hc-light": "vscode-high-contrast-light",
    }[kind];
    const colours = await waitFor(`the panel in the ${kind} theme`, 60_000, () =>
      panel.frame.evaluate(
        className =>
          document.body.classList.contains(className)
            ? getComputedStyle(document.querySelector("traceside-app")!).backgroundColor
            : undefined,
        wanted,
      ),
    );
    backgrounds.set(kind, colours);
    await workbench.screenshot(`theme-${kind}.png`);
  }
  const brightness = (kind: ThemeKind): number => {
    const [red = 0, green = 0, blue = 0] = (backgrounds.get(kind)?.match(/\d+/g) ?? []).map(Number);
    return red + green + blue;
  };
  expect(brightness("light")).toBeGreaterThan(600);
  expect(brightness("hc-light")).toBeGreaterThan(600);
  expect(brightness("dark")).toBeLessThan(200);
  expect(brightness("hc-dark")).toBeLessThan(100);
});

test("no page broke its content policy or threw", () => {
  const broken = workbench
    .consoleMessages()
    .filter(each => /Content Security Policy|^pageerror/.test(each));
  expect(broken).toEqual([]);
});
