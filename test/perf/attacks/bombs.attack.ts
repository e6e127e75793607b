/** Small bodies that become huge, by every compression that a sender may use: refused, and the memory stays bounded. */

import assert from "node:assert/strict";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { createBatch, post } from "../../contract/collectorWindows/load.ts";
import type { Attack } from "./attack.ts";
import { readMemory } from "./readMemory.ts";

const MB = 1024 * 1024;
/** A body may become 64 MiB. */
const BOMB_BYTES = 100 * MB;
const AT_ONCE = 8;
/** The budget of 256 MiB, and what is not collected yet. */
const MAX_GROWTH = 700 * MB;

const compressions = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

export const attack: Attack = {
  name: `${AT_ONCE} bombs at once of each compression are refused`,
  maxSeconds: 120,
  async run({ ports, openWindow, report }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const before = await readMemory(window.pid);
    let most = 0;
    const watch = setInterval(() => {
      void readMemory(window.pid).then(bytes => (most = Math.max(most, bytes - before)));
    }, 50);
    try {
      for (const [encoding, compress] of Object.entries(compressions)) {
        const body = compress(Buffer.alloc(BOMB_BYTES));
        const startMs = performance.now();
        const statuses = await Promise.all(
          Array.from({ length: AT_ONCE }, () => send(ports.otlpHttp, encoding, body)),
        );
        report(`${encoding} of ${body.length} bytes`, performance.now() - startMs, "ms");
        assert.deepEqual([...new Set(statuses)], [413], encoding);
      }
    } finally {
      clearInterval(watch);
    }
    report("memory", Math.round(most / MB), "MiB");
    assert.ok(most < MAX_GROWTH, `${Math.round(most / MB)} MiB more`);
    const { status } = await post(ports.otlpHttp, "/v1/traces", createBatch(1, 3).body);
    assert.equal(status, 200);
  },
};

async function send(port: number, encoding: string, body: Uint8Array): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Content-Encoding": encoding },
    body: new Uint8Array(body),
  });
  return status;
}
