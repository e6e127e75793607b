/** Trace ids as the file finds them. Pure. */

import { createHash } from "node:crypto";

const HEX_128 = /^[0-9a-f]{32}$/;

/** As in `trace.low`. */
export function lowHalf(traceId: string): bigint {
  const bytes = HEX_128.test(traceId)
    ? Buffer.from(traceId.slice(16), "hex")
    : createHash("sha1").update(traceId).digest();
  return bytes.readBigInt64BE(0);
}
