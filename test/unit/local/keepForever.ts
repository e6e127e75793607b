/** A process that keeps small requests until it is killed, and says on its output which are on disk. */

import { writeSync } from "node:fs";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { otlpBytes } from "./otlpBytes.ts";

const [file = "", round = "0", capBytes = "Infinity"] = process.argv.slice(2);
const log = openSpanLog({ file, capBytes: Number(capBytes) });
const MAX_WAITING = 8;
let waiting = 0;

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, "0");
}

function send(n: number): void {
  waiting += 1;
  const traceId = `${hex(Number(round) + 1, 16)}${hex(n + 1, 16)}`;
  const spans = [1, 2, 3].map(i => ({
    traceId,
    spanId: hex((n + 1) * 16 + i, 16),
    name: `step ${i} of ${n}`,
    startNs: BigInt(Date.now()) * 1_000_000n,
    endNs: BigInt(Date.now() + i) * 1_000_000n,
    attributes: { "order.id": n },
  }));
  void log.ingestOtlp(otlpBytes([{ resource: { "service.name": "shop" }, spans }])).then(() => {
    waiting -= 1;
    // At once and as it is: what the reader sees was acknowledged before.
    writeSync(1, `${traceId}\n`);
  });
}

for (let n = 0; ; n += 1) {
  while (waiting >= MAX_WAITING) await new Promise(resolve => setImmediate(resolve));
  send(n);
}
