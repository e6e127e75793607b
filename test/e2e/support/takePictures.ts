/**
 * Makes the pictures of the README and of the walkthrough anew: the sample trace, the function of its selected span, the
 * card of a task id, the way from an id in a log to the line that ran (a moving picture), and a program of the terminal
 * among the traces that were received. All, or the one that is named.
 * The last takes the collector's usual ports, so that they stand in the picture.
 *
 *     node_modules/.bin/node test/e2e/support/takePictures.ts [panel | story | walkthrough | capture]
 */

import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repoRoot } from "../../harness/paths.ts";
import { exitOnSignals } from "../../harness/processes.ts";
import type { Session } from "../driver/session.ts";
import type { ThemeKind, Workbench } from "../driver/workbench.ts";
import { openCapture } from "./captureSession.ts";
import { findTask, readRecordedOrder, shopFolder, type RecordedTask } from "./recordedOrder.ts";
import { openShop } from "./shopSession.ts";
import { toMovingPng, toSmallPng } from "./smallPng.ts";
import { takeStillPicture } from "./stillPicture.ts";
import { TracePanel } from "./tracePanel.ts";
import { TracesList } from "./tracesList.ts";

const settings = {
  "editor.fontSize": 13,
  "editor.minimap.enabled": false,
  "breadcrumbs.enabled": false,
  "window.title": "shop",
  "workbench.activityBar.compact": true,
};
/** The recorded log without the columns that say where in funboost a line was written, and without its Chinese words. */
const logLines = readFileSync(join(shopFolder, "logs/orders.log"), "utf8")
  .split("\n")
  .map(line => line.replace(/-\(.*? - [a-z_]+ - ([A-Z]+) - /, " $1 "))
  .map(line => line.replaceAll(/[^\x20-\x7e]+/g, " "));
const longTitle = "${activeEditorLong}${separator}${rootName}";
const readmeSize = { width: 1800, height: 1000 };
/** Small, so that its letters can be read where a page shows it 800 points wide. */
const storySize = { width: 1080, height: 680 };
/** A walkthrough shows its pictures some 600 points wide. */
const walkthroughSize = { width: 1180, height: 760 };

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");
const retried = findTask(
  order,
  "was tried again",
  task => task.runTimes > 1 && task.status === "ok",
);

const pictures = {
  panel: takePanel,
  story: takeStory,
  walkthrough: takeWalkthrough,
  capture: takeCapture,
};
exitOnSignals();
const [wanted] = process.argv.slice(2);
for (const [name, take] of Object.entries(pictures)) {
  if (wanted === undefined || wanted === name) await take();
}

async function takePanel(): Promise<void> {
  const session = await openShop({ ...readmeSize, settings });
  try {
    const { workbench } = session;
    const panel = await openSample(workbench);
    await openSourceBeside(workbench, panel, retried);
    await save(workbench, panel, "readme/panel", ["dark"]);
  } finally {
    await session.close();
  }
}

async function takeWalkthrough(): Promise<void> {
  const session = await openShop({ ...walkthroughSize, settings });
  try {
    const { workbench } = session;
    const panel = await openSample(workbench);
    await save(workbench, panel, "walkthrough/sample");
    await openSourceBeside(workbench, panel, retried);
    await save(workbench, panel, "walkthrough/source");
    await openLog(session);
    for (const theme of ["dark", "light"] as const) {
      await workbench.setTheme(theme);
      await workbench.hoverText(failed.id);
      await workbench.hoverCard(failed.function);
      await savePicture(workbench, `walkthrough/id-${theme}`);
    }
  } finally {
    await session.close();
  }
}

/** From a log line that tells of a failure to the line that raised it. */
async function takeStory(): Promise<void> {
  const session = await openShop({ ...storySize, settings });
  const frames: { readonly png: Buffer; readonly shownMs: number }[] = [];
  try {
    const { workbench } = session;
    const { page } = workbench;
    const show = async (shownMs: number): Promise<void> => {
      frames.push({ png: await takeStillPicture(page), shownMs });
    };
    await openSample(workbench);
    await openLog(session);
    await workbench.setTheme("dark");
    await show(1_500);
    await workbench.hoverText(failed.id);
    await workbench.hoverCard(failed.function);
    await show(3_500);
    await workbench.clickInHover("Open Trace");
    const panel = await TracePanel.find(workbench, root.function);
    await panel.waitForDetail(failed.function, failed.id);
    await page.mouse.move(0, 0);
    await show(4_000);
    await openSelectedBeside(workbench, panel);
    await show(5_000);
    await saveBytes("readme/story-dark", toMovingPng(frames));
  } finally {
    await session.close();
  }
}

/** In place of what was open, at the first line that names the task that failed. */
async function openLog({ workbench, workspaceFolder }: Session): Promise<void> {
  await workbench.runCommand("View: Close All Editors");
  // The title says which file is open, as long as someone has to know.
  await workbench.setSettings({ "window.title": longTitle });
  const log = "logs/shop.log";
  await writeFile(join(workspaceFolder, log), logLines.join("\n"));
  await workbench.openFile(log, logLines.findIndex(line => line.includes(failed.id)) + 1);
  await workbench.setSettings({ "window.title": settings["window.title"] });
}

async function openSample(workbench: Workbench): Promise<TracePanel> {
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  await workbench.runCommand("View: Close Primary Side Bar");
  return panel;
}

async function openSourceBeside(
  workbench: Workbench,
  panel: TracePanel,
  task: RecordedTask,
): Promise<void> {
  const row = (await panel.readRows()).find(({ name }) => name === task.function);
  await panel.clickRow(row?.label ?? "");
  await panel.waitForDetail(task.function, task.id);
  await openSelectedBeside(workbench, panel);
}

async function openSelectedBeside(workbench: Workbench, panel: TracePanel): Promise<void> {
  await panel.press("Enter");
  await workbench.page.locator(".monaco-editor .view-line").first().waitFor();
  await workbench.executeCommand("vscode.setEditorLayout", {
    orientation: 0,
    groups: [{ size: 0.61 }, { size: 0.39 }],
  });
  // In the room that the graph now has, where it has any.
  const fit = panel.frame.getByRole("button", { name: "Show the whole graph" });
  if (await fit.isVisible()) await fit.click();
}

async function takeCapture(): Promise<void> {
  const { session } = await openCapture({
    ...readmeSize,
    settings: {
      ...settings,
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
    await save(workbench, panel, "readme/capture", ["dark"]);
    await workbench.resize(walkthroughSize.width, walkthroughSize.height);
    await save(workbench, panel, "walkthrough/capture");
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
  themes: readonly (ThemeKind & ("dark" | "light"))[] = ["dark", "light"],
): Promise<void> {
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await panel.frame.locator(`body.vscode-${theme}`).waitFor();
    await savePicture(workbench, `${name}-${theme}`);
  }
}

async function savePicture(workbench: Workbench, name: string): Promise<void> {
  await saveBytes(name, toSmallPng(await takeStillPicture(workbench.page)));
}

async function saveBytes(name: string, png: Buffer): Promise<void> {
  const path = join(repoRoot, "media", `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, png);
  console.log(`${path} (${(png.length / 1024).toFixed(0)} KiB)`);
}
