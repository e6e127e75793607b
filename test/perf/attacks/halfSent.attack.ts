/** Half-sent gRPC messages of many connections: what the collector holds of them stays within its budget. */

import assert from "node:assert/strict";
import { connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "./attack.ts";
import { readMemory } from "./readMemory.ts";

const MB = 1024 * 1024;
const SESSIONS = 8;
const CALLS = 3;
const SENT_BYTES = 60 * MB;
/** The budget of 256 MiB, as much again on its way through the sockets, and what is not collected yet. */
const MAX_GROWTH = 700 * MB;

export const attack: Attack = {
  name: `${SESSIONS * CALLS} half-sent gRPC messages of 60 MiB hold no more than the budget`,
  maxSeconds: 120,
  async run({ ports, openWindow, report }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const before = await readMemory(window.pid);
    const sessions = Array.from({ length: SESSIONS }, () =>
      connect(`http://127.0.0.1:${ports.otlpGrpc}`).on("error", () => undefined),
    );
    const chunk = Buffer.alloc(MB);
    for (const session of sessions) {
      for (let call = 0; call < CALLS; call += 1) {
        const stream = session.request({
          ":method": "POST",
          ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
          "content-type": "application/grpc",
        });
        stream.on("error", () => undefined).resume();
        const head = Buffer.alloc(5);
        head.writeUInt32BE(SENT_BYTES + 1, 1);
        stream.write(head);
        for (let sent = 0; sent < SENT_BYTES; sent += MB) stream.write(chunk);
      }
    }
    let most = 0;
    for (let time = 0; time < 80; time += 1) {
      await sleep(100);
      most = Math.max(most, (await readMemory(window.pid)) - before);
    }
    report("memory", Math.round(most / MB), "MiB");
    for (const session of sessions) session.destroy();
    assert.ok(most < MAX_GROWTH, `${Math.round(most / MB)} MiB more`);
  },
};
