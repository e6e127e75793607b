/** Slow headers and slow bodies, more than the port takes connections: who comes after them is answered at once. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import type { Attack } from "./attack.ts";

/** The port holds 512. */
const CONNECTIONS = 1_200;
const AT_ONCE = 100;
const BODY_BYTES = 60_000_000;
const BYTE_EACH_MS = 500;
/** The collector ends slow headers after 10 s, and looks for them every 2 s. */
const HEADERS_END_MS = 20_000;

const startLine = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n";
const headersOfJson = `Content-Type: application/json\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`;

export const attack: Attack = {
  name: `${CONNECTIONS} slow headers and slow bodies shut no port`,
  maxSeconds: 120,
  async run({ ports, openWindow, report, signal }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const sockets: Socket[] = [];
    const hold = async (count: number, text: string): Promise<readonly Socket[]> => {
      const held: Socket[] = [];
      while (held.length < count && !signal.aborted) {
        const some = Array.from({ length: Math.min(AT_ONCE, count) }, () =>
          connect(ports.otlpHttp, "127.0.0.1").on("error", () => undefined),
        );
        await Promise.all(some.map(socket => once(socket, "connect")));
        for (const socket of some) socket.resume().write(text);
        held.push(...some);
      }
      sockets.push(...held);
      return held;
    };
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write("x");
    }, BYTE_EACH_MS);
    try {
      const some = await hold(AT_ONCE, `${startLine}X-Slow: `);
      const startMs = performance.now();
      await Promise.race([
        Promise.all(
          some.filter(socket => !socket.closed).map(async socket => once(socket, "close")),
        ),
        new Promise(resolve => setTimeout(resolve, HEADERS_END_MS)),
      ]);
      report("slow headers end after", Math.round(performance.now() - startMs), "ms");
      assert.equal(some.filter(socket => !socket.closed).length, 0, "slow headers stay");
      await hold(CONNECTIONS, startLine + headersOfJson);
      const answers: number[] = [];
      for (let number = 1; number <= 10; number += 1) {
        const sentMs = performance.now();
        const { status } = await post(ports.otlpHttp, "/v1/traces", createBatch(number, 3).body, {
          timeoutMs: 20_000,
        });
        assert.equal(status, 200);
        answers.push(performance.now() - sentMs);
      }
      report("slowest of 10 good requests", Math.round(Math.max(...answers)), "ms");
      report("still open", sockets.filter(socket => !socket.closed).length, "connections");
    } finally {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    }
  },
};
