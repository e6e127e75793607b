/** The store's file is deleted while its owner receives. */

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

const REQUESTS = 9;
const SPANS = 3;

export const attack: Attack = {
  name: "the database file is deleted under its owner, and nothing acknowledged is lost",
  maxSeconds: 60,
  async run({ openWindow, ports, file, bundles }) {
    const window = await openWindow();
    const batches = Array.from({ length: REQUESTS }, (_, i) => createBatch(i + 1, SPANS));
    for (const [i, { body }] of batches.entries()) {
      const { status } = await post(ports.otlpHttp, "/v1/traces", body);
      assert.equal(status, 200, `request ${i}`);
      if (i === 3) for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
    }
    await sleep(2_000);
    assert.equal(window.state.phase.kind, "receiving");
    await window.kill();
    const ids = batches.map(({ traceId }) => traceId);
    assert.equal(await countStored(file, bundles, ids), REQUESTS * SPANS);
  },
};
