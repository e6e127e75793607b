/**
 * The read API is taken for a Jaeger: what SDKs sent to the collector is read back through it by the store that reads
 * real Jaegers, and keeps the same contract.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { openJaegerStore } from "../../src/stores/jaeger/jaegerStore.ts";
import { buildBundles } from "./collectorWindows/bundles.ts";
import { post } from "./collectorWindows/load.ts";
import { findPorts, Window } from "./collectorWindows/windows.ts";
import { otlpTag, readFreshRequests, readSent } from "./otlpSamples.ts";
import { describeSpanStoreContract } from "./spanStoreContract.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-read-"));
let window: Window | undefined;
afterAll(async () => {
  await window?.kill();
  rmSync(folder, { recursive: true, force: true });
});

describeSpanStoreContract("the collector's read API", async () => {
  const ports = await findPorts();
  const bundles = await buildBundles(folder);
  window = new Window({ ...bundles, file: join(folder, "traces.db"), ports, capBytes: 1e9 });
  await window.start();
  const requests = readFreshRequests(Date.now());
  for (const request of requests) {
    const { status } = await post(ports.otlpHttp, "/v1/traces", JSON.stringify(request));
    if (status !== 200) throw new Error(`the collector answered ${status}`);
  }
  const store = openJaegerStore({
    name: "jaeger",
    url: `http://127.0.0.1:${ports.otlpHttp}`,
    timeoutMs: 20_000,
  });
  // The embedded store offers queues beside services, and so does its read API.
  const listServices = store.listServices.bind(store);
  store.listServices = async signal =>
    (await listServices(signal)).filter(service => service !== "placed");
  return { store, sent: readSent(requests), tag: otlpTag };
});
