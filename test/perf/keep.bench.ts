/**
 * A large file on its way: read into spans, shown, kept in the embedded store. Beside it the same spans kept as OTLP's
 * bytes, and a loop that only parses the text, so that figures of a busy machine can be compared by their ratios.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeOtlpJson } from "../../src/formats/otlp/otlpJsonWriter.ts";
import { writeOtlpProto } from "../../src/formats/otlp/otlpProtoWriter.ts";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import type { JsonObject } from "../../src/formats/values/jsonObject.ts";
import { OpenedFile } from "../../src/stores/file/openedFile.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { openSpanLog } from "../../src/stores/local/log/spanLog.ts";
import { summarise, type Bench } from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";
import { makeJaegerFile } from "./makeJaegerFile.ts";

/** Fewer where the machine is busy: the ratios stay about the same. */
const SPANS = Number(process.env["TRACESIDE_BENCH_SPANS"] ?? 100_000);
const RUNS = 3;
/** As an SDK batches them. */
const REQUEST = 512;
const workerPath = join(repoRoot, "dist/localWorker.cjs");

export const bench: Bench = async report => {
  const home = await mkdtemp(join(tmpdir(), "traceside-keep-"));
  const figures = new Map<string, number[]>();
  const add = (figure: string, sample: number): void => {
    const samples = figures.get(figure);
    if (samples === undefined) figures.set(figure, [sample]);
    else samples.push(sample);
  };
  const rate = async (figure: string, work: () => unknown): Promise<void> => {
    const startMs = performance.now();
    await work();
    add(figure, (SPANS * 1_000) / (performance.now() - startMs));
  };
  try {
    for (let run = 0; run < RUNS; run += 1) {
      const bytes = Buffer.from([...makeJaegerFile({ spans: SPANS, seed: run + 1 })].join(""));
      await rate("JSON.parse", () => JSON.parse(bytes.toString()) as unknown);
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      let file: OpenedFile | undefined;
      await rate("file to spans", () => {
        file = new OpenedFile({ bytes, name: "bench", path: "bench" });
      });
      if (file === undefined) continue;
      const opened = file;
      const { traceId = "" } = opened.describe();
      await rate("spans to columns", () => opened.readTrace(traceId));
      await rate("spans to disk", () =>
        opened.keep(
          { into: join(home, `records-${String(run)}.db`), workerPath },
          () => Promise.resolve(),
          () => undefined,
        ),
      );
      add("memory while importing", (process.memoryUsage().rss - before) / SPANS);
      await rate("find in columns and details", () => opened.findText(traceId, "tenant-042"));
      const requests = writeRequests(bytes);
      const otlpFile = join(home, `otlp-${String(run)}.db`);
      await rate("OTLP to disk", () => keepOtlp(otlpFile, requests));
      const store = openLocalStore({
        name: "bench",
        file: otlpFile,
        workerPath,
        deadlineMs: 60_000,
      });
      const { signal } = new AbortController();
      const details = (await store.readTrace(traceId, signal))?.details;
      await rate("find in the store", async () => {
        const parts = details?.findText?.("tenant-042", signal) ?? [];
        let matches = 0;
        for await (const { keys } of parts) matches += keys.length;
        if (matches === 0) throw new Error("The store finds nothing.");
      });
      store.dispose();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  for (const [figure, samples] of figures) {
    const unit = figure.startsWith("memory") ? "bytes/span" : "spans/s";
    report(summarise(figure, unit, samples));
  }
};

function writeRequests(bytes: Uint8Array): readonly Uint8Array[] {
  const { records } = readTraceFile(bytes, { store: "bench", path: "bench", nowUnixMs: 0 });
  return Array.from({ length: Math.ceil(SPANS / REQUEST) }, (_, i) => {
    const text = writeOtlpJson(records.slice(i * REQUEST, (i + 1) * REQUEST));
    return writeOtlpProto(JSON.parse(text) as JsonObject) ?? new Uint8Array();
  });
}

async function keepOtlp(file: string, requests: readonly Uint8Array[]): Promise<void> {
  const log = openSpanLog({ file, capBytes: Number.MAX_SAFE_INTEGER, workerPath });
  for (let i = 0; i < requests.length; i += 8) {
    await Promise.all(requests.slice(i, i + 8).map(request => log.ingestOtlp(request)));
  }
  await log.close();
}
