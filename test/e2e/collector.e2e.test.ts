/**
 * Capture with no server: a window receives what a program sends and opens it by its id; a second window lists and opens it too, and
 * receives itself when the first has gone.
 */

import { expect, test } from "vitest";
import { createBatch, post } from "../contract/collectorWindows/load.ts";
import { findPorts } from "../contract/collectorWindows/windows.ts";
import { waitFor } from "../harness/processes.ts";
import { openWorkbench, type Workbench } from "./driver/workbench.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

const RECEIVES = "Traceside receives traces.";
const ELSEWHERE = "Another window receives traces; they appear here too.";

async function waitForStatus(workbench: Workbench, text: string): Promise<string> {
  const item = workbench.page.locator('.statusbar-item[id*="traceside.collector"] a').first();
  let seen = "";
  return waitFor(`the status bar to say ${text}`, 60_000, async () => {
    seen = (await item.getAttribute("aria-label").catch(() => "")) ?? "";
    return seen.includes(text) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${(error as Error).message} It says ${JSON.stringify(seen)}.`);
  });
}

async function openTrace(workbench: Workbench, traceId: string): Promise<TracePanel> {
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput(traceId);
  return TracePanel.find(workbench, "step 0");
}

/** The text of a tool, by the window that has the folder open. */
async function askTool(port: number, query: Readonly<Record<string, string>>): Promise<string> {
  const { tool = "get_trace", ...rest } = query;
  const address = `http://127.0.0.1:${port}/agent/${tool}?${String(new URLSearchParams(rest))}`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(60_000) });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return text;
}

test(
  "what a program sends is listed and opened by its id, in every window, whoever receives it",
  { timeout: 240_000 },
  async () => {
    const ports = await findPorts();
    const session = await openShop({
      settings: { "traceside.collector.autoStart": true, "traceside.collector.ports": ports },
    });
    const first = session.workbench;
    let second: Workbench | undefined;
    try {
      expect(await waitForStatus(first, RECEIVES)).toContain(`OTLP/HTTP ${ports.otlpHttp}`);
      const batch = createBatch(1, 6);
      expect(await post(ports.otlpHttp, "/v1/traces", batch.body)).toMatchObject({ status: 200 });
      const panel = await openTrace(first, batch.traceId);
      await panel.waitForRows(6);

      second = await openWorkbench(session.server);
      expect(await waitForStatus(second, ELSEWHERE)).toContain(`OTLP/HTTP ${ports.otlpHttp}`);
      await second.page.locator(".activitybar").getByRole("tab", { name: "Traceside" }).click();
      const list = await TracesList.open(second);
      await list.waitForRows("what is there already", rows => rows.length === 1);
      const later = createBatch(2, 3);
      expect(await post(ports.otlpHttp, "/v1/traces", later.body)).toMatchObject({ status: 200 });
      await list.waitForRows("the trace of the other window", rows => rows.length === 2);
      const folder = session.workspaceFolder;
      const asked = { id: batch.traceId, view: "tree", folder };
      const told = await askTool(ports.otlpHttp, asked);
      expect(told).toMatch(/^6 spans/);
      expect(await askTool(ports.otlpHttp, { tool: "find_traces", folder })).toContain("2 traces");
      await (await openTrace(second, later.traceId)).waitForRows(3);

      // Closed as a hand closes it: the page says goodbye, and VS Code ends its extension host.
      await first.page.close({ runBeforeUnload: false });
      await waitForStatus(second, RECEIVES);
      // The tools answer the same, now by the window that is left.
      expect(await askTool(ports.otlpHttp, asked)).toBe(told);
      const last = createBatch(3, 2);
      expect(await post(ports.otlpHttp, "/v1/traces", last.body)).toMatchObject({ status: 200 });
      await second.runCommand("View: Close All Editors");
      await (await openTrace(second, last.traceId)).waitForRows(2);

      await second.runCommand("Traceside: Stop Collector");
      await expect(post(ports.otlpHttp, "/v1/traces", last.body)).rejects.toThrow("ECONNREFUSED");
      await second.runCommand("Traceside: Start Collector");
      await waitForStatus(second, RECEIVES);
      // Other ports are in force without a reload.
      const { otlpHttp } = await findPorts();
      await second.setSettings({ "traceside.collector.ports": { ...ports, otlpHttp } });
      await waitForStatus(second, `OTLP/HTTP ${otlpHttp}`);
      expect(await post(otlpHttp, "/v1/traces", last.body)).toMatchObject({ status: 200 });
    } finally {
      await second?.close();
      await session.close();
    }
  },
);
