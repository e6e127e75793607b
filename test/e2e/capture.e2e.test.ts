/**
 * The whole of capture as a reader meets it: an empty list, one switch, and the programs of the workspace run in VS Code's
 * own terminal and debugger. Their traces appear by themselves, and lead back to the lines that ran.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, type TestContext } from "vitest";
import type { PeerUnavailable } from "../peers/cache.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import {
  nodeCommand,
  openCapture,
  pythonCommand,
  type CaptureSession,
} from "./support/captureSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const themes: readonly ThemeKind[] = ["light", "dark"];

let capture: CaptureSession;
let workbench: Workbench;

beforeAll(async () => {
  // A machine that has the programs' packages for the first time takes a while to get them.
  capture = await openCapture({ width: 1700, height: 1050 });
  ({ workbench } = capture.session);
}, 900_000);

afterAll(async () => {
  await capture.session.close();
});

// Before and not after, so that the picture of a failure shows what failed.
beforeEach(async () => {
  await workbench.runCommand("View: Close All Editors");
});

function needs(context: TestContext, peer: PeerUnavailable | undefined): void {
  if (peer !== undefined) context.skip(`${peer.name}: ${peer.reason}`);
}

/** The line of the workspace's file that holds the text, counted from one. */
async function findLine(file: string, text: string): Promise<number> {
  const lines = (await readFile(join(capture.session.workspaceFolder, file), "utf8")).split("\n");
  const index = lines.findIndex(line => line.includes(text));
  expect(index, `${text} in ${file}`).toBeGreaterThanOrEqual(0);
  return index + 1;
}

async function runInTerminal(command: string, lastWords: string): Promise<void> {
  await workbench.openTerminalAndRun(command);
  await workbench.waitForTerminalText(lastWords);
}

/** The row is found, and Enter on it opens its panel: no pointer is needed. */
async function openByEnter(name: string): Promise<TracePanel> {
  const list = await TracesList.open(workbench);
  await list.waitForFirst(name);
  await list.press("Home");
  expect(await list.selectedRow()).toContain(name);
  await list.press("Enter");
  return TracePanel.find(workbench, name);
}

/** The function's line in an editor beside the panel, which stays in sight. */
async function expectSourceBeside(file: string, text: string): Promise<void> {
  await workbench.waitForEditor(file, await findLine(file, text));
  await expect.poll(() => workbench.page.locator(".editor-group-container").count()).toBe(2);
  await workbench.page.locator("iframe.webview:visible").first().waitFor();
}

test("the welcome of an empty list says which ports listen, and its one switch is for new terminals", async () => {
  const list = await TracesList.open(workbench);
  await list.welcome.getByText("Listening. The first trace will appear here.").waitFor();
  await list.welcome.getByText("Ports on this machine").click();
  await list.welcome.getByText(String(capture.ports.otlpHttp), { exact: true }).waitFor();
  await list.welcome.getByText("Ports on this machine").click();
  // Below it, in sight without scrolling.
  await workbench.page.getByRole("treeitem", { name: /^Ports .*\d/ }).waitFor();
  await workbench.page.getByRole("treeitem", { name: /^Embedded store/ }).waitFor();
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`capture-welcome-${theme}.png`);
  }
  await list.welcome.getByRole("checkbox").check();
});

test("a Python program in the terminal is a trace in the list, and leads to its lines", async context => {
  needs(context, capture.missing.python);
  await runInTerminal(pythonCommand, "order taken");
  const list = await TracesList.open(workbench);
  const [row] = await list.waitForNames("place_order");
  expect(row).toMatch(/^place_order, Failed, .* 2 errors, 6 spans, orders, /);
  await workbench.screenshot("capture-received.png");

  const panel = await openByEnter("place_order");
  const rows = await panel.waitForRows(6);
  expect(rows.map(({ name, level }) => `${level} ${name}`)).toEqual([
    "1 place_order",
    "2 reserve_stock",
    "2 charge_card",
    "3 ask_bank",
    "3 ask_bank",
    "2 write_invoice",
  ]);
  // The two calls of the bank are one node.
  const nodes = await panel.waitForNodes(5);
  expect(new Set(nodes.map(({ name }) => name))).toEqual(
    new Set(["place_order", "reserve_stock", "charge_card", "ask_bank", "write_invoice"]),
  );

  await panel.clickNode(nodes.find(({ name }) => name === "ask_bank")!.label);
  await panel.waitForDetail("ask_bank");
  await panel.clickRow(rows.find(({ name }) => name === "charge_card")!.label);
  const detail = await panel.waitForDetail("charge_card");
  expect(detail).toContain("attempt 2 to charge 420 failed: the bank does not answer");
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`capture-panel-${theme}.png`);
  }
  await panel.press("Enter");
  await expectSourceBeside("orders/orders.py", "def charge_card");
  await workbench.screenshot("capture-source.png");
  const [, , , , failed] = await panel.waitForRows(6);
  await panel.clickRow(failed!.label, { isDouble: true });
  // What failed leads to the line that raised.
  await expectSourceBeside("orders/orders.py", "raise ConnectionError");
});

test("a Node program in the terminal is a trace that the status bar counts, and leads to its lines", async context => {
  needs(context, capture.missing.node);
  await runInTerminal(nodeCommand, "shipped: Ann");
  // Shell integration tells where the command began and ended.
  const count = workbench.page.locator(".statusbar-item", { hasText: "1 trace in this run" });
  // It stands there for half a minute, so that nothing comes between.
  await count.click({ timeout: 120_000 });
  const panel = await TracePanel.find(workbench, "shipParcel");
  const rows = await panel.waitForRows(3);
  await panel.waitForNodes(3);
  await panel.clickRow(rows.find(({ name }) => name === "printLabel")!.label);
  await panel.waitForDetail("printLabel");
  await panel.press("Enter");
  await expectSourceBeside("parcels/parcels.mjs", "const printLabel");
});

test("a trace id in what the program logged has a card, and opens its trace", async context => {
  needs(context, capture.missing.python);
  const log = "orders/orders.log";
  const text = await readFile(join(capture.session.workspaceFolder, log), "utf8");
  const traceId = /attempt 1/.test(text) ? /trace_id=([0-9a-f]{32})/.exec(text)![1]! : "";
  await workbench.openFile(log, 1);
  await workbench.hoverText(traceId);
  // The root did not fail, and what it called did.
  expect(await workbench.hoverCard("place_order")).toContain("orders · ended · 2 errors");
  await workbench.screenshot("capture-hover.png");
  await workbench.clickInHover("Open Trace");
  const panel = await TracePanel.find(workbench, "place_order");
  await panel.waitForRows(6);
});

test("a debug session's program is told where to send", async context => {
  needs(context, capture.missing.node);
  const list = await TracesList.open(workbench);
  const before = (await list.readRows()).length;
  await workbench.runCommand("Debug: Start Debugging");
  await TracesList.open(workbench);
  const rows = await list.waitForRows("one more trace", each => each.length === before + 1);
  expect(rows[0]).toMatch(/^shipParcel, /);
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`capture-debugged-${theme}.png`);
  }
});
