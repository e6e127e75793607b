/**
 * Makes the pictures of the README anew: the sample trace beside the function of its selected span, and a program of the
 * terminal among the traces that were received. Both, or the one that is named. The second takes the collector's usual
 * ports, so that they stand in the picture.
 *
 *     npm exec -- node test/e2e/support/takePictures.ts [panel | capture]
 */

import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { repoRoot } from "../../harness/paths.ts";
import { exitOnSignals } from "../../harness/processes.ts";
import type { ThemeKind, Workbench } from "../driver/workbench.ts";
import { openCapture } from "./captureSession.ts";
import { findTask, readRecordedOrder } from "./recordedOrder.ts";
import { openShop } from "./shopSession.ts";
import { TracePanel } from "./tracePanel.ts";
import { TracesList } from "./tracesList.ts";

const folder = join(repoRoot, "media/readme");
const window = {
  width: 1800,
  height: 1000,
  settings: {
    "editor.fontSize": 13,
    "editor.minimap.enabled": false,
    "breadcrumbs.enabled": false,
    "window.title": "shop",
  },
};

const pictures = { panel: takePanel, capture: takeCapture };
exitOnSignals();
await mkdir(folder, { recursive: true });
const [wanted] = process.argv.slice(2);
for (const [name, take] of Object.entries(pictures)) {
  if (wanted === undefined || wanted === name) await take();
}

async function takePanel(): Promise<void> {
  const order = readRecordedOrder();
  const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
  const isShown = (task: { runTimes: number; status: string }): boolean =>
    task.runTimes > 1 && task.status === "ok";
  const shown = findTask(order, "was tried again", isShown);
  const session = await openShop(window);
  try {
    const { workbench } = session;
    await workbench.runCommand("Traceside: Open Sample Trace");
    const panel = await TracePanel.find(workbench, root.function);
    await workbench.runCommand("View: Close Primary Side Bar");
    const row = (await panel.readRows()).find(({ name }) => name === shown.function);
    await panel.clickRow(row?.label ?? "");
    await panel.waitForDetail(shown.function, shown.id);
    await panel.press("Enter");
    await workbench.page.locator(".monaco-editor .view-line").first().waitFor();
    await workbench.executeCommand("vscode.setEditorLayout", {
      orientation: 0,
      groups: [{ size: 0.61 }, { size: 0.39 }],
    });
    // In the room that the graph now has.
    await panel.frame.getByRole("button", { name: "Show the whole graph" }).click();
    await save(workbench, panel, "panel", ["dark", "light"]);
  } finally {
    await session.close();
  }
}

async function takeCapture(): Promise<void> {
  const { session } = await openCapture({
    ...window,
    settings: {
      ...window.settings,
      "traceside.collector.ports": undefined,
      "terminal.integrated.fontSize": 13,
      "terminal.integrated.env.linux": { PS1: "$ " },
      "terminal.integrated.profiles.linux": { plain: { path: "bash", args: ["--norc"] } },
      "terminal.integrated.defaultProfile.linux": "plain",
    },
  });
  try {
    const { workbench } = session;
    const list = await TracesList.open(workbench);
    await list.welcome.getByRole("checkbox").check();
    await workbench.openTerminalAndRun("cd parcels; node --import ./traceside.mjs parcels.mjs");
    await list.waitForFirst("shipParcel");
    // The program that is seen runs where it lies, by the name that its reader calls it.
    await runIn(workbench, "cd ../orders; alias python='.venv/bin/python -B'; clear");
    await runIn(workbench, "python orders.py");
    await list.waitForFirst("place_order");
    await list.press("Home");
    await list.press("Enter");
    const panel = await TracePanel.find(workbench, "place_order");
    await panel.waitForNodes(5);
    await save(workbench, panel, "capture", ["dark"]);
  } finally {
    await session.close();
  }
}

async function runIn(workbench: Workbench, command: string): Promise<void> {
  await workbench.runCommand("Terminal: Focus Terminal");
  await workbench.page.keyboard.type(command);
  await workbench.page.keyboard.press("Enter");
}

async function save(
  workbench: Workbench,
  panel: TracePanel,
  name: string,
  themes: readonly (ThemeKind & ("dark" | "light"))[],
): Promise<void> {
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await panel.frame.locator(`body.vscode-${theme}`).waitFor();
    const path = await workbench.screenshot(join(folder, `${name}-${theme}.png`));
    console.log(`${path} (${((await stat(path)).size / 1024).toFixed(0)} KiB)`);
  }
}
