/**
 * Traces of a thousand to a million spans in the real panel of a real VS Code: from the command to painted rows, by id
 * and from a file; frames while rows are scrolled, thrown and zoomed; find, graph, flame, table; memory; the extension
 * host's delay. With `--peers`, the same traces in other viewers, in the same run.
 *
 * `TRACESIDE_BENCH_SIZES` names the sizes, as in `1000,10000`; a million takes some 15 minutes.
 */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import { MAX_FILE_BYTES } from "../../src/model/droppedFile.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { openSession, type Session } from "../e2e/driver/session.ts";
import { launchChromium } from "../harness/chromium.ts";
import { percentile, summarise, type Bench } from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";
import { delay, waitFor } from "../harness/processes.ts";
import { makeJaegerFile } from "./makeJaegerFile.ts";
import { listViewers, show } from "./otherViewers.ts";
import { addProbe, findProbed, panelRows } from "./pageProbe.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const SIZES = (process.env["TRACESIDE_BENCH_SIZES"] ?? "1000,10000,100000").split(",").map(Number);
const RUNS = Number(process.env["TRACESIDE_BENCH_RUNS"] ?? 3);
const DEADLINE_MS = 600_000;
/** Longer files are no strings, and so not opened; their spans go to the store in pieces. */
const PIECE = 20_000;
/** What is kept at once, without a note. */
const KEPT_AT_ONCE = 5_000;
const QUIET_MS = 3_000;

type Add = (figure: string, sample: number, unit?: string) => void;

export const bench: Bench = async report => {
  const home = await mkdtemp(join(tmpdir(), "traceside-bench-"));
  let samples = new Map<string, { readonly unit: string; readonly list: number[] }>();
  const add: Add = (figure, sample, unit = "ms") => {
    const known = samples.get(figure);
    if (known === undefined) samples.set(figure, { unit, list: [sample] });
    else known.list.push(sample);
  };
  const tell = (): void => {
    for (const [figure, { unit, list }] of samples) report(summarise(figure, unit, list));
    samples = new Map();
  };
  try {
    const workspaceFolder = join(home, "workspace");
    await mkdir(workspaceFolder);
    const session = await openSession({ workspaceFolder, width: 1600, height: 1000 });
    try {
      await addProbe(session.workbench.page, panelRows);
      for (const spans of SIZES) {
        await measurePanel(session, home, spans, add);
        tell();
      }
    } finally {
      await session.close();
    }
    if (process.argv.includes("--peers")) {
      for (const spans of SIZES) {
        await measurePeers(spans, add);
        tell();
      }
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

async function measurePanel(
  { workbench, server }: Session,
  home: string,
  spans: number,
  add: Add,
): Promise<void> {
  const { page } = workbench;
  const name = (figure: string): string => `${figure} ${String(spans)}`;
  const closeEditors = async (): Promise<void> => {
    await workbench.executeCommand("workbench.action.closeAllEditors");
    await waitFor("no panel", DEADLINE_MS, async () =>
      (await findProbed(page)) === undefined ? true : undefined,
    );
  };
  let traceId = "";
  for (let run = 0; run < RUNS; run += 1) {
    await closeEditors();
    const pieces = [...makeJaegerFile({ spans, seed: run + 1 })];
    traceId = /"traceID":"(\w+)"/.exec(pieces[0] ?? "")?.[1] ?? "";
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (bytes > MAX_FILE_BYTES) {
      const file = join(server.userDataDir, "User/globalStorage/traceside.traceside/traces.db");
      add(name("keep"), await fillStore(file, pieces), "s");
      break;
    }
    const path = join(home, `trace-${String(run)}.json`);
    await writeFile(path, pieces.join(""));
    const kept = page
      .locator(".statusbar", { hasText: `trace-${String(run)}.json is kept` })
      .waitFor({ timeout: DEADLINE_MS })
      .then(() => Date.now());
    const startMs = Date.now();
    void workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path });
    await measureOpening(page, startMs, name("file"), add);
    if (spans > KEPT_AT_ONCE) add(name("file kept"), (await kept) - startMs);
    else kept.catch(() => undefined);
  }
  let frame: Frame | undefined;
  let heapBytes = 0;
  for (let run = 0; run < RUNS; run += 1) {
    await closeEditors();
    heapBytes = await readHeap(page);
    await server.control?.readDelayMs();
    const startMs = Date.now();
    void workbench.executeCommand("traceside.openTrace", traceId);
    frame = await measureOpening(page, startMs, name("id"), add);
    add(name("host delay p99"), (await server.control?.readDelayMs()) ?? Number.NaN);
  }
  if (frame === undefined) return;
  add(name("page memory"), ((await readHeap(page)) - heapBytes) / spans, "bytes/span");
  await measureFrames(page, frame, spans, add);
  await measureFind(frame, spans, add);
  for (const view of ["Flame", "Table"]) {
    add(name(view.toLowerCase()), await frame.evaluate(openTabInPage, view));
    await delay(QUIET_MS);
  }
}

/** Rows, nodes of the graph, and the longest task of the page after its rows. */
async function measureOpening(
  page: Page,
  startMs: number,
  figure: string,
  add: Add,
): Promise<Frame> {
  const frame = await waitFor("painted rows", DEADLINE_MS, () => findProbed(page));
  const probed = await waitFor("the graph", DEADLINE_MS, async () => {
    const each = await frame.evaluate(() => ({ ...globalThis.pageProbe }));
    return (each.nodesMs ?? 0) > 0 ? each : undefined;
  });
  add(`${figure} rows`, (probed.rowsMs ?? Number.NaN) - startMs);
  add(`${figure} graph`, (probed.nodesMs ?? Number.NaN) - startMs);
  await delay(QUIET_MS);
  const tasks = await frame.evaluate(() => globalThis.pageProbe?.tasks ?? []);
  const rowsMs = probed.rowsMs ?? 0;
  const after = tasks.filter(task => task.startMs > rowsMs);
  const own = after.filter(({ isOwn }) => isOwn);
  const findLongest = (list: typeof after): number =>
    Math.max(0, ...list.map(task => task.durationMs));
  add(`${figure} longest task after rows`, findLongest(after));
  add(`${figure} longest task after rows of the page itself`, findLongest(own));
  return frame;
}

async function measureFrames(page: Page, frame: Frame, spans: number, add: Add): Promise<void> {
  const box = await frame.locator("traceside-timeline [role=tree]").boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  const turn = (px: number) => (): Promise<void> => page.mouse.wheel(0, px);
  const key = (press: string) => (): Promise<void> =>
    frame.locator("traceside-timeline [role=tree]").press(press);
  const zoom = async (): Promise<void> => {
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -60);
    await page.keyboard.up("Control");
  };
  const foldAll = (): Promise<void> =>
    frame.locator("traceside-timeline-toolbar button[aria-label='Fold all']").click();
  const unfoldAll = (): Promise<void> =>
    frame.locator("traceside-timeline-toolbar button[aria-label='Unfold all']").click();
  for (const [figure, times, step] of [
    ["scroll", 60, turn(120)],
    ["thrown", 30, turn(spans * 2)],
    ["zoom", 30, zoom],
    ["fold all", 1, foldAll],
    ["unfold all", 1, unfoldAll],
    ["end", 1, key("End")],
  ] as const) {
    await frame.evaluate(() => globalThis.pageProbe?.countFrames(true));
    for (let i = 0; i < times; i += 1) {
      await step();
      await untilPainted(frame);
    }
    const frames = await frame.evaluate(() => {
      globalThis.pageProbe?.countFrames(false);
      return globalThis.pageProbe?.frames ?? [];
    });
    add(`${figure} p95 frame ${String(spans)}`, percentile(frames, 0.95));
  }
}

/** A first search, once with the box just opened and once in a trace that has been searched before. */
async function measureFind(frame: Frame, spans: number, add: Add): Promise<void> {
  for (const [figure, text] of [
    ["find", "tenant-042"],
    ["find again", "tenant-043"],
  ] as const) {
    await frame.locator("traceside-timeline [role=tree]").press("/");
    const found = await frame.evaluate(seekInPage, text);
    add(`${figure} ${String(spans)}`, found.tookMs);
    const [matches = "0"] = /[\d,]+(?= match)|(?<=of )[\d,]+/.exec(found.words) ?? [];
    if (figure === "find") {
      add(`found ${String(spans)}`, Number(matches.replaceAll(",", "")), "matches");
    }
  }
}

/** Runs in the page, because a driver looks every half a second: from the letters to the words of the whole search. */
async function seekInPage(
  text: string,
): Promise<{ readonly tookMs: number; readonly words: string }> {
  let root: ParentNode = document;
  for (const name of ["traceside-app", "traceside-timeline", "traceside-timeline-find"]) {
    root = root.querySelector(name)?.shadowRoot ?? root;
  }
  const [input, output] = [root.querySelector("input"), root.querySelector("output")];
  if (input === null || output === null) throw new Error("The find box is not open.");
  const startMs = performance.now();
  const words = new Promise<string>(resolve => {
    new MutationObserver(() => {
      const now = output.textContent.trim();
      if (now !== "" && !now.includes("looking")) resolve(now);
    }).observe(output, { childList: true, characterData: true, subtree: true });
  });
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return { words: await words, tookMs: performance.now() - startMs };
}

/** Runs in the page: from the click on a tab to the frame after its picture. */
async function openTabInPage(label: string): Promise<number> {
  const app = document.querySelector("traceside-app")?.shadowRoot;
  const tabs = [...(app?.querySelectorAll("traceside-tabs") ?? [])].flatMap(each => [
    ...(each.shadowRoot?.querySelectorAll<HTMLElement>("[role=tab]") ?? []),
  ]);
  const startMs = performance.now();
  tabs.find(tab => tab.textContent.trim() === label)?.click();
  await new Promise(resolve => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
  return performance.now() - startMs;
}

function untilPainted(frame: Frame): Promise<unknown> {
  return frame.evaluate(
    () =>
      new Promise(resolve => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      }),
  );
}

/** Of the whole window, whose process a panel's page shares: of small traces it tells nothing. */
async function readHeap(page: Page): Promise<number> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("HeapProfiler.collectGarbage");
  const usage = (await devTools.send("Runtime.getHeapUsage")) as {
    readonly usedSize: number;
    readonly backingStorageSize?: number;
  };
  await devTools.detach();
  return usage.usedSize + (usage.backingStorageSize ?? 0);
}

/** Answers with the seconds that it took. */
async function fillStore(file: string, pieces: readonly string[]): Promise<number> {
  const store = openLocalStore({
    ...{ name: "bench", file },
    workerPath: join(repoRoot, "dist/localWorker.cjs"),
    deadlineMs: DEADLINE_MS,
  });
  const [head = "", ...rest] = pieces;
  const tail = rest.splice(-2).join("");
  const startMs = Date.now();
  try {
    for (let at = 0; at < rest.length; at += PIECE) {
      const spans = rest
        .slice(at, at + PIECE)
        .join("")
        .replace(/^,/, "");
      const bytes = Buffer.from(head + spans + tail);
      await addSpans(
        store,
        readTraceFile(bytes, { store: "bench", path: "bench", nowUnixMs: 0 }).records,
      );
    }
  } finally {
    store.dispose();
  }
  return (Date.now() - startMs) / 1_000;
}

async function measurePeers(spans: number, add: Add): Promise<void> {
  const browser = await launchChromium();
  try {
    for (const viewer of await listViewers()) {
      const name = (figure: string): string => `${viewer.name} ${figure} ${String(spans)}`;
      for (let run = 0; run < RUNS; run += 1) {
        const text = [...makeJaegerFile({ spans, seed: run + 1 })].join("");
        const shown = await show(browser, viewer, text);
        add(name("open"), shown.tookMs);
        await shown.page.mouse.move(800, 600);
        const frame = shown.page.mainFrame();
        await frame.evaluate(() => globalThis.pageProbe?.countFrames(true));
        for (let i = 0; i < 60; i += 1) {
          await shown.page.mouse.wheel(0, 120);
          await untilPainted(frame);
        }
        const frames = await frame.evaluate(() => globalThis.pageProbe?.frames ?? []);
        add(name("scroll p95 frame"), percentile(frames, 0.95));
        await shown.close();
      }
    }
  } finally {
    await browser.close();
  }
}
