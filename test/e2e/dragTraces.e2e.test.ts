/** Rows of the list are dragged to an editor group: one that is empty, and one that shows another trace. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { middleOf } from "./support/middleOf.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  session = await openShop();
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

test("a row that is dragged to an editor group opens there, and stays", async () => {
  await workbench.runCommand("Traceside: Open Sample Trace");
  await TracePanel.find(workbench, "place_order");
  const list = await TracesList.open(workbench);
  await list.waitForRows("the sample", rows => rows.length === 2);
  await workbench.executeCommand("workbench.action.closeAllEditors");
  await dragToEditors(list, "resize_image");
  await dragToEditors(list, "place_order");
  const tabs = workbench.page.locator(".tabs-container .tab");
  await expect.poll(() => tabs.count()).toBe(2);
  await expect.poll(() => tabs.locator(".monaco-icon-label.italic").count()).toBe(0);
});

/** Again where the window was too busy to see a drag. */
async function dragToEditors(list: TracesList, name: string): Promise<void> {
  const { mouse } = workbench.page;
  const tab = workbench.page.locator(".tabs-container .tab").filter({ hasText: name });
  await waitFor(`${name} in an editor`, 120_000, async () => {
    const from = await middleOf(list.row(name));
    const to = await middleOf(workbench.page.locator(".editor-group-container").first());
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 20, from.y, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 12 });
    // The editor's own target is made when the drag is over the group, and takes what is dropped after that.
    const target = workbench.page.locator("#monaco-workbench-editor-drop-overlay");
    await target.waitFor({ state: "attached", timeout: 2_000 }).catch(() => undefined);
    await mouse.move(to.x + 5, to.y, { steps: 4 });
    await mouse.up();
    return tab.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => undefined,
    );
  });
}
