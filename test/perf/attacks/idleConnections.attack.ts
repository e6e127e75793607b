/** Thousands of idle connections to the HTTP port, and slow headers in some: who comes after them is answered. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Attack } from "./attack.ts";

const CONNECTIONS = 10_000;
/** So many connect at once: the system's queue of a listening port is no longer. */
const AT_ONCE = 200;

export const attack: Attack = {
  name: `${CONNECTIONS} idle HTTP connections shut no port`,
  maxSeconds: 120,
  async run({ ports, openWindow, report, signal }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const sockets: Socket[] = [];
    while (sockets.length < CONNECTIONS && !signal.aborted) {
      const some = Array.from({ length: AT_ONCE }, () =>
        connect(ports.otlpHttp, "127.0.0.1").on("error", () => undefined),
      );
      await Promise.all(some.map(socket => once(socket, "connect")));
      for (const socket of some) socket.resume().write("POST /spans HTTP/1.1\r\nHost: loc");
      sockets.push(...some);
    }
    const startMs = performance.now();
    const answer = await fetch(`http://127.0.0.1:${ports.otlpHttp}/api/services`);
    report("answered after", Math.round(performance.now() - startMs), "ms");
    report("still open", sockets.filter(socket => !socket.closed).length, "connections");
    for (const socket of sockets) socket.destroy();
    assert.equal(answer.status, 200);
  },
};
