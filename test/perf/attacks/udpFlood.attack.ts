/**
 * More datagrams than can be read, of spans and of nothing, on both of Jaeger's ports: what is kept beside them, how
 * much they hold, and whether a span that comes after the flood is kept.
 */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import type { Attack } from "./attack.ts";
import { readMemory } from "./readMemory.ts";

const MB = 1024 * 1024;
const FLOOD_MS = 10_000;
const PROBE_MS = 250;
/** The most that exporters wait. */
const MAX_ANSWER_MS = 10_000;
/** Datagrams may wait in 64 MiB, and become spans of eight times their size in batches of 8 MiB. */
const MAX_GROWTH = 400 * MB;
/** The largest that loopback carries. */
const DATAGRAM_BYTES = 60_000;
const AT_ONCE = 200;

export const attack: Attack = {
  name: "floods of datagrams to both of Jaeger's ports hold up nobody",
  maxSeconds: 120,
  async run({ ports, openWindow, report, signal }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const calls = await readCalls();
    const before = await readMemory(window.pid);
    const socket = createSocket("udp4").on("error", () => undefined);
    const endMs = performance.now() + FLOOD_MS;
    const isOver = (): boolean => signal.aborted || performance.now() > endMs;
    const nothing = Buffer.alloc(DATAGRAM_BYTES, 0x82);
    const kinds = [...calls, nothing, ...calls.map(call => call.subarray(0, call.length / 2))];
    let sent = 0;
    const flooding = (async () => {
      while (!isOver()) {
        await Promise.all(
          Array.from(
            { length: AT_ONCE },
            (_, at) =>
              new Promise(resolve => {
                const port = at % 2 === 0 ? ports.jaegerCompact : ports.jaegerBinary;
                socket.send(kinds[at % kinds.length] ?? nothing, port, "127.0.0.1", resolve);
              }),
          ),
        );
        sent += AT_ONCE;
      }
    })();
    let most = 0;
    const answersMs: number[] = [];
    for (let number = 1; !isOver(); number += 1) {
      await sleep(PROBE_MS);
      const startMs = performance.now();
      const { status } = await post(ports.otlpHttp, "/v1/traces", createBatch(number, 3).body, {
        timeoutMs: 4 * MAX_ANSWER_MS,
      });
      assert.equal(status, 200);
      answersMs.push(performance.now() - startMs);
      most = Math.max(most, (await readMemory(window.pid)) - before);
    }
    await flooding;
    report("datagrams", sent, "datagrams");
    report("slowest answer", Math.round(Math.max(...answersMs)), "ms");
    report("memory", Math.round(most / MB), "MiB");
    socket.close();
    assert.ok(Math.max(...answersMs) < MAX_ANSWER_MS, "a sender waits");
    assert.ok(most < MAX_GROWTH, `${Math.round(most / MB)} MiB more`);
  },
};

/** Those of Jaeger's clients, in either protocol, and one of another method. */
async function readCalls(): Promise<readonly Buffer[]> {
  const path = join(import.meta.dirname, "../../fixtures/thrift/oracle.json");
  const calls = JSON.parse(await readFile(path, "utf8")) as Readonly<Record<string, string>>;
  return ["compactCall", "binaryCall", "otherCall"].map(name =>
    Buffer.from(calls[name] ?? "", "hex"),
  );
}
