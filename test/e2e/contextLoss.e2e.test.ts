/** A program that hands work to a thread without its trace: the panel names the line, and the quick fix mends it. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/processes.ts";
import { openCapture, type CaptureSession } from "./support/captureSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const deadlineMs = 120_000;
const file = "orders/receipts.py";
const source = `"""Prints the receipt of an order in a thread."""

import threading

from traceside_otel import start_tracing, traced

provider = start_tracing("receipts", logs=False)


@traced
def print_receipt(order_id):
    return f"receipt {order_id}"


@traced
def close_order(order_id):
    thread = threading.Thread(target=print_receipt, args=(order_id,))
    thread.start()
    thread.join()


close_order(7)
provider.shutdown()
print("order closed")
`;

let capture: CaptureSession;

beforeAll(async () => {
  capture = await openCapture({ width: 1700, height: 1000 });
  await writeFile(join(capture.session.workspaceFolder, file), source);
}, 900_000);

afterAll(async () => {
  await capture.session.close();
});

test("the panel says where the trace was lost, and the quick fix hands it on", async context => {
  const { session, missing, ports } = capture;
  if (missing.python !== undefined) context.skip(missing.python.reason);
  const { workbench } = session;
  const env = `OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${ports.otlpHttp}`;
  const list = await TracesList.open(workbench);
  await workbench.openTerminalAndRun(`cd orders && ${env} .venv/bin/python -B receipts.py; cd ..`);
  await waitFor("the program to end", deadlineMs, async () =>
    (await workbench.terminalText()).includes("order closed") ? true : undefined,
  );
  await list.waitForRows("both traces", rows =>
    ["close_order, ", "print_receipt, "].every(name => rows.some(row => row.startsWith(name))),
  );
  await list.row("close_order").click();
  const panel = await TracePanel.find(workbench, "close_order");
  const line = panel.frame.locator('traceside-answers [data-answer="lostContext"]');
  await line.first().waitFor({ timeout: deadlineMs });
  await expect
    .poll(() => line.first().innerText())
    .toMatch(
      /print_receipt ran in a trace of its own: close_order hands it over .*to a thread \(receipts\.py:17\)/,
    );
  await workbench.screenshot("lost-context.png");
  await line.first().click();
  await workbench.waitForEditor(file, 17);
  await workbench.runCommand("Quick Fix...");
  const action = workbench.page.locator(".action-widget", {
    hasText: "Hand the trace's context on",
  });
  await action.waitFor({ timeout: deadlineMs });
  await workbench.screenshot("lost-context-fix.png");
  await workbench.page.keyboard.press("Enter");
  await workbench.runCommand("File: Save");
  const mended = await waitFor("the mended program", deadlineMs, async () => {
    const text = await readFile(join(session.workspaceFolder, file), "utf8");
    return text.includes("carry(print_receipt)") ? text : undefined;
  });
  expect(mended).toContain("from traceside_otel import start_tracing, traced, carry");
});
