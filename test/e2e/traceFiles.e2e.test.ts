/**
 * Traces in files: exported through the save dialog as each format and as a page that stands alone; opened by command,
 * in the editor for trace files, dropped on a view, from a folder that is a store, and with 20,000 spans. The order was recorded once, so
 * what comes back is held against what its recorder says.
 */

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import { launchChromium } from "../harness/chromium.ts";
import { artifactsFolder, repoRoot } from "../harness/paths.ts";
import { waitFor } from "../harness/processes.ts";
import { makeJaegerFile } from "../perf/makeJaegerFile.ts";
import { addProbe, panelRows } from "../perf/pageProbe.ts";
import { openSession, type Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import {
  countCallPaths,
  drawRecorded,
  drawRows,
  findTask,
  readRecordedOrder,
} from "./support/recordedOrder.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const deadlineMs = 90_000;

/** Two traces as a program writes them by hand, the newest last. */
const nights = ["monday", "tuesday"].map((name, day) => {
  const start = Date.UTC(2026, 0, 5 + day, 2);
  const of = (id: string, parent: string | undefined, job: string, durationMs: number): object => ({
    trace_id: `00000000000000000000000000000${day}ab`,
    span_id: id,
    parent_id: parent,
    name: job,
    service: "nightly",
    start_time: start,
    duration_ms: durationMs,
  });
  return [
    of("00000000000000a1", undefined, `backup_${name}`, 900),
    of("00000000000000a2", "00000000000000a1", "dump", 700),
    ...(day === 1 ? [of("00000000000000a3", "00000000000000a1", "upload", 150)] : []),
  ];
});

let session: Session;
let workbench: Workbench;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "traceside-files-"));
  const folder = join(home, "traces");
  await cp(
    join(repoRoot, "test/fixtures/otel/javascript-console.txt"),
    join(folder, "console.txt"),
    { recursive: true },
  );
  await writeFile(join(folder, "nights.json"), JSON.stringify(nights.flat()));
  await writeFile(join(folder, "menu.json"), '{ "soup": 4, "bread": 1 }');
  session = await openSession({ workspaceFolder: folder, width: 1700, height: 1200 });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

const inWorkspace = (file: string): string => join(session.workspaceFolder, file);

async function expectOrder(): Promise<void> {
  const panel = await TracePanel.find(workbench, root.function);
  expect(drawRows(await panel.waitForRows(order.tasks.length))).toEqual([drawRecorded(order)]);
}

async function expectRows(title: string, ...names: readonly string[]): Promise<void> {
  const panel = await TracePanel.find(workbench, title);
  const rows = await panel.waitForRows(names.length);
  expect(rows.map(({ name }) => name)).toEqual(names);
}

async function closeEditors(): Promise<void> {
  await workbench.runCommand("View: Close All Editors");
}

/** Nothing that was opened before is known any more. */
async function forgetTraces(): Promise<void> {
  await closeEditors();
  await workbench.runCommand("Traceside: Delete All Traces…");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  const isEmpty = workbench.page.getByText("The embedded store has no traces.").first();
  await dialog.or(isEmpty).waitFor();
  if (await isEmpty.isVisible()) {
    return workbench.runCommand("Notifications: Clear All Notifications");
  }
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.waitFor({ state: "hidden" });
}

describe("export", () => {
  const exported = new Map<string, string>();

  test("offers OTLP, Jaeger and a page, and writes where the dialog says", async () => {
    await workbench.runCommand("Traceside: Open Sample Trace");
    await expectOrder();
    for (const [form, ending] of [
      ["OpenTelemetry JSON", "otlp.json"],
      ["Jaeger JSON", "trace.json"],
      ["Web page", "html"],
    ] as const) {
      await workbench.runCommandAndPick("Traceside: Export Trace…", form);
      // The dialog proposes a name in the workspace; a user types one.
      await waitFor("a name to be proposed", deadlineMs, async () =>
        (await workbench.quickInputValue()).endsWith(`.${ending}`) ? true : undefined,
      );
      const file = `order.${ending}`;
      await workbench.typeInInput(inWorkspace(file));
      await workbench.waitForNotification(`${file} was written.`);
      await workbench.runCommand("Notifications: Clear All Notifications");
      exported.set(ending, await readFile(inWorkspace(file), "utf8"));
    }
  });

  test.each(["otlp.json", "trace.json"])("%s holds every task of the order", ending => {
    const bytes = Buffer.from(exported.get(ending) ?? "");
    const { records } = readTraceFile(bytes, { store: "file", path: ending, nowUnixMs: 0 });
    expect(records.map(({ span }) => span.name).sort()).toEqual(
      order.tasks.map(task => task.function).sort(),
    );
    expect(new Set(records.map(({ traceId }) => traceId))).toEqual(new Set([order.traceId]));
  });

  test("the page stands alone: the same rows, graph and detail with no editor and no network", async () => {
    const browser = await launchChromium();
    try {
      for (const theme of ["light", "dark"] as const) {
        const context = await browser.newContext({
          colorScheme: theme,
          offline: true,
          viewport: { width: 1400, height: 1150 },
        });
        const page = await context.newPage();
        const asked: string[] = [];
        const said: string[] = [];
        page.on("request", request => asked.push(request.url()));
        page.on("console", message => said.push(message.text()));
        page.on("pageerror", error => said.push(error.message));
        const url = pathToFileURL(inWorkspace("order.html")).href;
        await page.goto(url);
        const panel = await TracePanel.inPage(page);
        const rows = await panel.waitForRows(order.tasks.length);
        expect(drawRows(rows)).toEqual([drawRecorded(order)]);
        await panel.waitForNodes(countCallPaths(order).size);
        await panel.clickRow(rows[1]!.label);
        const { name } = await panel.waitForSelectedRow(rows[1]!.name, row => row.isSelected);
        const detail = await panel.waitForDetail(name);
        expect(detail).toContain("local");
        // Nobody could open one.
        expect(detail).not.toContain("Source");
        expect(await page.locator(`body.vscode-${theme}`).count()).toBe(1);
        const background = await page.evaluate(() => getComputedStyle(document.body).background);
        expect(background).toContain(theme === "light" ? "rgb(255, 255, 255)" : "rgb(3");
        await page.screenshot({ path: join(artifactsFolder, `files-page-${theme}.png`) });
        expect(asked.filter(each => each !== url && !each.startsWith("blob:"))).toEqual([]);
        expect(said).toEqual([]);
        await context.close();
      }
    } finally {
      await browser.close();
    }
  });
});

describe("the editor for trace files", () => {
  test.each(["order.otlp.json", "order.trace.json"])(
    "is offered for %s, and shows what was exported",
    async file => {
      await forgetTraces();
      await workbench.openFile(file);
      await workbench.runCommandAndPick("View: Reopen Editor With...", "Trace (Traceside)");
      await expectOrder();
      await workbench.page.locator(".breadcrumbs-control").getByText(file).waitFor();
    },
  );
});

describe("Open Trace File", () => {
  async function open(file: string): Promise<void> {
    await workbench.runCommand("Traceside: Open Trace File…");
    // A dialog that still lists its folder takes back what is typed.
    await waitFor("the dialog", deadlineMs, async () =>
      (await workbench.quickInputValue()).startsWith("/") &&
      (await workbench.quickInputText()).includes(file)
        ? true
        : undefined,
    );
    await workbench.typeInInput(inWorkspace(file));
  }

  test("opens the one trace of a file", async () => {
    await forgetTraces();
    await open("console.txt");
    await expectRows("GET /cart", "GET /cart", "cart.load", "orders send");
  });

  test("asks which of many, newest first", async () => {
    await open("nights.json");
    const said = await waitFor("the list of traces", deadlineMs, async () => {
      const text = await workbench.quickInputText();
      return text.includes("2 traces in nights.json") ? text : undefined;
    });
    expect(said.indexOf("backup_tuesday")).toBeLessThan(said.indexOf("backup_monday"));
    await workbench.pickItem("backup_monday");
    await expectRows("backup_monday", "backup_monday", "dump");
  });

  test("refuses what is no trace, and says what it is", async () => {
    await open("menu.json");
    await workbench.waitForNotification("menu.json cannot be read: JSON of no known trace format");
    await workbench.runCommand("Notifications: Clear All Notifications");
  });
});

test("a folder is a store: its traces are listed, and open by their ids", async () => {
  await forgetTraces();
  await workbench.setSettings({
    "traceside.stores": [{ kind: "file", name: "night shift", path: session.workspaceFolder }],
  });
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput("000000000000000000000000000001ab");
  await expectRows("backup_tuesday", "backup_tuesday", "dump", "upload");
  await workbench.runCommand("Traceside: Open Trace by ID…");
  // A task of the order, which three of the files hold.
  await workbench.typeInInput(order.rootTaskId);
  await expectOrder();

  // What a program writes there while the folder is watched is found as well.
  const [first] = nights[0]!;
  const later = { ...first, trace_id: "000000000000000000000000000002ab", name: "backup_today" };
  await writeFile(inWorkspace("later.json"), JSON.stringify([later]));
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput("000000000000000000000000000002ab");
  await expectRows("backup_today", "backup_today");
  await workbench.setSettings({ "traceside.stores": undefined });
});

describe("a file that is dropped", () => {
  const drops: readonly (readonly [string, () => Promise<Locator>])[] = [
    ["the list of traces", async () => (await findFrame()).locator("traceside-traces")],
    [
      "the tree of stores",
      () => Promise.resolve(workbench.page.getByRole("treeitem", { name: "Embedded store" })),
    ],
  ];

  async function findFrame(): ReturnType<typeof workbench.webviewFrame> {
    return (await TracesList.open(workbench)).frame;
  }

  test.each(drops)("on %s opens", async (_name, find) => {
    await forgetTraces();
    await TracesList.open(workbench);
    const target = await find();
    await target.waitFor();
    const tab = workbench.page.locator(".tab", { hasText: "GET /cart" });
    await dropUntil(tab, target, inWorkspace("console.txt"));
    await expectRows("GET /cart", "GET /cart", "cart.load", "orders send");
    await closeEditors();
    const refusal = workbench.page.getByText("menu.json cannot be read").first();
    await dropUntil(refusal, target, inWorkspace("menu.json"));
    await workbench.waitForNotification("menu.json cannot be read");
    await workbench.runCommand("Notifications: Clear All Notifications");
  });

  test("from within the editor, by its tab, opens as well", async () => {
    await forgetTraces();
    await TracesList.open(workbench);
    await workbench.openFile("console.txt");
    const tab = workbench.page.locator(".tab", { hasText: "console.txt" });
    await tab.dragTo(workbench.page.getByRole("treeitem", { name: "Embedded store" }));
    await expectRows("GET /cart", "GET /cart", "cart.load", "orders send");
  });
});

/** Once more where the tree was drawn anew while the file was over it: then the editor takes it for no drop. */
async function dropUntil(shown: Locator, target: Locator, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await dropFile(workbench.page, target, path);
    try {
      await shown.waitFor({ timeout: 5_000 });
      return;
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

/** As the window system does it: the browser itself says that a file comes, moves and is let go. */
async function dropFile(page: Page, target: Locator, path: string): Promise<void> {
  const box = await target.boundingBox();
  if (box === null) throw new Error("Nothing to drop on.");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const devtools = await page.context().newCDPSession(page);
  // To be copied, linked or moved, as file managers let be chosen.
  const data = { items: [], files: [path], dragOperationsMask: 1 | 2 | 16 };
  for (const type of ["dragEnter", "dragOver", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, x, y, data });
    // What is drawn for the one is there before the next.
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await devtools.detach();
}

/** A file of 20,000 spans is read within it on a machine with other work. */
const largeDeadlineMs = 240_000;

test("a large file is shown first, kept behind, and found in", async () => {
  await closeEditors();
  const file = inWorkspace("large.json");
  await writeFile(file, [...makeJaegerFile({ spans: 20_000 })].join(""));
  await addProbe(workbench.page, panelRows);
  // The note stands for some seconds only, and may come before the rows are looked at.
  const keptMs = workbench.page
    .waitForFunction(
      () =>
        document
          .querySelector(".statusbar")
          ?.textContent.replaceAll("\u00a0", " ")
          .includes("large.json is kept: 20,000 spans") === true &&
        performance.timeOrigin + performance.now(),
      undefined,
      { timeout: largeDeadlineMs },
    )
    .then(each => each.jsonValue());
  await workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path: file });
  const panel = await TracePanel.find(workbench, "operation-");
  const [root] = await waitFor("the first rows", largeDeadlineMs, async () => {
    const rows = await panel.readRows();
    return rows.length > 10 ? rows : undefined;
  });
  await workbench.screenshot("large-file-shown.png");
  await panel.clickRow(root!.label);
  expect(await panel.waitForDetail(root!.name)).toContain("tenant");
  const rowsMs = await panel.frame.evaluate(() => globalThis.pageProbe?.rowsMs ?? Number.NaN);
  expect(rowsMs).toBeLessThan(Number(await keptMs));
  await panel.press("ArrowDown");
  const below = await panel.waitForSelectedRow("the next", row => row.label !== root!.label);
  expect(await panel.waitForDetail(below.name)).toContain("tenant");
  await panel.press("Home");
  await workbench.page.keyboard.type("tenant-042");
  const search = panel.frame.locator("traceside-timeline-find output");
  await search.filter({ hasText: /of \d|match/ }).waitFor({ timeout: largeDeadlineMs });
  await workbench.screenshot("large-file-kept.png");
});
