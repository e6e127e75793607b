/** Tracers that count their ids from 0, and spans without any: what is not kept is said to who sent it. */

import assert from "node:assert/strict";
import { post } from "../../contract/collectorWindows/load.ts";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

export const attack: Attack = {
  name: "ids that count from 0 are kept, and what is not kept is said",
  maxSeconds: 60,
  async run({ openWindow, ports, file, bundles }) {
    const window = await openWindow();
    const spans = [0, 1].map(id => ({ trace_id: 0, span_id: id, name: `${id}`, start: 1, end: 2 }));
    const plain = await post(ports.otlpHttp, "/spans", JSON.stringify(spans));
    assert.deepEqual(JSON.parse(plain.body), { kept: 2, rejected: 0 });
    const traceId = "0".repeat(32);
    const times = { startTimeUnixNano: "1", endTimeUnixNano: "2" };
    const otlp = [
      { traceId, spanId: "0".repeat(16), name: "zero", ...times },
      { traceId: "", spanId: "", name: "none", ...times },
    ];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: otlp }] }] });
    const answer = await post(ports.otlpHttp, "/v1/traces", body);
    const { partialSuccess } = JSON.parse(answer.body) as {
      partialSuccess?: { rejectedSpans: string; errorMessage: string };
    };
    assert.equal(partialSuccess?.rejectedSpans, "1");
    assert.match(partialSuccess.errorMessage, /trace id/);
    await window.until(({ traffic }) => traffic.rejected === 1);
    assert.equal(await countStored(file, bundles, [traceId, "0"]), 3);
  },
};
