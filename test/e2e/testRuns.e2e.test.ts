/** A test of pytest is run from its line, and its trace is open: named as the test, with what it called. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import { openCapture, type CaptureSession } from "./support/captureSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const deadlineMs = 120_000;
const source = `"""The prices of the shop."""

from traceside_otel import traced


@traced
def total(prices):
    return sum(prices)


def test_total():
    assert total([5, 5]) == 10


def test_wrong():
    assert total([1, 2]) == 4
`;

let capture: CaptureSession;

beforeAll(async () => {
  capture = await openCapture({ width: 1700, height: 1000 });
  const folder = join(capture.session.workspaceFolder, "orders");
  await writeFile(join(folder, "conftest.py"), 'pytest_plugins = ["traceside_pytest"]\n');
  await writeFile(join(folder, "test_prices.py"), source);
}, 900_000);

afterAll(async () => {
  await capture.session.close();
});

const file = "orders/test_prices.py";
const lineOf = (text: string): number =>
  source.split("\n").findIndex(line => line.includes(text)) + 1;

test("a test that fails is run alone, and its trace opens", async context => {
  const { session, missing } = capture;
  if (missing.python !== undefined) context.skip(missing.python.reason);
  const { workbench } = session;
  await workbench.openFile(file, lineOf("total([1, 2])"));
  await workbench.waitForEditor(file, lineOf("total([1, 2])"));
  await workbench.runCommand("Traceside: Run Test and Open Trace");
  // What failed says which trace tells of it.
  await waitFor("the test to end", deadlineMs, async () =>
    (await workbench.terminalText()).includes("trace_id=") ? true : undefined,
  );
  const panel = await TracePanel.find(workbench, "test_wrong");
  const rows = await panel.waitForRows(2);
  expect(rows.map(({ name, level }) => `${level} ${name}`)).toEqual(["1 test_wrong", "2 total"]);
  await workbench.screenshot("test-trace.png");
});

test("its last trace stands above it, and nothing above one that never ran", async context => {
  const { session, missing } = capture;
  if (missing.python !== undefined) context.skip(missing.python.reason);
  const { workbench } = session;
  await workbench.runCommand("View: Close All Editors");
  await workbench.openFile(file, lineOf("def test_wrong"));
  const lenses = workbench.page.locator(".codelens-decoration a");
  const seen = await waitFor("two lenses", deadlineMs, async () => {
    const texts = await lenses.allInnerTexts();
    return texts.length >= 2 ? texts : undefined;
  });
  expect(seen).toHaveLength(2);
  expect(seen.some(text => /1 failed/.test(text))).toBe(true);
  await workbench.screenshot("test-lenses.png");
});

test("where no test is at the cursor, that is said", async () => {
  const { workbench } = capture.session;
  await workbench.openFile(file, 1);
  await workbench.waitForEditor(file, 1);
  await workbench.runCommand("Traceside: Run Test and Open Trace");
  await workbench.waitForNotification("No test at the cursor");
});
