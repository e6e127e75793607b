/** A worker that never answers: it ends with those who asked it, and where it takes too much memory. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WorkerLink, type LinkedApi } from "../../../src/threads/workerLink.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "traceside-link-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Its thread does this from the first question on. */
async function link(work: string, maxHeapMb?: number) {
  const workerPath = join(folder, "worker.cjs");
  await writeFile(
    workerPath,
    `require("node:worker_threads").parentPort.once("message", () => { ${work} });`,
  );
  const { promise: ended, resolve } = Promise.withResolvers<unknown>();
  const options = { store: "file", address: "a.json", workerData: {}, local: {} };
  const linked = new WorkerLink<LinkedApi>({
    ...{ ...options, workerPath, deadlineMs: 600_000 },
    onExit: () => resolve(true),
    ...(maxHeapMb !== undefined && { maxHeapMb }),
  });
  return { linked, ended };
}

describe("a thread that is busy for ever", () => {
  it("ends at once where nobody waits for it any more", async () => {
    const { linked, ended } = await link("for (;;);");
    const giveUp = new AbortController();
    const asked = linked.ask(giveUp.signal, remote => remote.cancel(1));
    giveUp.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    linked.terminate();
    await ended;
    expect(linked.isRunning).toBe(false);
  });

  it("ends before it has taken all the memory that it may", { timeout: 120_000 }, async () => {
    const fill = "globalThis.all = Array.from({ length: 460 }, () => new Array(1e5).fill(1.5));";
    const { linked, ended } = await link(`${fill} for (;;);`, 400);
    const asked = linked.ask(new AbortController().signal, remote => remote.cancel(1));
    await expect(asked).rejects.toMatchObject({
      failure: { code: "storeUnreachable", reason: "it takes more than 400 MB of memory" },
    });
    await ended;
    linked.dispose();
  });

  it("says how much memory it may take where it took more", async () => {
    const full = `throw Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" });`;
    const { linked } = await link(full, 64);
    const asked = linked.ask(new AbortController().signal, remote => remote.cancel(1));
    await expect(asked).rejects.toMatchObject({
      failure: { code: "storeUnreachable", reason: "it takes more than 64 MB of memory" },
    });
    linked.dispose();
  });
});
