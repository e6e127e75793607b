/**
 * What it costs to show runs beside the code: to count what is stored, to refresh after something came, and what
 * counting takes from receiving, which is measured with and without it, in turns.
 *
 * `TRACESIDE_CODE_SPANS` is how many spans are stored, a million by default.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { getRunFacts } from "../../src/analysis/runFacts.ts";
import type { OperationRuns, RunsMark } from "../../src/model/operationRuns.ts";
import { RunsOfCode } from "../../src/services/runsOfCode.ts";
import { openLocalStore, type LocalStore } from "../../src/stores/local/localStore.ts";
import { percentile, summarise, type Bench, type Figure } from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";
import { fillStore } from "./fillStore.ts";

const SPANS = Number(process.env["TRACESIDE_CODE_SPANS"] ?? 1_000_000);
const REFRESHES = 100;
/** As a program that is worked on sends between two looks. */
const SPANS_PER_REFRESH = 320;
const INGEST_SPANS = 300_000;
const INGEST_TURNS = 3;
/** Longer than any editor is high. */
const FUNCTIONS_IN_SIGHT = 50;

const never = new AbortController().signal;

export const bench: Bench = async report => {
  const folder = await mkdtemp(join(tmpdir(), "traceside-code-"));
  try {
    await measureRefresh(join(folder, "full.db"), report);
    await measureIngest(folder, report);
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
  reportBoth(`${SPANS} spans: a step of counting`, steps.splice(0), report);
  for (let turn = 0; turn < REFRESHES; turn += 1) {
    await fillStore(file, { spans: SPANS_PER_REFRESH, seed: 2 + turn, startUnixMs: Date.now() });
    await readAll();
  }
  reportBoth(`${SPANS} spans: refresh after ${SPANS_PER_REFRESH} came`, steps.splice(0), report);
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

function reportBoth(
  figure: string,
  samples: readonly number[],
  report: (figure: Figure) => void,
): void {
  const all = summarise(figure, "ms", samples);
  for (const [label, share] of [
    ["p50", 0.5],
    ["p95", 0.95],
  ] as const) {
    report({ ...all, figure: `${figure} ${label}`, median: percentile(samples, share) });
  }
}
