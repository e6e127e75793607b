/** The collector as it is shipped: real bundles, real sockets, each window a process of its own. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { receiverNames, type CollectorPorts } from "../../src/collector/collectorState.ts";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { buildBundles, type Bundles } from "./collectorWindows/bundles.ts";
import { createBatch, Load, post } from "./collectorWindows/load.ts";
import { findPorts, isElsewhere, isReceiving, Window } from "./collectorWindows/windows.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-collector-"));
let bundles: Bundles;
beforeAll(async () => {
  bundles = await buildBundles(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const capBytes = 1e9;
let windows: Window[] = [];
let stores = 0;
afterEach(async () => {
  await Promise.all(windows.map(window => window.kill()));
  windows = [];
});

class Desk {
  readonly file = join(folder, `traces${stores++}.db`);
  readonly ports: CollectorPorts;

  constructor(ports: CollectorPorts) {
    this.ports = ports;
  }

  open(ports = this.ports): Window {
    const window = new Window({ ...bundles, file: this.file, ports, capBytes });
    windows.push(window);
    return window;
  }

  /** What is on disk, as another reader sees it. */
  async count(traceIds: readonly string[]): Promise<{ spans: number; found: number }> {
    const store = openLocalStore({
      name: "local",
      file: this.file,
      workerPath: bundles.localWorkerPath,
      deadlineMs: 60_000,
    });
    try {
      const { signal } = new AbortController();
      const { spanCount } = await store.readFacts(signal);
      let found = 0;
      for (const traceId of traceIds) {
        const trace = await store.readTrace(traceId, signal);
        found += trace === undefined ? 0 : [...trace.spans].length;
      }
      return { spans: spanCount, found };
    } finally {
      store.dispose();
    }
  }
}

const createDesk = async (): Promise<Desk> => new Desk(await findPorts());

function read(
  port: number,
  path: string,
  host = `localhost:${port}`,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers: { host } }, answer => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() });
      });
    }).on("error", reject);
  });
}

test("every receiver listens, and what is sent is on disk when it is acknowledged", async () => {
  const desk = await createDesk();
  const window = desk.open();
  await window.start();
  expect(window.state.phase).toEqual({ kind: "receiving" });
  expect(window.state.receivers).toEqual(
    receiverNames.map(name => ({
      name,
      port: desk.ports[name],
      status: { kind: "listening" },
    })),
  );
  const batch = createBatch(1, 7);
  const answer = await post(desk.ports.otlpHttp, "/v1/traces", batch.body);
  expect(answer).toMatchObject({ status: 200 });
  await window.kill();
  expect(await desk.count([batch.traceId])).toEqual({ spans: 7, found: 7 });
});

test("what came in and what was refused is told", async () => {
  const desk = await createDesk();
  const window = desk.open();
  await window.start();
  await post(desk.ports.otlpHttp, "/v1/traces", createBatch(1, 5).body);
  expect(await post(desk.ports.zipkin, "/api/v2/spans", "[")).toMatchObject({ status: 400 });
  await window.until(({ traffic }) => traffic.spans === 5 && traffic.rejected === 1);
  expect(window.state.traffic.lastRejection).toMatchObject({ receiver: "zipkin" });
  // And it is quiet again.
  await window.until(({ traffic }) => traffic.spansPerSecond === 0);
});

test("the read API answers as Jaeger does", async () => {
  const desk = await createDesk();
  const window = desk.open();
  await window.start();
  const port = desk.ports.otlpHttp;
  const batch = createBatch(77, 4);
  await post(port, "/v1/traces", batch.body);
  const expected = readTraceFile(Buffer.from(batch.body), {
    store: "x",
    path: "x",
    nowUnixMs: 0,
  }).records.map(({ traceId, span }) => ({ traceId, span }));
  const readSpans = async (path: string): Promise<unknown[]> => {
    const { status, text } = await read(port, path);
    expect(status, text).toBe(200);
    const { records } = readTraceFile(Buffer.from(text), { store: "x", path, nowUnixMs: 0 });
    return records.map(({ traceId, span }) => ({ traceId, span }));
  };
  const byId = (spans: unknown[]): unknown[] =>
    (spans as typeof expected).toSorted((a, b) => (a.span.spanId < b.span.spanId ? -1 : 1));
  const inMicros = (spans: typeof expected): unknown[] =>
    spans.map(({ traceId, span }) => ({
      traceId,
      span: {
        ...span,
        startUnixNs: ((span.startUnixNs ?? 0n) / 1_000n) * 1_000n,
        endUnixNs: ((span.startUnixNs ?? 0n) / 1_000n) * 1_000n + 1_000n,
      },
    }));
  expect(byId(await readSpans(`/api/v3/traces/${batch.traceId}`))).toEqual(byId(expected));
  expect(byId(await readSpans(`/api/traces/${batch.traceId}`))).toEqual(byId(inMicros(expected)));
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const soon = new Date(Date.now() + 60_000).toISOString();
  const v3Search = new URLSearchParams({
    "query.serviceName": "load",
    "query.startTimeMin": hourAgo,
    "query.startTimeMax": soon,
  });
  expect(await readSpans(`/api/v3/traces?${v3Search}`)).toHaveLength(4);
  const search = new URLSearchParams({ service: "load", limit: "5", tags: '{"batch":"77"}' });
  expect(await readSpans(`/api/traces?${search}`)).toHaveLength(4);
  search.set("tags", '{"batch":"78"}');
  expect(JSON.parse((await read(port, `/api/traces?${search}`)).text)).toMatchObject({ data: [] });

  const json = async (path: string): Promise<unknown> => {
    const { status, text } = await read(port, path);
    return { status, ...(JSON.parse(text) as object) };
  };
  expect(await json("/api/services")).toMatchObject({ status: 200, data: ["load"], errors: null });
  expect(await json("/api/v3/services")).toEqual({ status: 200, services: ["load"] });
  expect(await json("/api/v3/operations?service=load")).toMatchObject({
    operations: ["step 0", "step 1", "step 2", "step 3"].map(name => ({ name })),
  });
  expect(await json("/api/traces/123456789")).toMatchObject({
    status: 404,
    data: null,
    errors: [{ code: 404, msg: "trace not found" }],
  });
  expect(await json("/api/v3/traces/123456789")).toEqual({
    status: 404,
    error: { httpCode: 404, message: "No traces found" },
  });
  expect(await json("/api/traces?service=")).toMatchObject({ status: 400 });
  // The questions about tasks go to the window, which knows the other stores.
  expect(await json("/funboost/trace/by_task/t%201")).toEqual({
    status: 200,
    kind: "traceOfTask",
    id: "t 1",
  });
  expect(await json("/funboost/task/t1/children")).toMatchObject({ kind: "childrenOfTask" });
  // A name that resolves to this machine is not this machine.
  expect(await read(port, "/api/services", "evil.example")).toMatchObject({ status: 403 });
});

test("a port that another program holds is named, and the rest receive", async () => {
  const desk = await createDesk();
  const holder = spawn(
    process.execPath,
    [
      "-e",
      `require("net").createServer().listen(${desk.ports.zipkin}, "127.0.0.1", () => console.log())`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    await once(holder.stdout, "data");
    const window = desk.open();
    await window.start();
    const kinds = window.state.receivers.map(({ status }) => status.kind);
    expect(kinds.filter(kind => kind !== "listening")).toEqual(["portTaken"]);
    const taken = window.state.receivers.find(({ name }) => name === "zipkin");
    expect(taken).toMatchObject({ port: desk.ports.zipkin, status: { kind: "portTaken" } });
    // Other systems may not tell.
    if (process.platform === "linux") {
      expect(taken?.status).toMatchObject({ by: { pid: holder.pid } });
    }
    // It is tried again quietly, and receives when the other has gone.
    holder.kill();
    await window.until(({ receivers }) => receivers[2]?.status.kind === "listening");
    expect(await post(desk.ports.zipkin, "/api/v2/spans", "[]")).toMatchObject({ status: 202 });
  } finally {
    holder.kill();
  }
});

test("other ports are in force at once, and those that stay are not disturbed", async () => {
  const desk = await createDesk();
  const window = desk.open();
  await window.start();
  const { otlpHttp } = await findPorts();
  const ports = { ...desk.ports, otlpHttp, zipkin: 0 };
  const staying = connect(desk.ports.skywalking, "127.0.0.1");
  await once(staying, "connect");
  await window.configure({ ports, capBytes });
  expect(staying.readyState).toBe("open");
  staying.destroy();
  expect(window.state.receivers[1]).toEqual({
    name: "otlpHttp",
    port: otlpHttp,
    status: { kind: "listening" },
  });
  expect(window.state.receivers[2]).toEqual({ name: "zipkin", port: 0, status: { kind: "off" } });
  const batch = createBatch(9, 1);
  expect(await post(otlpHttp, "/v1/traces", batch.body)).toMatchObject({ status: 200 });
  await expect(post(desk.ports.otlpHttp, "/v1/traces", batch.body)).rejects.toThrow("ECONNREFUSED");
  await expect(post(desk.ports.zipkin, "/api/v2/spans", "[]")).rejects.toThrow("ECONNREFUSED");
});

test("one window receives; another takes over when it stops, and gives back in turn", async () => {
  const desk = await createDesk();
  const [first, second] = [desk.open(), desk.open()];
  await first.start();
  await second.start();
  expect(second.state.phase).toEqual({ kind: "elsewhere" });
  await second.until(({ receivers }) => receivers[1]?.port === desk.ports.otlpHttp);
  expect(second.state.receivers).toEqual(first.state.receivers);
  await first.stop();
  expect(first.state.phase).toEqual({ kind: "stopped" });
  await second.until(isReceiving);
  const batch = createBatch(3, 2);
  expect(await post(desk.ports.otlpHttp, "/v1/traces", batch.body)).toMatchObject({ status: 200 });
  await first.start();
  expect(first.state.phase).toEqual({ kind: "elsewhere" });
  await second.stop();
  await first.until(isReceiving);
  // And when nobody else is there, whoever stopped may start again.
  await first.stop();
  await first.start();
  expect(first.state.phase).toEqual({ kind: "receiving" });
});

test.for([
  { title: "large", kills: 10, lanes: 6, spans: 300, loadMs: 250 },
  {
    title: "small",
    kills: Number(process.env["TRACESIDE_SMALL_KILLS"] ?? 25),
    lanes: 4,
    spans: 1,
    loadMs: 15,
  },
])(
  "no acknowledged span is missing after $kills kills of the owner, $title",
  { timeout: 900_000 },
  async ({ kills, lanes, spans, loadMs }) => {
    const desk = await createDesk();
    let owner = desk.open();
    await owner.start();
    let heir = desk.open();
    await heir.start();
    const load = new Load(desk.ports.otlpHttp, lanes, spans, 1);
    const takeovers: number[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const enough = load.acknowledged.length + lanes;
      while (load.acknowledged.length < enough) await rest(5);
      await rest(loadMs * Math.random());
      const spare = desk.open();
      await spare.start();
      expect(isElsewhere(spare.state)).toBe(true);
      await owner.kill();
      const startMs = performance.now();
      await Promise.race([heir.until(isReceiving), spare.until(isReceiving)]);
      takeovers.push(performance.now() - startMs);
      [owner, heir] = isReceiving(heir.state) ? [heir, spare] : [spare, heir];
    }
    await load.stop();
    const traceIds = load.acknowledged.map(batch => batch.traceId);
    const counted = await desk.count(traceIds);
    expect(counted.found).toBe(load.acknowledged.length * spans);
    // Some were sent twice, and whole batches whose answer was lost are there without being acknowledged.
    expect(load.resent).toBeGreaterThan(0);
    expect(counted.spans).toBeGreaterThanOrEqual(counted.found);
    expect(counted.spans).toBeLessThanOrEqual(counted.found + lanes * spans);
    console.log(
      `${traceIds.length} batches of ${spans}, ${load.resent} sent again, taken over in ` +
        `${Math.round(Math.max(...takeovers))} ms at most`,
    );
  },
);

function rest(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
