/** Values that no tracer should send, to every receiver: each is answered, and what is said to be kept can be read. */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

const ID = '"spanId":"00f067aa0ba902b7","name":"odd"';
const NOW = String(BigInt(Date.now()) * 1_000_000n);
const year9999 = "253402300799";

/** Fields of a span of OTLP, as text, for JSON's own writer would not write them. */
const fields = [
  ...["0", "-1", "18446744073709551615", "18446744073709551616", `${year9999}000000000`, "x"].map(
    time => `"startTimeUnixNano":"${time}","endTimeUnixNano":"${time}"`,
  ),
  ...["1e300", "1.5", "null", "{}"].map(time => `"startTimeUnixNano":${time}`),
  `"startTimeUnixNano":"${NOW}","endTimeUnixNano":"1"`,
  ...[
    ...['{"doubleValue":NaN}', '{"doubleValue":1e999}', '{"intValue":"9223372036854775808"}'],
    ...['{"intValue":-9223372036854775809}', `{"intValue":"1${"0".repeat(400)}"}`, "5", "null"],
    ...[String.raw`{"stringValue":"a\ud800\u0000"}`, '{"bytesValue":"***"}', '{"kvlistValue":5}'],
  ].map(
    value => `"startTimeUnixNano":"${NOW}","attributes":[{"key":"__proto__","value":${value}}]`,
  ),
  `"startTimeUnixNano":"${NOW}","__proto__":{"polluted":1},"kind":"x","status":5,"events":{},"links":7`,
  `"startTimeUnixNano":"${NOW}","name":"twice","name":{},"parentSpanId":"00f067aa0ba902b7"`,
];

const zipkin = [
  ...[0, -5, 1.5, 1e300, Number(`${year9999}000000`), "x", null].map(timestamp => ({
    ...{ timestamp, duration: timestamp },
  })),
  { tags: { a: null, b: {} }, annotations: [null, 5, { timestamp: 1e300 }], localEndpoint: 5 },
  { id: 5 },
  { id: "0", parentId: "0" },
  { kind: 7, name: {} },
];

const segments = [
  ...[1e300, -1, "x", null, Number(year9999)].map(start_time => ({ start_time, end_time: -1 })),
  { subsegments: [null, 5, {}, { id: {}, name: [] }], cause: 5, links: [null], annotations: 5 },
  { cause: { exceptions: [null, 5, { stack: [null, {}] }] }, id: "", name: null },
];

export const attack: Attack = {
  name: "odd values are answered by every receiver, and what is kept can be read",
  maxSeconds: 120,
  async run({ openWindow, ports, file, bundles, report }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    let count = 0;
    const kept: string[] = [];
    const send = async (port: number, path: string, toBody: (id: string) => string) => {
      count += 1;
      const id = count.toString(16).padStart(32, "a");
      const { status, body } = await post(port, path, toBody(id), { timeoutMs: 30_000 });
      assert.ok(status < 500, `${path} answered ${status}, ${body}, to ${toBody(id)}`);
      if (status < 300) kept.push(id);
    };
    for (const field of fields) {
      await send(ports.otlpHttp, "/v1/traces", id => {
        const span = `{"traceId":"${id}",${ID},${field}}`;
        return `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
      });
    }
    for (const odd of zipkin) {
      await send(ports.zipkin, "/api/v2/spans", traceId =>
        JSON.stringify([{ traceId, id: "00f067aa0ba902b7", name: "odd", ...odd }]),
      );
    }
    await sendDatagrams(ports.xray);
    // Behind all datagrams, on the same thread.
    await send(ports.otlpHttp, "/v1/traces", () => createBatch(1, 3).body);
    kept.pop();
    report("answered", count, "requests");
    assert.equal(await countStored(file, bundles, kept), kept.length);
    assert.equal(await countStored(file, bundles, [createBatch(1, 3).traceId]), 3);
  },
};

async function sendDatagrams(port: number): Promise<void> {
  const socket = createSocket("udp4");
  for (const odd of segments) {
    const segment = {
      ...{ trace_id: "1-6a6b0f00-bd862e3fe1be46a994272793", id: "53995c3f42cd8ad8", name: "odd" },
      ...odd,
    };
    const datagram = `{"format":"json","version":1}\n${JSON.stringify(segment)}`;
    await new Promise<void>(resolve => {
      socket.send(datagram, port, "127.0.0.1", () => resolve());
    });
  }
  socket.close();
}
