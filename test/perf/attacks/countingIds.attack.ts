/** One trace that grows by many small requests: ids that count must cost no more than random ones. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { otlpBytes } from "../../unit/local/otlpBytes.ts";
import type { Attack } from "./attack.ts";

const SPANS = 50_000;
const SPANS_PER_REQUEST = 250;

async function measure(file: string, toId: (i: number) => string): Promise<number> {
  const log = openSpanLog({ file, capBytes: Infinity });
  const traceId = "c7".repeat(16);
  const before = process.cpuUsage();
  for (let first = 0; first < SPANS; first += SPANS_PER_REQUEST) {
    const spans = Array.from({ length: SPANS_PER_REQUEST }, (_, i) => ({
      ...{ traceId, spanId: toId(first + i), startNs: BigInt(first + i + 1) },
      endNs: BigInt(first + i + 2),
    }));
    await log.ingestOtlp(otlpBytes([{ resource: {}, spans }]));
  }
  const { user, system } = process.cpuUsage(before);
  await log.close();
  return (user + system) / 1e6;
}

export const attack: Attack = {
  name: `${SPANS} spans of one trace with ids that count cost what random ids cost`,
  maxSeconds: 180,
  async run({ folder, report }) {
    mkdirSync(folder, { recursive: true });
    const counting = (i: number): string => (i + 1).toString(16).padStart(16, "0");
    const random = (i: number): string =>
      createHash("sha1").update(`${i}`).digest("hex").slice(0, 16);
    const randomSeconds = await measure(join(folder, "random.db"), random);
    const countingSeconds = await measure(join(folder, "counting.db"), counting);
    report("random ids", randomSeconds, "s of CPU");
    report("counting ids", countingSeconds, "s of CPU");
    assert.ok(countingSeconds < 2 * randomSeconds + 1, `${countingSeconds} s of CPU`);
  },
};
