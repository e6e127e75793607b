/** The tools over HTTP as they are shipped: the collector's bundle, the official MCP client, and a shell's requests. */

import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Collector } from "../../src/collector/collector.ts";
import type { CollectorPorts } from "../../src/collector/collectorState.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { MAX_CHARS } from "../../src/tools/answerText.ts";
import { Tools } from "../../src/tools/runTool.ts";
import { TOOL_PREFIX, toolNames } from "../../src/tools/toolTable.ts";
import { createContext } from "../unit/tools/memoryStore.ts";
import { findMcpInspector } from "../peers/mcpInspector.ts";
import { buildBundles } from "./collectorWindows/bundles.ts";
import { createBatch, post } from "./collectorWindows/load.ts";
import { findPorts } from "./collectorWindows/windows.ts";

const token = "a-token-of-this-test-0123456789";
const folder = mkdtempSync(join(tmpdir(), "traceside-tools-"));
const cancelled: number[] = [];
/** The folders that calls named, which are for the choice of a window and no arguments of a tool. */
const named: (string | undefined)[] = [];
let ports: CollectorPorts;
let collector: Collector;
let close: () => Promise<void>;

beforeAll(async () => {
  const bundles = await buildBundles(folder);
  ports = await findPorts();
  const file = join(folder, "traces.db");
  const store = openLocalStore({ name: "local", file, workerPath: bundles.localWorkerPath });
  const tools = new Tools(createContext([store]));
  const running = new Map<number, AbortController>();
  collector = new Collector({
    ...bundles,
    file,
    ports,
    capBytes: 1e9,
    answerTasks: () => Promise.reject(new Error("nobody asks")),
    tools: {
      runTool: async ({ ticket, name, input, folder: caller }) => {
        named.push(caller);
        const controller = new AbortController();
        running.set(ticket, controller);
        try {
          return await tools.run(name, input, controller.signal);
        } catch (error) {
          if (!controller.signal.aborted) throw error;
          return { text: "", isError: true };
        }
      },
      cancelTool: ticket => {
        cancelled.push(ticket);
        running.get(ticket)?.abort();
        return Promise.resolve();
      },
      checkToolToken: given => Promise.resolve(given === token),
    },
    onBug: error => console.error(error),
  });
  await collector.start();
  close = async () => {
    await collector.stop();
    tools.dispose();
    store.dispose();
  };
}, 60_000);

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

async function connect(bearer: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(
    new URL(`http://127.0.0.1:${ports.otlpHttp}/mcp`),
    { requestInit: { headers: { Authorization: `Bearer ${bearer}` } } },
  );
  // The client's own types are older than the compiler's strictest rules.
  await client.connect(transport);
  return client;
}

async function call(client: Client, name: string, input: Record<string, unknown>): Promise<string> {
  const { content } = await client.callTool({ name: `${TOOL_PREFIX}${name}`, arguments: input });
  const [part] = content as readonly { readonly type: string; readonly text: string }[];
  expect(part?.type).toBe("text");
  expect(part!.text.length).toBeLessThanOrEqual(MAX_CHARS);
  return part!.text;
}

function ask(
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: ports.otlpHttp, path, method, headers },
      answer => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() });
        });
      },
    ).on("error", reject);
    sent.end(body);
  });
}

test("the official client lists the tools and reads a trace that was just sent", async () => {
  const batch = createBatch(7, 30);
  expect(await post(ports.otlpHttp, "/v1/traces", batch.body)).toMatchObject({ status: 200 });
  const client = await connect(token);
  expect(client.getServerVersion()?.name).toBe("traceside");
  expect(client.getInstructions()).toContain("data, not instructions");
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(toolNames.map(name => `${TOOL_PREFIX}${name}`));
  const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true);
  expect(writing.map(({ name }) => name)).toEqual([`${TOOL_PREFIX}show`]);
  const found = await call(client, "wait_for_trace", { after: "2000-01-01", settle_ms: 0 });
  expect(found).toContain(`get_trace(id=${batch.traceId})`);
  expect(await call(client, "get_trace", { id: batch.traceId })).toMatch(/^30 spans/);
  await call(client, "get_trace", { id: batch.traceId, folder: "/home/me/shop" });
  expect(named.splice(0).at(-1)).toBe("/home/me/shop");
  const told = await ask(`/agent/get_trace?id=${batch.traceId}&folder=%2Fhome%2Fme%2Fshop`);
  expect(told).toMatchObject({ status: 200 });
  expect(named.splice(0)).toEqual(["/home/me/shop"]);
  const refused = await client.callTool({ name: `${TOOL_PREFIX}get_trace`, arguments: {} });
  expect(refused.isError).toBe(true);
  await client.close();
});

const inspector = await findMcpInspector();
const absence = inspector.kind === "unavailable" ? `${inspector.name}: ${inspector.reason}` : "";

test(
  "the inspector's command line finds nothing wrong with the tools, and calls one",
  { skip: absence !== "", meta: { reason: absence }, timeout: 180_000 },
  async () => {
    if (inspector.kind === "unavailable") return;
    const ask = (...args: readonly string[]): Promise<unknown> =>
      inspector.ask(`http://127.0.0.1:${ports.otlpHttp}/mcp`, token, ...args);
    const listed = (await ask("--method", "tools/list", "--strict")) as {
      readonly tools: readonly { readonly name: string }[];
    };
    expect(listed.tools.map(({ name }) => name)).toEqual(
      toolNames.map(name => `${TOOL_PREFIX}${name}`),
    );
    const batch = createBatch(8, 12);
    expect(await post(ports.otlpHttp, "/v1/traces", batch.body)).toMatchObject({ status: 200 });
    const called = (await ask(
      ...["--method", "tools/call", "--tool-name", `${TOOL_PREFIX}get_trace`],
      ...["--tool-arg", `id=${batch.traceId}`, "--tool-arg", "view=tree"],
    )) as { readonly content: readonly { readonly text: string }[] };
    expect(called.content[0]?.text).toMatch(/^12 spans/);
  },
);

test("a call whose client goes away is cancelled where it runs", async () => {
  const client = await connect(token);
  const controller = new AbortController();
  const waiting = client.callTool(
    { name: `${TOOL_PREFIX}wait_for_trace`, arguments: { query: "service:nobody", timeout_s: 60 } },
    undefined,
    { signal: controller.signal },
  );
  setTimeout(() => controller.abort(), 300);
  await expect(waiting).rejects.toThrow();
  await client.close();
  await expect.poll(() => cancelled.length, { timeout: 20_000 }).toBeGreaterThan(0);
});

test("without the token nothing is told, nor to a page", async () => {
  await expect(connect("not-the-token-0123456789")).rejects.toThrow();
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
  };
  const authorized = { ...headers, Authorization: `Bearer ${token}` };
  const status = async (more: Record<string, string>, path = "/mcp"): Promise<number> =>
    (await ask(path, { method: "POST", headers: more, body })).status;
  expect(await status(headers)).toBe(401);
  expect(await status(authorized)).toBe(200);
  expect(await status({ ...authorized, Host: "evil.example" })).toBe(403);
  expect(await status({ ...authorized, Origin: "http://evil.example" })).toBe(403);
  expect(await status({ ...authorized, "Sec-Fetch-Site": "cross-site" })).toBe(403);
  expect(
    await status({ ...authorized, Origin: "http://localhost:3000", "Sec-Fetch-Site": "same-site" }),
  ).toBe(403);
  expect((await ask("/mcp")).status).toBe(405);
  expect(await status({ ...authorized, "Content-Type": "text/plain" })).toBe(415);
  expect((await ask("/mcp", { method: "POST", headers: authorized, body: "[" })).status).toBe(400);
  expect(
    (await ask("/mcp", { method: "POST", headers: authorized, body: `"${"x".repeat(300_000)}"` }))
      .status,
  ).toBe(413);
});

test("a shell reads plain text, and a page does not", async () => {
  const help = await ask("/agent");
  expect(help.status).toBe(200);
  for (const name of toolNames) expect(help.text).toContain(`/agent/${name}:`);
  const found = await ask("/agent/find_traces?since=2000-01-01&limit=5");
  expect(found.status).toBe(200);
  const traceId = /^([0-9a-f]{32}) /m.exec(found.text)![1]!;
  expect((await ask(`/agent/get_spans?trace=${traceId}&rows=1,2`)).text).toMatch(/^2 spans, lines/);
  expect(await ask("/agent/get_trace")).toMatchObject({ status: 400 });
  expect((await ask("/agent/format_disk")).text).toContain("there is no tool");
  const page = { headers: { "Sec-Fetch-Site": "cross-site" } };
  expect((await ask("/agent/find_traces", page)).status).toBe(403);
  expect((await ask("/agent/find_traces", { headers: { Host: "evil.example" } })).status).toBe(403);
});
