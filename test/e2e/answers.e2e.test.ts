/**
 * Answers first: what a person sees above the panes of a trace with known faults, where each line leads, the table of
 * operations, and the comparison with the run before.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import { openSession, type Session } from "./driver/session.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import { TracePanel } from "./support/tracePanel.ts";

const TRACE_IDS = ["a".repeat(31) + "1", "a".repeat(31) + "2"];

/** A request that reads its items one by one, tries its payment again and fails; the first run read fewer. */
function makeRun(run: number, items: number): readonly object[] {
  const spans: object[] = [];
  let next = 0;
  const add = (
    name: string,
    parent: string | undefined,
    at: number,
    ms: number,
    more = {},
  ): string => {
    next += 1;
    const id = `${run}${next.toString(16).padStart(15, "0")}`;
    spans.push({
      trace_id: TRACE_IDS[run],
      span_id: id,
      parent_id: parent,
      name,
      service: "shop",
      start_time: Date.UTC(2026, 0, 5 + run, 2) + at,
      duration_ms: ms,
      ...more,
    });
    return id;
  };
  const endMs = 200 + items * 50 + 400;
  const root = add("POST /checkout", undefined, 0, endMs, { status: "error", kind: "server" });
  add("SELECT orders", root, 20, 40, { kind: "client" });
  for (let i = 0; i < items; i += 1) {
    add("SELECT item", root, 70 + i * 50, 45, { kind: "client" });
  }
  const payMs = 100 + items * 50;
  for (const at of [0, 120, 300]) {
    add("POST /charge", root, payMs + at, 60, { kind: "client", status: "error" });
  }
  return spans;
}

let session: Session;
let workbench: Workbench;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "traceside-answers-"));
  await writeFile(join(home, "checkout0.trace.json"), JSON.stringify(makeRun(0, 4)));
  await writeFile(join(home, "checkout1.trace.json"), JSON.stringify(makeRun(1, 14)));
  session = await openSession({ workspaceFolder: home, width: 1600, height: 1000 });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

async function openRun(run: number): Promise<TracePanel> {
  await workbench.executeCommand("traceside.openTraceFile", {
    scheme: "file",
    path: join(session.workspaceFolder, `checkout${run}.trace.json`),
  });
  return TracePanel.find(workbench, "POST /checkout");
}

test("the answers say what failed and what it cost, and each leads to its spans in both panes", async () => {
  const { frame } = await openRun(1);
  const lines = frame.locator("traceside-answers .line");
  await lines.first().waitFor({ timeout: 90_000 });
  const texts = await lines.allInnerTexts();
  expect(texts[0]).toContain("POST /charge failed first, and with it POST /checkout");
  expect(texts.join("\n")).toContain("SELECT item was called 14 times in a row in POST /checkout");
  expect(texts.join("\n")).toContain("POST /charge was tried 2 times more, in vain");

  const calls = frame.locator('traceside-answers [data-answer="repeatedCalls"]');
  await calls.click();
  await frame.getByText("15 of 19 spans").or(frame.getByText("14 of 19 spans")).waitFor();
  await frame.locator("traceside-graph .node.dim").first().waitFor();
  await workbench.screenshot("answers-chosen.png");
  await calls.click();
  await frame.locator("traceside-graph .node.dim").first().waitFor({ state: "detached" });
});

test("the critical path is marked in graph and table, and the table sorts by the keyboard", async () => {
  const { frame } = await openRun(1);
  await frame.locator("traceside-graph .node.critical").first().waitFor({ timeout: 90_000 });
  await frame.getByRole("tab", { name: "Table" }).click();
  const grid = frame.getByRole("grid", { name: "Operations" });
  const readNames = (): Promise<readonly string[]> =>
    grid
      .locator(".body .row")
      .evaluateAll(rows => rows.map(row => row.firstElementChild?.textContent.trim() ?? ""));
  await waitFor("the rows of the table", 90_000, async () =>
    (await readNames())[0] === "SELECT item" ? true : undefined,
  );
  const count = grid.getByRole("columnheader").getByRole("button", { name: "Count" });
  await count.press("Enter");
  await count.press("Enter");
  await waitFor("the rarest first", 90_000, async () =>
    (await readNames()).at(-1) === "SELECT item" ? true : undefined,
  );
  await grid.press("End");
  await grid.press("Enter");
  await frame.locator("traceside-span h1", { hasText: "SELECT item" }).waitFor();
  await frame.getByRole("button", { name: "Copy as Markdown" }).click();
  await frame.getByRole("button", { name: "Copied" }).waitFor();
  await workbench.screenshot("answers-table.png");
  await frame.getByRole("tab", { name: "Timeline" }).click();
});

test("answers stay folded in the next panel too", async () => {
  const { frame } = await openRun(1);
  const fold = frame.locator("traceside-answers .fold");
  await fold.click();
  await frame.locator("traceside-answers .line").first().waitFor({ state: "detached" });
  await workbench.runCommand("View: Close All Editors");
  const again = (await openRun(0)).frame;
  const folded = again.locator('traceside-answers .fold[aria-expanded="false"]');
  await folded.waitFor({ timeout: 90_000 });
  await folded.click();
  await again.locator("traceside-answers .line").first().waitFor();
});

test("a run is compared with the one before, in a line, in the graph and in the table", async () => {
  await workbench.runCommand("View: Close All Editors");
  await openRun(0);
  await workbench.runCommand("View: Close All Editors");
  const { frame } = await openRun(1);
  await workbench.runCommand("Traceside: Compare with the Run Before");
  const bar = frame.locator("traceside-comparison");
  await bar.getByText("1 called more often").waitFor({ timeout: 90_000 });
  await bar.getByText("longer by 500 ms").waitFor();
  await frame.locator("traceside-graph .change", { hasText: "×4 → ×14" }).waitFor();
  await bar.getByRole("button", { name: "Show in the table" }).click();
  const first = frame.getByRole("grid", { name: "Operations" }).locator("#row0");
  await first.getByText("SELECT item").waitFor();
  await workbench.screenshot("answers-compared.png");
  await bar.getByRole("button", { name: "Stop comparing" }).click();
  await frame.getByText("4 operations").waitFor();
  await frame.getByRole("tab", { name: "Timeline" }).click();

  // Of the other run there is none before.
  await workbench.runCommand("View: Close All Editors");
  await openRun(0);
  await workbench.runCommand("Traceside: Compare with the Run Before");
  await workbench.page
    .getByText("No store has an earlier run of “POST /checkout”.")
    .first()
    .waitFor();
});

test("every theme and a narrow panel show it whole", async () => {
  await workbench.runCommand("View: Close All Editors");
  const { frame } = await openRun(1);
  await frame.locator("traceside-answers .line").first().waitFor({ timeout: 90_000 });
  const themes: readonly ThemeKind[] = ["dark", "light", "hc-dark", "hc-light"];
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`answers-${theme}.png`);
  }
  await workbench.setTheme("dark");
  await workbench.runCommand("View: Close Primary Side Bar");
  await workbench.resize(460, 900);
  await frame.getByRole("tab", { name: "Table" }).waitFor();
  await workbench.screenshot("answers-narrow.png");
  await frame.getByRole("tab", { name: "Table" }).click();
  await frame.getByRole("grid", { name: "Operations" }).waitFor();
  await workbench.screenshot("answers-narrow-table.png");
});
