/** Small and flat bodies that used to become a batch larger than the store can number, and locked it for ever. */

import assert from "node:assert/strict";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

const LEVELS = 4_000;
const FLAT_BYTES = 48 * 2 ** 20;

function nested(): string {
  const open = `{"arrayValue":{"values":[`.repeat(LEVELS);
  const close = "]}}".repeat(LEVELS);
  const value = `${open}{"intValue":1}${close}`;
  const span = `{"traceId":"${"a1".repeat(16)}","spanId":"${"b2".repeat(8)}","name":"deep",
    "startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{"key":"deep","value":${value}}]}`;
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
}

/** A list of small numbers: each of its two bytes is written several times over by who stores it for reading. */
function flat(): string {
  const list = "1,".repeat(FLAT_BYTES / 2);
  return `{"trace_id":"flat","span_id":"1","name":"flat","start":1,"end":2,"list":[${list}1]}`;
}

export const attack: Attack = {
  name: "a deep and a huge body do not lock the store",
  maxSeconds: 120,
  async run({ openWindow, ports, file, bundles, report }) {
    const window = await openWindow();
    const { otlpHttp } = ports;
    const bodies = { "/v1/traces": nested(), "/spans": flat() };
    for (const [path, body] of Object.entries(bodies)) {
      const startMs = performance.now();
      const { status } = await post(otlpHttp, path, body, { timeoutMs: 60_000 });
      report(`answer to ${path}`, performance.now() - startMs, "ms");
      assert.ok([200, 400, 413].includes(status), `${path} was answered ${status}`);
      const good = await post(otlpHttp, "/v1/traces", createBatch(body.length, 3).body);
      assert.equal(good.status, 200, `the next request: ${good.body}`);
    }
    await window.kill();
    await openWindow();
    const after = createBatch(7, 3);
    const again = await post(otlpHttp, "/v1/traces", after.body);
    assert.equal(again.status, 200, `after a restart: ${again.body}`);
    assert.equal(await countStored(file, bundles, [after.traceId]), 3);
  },
};
