/**
 * A hundred thousand spoilt files of every format (`TRACESIDE_FUZZ` sets another number): each is read or refused within
 * a second a megabyte. Then one of some megabytes of each, in a thread that may take twenty times its bytes beside what
 * the code itself needs. `npm run bench -- fuzz NAME…` takes the formats with one of the names in theirs. Times are the processor's, so that what else runs on the machine is no decoder's fault.
 */

import { GCProfiler, getHeapStatistics } from "node:v8";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import type { Bench } from "../harness/measure.ts";
import { percentile, summarise } from "../harness/measure.ts";
import { createRandom, listSamples, readAll, spoil } from "../unit/formats/fuzzing.ts";

const MB = 1024 * 1024;
const LARGE_BYTES = 4 * MB;
const MEMORY_FACTOR = 20;
/** What Node and the readers take before they have read anything. */
const BASE_BYTES = 48 * MB;
const LARGE_ROUNDS = 6;
const MAX_MS_PER_MB = 1_000;
/** Smaller files may take as long as one of this size: a collection of garbage falls on one of them. */
const LEAST_BYTES = MB / 4;

export const bench: Bench = async report => {
  const wanted = process.argv.slice(3);
  const fallen: string[] = [];
  for (const [format, files] of listSamples()) {
    if (wanted.length > 0 && !wanted.some(each => format.includes(each))) continue;
    try {
      await fuzz(format, files, report);
    } catch (error) {
      console.error(`FELL  ${(error as Error).stack ?? ""}`);
      fallen.push(format);
    }
  }
  if (fallen.length > 0) throw new Error(`fell: ${fallen.join(", ")}`);
};

/** Rejects with what fell. */
async function fuzz(
  format: string,
  files: readonly Uint8Array[],
  report: Parameters<Bench>[0],
): Promise<void> {
  const rounds = Number(process.env["TRACESIDE_FUZZ"] ?? 100_000);
  const times: number[] = [];
  let read = 0;
  for (let seed = 1; seed <= rounds; seed += 1) {
    const bytes = spoil(files[seed % files.length] ?? new Uint8Array(), createRandom(seed));
    const start = getCpuMs();
    try {
      if (readAll(bytes)) read += 1;
    } catch (error) {
      throw new Error(`${format}, seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
    const tookMs = getCpuMs() - start;
    if (tookMs > (MAX_MS_PER_MB * Math.max(bytes.length, LEAST_BYTES)) / MB) {
      throw new Error(`${format}, seed ${seed}: ${tookMs} ms for ${bytes.length} bytes`);
    }
    times.push(tookMs);
  }
  report(summarise(`${format}: read of ${rounds} spoilt files`, "files", [read]));
  report(summarise(`${format}: p99.9 of the time for one`, "ms", [percentile(times, 0.999)]));
  report(summarise(`${format}: longest time for one`, "ms", [percentile(times, 1)]));
  const { timesMs, heldTimes } = await readLarge(format);
  report(summarise(`${format}: time for a spoilt MB`, "ms", timesMs));
  report(summarise(`${format}: memory for a spoilt file`, "times its size", [heldTimes]));
  if (Math.max(...timesMs) > MAX_MS_PER_MB) throw new Error(`${format}: a large file is slow`);
}

function getCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

interface LargeReading {
  /** A megabyte, of each file. */
  readonly timesMs: readonly number[];
  /** The most that a collection of garbage left, beyond what was there before, in sizes of the file. */
  readonly heldTimes: number;
}

/** Rejects where the thread runs out of memory. */
async function readLarge(format: string): Promise<LargeReading> {
  const worker = new Worker(fileURLToPath(import.meta.url), {
    workerData: format,
    resourceLimits: {
      maxOldGenerationSizeMb: (BASE_BYTES + MEMORY_FACTOR * LARGE_BYTES) / MB,
    },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", error => {
      reject(new Error(`${format}: a large file: ${String(error)}`, { cause: error }));
    });
  });
}

if (!isMainThread) {
  const files = listSamples().get(workerData as string) ?? [];
  const timesMs: number[] = [];
  let heldTimes = 0;
  for (let seed = 1; seed <= LARGE_ROUNDS; seed += 1) {
    const sample = files[seed % files.length] ?? new Uint8Array();
    const isLines = sample[0] === 0x7b || sample[0] === 0x5b;
    const copies = Math.ceil(LARGE_BYTES / (sample.length + 1));
    const large = Buffer.concat(
      Array<Uint8Array>(copies).fill(isLines ? Buffer.concat([sample, Buffer.from("\n")]) : sample),
    );
    const spoilt = spoil(large, createRandom(seed));
    const profiler = new GCProfiler();
    profiler.start();
    const before = getHeapStatistics().used_heap_size;
    const start = getCpuMs();
    readAll(spoilt, false);
    timesMs.push(((getCpuMs() - start) * MB) / large.length);
    for (const { afterGC } of profiler.stop().statistics) {
      const held = afterGC.heapStatistics.usedHeapSize - before;
      heldTimes = Math.max(heldTimes, held / large.length);
    }
  }
  parentPort?.postMessage({ timesMs, heldTimes } satisfies LargeReading);
}
