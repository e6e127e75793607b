/** The same bytes are sent again after what they brought was deleted, and after all was cleared. */

import assert from "node:assert/strict";
import { openLocalStore } from "../../../src/stores/local/localStore.ts";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

const SPANS = 5;

export const attack: Attack = {
  name: "bytes that are sent again after Delete and Clear are stored again",
  maxSeconds: 60,
  async run({ openWindow, ports, file, bundles }) {
    await openWindow();
    const { body, traceId } = createBatch(1, SPANS);
    const { localWorkerPath: workerPath } = bundles;
    const store = openLocalStore({ name: "local", file, workerPath });
    const { signal } = new AbortController();
    const sendAndCount = async (): Promise<void> => {
      assert.equal((await post(ports.otlpHttp, "/v1/traces", body)).status, 200);
      assert.equal(await countStored(file, bundles, [traceId]), SPANS);
    };
    try {
      await sendAndCount();
      await store.deleteTraces([traceId], signal);
      await sendAndCount();
      await store.clear(signal);
      await sendAndCount();
    } finally {
      store.dispose();
    }
  },
};
