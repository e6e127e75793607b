/**
 * What the extension host itself measures: opening traces of 100 to 100,000 spans from the embedded store; hovers; activation;
 * the size of what is shipped. Measured in a real VS Code with the packaged extension.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { runHostSuite } from "../harness/hostSuite.ts";
import { percentile, summarise, type Bench } from "../harness/measure.ts";
import { packageExtension } from "../harness/package.ts";
import { repoRoot } from "../harness/paths.ts";
import { makeTrace } from "./makeTrace.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const SIZES = [100, 1_000, 10_000, 100_000];
const RUNS = 5;
const HOVERS = 200;

export const bench: Bench = async report => {
  const { path: vsix, sizeBytes } = await packageExtension();
  report(summarise("vsix size", "KiB", [sizeBytes / 1024]));
  const home = await mkdtemp(join(tmpdir(), "traceside-bench-"));
  try {
    const workspaceFolder = join(home, "workspace");
    const userDataDir = join(home, "user");
    const storage = join(userDataDir, "User/globalStorage/traceside.traceside");
    await mkdir(workspaceFolder, { recursive: true });
    await mkdir(storage, { recursive: true });
    await fillStore(join(storage, "traces.db"), workspaceFolder);
    const result = await runHostSuite({
      vsix,
      workspaceFolder,
      userDataDir,
      testsFolder: join(repoRoot, "test/perf/host"),
      deadlineMs: 10 * 60_000,
    });
    if (result.failures.length > 0) throw new Error(result.failures[0]!.message);
    const text = await readFile(join(workspaceFolder, "bench.json"), "utf8");
    for (const [figure, samples] of Object.entries(JSON.parse(text) as Record<string, number[]>)) {
      if (figure === "hover") {
        report({ ...summarise("hover p50", "ms", samples), median: percentile(samples, 0.5) });
        report({ ...summarise("hover p95", "ms", samples), median: percentile(samples, 0.95) });
      } else {
        report(summarise(figure, "ms", samples));
      }
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

/** The traces to open, and a log with the ids of tasks in them. */
async function fillStore(file: string, workspaceFolder: string): Promise<void> {
  const store = openLocalStore({
    name: "local",
    file,
    workerPath: join(repoRoot, "dist/localWorker.cjs"),
  });
  try {
    const traces: { spans: number; traceId: string }[] = [];
    const ids: string[] = [];
    for (const [seed, spans] of SIZES.entries()) {
      const records = [...makeTrace({ spans, seed: seed + 1 })];
      await addSpans(store, records);
      traces.push({ spans, traceId: records[0]!.traceId });
      const step = Math.max(1, Math.floor((records.length * SIZES.length) / HOVERS));
      ids.push(...records.filter((_, i) => i % step === 0).map(record => record.span.spanId));
    }
    const lines = ids.slice(-HOVERS).map(id => `INFO worker task_id=${id} done`);
    await writeFile(join(workspaceFolder, "bench.log"), `${lines.join("\n")}\n`);
    await writeFile(join(workspaceFolder, "plan.json"), JSON.stringify({ runs: RUNS, traces }));
  } finally {
    store.dispose();
  }
}
