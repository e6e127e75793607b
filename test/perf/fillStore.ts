/** Fills an embedded store through a thread of its own, as fast as it acknowledges. */

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { makeRequests, type RequestOptions } from "./makeRequests.ts";

export interface Filled {
  readonly spans: number;
  readonly seconds: number;
  readonly requestBytes: number;
  /** From sending a request to its answer, in milliseconds. */
  readonly acknowledgedMs: readonly number[];
}

/** So many requests are on the way at once: some 8,000 spans. */
const IN_FLIGHT = 24;

export async function fillStore(
  file: string,
  options: RequestOptions,
  capBytes = Number.POSITIVE_INFINITY,
): Promise<Filled> {
  const worker = new Worker(join(import.meta.dirname, "spanLogWorker.ts"), {
    workerData: { file, capBytes },
  });
  const failed = new Promise<never>((_, reject) => worker.on("error", reject));
  const sentAt = new Map<number, number>();
  const acknowledgedMs: number[] = [];
  let wake: () => void = () => undefined;
  let ended: () => void = () => undefined;
  worker.on("message", (message: { readonly id: number } | "ended") => {
    if (message === "ended") {
      ended();
      return;
    }
    acknowledgedMs.push(performance.now() - (sentAt.get(message.id) ?? 0));
    sentAt.delete(message.id);
    wake();
  });
  let [spans, requestBytes, id] = [0, 0, 0];
  const start = performance.now();
  const waitFor = async (most: number): Promise<void> => {
    while (sentAt.size > most) {
      await Promise.race([failed, new Promise<void>(resolve => (wake = resolve))]);
    }
  };
  for (const request of makeRequests(options)) {
    await waitFor(IN_FLIGHT - 1);
    const bytes = new Uint8Array(request.bytes);
    sentAt.set(id, performance.now());
    worker.postMessage({ id, bytes }, [bytes.buffer]);
    spans += request.spans;
    requestBytes += request.bytes.length;
    id += 1;
  }
  await waitFor(0);
  const seconds = (performance.now() - start) / 1_000;
  const end = new Promise<void>(resolve => (ended = resolve));
  worker.postMessage("end");
  await Promise.race([failed, end]);
  return { spans, seconds, requestBytes, acknowledgedMs };
}
