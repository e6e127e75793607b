/**
 * What it costs to show runs beside the code: to count what is stored, to refresh after something came, and what
 * counting takes from receiving, which is measured with and without it, in turns. And how fast the ids of a log are listed.
 *
 * `TRACESIDE_CODE_SPANS` is how many spans are stored, a million by default; `TRACESIDE_CODE_LOG_MB` how large the log is
 * whose ids are listed, 2,048 by default.
 */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { getRunFacts } from "../../src/analysis/runFacts.ts";
import type { OperationRuns, RunsMark } from "../../src/model/operationRuns.ts";
import { countIds } from "../../src/features/traceLogs/countIds.ts";
import { RunsOfCode } from "../../src/services/runsOfCode.ts";
import { openLocalStore, type LocalStore } from "../../src/stores/local/localStore.ts";
import {
  percentile,
  summarise,
  summarisePercentiles,
  type Bench,
  type Figure,
} from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";
import { fillStore } from "./fillStore.ts";

const SPANS = Number(process.env["TRACESIDE_CODE_SPANS"] ?? 1_000_000);
const LOG_MB = Number(process.env["TRACESIDE_CODE_LOG_MB"] ?? 2_048);
const REFRESHES = 100;
/** As a program that is worked on sends between two looks. */
const SPANS_PER_REFRESH = 320;
const INGEST_SPANS = 300_000;
const INGEST_TURNS = 3;
/** Longer than any editor is high. */
const FUNCTIONS_IN_SIGHT = 50;

const never = new AbortController().signal;
const logWorker = join(repoRoot, "src/features/traceLogs/logWorker.ts");

export const bench: Bench = async report => {
  const folder = await mkdtemp(join(tmpdir(), "traceside-code-"));
  try {
    await measureRefresh(join(folder, "full.db"), report);
    await measureIngest(folder, report);
    await measureScan(join(folder, "large.log"), report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function open(file: string): LocalStore {
  const workerPath = join(repoRoot, "src/stores/local/worker.ts");
  return openLocalStore({ name: "local", file, workerPath, deadlineMs: 60_000 });
}

async function measureRefresh(file: string, report: (figure: Figure) => void): Promise<void> {
  await fillStore(file, { spans: SPANS, seed: 1, startUnixMs: Date.now() - 600_000 });
  const store = open(file);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const operations = new Map<string, OperationRuns>();
  let mark: RunsMark | undefined;
  const steps: number[] = [];
  const readAll = async (): Promise<void> => {
    for (let isWhole = false; !isWhole;) {
      const startMs = performance.now();
      const answer = await store.readRuns(mark, never);
      for (const each of answer.changed) operations.set(each.key, each);
      // What the lenses of an editor then say.
      for (const each of [...operations.values()].slice(0, FUNCTIONS_IN_SIGHT)) {
        getRunFacts(each, Date.now(), Date.now() - 60_000);
      }
      steps.push(performance.now() - startMs);
      ({ mark, isWhole } = answer);
    }
  };
  const startMs = performance.now();
  await readAll();
  const seconds = (performance.now() - startMs) / 1_000;
  report(summarise(`${SPANS} spans: counted`, "spans/s", [SPANS / seconds]));
  report(summarise(`${SPANS} spans: operations`, "operations", [operations.size]));
  summarisePercentiles(`${SPANS} spans: a step of counting`, steps.splice(0)).forEach(report);
  const cpuMs: number[] = [];
  for (let turn = 0; turn < REFRESHES; turn += 1) {
    await fillStore(file, { spans: SPANS_PER_REFRESH, seed: 2 + turn, startUnixMs: Date.now() });
    const before = process.cpuUsage();
    await readAll();
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1_000);
  }
  summarisePercentiles(`${SPANS} spans: CPU of all threads for a refresh`, cpuMs).forEach(report);
  summarisePercentiles(
    `${SPANS} spans: refresh after ${SPANS_PER_REFRESH} came`,
    steps.splice(0),
  ).forEach(report);
  delay.disable();
  report(summarise("delay of this thread p99", "ms", [delay.percentile(99) / 1e6]));
  report(summarise("memory of the process", "MB", [process.memoryUsage().rss / 2 ** 20]));
  store.dispose();
}

async function measureIngest(folder: string, report: (figure: Figure) => void): Promise<void> {
  const rates = { with: [] as number[], without: [] as number[] };
  for (let turn = 0; turn < INGEST_TURNS; turn += 1) {
    for (const kind of ["without", "with"] as const) {
      const file = join(folder, `${kind}${turn}.db`);
      const store = open(file);
      await store.readFacts(never);
      const runs = new RunsOfCode({
        source: store,
        watchStore: onChange => store.watch(onChange),
        findPlace: () => Promise.resolve(undefined),
        onError: error => console.error(error),
      });
      const watch = kind === "with" ? runs.watch(() => undefined) : undefined;
      const options = { spans: INGEST_SPANS, seed: 1_000 + turn, startUnixMs: Date.now() };
      const { spans, seconds } = await fillStore(file, options);
      rates[kind].push(spans / seconds);
      watch?.dispose();
      runs.dispose();
      store.dispose();
    }
  }
  report(summarise("ingest without counting", "spans/s", rates.without));
  report(summarise("ingest with counting", "spans/s", rates.with));
  const share = percentile(rates.with, 0.5) / percentile(rates.without, 0.5);
  report(summarise("ingest with counting to without", "share", [share]));
}

/** Lines as a web service writes them: one in four names a trace, one in two hundred is an error. */
function makeLog(): Buffer {
  const lines: string[] = [];
  for (let i = 0; lines.length < 120_000; i += 1) {
    const time = new Date(1_777_896_000_000 + i * 7).toISOString();
    const level = i % 200 === 0 ? "ERROR" : "INFO";
    const trace =
      i % 4 === 0
        ? ` trace_id=${createHash("md5")
            .update(String(i >> 4))
            .digest("hex")}`
        : "";
    lines.push(`${time} ${level} shop.orders: request ${i} served in ${i % 97} ms${trace}`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** The least that looking at each byte costs on this machine now. */
function addUp(block: Buffer): number {
  const turns = 20;
  let sum = 0;
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn += 1) for (const byte of block) sum += byte;
  const { user, system } = process.cpuUsage(before);
  if (sum === 0) throw new Error("There is no log.");
  return (turns * block.length) / 2 ** 20 / ((user + system) / 1e6);
}

async function measureScan(file: string, report: (figure: Figure) => void): Promise<void> {
  const block = makeLog();
  const stream = createWriteStream(file);
  let bytes = 0;
  for (; bytes < LOG_MB * 2 ** 20; bytes += block.length) {
    if (!stream.write(block)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  const mb = bytes / 2 ** 20;
  const plainMs = performance.now();
  await once(createReadStream(file, { highWaterMark: 2 ** 19 }).resume(), "end");
  const plain = mb / ((performance.now() - plainMs) / 1_000);
  report(summarise(`log of ${LOG_MB} MB: read and no more`, "MB/s", [plain]));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  const counts = await countIds(file, { workerPath: logWorker, signal: never });
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(startCpu);
  delay.disable();
  report(summarise(`log of ${LOG_MB} MB: ids listed`, "MB/s", [mb / seconds]));
  report(summarise("the same by CPU time", "MB/s", [mb / ((user + system) / 1e6)]));
  report(summarise("bytes added up in a loop, by CPU time", "MB/s", [addUp(block)]));
  report(summarise(`log of ${LOG_MB} MB: ids`, "ids", [counts.list(1e6).length]));
  report(summarise("delay of the thread that asks, p99", "ms", [delay.percentile(99) / 1e6]));
  report(summarise("memory of the process", "MB", [process.memoryUsage().rss / 2 ** 20]));
}
