/**
 * The first minute of someone who has just installed it: the extension's page, the walkthrough, the sample, the keys, and
 * the ways back to a trace: the ones opened last, a link, the badge of those that failed.
 */

import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort, waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { findTask, readRecordedOrder } from "./support/recordedOrder.ts";
import { onlyOtlpHttp, openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);

const deadlineMs = 90_000;

let session: Session;
let workbench: Workbench;
let port: number;

beforeAll(async () => {
  port = await findFreePort();
  session = await openShop({
    width: 1500,
    height: 900,
    settings: {
      "traceside.collector.autoStart": true,
      "traceside.collector.ports": onlyOtlpHttp(port),
    },
  });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

test("the extension's own page has the README, with no broken picture", async () => {
  const { page } = workbench;
  await workbench.executeCommand("workbench.extensions.action.showExtensionsWithIds", [
    "traceside.traceside",
  ]);
  await page.locator(".extension-list-item", { hasText: "Traceside" }).first().click();
  const readme = await waitForDocument("the README", "Four things to do");
  expect(readme.broken).toBe(0);
  expect(readme.text).toContain("print_label");
  await workbench.screenshot("extension-page.png");
  await workbench.runCommand("View: Close All Editors");
});

test("the guide that is packed opens as a page", async () => {
  await workbench.runCommand("Traceside: Open Guide");
  await waitForDocument("the guide", "Containers and other machines");
  await workbench.screenshot("guide.png");
  await workbench.runCommand("View: Close All Editors");
});

test("the walkthrough opens from the empty list, with a picture, and its first step shows the sample", async () => {
  const list = await TracesList.open(workbench);
  await list.welcome.getByText("Get started in four steps").click();
  const { page } = workbench;
  const picture = page.locator(".gettingStartedContainer .getting-started-media img").first();
  await waitFor("the picture of the first step", deadlineMs, async () =>
    (await picture.evaluate(image => (image as HTMLImageElement).naturalWidth).catch(() => 0)) > 0
      ? true
      : undefined,
  );
  await workbench.screenshot("walkthrough.png");
  await page
    .locator(".gettingStartedContainer .monaco-button", { hasText: "Open Sample Trace" })
    .click();
  const panel = await TracePanel.find(workbench, root.function);
  await panel.press("Home");
  await panel.waitForSelectedRow(root.function, ({ name }) => name === root.function);
});

test("F12 on a span of the panel goes to its source", async () => {
  const panel = await TracePanel.find(workbench, root.function);
  await panel.press("Home");
  await panel.waitForSelectedRow(root.function, ({ name }) => name === root.function);
  await workbench.page.keyboard.press("F12");
  await workbench.waitForEditor(root.file, root.line);
  await workbench.runCommand("View: Close All Editors");
});

test("Open Trace by ID offers what was opened last, and takes what is typed before its list has caught up", async () => {
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await waitFor("the sample among the last", deadlineMs, async () =>
    (await workbench.quickInputText()).includes("opened last") ? true : undefined,
  );
  await workbench.page.keyboard.press("Enter");
  await TracePanel.find(workbench, root.function);
  await workbench.runCommand("View: Close All Editors");
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput(order.rootTaskId);
  await TracePanel.find(workbench, root.function);
  await workbench.runCommand("View: Close All Editors");
});

test("Ctrl+F in the list goes to its filter, and a row's menu copies its link", async () => {
  const list = await TracesList.open(workbench);
  await list.press("Home");
  await workbench.page.keyboard.press("Control+f");
  await waitFor("the keyboard in the filter", deadlineMs, async () =>
    (await list.frame.locator("traceside-filter input:focus").count()) > 0 ? true : undefined,
  );
  await list.row(root.function).click({ button: "right" });
  await workbench.chooseInMenu("Copy Link to Trace");
  await waitFor("the link in the clipboard", deadlineMs, async () =>
    (await workbench.clipboardText()).endsWith(`://traceside.traceside/trace/${order.traceId}`)
      ? true
      : undefined,
  );
});

test("what fails while nobody looks is counted on the side bar's icon until someone looks", async () => {
  const { page } = workbench;
  await workbench.runCommand("View: Show Explorer");
  const send = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}/spans`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([
        {
          trace_id: randomBytes(16).toString("hex"),
          span_id: randomBytes(8).toString("hex"),
          name: "nightly_report",
          service: "reports",
          start_time: Date.now(),
          duration_ms: 10,
          status: "error",
        },
      ]),
    });
    expect(response.status).toBe(200);
  };
  await send();
  await send();
  const badge = page.locator('.activitybar [role=tab][aria-label^="Traceside"] .badge-content');
  await waitFor("the badge", deadlineMs, async () =>
    (await badge.allTextContents()).join() === "2" ? true : undefined,
  );
  await workbench.screenshot("badge.png");
  await TracesList.open(workbench);
  await waitFor("no badge", deadlineMs, async () => ((await badge.isVisible()) ? undefined : true));
});

function waitForDocument(
  what: string,
  text: string,
): Promise<{ readonly text: string; readonly broken: number }> {
  return waitFor(what, deadlineMs, async () => {
    for (const frame of workbench.page.frames()) {
      const found = await frame
        .evaluate(() => ({
          text: document.body.innerText,
          // A picture that does not load and has no words takes no room.
          broken: [...document.querySelectorAll("img")].filter(
            ({ alt, naturalWidth }) => naturalWidth === 0 && alt !== "",
          ).length,
        }))
        .catch(() => undefined);
      if (found?.text.includes(text) === true) return found;
    }
    return undefined;
  });
}
