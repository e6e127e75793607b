/**
 * Makes `docs/gallery`: the same 24 pictures each time, surface × theme × width, from recorded traces and with a clock that
 * stands still, so that a change of how things look can be seen by pairs. In another folder it makes those of all views of
 * the panel too, which are to be looked at and not to be kept.
 *
 *     npm run gallery [-- FOLDER]
 */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Frame } from "playwright-core";
import { findPorts } from "../../contract/collectorWindows/windows.ts";
import { repoRoot } from "../../harness/paths.ts";
import { exitOnSignals, waitFor } from "../../harness/processes.ts";
import { listRecordings, readMeta, readRecording } from "../../sdkRecordings.ts";
import type { ThemeKind, Workbench } from "../driver/workbench.ts";
import { findTask, readRecordedOrder } from "./recordedOrder.ts";
import { openShop } from "./shopSession.ts";
import { toSmallPng } from "./smallPng.ts";
import { takeStillPicture } from "./stillPicture.ts";
import { TracesList } from "./tracesList.ts";

const [elsewhere] = process.argv.slice(2);
const folder = elsewhere ?? join(repoRoot, "docs/gallery");
const themes: readonly ThemeKind[] = ["light", "dark", "hc-light", "hc-dark"];
const widths = [400, 1600] as const;
const heightPx = 800;
/** Some days after the newest of the recordings, so that ages have every unit but seconds. */
const now = new Date("2026-12-01T12:00:00Z");

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);

// For the browser that is started below: moments are written in its zone.
process.env["TZ"] = "UTC";
exitOnSignals();
const ports = await findPorts();
const session = await openShop({
  width: 1600,
  height: heightPx,
  settings: {
    "traceside.collector.autoStart": true,
    "traceside.collector.ports": ports,
  },
});
const { workbench } = session;
try {
  // Nothing but the surface.
  await workbench.setSettings({
    "window.commandCenter": false,
    "workbench.activityBar.location": "hidden",
    "workbench.editor.showTabs": "none",
    "workbench.layoutControl.enabled": false,
    "workbench.navigationControl.enabled": false,
    "workbench.statusBar.visible": false,
  });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const welcome = await TracesList.open(workbench);
  await welcome.welcome.getByText("Listening.").waitFor();
  await takeAll("welcome", welcome.frame, widenSideBar);

  // Colours go to services in the order in which they come.
  await workbench.runCommand("Traceside: Open Sample Trace");
  const list = await TracesList.open(workbench);
  await list.waitForRows("the sample", rows => rows.some(row => isOf(row, root.function)));
  await findPanel();
  await sendRecordings();
  await list.waitForFirst("get");
  await list.press("Home");
  await workbench.runCommand("View: Close All Editors");
  await stopClock(list.frame);
  await takeAll("list", list.frame, widenSideBar);

  await workbench.runCommand("View: Close Primary Side Bar");
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await findPanel();
  await stopClock(panel);
  await takeAll("panel", panel, resize);
  if (elsewhere !== undefined) await takeViews(panel);
} finally {
  await session.close();
}

/** Those that a wide panel shows beside others have a tab of their own in a narrow one. */
async function takeViews(panel: Frame): Promise<void> {
  // What failed is selected in all of them.
  await panel.locator("traceside-timeline [role=tree]").press("e");
  for (const [view, ofWidths] of [
    ["Flame", widths],
    ["Table", widths],
    ["Graph", [400]],
    ["Overview", [400]],
    ["Span", [400]],
  ] as const) {
    await resize(ofWidths[0]);
    await panel.getByRole("tab", { name: view }).click();
    await takeAll(view.toLowerCase(), panel, resize, ofWidths);
  }
}

function resize(widthPx: number): Promise<void> {
  return workbench.resize(widthPx, heightPx);
}

function isOf(row: string, name: string): boolean {
  return row.startsWith(`${name}, `);
}

async function takeAll(
  surface: string,
  frame: Frame,
  setWidth: (widthPx: number) => Promise<void>,
  ofWidths: readonly number[] = widths,
): Promise<void> {
  for (const widthPx of ofWidths) {
    await setWidth(widthPx);
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await settleTimings(frame);
      await untilStill(frame, theme);
      await save(frame, `${surface}-${theme}-${String(widthPx)}`);
    }
  }
}

/** Without tabs there is no title to find it by. */
async function findPanel(): Promise<Frame> {
  return waitFor("the panel with its trace", 120_000, async () => {
    for (const frame of workbench.page.frames()) {
      const shown = frame.locator('traceside-app[data-content="trace"]');
      // A frame that goes while it is asked.
      if ((await shown.count().catch(() => 0)) > 0) return frame;
    }
    return undefined;
  });
}

/** For the page alone, that has all it shows: VS Code around it goes on. */
async function stopClock(frame: Frame): Promise<void> {
  await frame.evaluate(nowMs => {
    const RealDate = Date;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args) =>
        Reflect.construct(target, args.length > 0 ? args : [nowMs]) as Date,
      get: (target, key) => (key === "now" ? () => nowMs : (Reflect.get(target, key) as unknown)),
    });
  }, now.getTime());
}

/** How long a store took is another number each time. */
async function settleTimings(frame: Frame): Promise<void> {
  const header = frame.locator("traceside-header");
  if ((await header.count()) === 0) return;
  await header.evaluate(element => {
    const root = element.shadowRoot ?? element;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      text.nodeValue = text.nodeValue?.replace(/\d+ ms/, "9 ms") ?? "";
    }
  });
}

/** The page has the theme, and what it draws in frames and workers has come to rest. */
async function untilStill(frame: Frame, theme: ThemeKind): Promise<void> {
  const name = {
    light: "light",
    dark: "dark",
    "hc-light": "high-contrast-light",
    "hc-dark": "high-contrast",
  };
  await frame.locator(`body.vscode-${name[theme]}`).waitFor();
  await workbench.page.mouse.move(0, 0);
  await frame.locator("traceside-graph .working").waitFor({ state: "hidden" });
  await takeStillPicture(workbench.page);
}

async function save(frame: Frame, name: string): Promise<void> {
  const element = await frame.frameElement();
  const box = await element.boundingBox();
  const picture = await workbench.page.screenshot({
    animations: "disabled",
    ...(box && { clip: box }),
  });
  const png = toSmallPng(picture);
  await writeFile(join(folder, `${name}.png`), png);
  console.log(`${name} ${box?.width ?? 0} px (${(png.length / 1024).toFixed(0)} KiB)`);
}

/** The side bar is dragged to this width, in a window that has room for it. */
async function widenSideBar(widthPx: number): Promise<void> {
  await workbench.resize(widthPx + 400, heightPx);
  const bar = await sideBarBox(workbench);
  const edgePx = bar.x + bar.width;
  await workbench.page.mouse.move(edgePx, 300);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(bar.x + widthPx, 300, { steps: 8 });
  await workbench.page.mouse.up();
}

async function sideBarBox({ page }: Workbench): Promise<{ x: number; width: number }> {
  const box = await page.locator("#workbench\\.parts\\.sidebar").boundingBox();
  if (box === null) throw new Error("The side bar is closed.");
  return box;
}

/** As it was before it was packed, and with a name in letters that every machine can draw, as long as before. */
function readPlain(file: string): Uint8Array<ArrayBuffer> {
  const bytes = readRecording(file);
  const plain = file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  const text = plain.toString("latin1");
  const service = Buffer.from("\u670d\u52a1").toString("latin1");
  return Uint8Array.from(Buffer.from(text.replaceAll(service, "server"), "latin1"));
}

/** Each as its SDK sent it, to the port that its protocol has. */
async function sendRecordings(): Promise<void> {
  for (const file of listRecordings()) {
    const { url, headers = {} } = readMeta(file);
    if (url === undefined) continue;
    const port = /spans$/.test(url)
      ? ports.zipkin
      : url === "/api/traces"
        ? ports.jaegerHttp
        : ports.otlpHttp;
    const response = await fetch(`http://127.0.0.1:${String(port)}${url}`, {
      method: "POST",
      headers: { "content-type": headers["content-type"] ?? "" },
      body: readPlain(file),
    });
    if (!response.ok) throw new Error(`${file}: ${String(response.status)}`);
  }
}
