/**
 * What has run is run again: a test of pytest from its line, and its trace is open, named as the test, with what it
 * called; a task of Funboost and of Celery from its span, and its worker stands in the debugger at its line.
 */

import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { repoRoot } from "../harness/paths.ts";
import { waitFor } from "../harness/processes.ts";
import { findCelery } from "../peers/celery.ts";
import { findDebugpy } from "../peers/debugpy.ts";
import { findFunboost } from "../peers/funboost.ts";
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
/** Where brokers keep their queues, and tasks note that they ran. */
let queues: string;
const noted = (): string => join(queues, "ran.ndjson");

beforeAll(async () => {
  queues = await mkdtemp(join(tmpdir(), "traceside-again-"));
  capture = await openCapture({
    ...{ width: 1700, height: 1000 },
    env: { RAN: noted(), QUEUES: queues, LOG_PATH: queues },
    extraExtensionDirs: [join(repoRoot, "test/harness/pythonDebugger")],
  });
  const folder = join(capture.session.workspaceFolder, "orders");
  await writeFile(join(folder, "conftest.py"), 'pytest_plugins = ["traceside_pytest"]\n');
  await writeFile(join(folder, "test_prices.py"), source);
}, 900_000);

afterAll(async () => {
  await capture.session.close();
  await rm(queues, { recursive: true, force: true });
});

afterEach(async () => {
  const { workbench } = capture.session;
  await waitFor("debuggers to end", deadlineMs, async () => {
    if (!(await workbench.page.locator(".debug-toolbar").isVisible())) return true;
    await workbench.executeCommand("workbench.action.debug.stop");
    return undefined;
  });
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

interface TaskAgain {
  readonly product: "funboost" | "celery";
  readonly find: typeof findCelery | typeof findFunboost;
  /** As the product's store keeps what ran. */
  readonly document: object;
  /** How a worker is started, in the project's folder. */
  readonly worker: object;
  readonly task: string;
  readonly asked: readonly string[];
  readonly file: string;
  readonly stop: string;
  readonly ran: string;
}

const ranAt = 1_796_000_000;
const tasks: readonly TaskAgain[] = [
  {
    ...{ product: "funboost", find: findFunboost, task: "place_order" },
    document: {
      ...{ _id: "5f2b", task_id: "5f2b", queue_name: "again_orders", function: "place_order" },
      ...{ run_status: "finish", success: true, params: { order_id: 1042, items: ["cup"] } },
      ...{ publish_time: ranAt, time_start: ranAt + 1, time_end: ranAt + 2 },
    },
    worker: { program: "${workspaceFolder}/again-funboost/worker.py" },
    asked: ["Publish “place_order” again, to the queue “again_orders”?", '"order_id": 1042'],
    ...{ file: "again-funboost/shop/tasks.py", stop: 'note("place_order", ' },
    ran: '["place_order", 1042, ["cup"], null]',
  },
  {
    ...{ product: "celery", find: findCelery, task: "letters.tasks.send" },
    document: {
      ...{ _id: "a1", status: "SUCCESS", date_done: { $date: "2026-11-21T11:31:02Z" } },
      ...{ name: "letters.tasks.send", queue: "post", args: '[7, "ann"]', kwargs: { copies: 2 } },
    },
    worker: {
      module: "celery",
      args: "-A letters.celery worker --pool solo -Q post --without-mingle --without-gossip".split(
        " ",
      ),
    },
    asked: ["Publish “letters.tasks.send” again, to the queue “post”?", '"copies": 2'],
    ...{ file: "again-celery/letters/tasks.py", stop: "call = json.dumps(" },
    ran: '["send", 7, "ann", 2]',
  },
];

test.for(tasks)("a task of $product runs again and stops in the debugger", async (row, context) => {
  const { product, task, stop } = row;
  const [debugpy, peer] = [await findDebugpy(), await row.find()];
  for (const each of [debugpy, peer]) if (each.kind === "unavailable") context.skip(each.reason);
  if (debugpy.kind === "unavailable" || peer.kind === "unavailable") return;
  const { workbench, workspaceFolder } = capture.session;
  const folder = join(workspaceFolder, `again-${product}`);
  // As left by an earlier try.
  for (const left of [folder, noted()]) await rm(left, { recursive: true, force: true });
  await cp(join(repoRoot, "test/peers/publishAgain", product), folder, { recursive: true });
  await symlink(dirname(dirname(peer.python)), join(folder, ".venv"));
  await writeFile(join(folder, "requirements.txt"), `${product}\n`);
  await writeFile(join(folder, "ran.json"), JSON.stringify(row.document));
  const worker = {
    ...{
      name: `${product} worker`,
      type: "debugpy",
      request: "launch",
      console: "internalConsole",
    },
    ...{ cwd: folder, env: { PYTHONPATH: folder }, subProcess: false, ...row.worker },
    ...{ python: peer.python, debugAdapterPython: debugpy.python },
  };
  await mkdir(join(workspaceFolder, ".vscode"), { recursive: true });
  const launch = { version: "0.2.0", configurations: [worker] };
  await writeFile(join(workspaceFolder, ".vscode/launch.json"), JSON.stringify(launch));
  await workbench.runCommand("View: Close All Editors");
  // Not by the palette, which does not know the command before VS Code has found a debugger.
  await workbench.executeCommand("workbench.action.debug.selectandstart");
  await workbench.pickItem(`${product} worker`);
  const { page } = workbench;
  await page.locator(".debug-toolbar").waitFor({ timeout: deadlineMs });
  const path = join(folder, "ran.json");
  await workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path });
  const panel = await TracePanel.find(workbench, task);
  const [first] = await panel.readRows();
  await panel.clickRow(first?.label ?? "", { button: "right" });
  await workbench.chooseInMenu("Run This Task Again and Stop There…");
  // Nothing is published before it was agreed to.
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.waitFor({ timeout: deadlineMs });
  const asked = await dialog.innerText();
  for (const text of row.asked) expect(asked).toContain(text);
  expect(asked).not.toContain("No debug session runs here.");
  await workbench.screenshot(`task-again-${product}.png`);
  await dialog.getByRole("button", { name: "Publish" }).click();
  const source = await readFile(join(workspaceFolder, row.file), "utf8");
  const line = source.slice(0, source.indexOf(stop)).split("\n").length;
  await page
    .locator(".debug-top-stack-frame-line")
    .first()
    .waitFor({ timeout: 2 * deadlineMs });
  await workbench.waitForEditor(row.file);
  // It stops for this task alone.
  await page.locator('.debug-breakpoints [class*="breakpoint-conditional"]').first().waitFor();
  await workbench.screenshot(`task-again-${product}-stopped.png`);
  const { line1 } = await workbench.activeEditor();
  const ran = async () => (existsSync(noted()) ? readFile(noted(), "utf8") : "");
  expect([line1, await ran()]).toEqual([line, expect.not.stringContaining(row.ran)]);
  await workbench.runCommand("Debug: Continue");
  await waitFor("the task to run", deadlineMs, async () =>
    (await ran()).includes(row.ran) ? true : undefined,
  );
});
