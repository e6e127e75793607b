/**
 * What a page does while it is measured: when the first rows and nodes were painted, how long its tasks and its frames
 * were. Put into every frame before the page's own scripts; times are milliseconds since the Unix epoch, so that they
 * compare with those of other processes of the machine.
 */

import type { Frame, Page } from "playwright-core";

export interface Probe {
  rowsMs: number;
  nodesMs: number;
  /** Of the whole window, whose thread a panel's page shares; its own are those that no frame around it has done. */
  tasks: { readonly startMs: number; readonly durationMs: number; readonly isOwn: boolean }[];
  /** Between one frame and the next, while they are counted. */
  frames: number[];
  countFrames(isOn: boolean): void;
}

declare global {
  var pageProbe: Probe | undefined;
}

export interface ProbeOptions {
  /** A way into shadow roots, a selector for each. */
  readonly rows: readonly string[];
  readonly nodes?: readonly string[];
}

/** Rows of the panel's timeline, and nodes of its graph. */
export const panelRows: ProbeOptions = {
  rows: ["traceside-app", "traceside-timeline", "[role=treeitem]"],
  nodes: ["traceside-app", "traceside-graph", "[role=treeitem]"],
};

export async function addProbe(page: Page, options: ProbeOptions): Promise<void> {
  await page.context().addInitScript(startProbe, options);
}

/** The frame whose rows have been painted. */
export async function findProbed(page: Page): Promise<Frame | undefined> {
  for (const frame of page.frames()) {
    const rowsMs = await frame.evaluate(() => globalThis.pageProbe?.rowsMs ?? 0).catch(() => 0);
    if (rowsMs > 0) return frame;
  }
  return undefined;
}

/** Runs in the page. */
function startProbe({ rows, nodes = [] }: ProbeOptions): void {
  const toEpoch = (ms: number): number => performance.timeOrigin + ms;
  const count = (path: readonly string[]): number => {
    let roots: ParentNode[] = [document];
    for (const [depth, selector] of path.entries()) {
      const found = roots.flatMap(root => [...root.querySelectorAll(selector)]);
      if (depth === path.length - 1) return found.length;
      roots = found.flatMap(element => element.shadowRoot ?? []);
    }
    return 0;
  };
  let last = 0;
  let isCounting = false;
  const probe: Probe = {
    rowsMs: 0,
    nodesMs: 0,
    tasks: [],
    frames: [],
    countFrames: isOn => {
      last = 0;
      if (isOn) probe.frames = [];
      if (isOn && !isCounting) requestAnimationFrame(countFrame);
      isCounting = isOn;
    },
  };
  const countFrame = (nowMs: number): void => {
    if (last > 0) probe.frames.push(nowMs - last);
    last = nowMs;
    if (isCounting) requestAnimationFrame(countFrame);
  };
  globalThis.pageProbe = probe;
  new PerformanceObserver(list => {
    for (const { name, startTime, duration } of list.getEntries()) {
      const isOwn = !name.endsWith("ancestor");
      probe.tasks.push({ startMs: toEpoch(startTime), durationMs: duration, isOwn });
    }
  }).observe({ type: "longtask", buffered: true });
  // A page that is written anew into its frame, as a webview's is, keeps timers but no callbacks of frames.
  const timer = setInterval(() => {
    if (probe.rowsMs === 0 && count(rows) > 1) probe.rowsMs = toEpoch(performance.now());
    if (probe.nodesMs === 0 && nodes.length > 0 && count(nodes) > 1) {
      probe.nodesMs = toEpoch(performance.now());
    }
    if (probe.rowsMs > 0 && (nodes.length === 0 || probe.nodesMs > 0)) clearInterval(timer);
  }, 4);
}
