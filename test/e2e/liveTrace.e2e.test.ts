/** A trace that grows while it is open, and one whose clocks differ: the panel keeps the reader's place. */

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { findFreePort, waitFor } from "../harness/processes.ts";
import { openSession, type Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { shopFolder } from "./support/recordedOrder.ts";
import { onlyOtlpHttp } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

let session: Session;
let workbench: Workbench;
let folder: string;
let port: number;

function commitAll(cwd: string): void {
  const who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"];
  const git = (...args: readonly string[]): void => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    execFileSync("git", [...who, ...args], { cwd, env });
  };
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Open the shop");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "traceside-live-"));
  const workspaceFolder = join(folder, "shop");
  await cp(shopFolder, workspaceFolder, { recursive: true });
  commitAll(workspaceFolder);
  port = await findFreePort();
  session = await openSession({
    ...{ workspaceFolder, width: 1600, height: 1000 },
    settings: { "traceside.collector.ports": onlyOtlpHttp(port) },
  });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await workbench.runCommand("View: Close All Editors");
});

interface Drawn {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly service: string;
  readonly host?: string;
  /** Microseconds from the start of the test. */
  readonly at: number;
  readonly took: number;
  readonly kind?: "CLIENT" | "SERVER";
}

const startUs = Date.now() * 1_000;

/** As Zipkin's tracers send them, in parts. */
async function send(traceId: string, ...spans: readonly Drawn[]): Promise<unknown> {
  const file = join(folder, `${spans[0]!.id}.json`);
  const text = spans.map(({ id, parent, name, service, host, at, took, kind }) => ({
    ...{ traceId, id, parentId: parent, name, kind, timestamp: startUs + at, duration: took },
    localEndpoint: { serviceName: service, ipv4: host },
  }));
  await writeFile(file, JSON.stringify(text));
  return workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path: file });
}

test("late spans appear where they belong, the missing parent is found, and the selection and folds stay", async () => {
  const traceId = "6f6c64206c6976652074726163652121";
  const child = { id: "00000000000000c1", parent: "00000000000000b1", service: "shop" };
  await send(
    traceId,
    { id: "00000000000000a1", name: "checkout", service: "shop", at: 0, took: 900_000 },
    { ...child, name: "reserve", at: 200_000, took: 100_000 },
    { ...child, id: "00000000000000c2", name: "charge", at: 400_000, took: 300_000 },
    {
      id: "00000000000000d1",
      parent: child.id,
      name: "lock",
      service: "shop",
      at: 210_000,
      took: 50_000,
    },
  );
  const panel = await TracePanel.find(workbench);
  const rows = await panel.waitForRows(5);
  expect(rows.map(({ name }) => name)).toContain("missing span 00000000000000b1");
  await panel.frame.getByText("live", { exact: true }).waitFor();
  await panel.clickRow(rows.find(({ name }) => name === "charge")!.label);
  await panel.waitForDetail("charge");
  await panel.press("ArrowUp");
  await panel.press("ArrowUp");
  await panel.waitForSelectedRow("reserve", ({ name }) => name === "reserve");
  await panel.press("ArrowLeft");
  await panel.waitForRows(4);
  await panel.clickRow(rows.find(({ name }) => name === "charge")!.label);

  await send(
    traceId,
    {
      id: "00000000000000b1",
      parent: "00000000000000a1",
      name: "pay",
      service: "shop",
      at: 100_000,
      took: 700_000,
    },
    {
      id: "00000000000000c0",
      parent: "00000000000000b1",
      name: "quote",
      service: "shop",
      at: 120_000,
      took: 9_000,
    },
  );
  const grown = await panel.waitForRows(5);
  expect(grown.map(({ name, level }) => `${String(level)} ${name}`)).toEqual([
    "1 checkout",
    "2 pay",
    "3 quote",
    "3 reserve",
    "3 charge",
  ]);
  expect(grown.find(({ isSelected }) => isSelected)?.name).toBe("charge");
  await panel.waitForDetail("charge");
  const text = await panel.readText();
  expect(text).not.toContain("problem");
  // It is the same panel that was brought to the front, not a second one.
  await expect.poll(() => workbench.page.locator(".tab").count()).toBe(1);
  await workbench.screenshot("live-grown.png");
});

/** As Funboost keeps a task: from its publishing on, with a start when a worker has begun it. */
function describeTask(traceId: string, id: string, name: string, at: number, rest: object): object {
  const rootId = `root-${traceId}`;
  return {
    ...{ _id: id, task_id: id, function: name, queue_name: name, params: {}, run_times: 1 },
    ...{ trace_id: traceId, publish_time: at, time_end: null },
    ...(id === rootId ? {} : { parent_task_id: rootId }),
    ...{ run_status: "running", success: false, ...rest },
  };
}

test("what runs grows with the clock, and is followed until the reader scrolls", async () => {
  const now = Date.now() / 1_000;
  const traceId = randomBytes(16).toString("hex");
  const task = (id: string, ...rest: readonly [string, number, object]): object =>
    describeTask(traceId, `${id}-${traceId}`, ...rest);
  const tasks = [
    task("root", "place_order", now - 9, { time_start: now - 8 }),
    task("done", "reserve", now - 7, {
      ...{ time_start: now - 6, time_end: now - 4, run_status: "finish", success: true },
    }),
    task("busy", "charge", now - 5, { time_start: now - 3 }),
    task("waits", "send_mail", now - 4, { run_status: "" }),
  ];
  const path = join(folder, "tasks.json");
  const open = async (documents: readonly object[]): Promise<void> => {
    await writeFile(path, JSON.stringify(documents));
    await workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path });
  };
  await open(tasks);
  const panel = await TracePanel.find(workbench);
  await panel.waitForRows(4);
  const header = panel.frame.locator("traceside-header");
  for (const words of ["1 of 4 tasks done", "2 running", "1 queued"]) {
    await header.getByText(words, { exact: true }).waitFor();
  }
  const total = header.locator(".total");
  const before = await total.innerText();
  expect(before).toMatch(/^running, /);
  await waitFor("the clock to move on", 60_000, async () =>
    (await total.innerText()) === before ? undefined : true,
  );
  await panel.press(".");
  await header.getByText("following", { exact: true }).waitFor();
  for (const kind of ["light", "dark"] as const) {
    await workbench.setTheme(kind);
    await workbench.screenshot(`live-running-${kind}.png`);
  }

  await open([...tasks, task("late", "ship", now, { time_start: now })]);
  await panel.waitForRows(5);
  await header.getByText("1 of 5 tasks done", { exact: true }).waitFor();
  await header.getByText("following", { exact: true }).waitFor();
  await panel.frame.locator("traceside-timeline [role=tree]").hover();
  await workbench.page.mouse.wheel(0, 40);
  await header.getByText("live", { exact: true }).waitFor();
});

/** Answers with the trace's id when the collector has it; `undefined` while it does not listen yet. */
async function sendRun(): Promise<string | undefined> {
  const traceId = randomBytes(16).toString("hex");
  const span = {
    ...{ trace_id: traceId, span_id: randomBytes(8).toString("hex"), name: "restock" },
    ...{ service: "shop", start_time: Date.now(), duration_ms: 20 },
  };
  const answer = await fetch(`http://127.0.0.1:${port}/spans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([span]),
  }).catch(() => undefined);
  return answer?.status === 200 ? traceId : undefined;
}

/** Sends a run and opens it until its header says this of the workspace: git tells a moment after what it is asked. */
async function openRunAt(commit: RegExp): Promise<TracePanel> {
  return waitFor(`a run at ${String(commit)}`, 120_000, async () => {
    const traceId = await sendRun();
    if (traceId === undefined) return undefined;
    await workbench.runCommand("View: Close All Editors");
    await workbench.executeCommand("traceside.openTrace", traceId);
    const panel = await TracePanel.find(workbench);
    await panel.waitForRows(1);
    const words = await panel.frame.locator("traceside-header .commit").allInnerTexts();
    return words.some(text => commit.test(text)) ? panel : undefined;
  });
}

test("a captured trace tells its commit, and is compared with the run before an edit by a click", async () => {
  // Where it is tried again the file is changed already.
  execFileSync("git", ["checkout", "--quiet", "README.md"], { cwd: session.workspaceFolder });
  await workbench.runCommand("Traceside: Start Collector");
  await openRunAt(/^[0-9a-f]{7}$/);
  await appendFile(join(session.workspaceFolder, "README.md"), "\nChanged.\n");
  const panel = await openRunAt(/^[0-9a-f]{7}, edited$/);
  const commit = panel.frame.locator("traceside-header .commit");
  expect(await commit.getAttribute("title")).toContain(", with changes, when it came in.");
  await commit.click();
  await panel.frame.locator("traceside-comparison .changes").waitFor({ timeout: 90_000 });
  for (const kind of ["light", "dark"] as const) {
    await workbench.setTheme(kind);
    await workbench.screenshot(`commit-${kind}.png`);
  }
});

test("spans that look skewed are counted, moved when asked, and moved back", async () => {
  await send(
    "6f6c6420736b65772074726163652121",
    {
      id: "00000000000000e1",
      name: "get",
      service: "front",
      host: "127.0.0.4",
      at: 0,
      took: 100_000,
      kind: "SERVER",
    },
    {
      id: "00000000000000e2",
      parent: "00000000000000e1",
      name: "post",
      service: "front",
      host: "127.0.0.4",
      at: 3_000,
      took: 90_000,
      kind: "CLIENT",
    },
    {
      id: "00000000000000e3",
      parent: "00000000000000e2",
      name: "post",
      service: "back",
      host: "192.0.2.1",
      at: -62_000,
      took: 80_000,
      kind: "SERVER",
    },
    {
      id: "00000000000000e4",
      parent: "00000000000000e3",
      name: "query",
      service: "back",
      host: "192.0.2.1",
      at: -60_000,
      took: 10_000,
    },
  );
  const panel = await TracePanel.find(workbench);
  const rows = await panel.waitForRows(4);
  await panel.clickRow(rows.find(({ name }) => name === "query")!.label);
  await panel.waitForDetail("query");
  const toggle = panel.frame.getByRole("button", { name: /look(s)? skewed|moved for clock skew/ });
  await expect.poll(() => toggle.innerText()).toContain("1 span looks skewed");
  const whole = panel.frame.locator("traceside-header .total");
  await expect.poll(() => whole.innerText()).toBe("162 ms");
  for (const kind of ["light", "dark"] as const) {
    await workbench.setTheme(kind);
    await toggle.click();
    await waitFor("the bars to be moved", 60_000, async () =>
      (await whole.innerText()) === "100 ms" ? true : undefined,
    );
    await expect.poll(() => toggle.innerText()).toContain("2 spans moved for clock skew");
    await expect.poll(() => panel.readText()).toContain("moved by +70 ms");
    // The same span is still selected and its detail is not read anew.
    await panel.waitForSelectedRow("query", ({ name }) => name === "query");
    await workbench.screenshot(`skew-${kind}.png`);
    await toggle.click();
    await waitFor("the bars to be back", 60_000, async () =>
      (await whole.innerText()) === "162 ms" ? true : undefined,
    );
  }
});

test("a reload of the window brings back folds, hidden panes and the correction of the clocks", async () => {
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput("6f6c6420736b65772074726163652121");
  const before = await TracePanel.find(workbench);
  const rows = await before.waitForRows(4);
  await before.frame.getByRole("button", { name: /looks skewed/ }).click();
  await before.clickRow(rows[1]!.label);
  await before.waitForDetail("post");
  await before.press("ArrowLeft");
  await before.waitForRows(2);
  await before.frame.getByRole("button", { name: "Graph", exact: true }).click();
  // The place is kept when the reader rests.
  await workbench.page.waitForTimeout(1_000);

  await workbench.reloadWindow();
  const after = await TracePanel.find(workbench);
  await after.waitForRows(2);
  await after.waitForSelectedRow("post", ({ name }) => name === "post");
  await after.frame.getByRole("button", { name: /2 spans moved for clock skew/ }).waitFor();
  await after.frame.locator("section[aria-label=Graph]").waitFor({ state: "hidden" });
});
