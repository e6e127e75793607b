/**
 * The code shows its own runs: lines above functions, a card on their names, a list that leads to the traces; and the
 * open trace marks the lines that it ran, and is joined with the log lines that name it.
 */

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort, waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { findTask, readRecordedOrder } from "./support/recordedOrder.ts";
import { onlyOtlpHttp, openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");

const deadlineMs = 120_000;

let session: Session;
let workbench: Workbench;
let port: number;

beforeAll(async () => {
  port = await findFreePort();
  session = await openShop({
    width: 1500,
    height: 900,
    settings: {
      "traceside.collector.ports": onlyOtlpHttp(port),
    },
  });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

/** The lenses of the editor in front, from the top. */
async function readLenses(): Promise<readonly string[]> {
  return workbench.page.locator(".codelens-decoration a").allInnerTexts();
}

async function waitForLens(pattern: RegExp): Promise<string> {
  let seen: readonly string[] = [];
  return waitFor(`a lens ${String(pattern)}`, deadlineMs, async () => {
    seen = await readLenses();
    return seen.find(text => pattern.test(text));
  }).catch((error: unknown) => {
    throw new Error(`The lenses were: ${seen.join(" | ")}`, { cause: error });
  });
}

/** A run of the failed task's function, as a tracer that knows the code tells it. */
async function sendRun(durationMs: number, isFailed = false): Promise<string> {
  const traceId = randomBytes(16).toString("hex");
  const span = {
    ...{ trace_id: traceId, span_id: randomBytes(8).toString("hex"), name: "by hand" },
    ...{ service: "shop", start_time: Date.now(), duration_ms: durationMs },
    status: isFailed ? "error" : "ok",
    attributes: { "code.filepath": failed.file, "code.function": failed.function },
  };
  const answer = await waitFor("the collector", deadlineMs, () =>
    fetch(`http://127.0.0.1:${port}/spans`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([span]),
    }).catch(() => undefined),
  );
  expect(answer.status, await answer.text()).toBe(200);
  return traceId;
}

test("nothing is shown in a file of which nothing ran", async () => {
  await workbench.openFile(failed.file, failed.line);
  await workbench.waitForEditor(failed.file, failed.line);
  expect(await readLenses()).toEqual([]);
});

test("functions of a trace that was stored say when they ran", async () => {
  await workbench.runCommand("Traceside: Open Sample Trace");
  await TracePanel.find(workbench, root.function);
  await workbench.runCommand("View: Close All Editors");
  await workbench.openFile(failed.file, failed.line);
  await waitForLens(/^last run \d+d ago · p95 /);
  await workbench.screenshot("lens-past.png");
});

test("runs are counted as they come", async () => {
  await workbench.runCommand("Traceside: Start Collector");
  for (const ms of [10, 20, 30]) await sendRun(ms);
  await sendRun(40, true);
  // Spans that name the code in two ways are counted apart: what ran most stands for the function.
  await waitForLens(/^4 runs in the last hour · p95 40 ms · 1 failed/);
});

test("the card of a function has the same facts, and the error", async () => {
  await workbench.hoverText(`def ${failed.function}`);
  const card = await workbench.hoverCard("Last run");
  expect(card).toContain("4 runs in the last hour");
  expect(card).toContain("p95 40 ms");
  expect(card).toContain("1 of 4 (25 %)");
  await workbench.screenshot("runs-hover.png");
});

test("a click lists the runs, and one of them opens its trace", async () => {
  await workbench.page.keyboard.press("Escape");
  await workbench.page.locator(".codelens-decoration a", { hasText: "4 runs" }).click();
  const text = await waitFor("the list of runs", deadlineMs, async () => {
    const shown = await workbench.quickInputText();
    return shown.includes("40 ms") ? shown : undefined;
  });
  expect(text).toContain("10 ms");
  await workbench.screenshot("runs-list.png");
  await workbench.pickItem("20 ms");
  await TracePanel.find(workbench, "by hand");
});

test("what got slower since the file was saved is said as since your edit", async () => {
  await workbench.runCommand("View: Close All Editors");
  for (let run = 0; run < 6; run += 1) await sendRun(10);
  await workbench.openFile(failed.file, failed.line);
  await waitForLens(/^10 runs in the last hour/);
  await workbench.page.keyboard.press("Control+End");
  await workbench.page.keyboard.type("\n# edited");
  await workbench.page.keyboard.press("Control+s");
  await waitFor("the saved file", deadlineMs, async () => {
    const saved = await readFile(join(session.workspaceFolder, failed.file), "utf8");
    return saved.includes("# edited") ? true : undefined;
  });
  for (let run = 0; run < 6; run += 1) await sendRun(400);
  await workbench.openFile(failed.file, failed.line);
  await waitForLens(/^16 runs in the last hour · p95 400 ms · .*since your edit: p95 \+\d+ %$/);
  await workbench.screenshot("lens-since-edit.png");
});

test("the setting leaves only those that failed, or none", async () => {
  await workbench.runCommand("View: Close All Editors");
  const quiet = findTask(
    order,
    "went well",
    ({ status, file, runTimes }) => status === "ok" && runTimes === 1 && file !== failed.file,
  );
  await workbench.openFile(quiet.file, quiet.line);
  await waitForLens(/^last run/);
  await workbench.setSettings({ "traceside.codeLens": "errors" });
  await waitFor("no lens", deadlineMs, async () =>
    (await readLenses()).length === 0 ? true : undefined,
  );
  await workbench.openFile(failed.file, failed.line);
  await waitForLens(/1 failed/);
  await workbench.setTheme("light");
  await workbench.screenshot("lens-light.png");
  await workbench.setSettings({ "traceside.codeLens": "off" });
  await waitFor("no lens at all", deadlineMs, async () =>
    (await readLenses()).length === 0 ? true : undefined,
  );
});

/** What stands behind the lines of editors, which is no text of the page. */
async function readLineMarks(): Promise<readonly string[]> {
  return workbench.page.evaluate(() =>
    [...document.querySelectorAll(".view-line span")]
      .map(element => getComputedStyle(element, "::after").content)
      .filter(content => /^".+"$/.test(content))
      .map(content => content.slice(1, -1).replaceAll("\u00a0", " ").trim()),
  );
}

async function waitForMarks(what: string, isWanted: (marks: readonly string[]) => boolean) {
  let seen: readonly string[] = [];
  return waitFor(what, deadlineMs, async () => {
    seen = await readLineMarks();
    return isWanted(seen) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`The marks were: ${seen.join(" | ")}`, { cause: error });
  });
}

test("the open trace marks the lines that it ran and what was raised, and is stepped through", async () => {
  await workbench.setTheme("dark");
  await workbench.runCommand("View: Close All Editors");
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  // Not by the palette, which gives the focus back to the panel when it closes.
  await workbench.executeCommand("traceside.nextStep");
  await workbench.waitForEditor(root.file, root.line);
  await waitForMarks("a time", marks => marks.some(text => /^[\d.]+ (ms|s)$/.test(text)));
  // The function at the cursor is marked among the rows.
  const here = panel.frame.locator('[role=treeitem][aria-current="location"]');
  await here.first().waitFor({ state: "attached", timeout: deadlineMs });
  expect(await here.first().getAttribute("aria-label")).toContain(root.function);
  await workbench.screenshot("line-marks.png");
  // Not by the palette, which gives the focus back to the panel when it closes.
  await workbench.executeCommand("traceside.nextStep");
  await waitFor("the next place", deadlineMs, async () => {
    const { file, line1 } = await workbench.activeEditor();
    return file.endsWith(root.file) && line1 === root.line ? undefined : true;
  });
  await workbench.openFile(failed.file, failed.line);
  const error = failed.exception.split(/\s{2,}/)[0] ?? "";
  const runs = order.tasks.filter(task => task.function === failed.function).length;
  await waitForMarks("the error and the runs", marks =>
    [error, `${String(runs)} runs · `].every(text => marks.some(mark => mark.startsWith(text))),
  );
  await workbench.screenshot("line-marks-error.png");
  await workbench.setTheme("light");
  await workbench.screenshot("line-marks-light.png");
});

test("with the panel the marks go", async () => {
  await workbench.runCommand("View: Close All Editors");
  await workbench.openFile(failed.file, failed.line);
  await workbench.waitForEditor(failed.file, failed.line);
  await waitForMarks("no mark", marks => marks.length === 0);
});

/** The lines of the editor in front, as far as they are in sight. */
async function readEditor(): Promise<string> {
  const lines = await workbench.page.locator(".monaco-editor .view-line").allInnerTexts();
  return lines.join("\n").replaceAll("\u00a0", " ");
}

test("the log lines of a trace stand in the detail, and a click opens one", async () => {
  await workbench.runCommand("View: Close All Editors");
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  const [first] = await panel.readRows();
  await panel.clickRow(first?.label ?? "");
  await panel.frame.getByRole("tab", { name: "Span" }).click();
  const lines = panel.frame.locator("traceside-log-lines button.line");
  await lines.first().waitFor({ timeout: deadlineMs });
  expect(await lines.allInnerTexts()).toContainEqual(expect.stringContaining("place_order"));
  await workbench.screenshot("log-lines.png");
  await lines.first().click();
  await workbench.waitForEditor("logs/orders.log");
});

test("all log lines of a trace are on one page, with their places", async () => {
  await workbench.runCommand("Traceside: Show Logs of the Trace");
  const text = await waitFor("the page of logs", deadlineMs, async () => {
    const shown = await readEditor();
    return /\d+ lines, 1 file read/.test(shown) ? shown : undefined;
  });
  expect(text).toMatch(/11:16:53\.000 .+ ● place_order +logs\/orders\.log:\d+ /);
  await workbench.screenshot("logs-page-light.png");
  await workbench.setTheme("dark");
  await workbench.screenshot("logs-page.png");
});

/** As OpenTelemetry's SDKs send a log that no span is open at. */
async function sendLog(service: string, severity: string, text: string): Promise<void> {
  const attributes = [{ key: "service.name", value: { stringValue: service } }];
  const timeUnixNano = `${Date.now()}000000`;
  const logRecords = [{ timeUnixNano, severityText: severity, body: { stringValue: text } }];
  const body = { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

test("logs without a trace are found by level and words, and put on a page", async () => {
  await sendLog("ferry", "INFO", "gangway is down");
  await sendLog("ferry", "ERROR", "anchor is stuck\n  the chain is bent");
  await sendLog("harbour", "ERROR", "crane is stuck");
  await workbench.runCommand("Traceside: Search Logs Without a Trace…");
  const untilListed = (wanted: RegExp) =>
    waitFor(`${String(wanted)} among the logs`, deadlineMs, async () => {
      const shown = await workbench.quickInputText();
      return wanted.test(shown) ? shown : undefined;
    });
  await untilListed(/crane is stuck[^]*anchor is stuck[^]*gangway is down/);
  await workbench.page.keyboard.type("level:error service:ferry");
  const text = await untilListed(/Show all on a page[^]*1 line[^]*anchor is stuck/);
  expect(text).not.toContain("crane");
  await workbench.screenshot("loose-logs-list.png");
  await workbench.pickItem("Show all on a page");
  const page = await waitFor("the page of logs", deadlineMs, async () => {
    const shown = await readEditor();
    return shown.includes("1 line: level:error service:ferry") ? shown : undefined;
  });
  expect(page).toMatch(/✖ ferry +anchor is stuck/);
  expect(page).toMatch(/^ +the chain is bent$/m);
  await workbench.screenshot("loose-logs-page.png");
});

test("the ids of a log are listed, errors first, and lead to their traces", async () => {
  await workbench.runCommand("View: Close All Editors");
  await workbench.openFile("logs/orders.log", 1);
  await workbench.runCommand("Traceside: List the Traces of a Log File…");
  const text = await waitFor("the ids", deadlineMs, async () => {
    const shown = await workbench.quickInputText();
    return shown.includes("ids in orders.log") ? shown : undefined;
  });
  expect(text).toMatch(/\d+ errors? · \d+ lines/);
  await workbench.screenshot("log-ids.png");
  await workbench.page.keyboard.press("Enter");
  await TracePanel.find(workbench, root.function);
});

test("a span's menu sets a logpoint for runs with the same parameter", async () => {
  await workbench.runCommand("View: Close All Editors");
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  const [first] = await panel.readRows();
  await panel.clickRow(first?.label ?? "", { button: "right" });
  await workbench.chooseInMenu("Add Logpoint Here");
  await workbench.pickItem("order_id == 1042");
  const { line1 = 0 } = await workbench.waitForEditor(root.file);
  // Debuggers stop in a body, not at its head.
  expect(line1).toBeGreaterThan(root.line);
  await workbench.page.locator('[class*="codicon-debug-breakpoint"]').first().waitFor();
  await workbench.screenshot("logpoint.png");
});
