/**
 * Makes the pictures of the README anew: the sample trace beside the function of its selected span, dark and light.
 *
 *     npm exec -- node test/e2e/support/takePictures.ts
 */

import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { repoRoot } from "../../harness/paths.ts";
import { exitOnSignals } from "../../harness/processes.ts";
import { findTask, readRecordedOrder } from "./recordedOrder.ts";
import { openShop } from "./shopSession.ts";
import { TracePanel } from "./tracePanel.ts";

const folder = join(repoRoot, "media/readme");
const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const shown = findTask(order, "was tried again", task => task.runTimes > 1 && task.status === "ok");

exitOnSignals();
await mkdir(folder, { recursive: true });
const session = await openShop({
  width: 1800,
  height: 1000,
  settings: {
    "editor.fontSize": 13,
    "editor.minimap.enabled": false,
    "breadcrumbs.enabled": false,
    "window.title": "shop",
  },
});
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
  for (const kind of ["dark", "light"] as const) {
    await workbench.setTheme(kind);
    const className = kind === "dark" ? "vscode-dark" : "vscode-light";
    await panel.frame.locator(`body.${className}`).waitFor();
    const path = await workbench.screenshot(join(folder, `panel-${kind}.png`));
    console.log(`${path} (${((await stat(path)).size / 1024).toFixed(0)} KiB)`);
  }
} finally {
  await session.close();
}
