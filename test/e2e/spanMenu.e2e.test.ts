/** The context menu of a span, by right click and by key, and the filter that it sets: what is shown then, and how it goes. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { findTask, readRecordedOrder } from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { type Row, TracePanel } from "./support/tracePanel.ts";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");

let session: Session;
let workbench: Workbench;
let panel: TracePanel;

beforeAll(async () => {
  session = await openShop({ width: 1600, height: 1250 });
  ({ workbench } = session);
  await workbench.runCommand("Traceside: Open Sample Trace");
  panel = await TracePanel.find(workbench, root.function);
  await panel.waitForRows(order.tasks.length);
});

afterAll(async () => {
  await session.close();
});

async function rightClickFailed(): Promise<void> {
  const rows = await panel.readRows();
  const row = rows.find(({ name, label }) => name === failed.function && /, error/.test(label));
  await panel.clickRow(row!.label, { button: "right" });
}

test("a right click copies what a span is called by", async () => {
  await rightClickFailed();
  await workbench.page.locator(".monaco-menu").getByText("Go to Source").waitFor();
  await workbench.screenshot("span-menu.png");
  await workbench.chooseInMenu("Copy", "Copy Span ID");
  await waitFor("the id in the clipboard", 60_000, async () =>
    (await workbench.clipboardText()) === failed.id ? true : undefined,
  );
});

test("a service filters graph and timeline, and one click ends it", async () => {
  const queue = order.tasks.filter(task => task.queue === failed.queue);
  await rightClickFailed();
  await workbench.chooseInMenu("Filter by This Service");
  const bar = panel.frame.locator("traceside-span-filter");
  await bar.getByText(`${queue.length} of ${order.tasks.length} spans`).waitFor();
  const rows = await waitForFewerRows();
  expect(rows.map(row => row.name)).toContain(failed.function);
  await workbench.screenshot("span-filter.png");
  await bar.getByText("Clear filter").click();
  await panel.waitForRows(order.tasks.length);
});

test("the count of errors shows what failed and the way to it", async () => {
  await panel.frame
    .getByRole("button", { name: /errors?$/ })
    .first()
    .click();
  expect((await waitForFewerRows()).map(row => row.name)).toContain(failed.function);
  await panel.frame.locator("traceside-span-filter").getByRole("button", { name: "Close" }).click();
  await panel.waitForRows(order.tasks.length);
});

async function waitForFewerRows(): Promise<readonly Row[]> {
  return waitFor("fewer rows", 60_000, async () => {
    const rows = await panel.readRows();
    return rows.length < order.tasks.length ? rows : undefined;
  });
}
