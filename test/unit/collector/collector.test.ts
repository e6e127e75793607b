/** The host's side of the collector: what becomes of it when its worker dies, and when the store cannot write. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { Collector } from "../../../src/collector/collector.ts";
import { CollectorCore } from "../../../src/collector/collectorCore.ts";
import {
  defaultPorts,
  receiverNames,
  type CollectorPorts,
  type CollectorState,
} from "../../../src/collector/collectorState.ts";
import type { Openers } from "../../../src/collector/receiverSet.ts";
import { SinkBusy, type SpanSink } from "../../../src/model/spanSink.ts";
import { WireError } from "../../../src/formats/encodings/protoReader.ts";
import { TraceError } from "../../../src/model/failure.ts";
import type { SpanLog } from "../../../src/model/spanSink.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-collector-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const capBytes = 1e9;
const off = Object.fromEntries(receiverNames.map(name => [name, 0])) as CollectorPorts;

function createCollector(worker: string): { collector: Collector; deaths: unknown[] } {
  const workerPath = join(folder, `${worker.length}.cjs`);
  writeFileSync(workerPath, worker);
  const deaths: unknown[] = [];
  const collector = new Collector({
    file: join(folder, "traces.db"),
    workerPath,
    localWorkerPath: "",
    ports: defaultPorts,
    capBytes,
    answerTasks: () => Promise.reject(new Error("nobody asks")),
    tools: {
      runTool: () => Promise.reject(new Error("nobody asks")),
      cancelTool: () => Promise.resolve(),
      checkToolToken: () => Promise.resolve(false),
    },
    onBug: error => deaths.push(error),
  });
  onTestFinished(() => collector.stop());
  return { collector, deaths };
}

test("a worker that always dies is given up, and why is told", async () => {
  const { collector, deaths } = createCollector(`throw new Error("no such module")`);
  await collector.start();
  expect(collector.state.value.phase).toEqual({ kind: "failed", reason: "no such module" });
  expect(deaths).toHaveLength(4);
});

test("a worker that dies once is started again", async () => {
  // It says how it is, as the real one does, and dies when it is first configured.
  const state = { phase: { kind: "receiving" }, receivers: [], traffic: {} };
  const { collector } = createCollector(`
    const { parentPort, workerData } = require("node:worker_threads");
    parentPort.on("message", message => {
      if (message.method === "configure") process.exit(3);
      if (message.method === "close") process.exit(0);
    });
    const state = ${JSON.stringify(state)};
    parentPort.postMessage({ kind: "call", id: 1, method: "tell", args: [{ ...state, cap: workerData.capBytes }] });
  `);
  await collector.start();
  await collector.configure({ ports: defaultPorts, capBytes: 7 });
  // With what it was told when it died.
  await expect.poll(() => (collector.state.value as CollectorState & { cap?: number }).cap).toBe(7);
  await collector.stop();
  expect(collector.state.value.phase).toEqual({ kind: "stopped" });
});

/** A log that does what a test wants. */
class FakeLog implements SpanLog {
  fail: Error | undefined;
  isDisposed = false;
  spans = 0;
  capBytes: number | undefined;

  ingestOtlp(): Promise<{ stored: number; rejected: number }> {
    if (this.fail !== undefined) return Promise.reject(this.fail);
    this.spans += 1;
    return Promise.resolve({ stored: 1, rejected: 0 });
  }
  ingestSpans = (): ReturnType<SpanSink["ingestSpans"]> => this.ingestOtlp();
  ingestLogs = (): ReturnType<SpanSink["ingestLogs"]> => this.ingestOtlp();
  readStats() {
    return { spans: this.spans, logs: 0, bytes: 0, waitingBytes: 0 };
  }
  setCap(bytes: number): void {
    this.capBytes = bytes;
  }
  close(): Promise<void> {
    this.isDisposed = true;
    return Promise.resolve();
  }
}

function createCore(own: () => boolean = () => true) {
  const logs: FakeLog[] = [];
  const states: CollectorState[] = [];
  let sink: SpanSink | undefined;
  let isLocked = false;
  const core = new CollectorCore({
    file: join(folder, "core.db"),
    ports: off,
    capBytes,
    tryLockStore: () => {
      if (!own()) return undefined;
      isLocked = true;
      return { dispose: () => (isLocked = false) };
    },
    openLog: () => {
      const log = new FakeLog();
      logs.push(log);
      return log;
    },
    createOpeners: given => {
      sink = given;
      return {} as Openers;
    },
    tell: state => states.push(state),
  });
  onTestFinished(() => core.close());
  return { core, logs, states, getSink: () => sink!, isLocked: () => isLocked };
}

test("a disk that is full is told until it is not, and what senders did wrong is no trouble", async () => {
  const { logs, states, getSink } = createCore();
  await expect.poll(() => states.at(-1)?.phase.kind).toBe("receiving");
  const [log] = logs;
  const keep = (): Promise<unknown> => getSink().ingestOtlp(new Uint8Array());
  for (const fail of [new WireError("cut short"), new SinkBusy(100)]) {
    log!.fail = fail;
    await expect(keep()).rejects.toBe(fail);
  }
  const reason = "database or disk is full";
  log!.fail = new TraceError({ code: "storeRefused", store: "local", reason });
  await expect(keep()).rejects.toBe(log!.fail);
  await expect.poll(() => states.at(-1)?.storeTrouble).toBe(reason);
  log!.fail = undefined;
  await keep();
  await expect.poll(() => states.at(-1)).not.toHaveProperty("storeTrouble");
});

test("another size is in force at once", async () => {
  const { core, logs, states, getSink } = createCore();
  await expect.poll(() => states.at(-1)?.phase.kind).toBe("receiving");
  await core.configure({ ports: off, capBytes: 2e9 });
  expect(logs.map(log => log.capBytes)).toEqual([2e9]);
  await getSink().ingestOtlp(new Uint8Array());
  await expect.poll(() => states.at(-1)?.traffic.spans).toBe(1);
});

test("the lock is let go last, and taken when another lets it go", async () => {
  let isFree = false;
  const { core, logs, states, isLocked } = createCore(() => isFree);
  await expect.poll(() => states.at(-1)?.phase.kind).toBe("elsewhere");
  expect(logs).toEqual([]);
  isFree = true;
  await expect.poll(() => states.at(-1)?.phase.kind).toBe("receiving");
  expect(isLocked()).toBe(true);
  await core.close();
  expect(logs.map(log => log.isDisposed)).toEqual([true]);
  expect(isLocked()).toBe(false);
});
