/** A file of 20,000 spans: it is shown and kept, a span tells its details before and after, and a value is found. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import { makeJaegerFile } from "../perf/makeJaegerFile.ts";
import { addProbe, panelRows } from "../perf/pageProbe.ts";
import type { Session } from "./driver/session.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const SPANS = 20_000;
const deadlineMs = 240_000;
let session: Session;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "traceside-large-"));
  session = await openShop({ width: 1600, height: 1000 });
});

afterAll(async () => {
  await session.close();
  await rm(folder, { recursive: true, force: true });
});

test("a large file is shown first, kept behind, and found in", async () => {
  const { workbench } = session;
  const file = join(folder, "large.json");
  await writeFile(file, [...makeJaegerFile({ spans: SPANS })].join(""));
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
      { timeout: deadlineMs },
    )
    .then(each => each.jsonValue());
  await workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path: file });
  const panel = await TracePanel.find(workbench);
  const [root] = await waitFor("the first rows", deadlineMs, async () => {
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
  await search.filter({ hasText: /of \d|match/ }).waitFor({ timeout: deadlineMs });
  await workbench.screenshot("large-file-kept.png");
});
