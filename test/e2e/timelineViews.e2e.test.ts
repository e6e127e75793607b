/** What the timeline shows beside a row for each span: alike calls as one row, and the flame view. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Frame, Locator } from "playwright-core";
import { waitFor } from "../harness/processes.ts";
import { openSession, type Session } from "./driver/session.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import { findViolations } from "./support/findViolations.ts";
import { TracePanel } from "./support/tracePanel.ts";

const TRACE_ID = "f1a3".repeat(8);

/** A request that loads its orders, each with its items, beside a slow mail that fails. */
function makeRequest(): readonly object[] {
  const spans: object[] = [];
  const add = (
    name: string,
    parent: string | undefined,
    at: number,
    ms: number,
    service: string,
    more = {},
  ): string => {
    const id = (spans.length + 1).toString(16).padStart(16, "0");
    spans.push({
      ...{ trace_id: TRACE_ID, span_id: id, parent_id: parent, name, service },
      start_time: Date.UTC(2026, 0, 7, 2) + at,
      duration_ms: ms,
      ...more,
    });
    return id;
  };
  const root = add("GET /orders", undefined, 0, 1_000, "web", { kind: "server" });
  add("auth", root, 10, 60, "web");
  const load = add("load orders", root, 80, 620, "shop");
  for (let order = 0; order < 12; order += 1) {
    const one = add("load order", load, 90 + order * 50, 45, "shop");
    add("SELECT items", one, 92 + order * 50, 30, "db", { kind: "client" });
  }
  const mail = add("send mail", root, 400, 500, "mail");
  add("SMTP", mail, 420, 460, "mail", { kind: "client", status: "error" });
  return spans;
}

let session: Session;
let workbench: Workbench;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "traceside-views-"));
  await writeFile(join(home, "orders.trace.json"), JSON.stringify(makeRequest()));
  session = await openSession({ workspaceFolder: home, width: 1600, height: 1000 });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

async function openRequest(): Promise<Frame> {
  await workbench.executeCommand("traceside.openTraceFile", {
    scheme: "file",
    path: join(session.workspaceFolder, "orders.trace.json"),
  });
  return (await TracePanel.find(workbench, "GET /orders")).frame;
}

function boxesOf(frame: Frame): Locator {
  return frame.locator("traceside-flame [role=treeitem]");
}

function selectedIn(frame: Frame, name: string): Locator {
  return frame.locator(
    `traceside-flame [role=treeitem][aria-selected="true"][aria-label^="${name}"]`,
  );
}

test("alike calls are one row that says how many, opens by key and by what is found, and can be turned off", async () => {
  const frame = await openRequest();
  const panel = await TracePanel.find(workbench, "GET /orders");
  // Twelve orders with their items are one row, and the rest is as it was.
  const rows = await panel.waitForRows(6);
  const group = rows.find(({ name }) => name === "load order")!;
  expect(group.label).toContain("12 calls");
  expect(group.label).toContain("total 540 ms · each 45 ms");
  const count = frame.locator("traceside-timeline .count");
  const waitForCount = (text: string): Promise<void> =>
    count.filter({ hasText: new RegExp(`^${text}$`) }).waitFor({ timeout: 60_000 });
  await waitForCount("6 of 29 spans");
  await workbench.screenshot("alike-one-row.png");

  await panel.clickRow(group.label);
  await panel.press("ArrowRight");
  await waitForCount("29 spans");
  await workbench.screenshot("alike-open.png");
  // The first of the open group has a call below: that is folded, and then all are one row again.
  await panel.press("ArrowLeft");
  await waitForCount("28 of 29 spans");
  await panel.press("ArrowLeft");
  await waitForCount("6 of 29 spans");
  await panel.waitForSelectedRow("the group", ({ label }) => label === group.label);

  const toggle = frame.getByRole("button", { name: "Five or more alike calls in one row" });
  await toggle.click();
  await waitForCount("28 of 29 spans");
  await toggle.click();
  await waitForCount("6 of 29 spans");

  // What is found in it opens it.
  await panel.press("/");
  await workbench.page.keyboard.type("SELECT items");
  await panel.waitForSelectedRow("what was found", ({ name }) => name === "SELECT items");
  await waitForCount("29 spans");
  await workbench.page.keyboard.press("Escape");
});

test("the ruler tells the moment at the pointer, and the length of a range that begins where it was pressed", async () => {
  const frame = await openRequest();
  const { page } = workbench;
  const ruler = frame.locator("traceside-timeline .ruler");
  const readMs = async (): Promise<number> => {
    const [value, unit] = ((await ruler.getAttribute("data-words")) ?? "").split(" ");
    return Number(value) * (unit === "s" ? 1_000 : 1);
  };
  const axis = (await frame.locator("traceside-timeline .axis").boundingBox())!;
  // The trace lasts 1,000 ms, from edge to edge of the axis but for a few pixels.
  const toPx = (ms: number): number => axis.x + (ms / 1_000) * axis.width;
  const y = axis.y + axis.height / 2;
  await page.mouse.move(toPx(250), y + 40);
  await ruler.waitFor({ state: "visible" });
  expect(Math.abs((await readMs()) - 250)).toBeLessThan(30);
  await workbench.screenshot("ruler-moment.png");

  await page.mouse.move(toPx(300), y);
  await page.mouse.down();
  await page.mouse.move(toPx(700), y, { steps: 5 });
  const lineX = (await ruler.boundingBox())!.x;
  expect(Math.abs(lineX - toPx(300))).toBeLessThan(3);
  expect(Math.abs((await readMs()) - 400)).toBeLessThan(30);
  await workbench.screenshot("ruler-range.png");
  // Back where it was pressed, it is given up.
  await page.mouse.move(toPx(300), y);
  await ruler.waitFor({ state: "hidden" });
  await page.mouse.up();
});

test("the flame view shows spans over time and paths by their work, selects, zooms and goes back", async () => {
  const frame = await openRequest();
  await frame.getByRole("tab", { name: "Flame" }).click();
  const boxes = boxesOf(frame);
  await boxes.and(frame.locator('[aria-label^="GET /orders"]')).waitFor({ timeout: 90_000 });
  await frame.locator("traceside-flame").getByText("29 spans").waitFor();
  await workbench.screenshot("flame-time.png");

  // A click selects the span, in the graph and the detail too.
  const mail = boxes.and(frame.locator('[aria-label^="send mail"]'));
  const box = (await mail.boundingBox())!;
  await workbench.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await frame.locator("traceside-span h1", { hasText: "send mail" }).waitFor();
  await selectedIn(frame, "send mail").waitFor();

  // By call path: twelve calls are one box.
  await frame.getByRole("radio", { name: "By call path" }).click();
  await frame.locator("traceside-flame").getByText("7 call paths").waitFor();
  await selectedIn(frame, "send mail").waitFor();
  const orders = boxes.and(frame.locator('[aria-label^="load order, shop, 12 calls"]'));
  await orders.waitFor();
  await workbench.screenshot("flame-paths.png");

  // By keys: to the caller, to its first call and into it, and back.
  const tree = frame.locator("traceside-flame [role=tree]");
  await tree.press("ArrowUp");
  await selectedIn(frame, "GET /orders").waitFor();
  await tree.press("ArrowDown");
  const loading = selectedIn(frame, "load orders");
  await loading.waitFor();
  const { width } = (await loading.boundingBox())!;
  await tree.press("Enter");
  const back = frame.getByRole("button", { name: "Back" });
  await back.waitFor();
  await expect
    .poll(async () => (await loading.boundingBox())!.width, { timeout: 60_000 })
    .toBeGreaterThan(width * 1.3);
  await tree.press("Escape");
  await back.waitFor({ state: "detached" });

  // The menu of a key is that of the selected box, which is not in the middle where the browser opens it.
  await tree.press("ArrowUp");
  await selectedIn(frame, "GET /orders").waitFor();
  await tree.press("Shift+F10");
  await workbench.chooseInMenu("Copy", "Copy Name");
  await waitFor("the name in the clipboard", 60_000, async () =>
    (await workbench.clipboardText()) === "GET /orders" ? true : undefined,
  );

  // What is found is counted as in the rows, and the first match is selected.
  await tree.press("/");
  await workbench.page.keyboard.type("SMTP");
  await selectedIn(frame, "SMTP").waitFor({ timeout: 60_000 });
  await frame.locator("traceside-timeline-find output", { hasText: "1 of 1" }).waitFor();
  await workbench.screenshot("flame-found.png");
  await workbench.page.keyboard.press("Escape");
});

test("the flame view has no fault that axe finds in any theme", async () => {
  const frame = await openRequest();
  await frame.getByRole("tab", { name: "Flame" }).click();
  await boxesOf(frame).first().waitFor({ timeout: 90_000 });
  const themes: readonly ThemeKind[] = ["light", "hc-dark", "hc-light", "dark"];
  for (const theme of themes) {
    await workbench.setTheme(theme);
    expect(await findViolations(frame, "--vscode-editor-background"), theme).toEqual([]);
    await workbench.screenshot(`flame-${theme}.png`);
  }
});

test("the flame view comes back after a reload of the window", async () => {
  const frame = await openRequest();
  await frame.getByRole("tab", { name: "Flame" }).click();
  await frame.getByRole("radio", { name: "By call path" }).click();
  await boxesOf(frame).first().waitFor({ timeout: 90_000 });
  // The place is kept when the user rests.
  await workbench.page.waitForTimeout(1_000);
  await workbench.reloadWindow();
  const again = (await TracePanel.find(workbench, "GET /orders")).frame;
  await again.getByRole("radio", { name: "By call path", checked: true }).waitFor();
  await boxesOf(again).first().waitFor({ timeout: 90_000 });
});
