/** Another window reads a file that is damaged while its owner writes to it: it must leave it where it is. */

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import { openLocalStore } from "../../../src/stores/local/localStore.ts";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

const REQUESTS = 30;
const SPANS = 3;

export const attack: Attack = {
  name: "damage met by another window moves no file from under its owner",
  maxSeconds: 120,
  async run({ openWindow, ports, file, bundles, report }) {
    const first = await openWindow();
    for (let i = 0; i < 60; i += 1) {
      await post(ports.otlpHttp, "/v1/traces", createBatch(1_000 + i, 50).body);
    }
    // Folds the log into the file, so that there is something to damage.
    await first.stop();
    await first.kill();
    await openWindow();
    const bytes = await open(file, "r+");
    const middle = Math.floor(statSync(file).size / 8_192) * 4_096;
    await bytes.write(Buffer.alloc(8_192, 0x5a), 0, 8_192, middle);
    await bytes.close();
    const { localWorkerPath: workerPath } = bundles;
    const reader = openLocalStore({ name: "local", file, workerPath, deadlineMs: 60_000 });
    const { signal } = new AbortController();
    const acknowledged: string[] = [];
    let refused = 0;
    try {
      for (let i = 0; i < REQUESTS; i += 1) {
        const { body, traceId } = createBatch(i + 1, SPANS);
        // What it says does not matter: it looks, and meets the damage.
        await reader.searchTraces({ limit: 50, text: "step" }, signal).catch(() => undefined);
        const { status } = await post(ports.otlpHttp, "/v1/traces", body, { timeoutMs: 60_000 });
        if (status === 200) acknowledged.push(traceId);
        else refused += 1;
      }
      report("told to come again", refused, "requests");
      assert.ok(acknowledged.length > REQUESTS / 2, `${refused} of ${REQUESTS} were refused`);
    } finally {
      reader.dispose();
    }
    const found = await countStored(file, bundles, acknowledged);
    assert.equal(found, acknowledged.length * SPANS);
  },
};
