/** Where the records or logs of a batch stand in its bytes. Pure. */

import { BatchKind } from "../log/commitBuilder.ts";

export interface StoredRecord {
  readonly from: number;
  /** From the length of its first text on. */
  readonly bytes: Buffer;
}

/** Ends where what comes next is no whole record. A record is two texts, a log is one, each behind its length. */
export function* listRecords(kind: number, body: Buffer): Generator<StoredRecord> {
  const texts = kind === BatchKind.logs ? 1 : 2;
  for (let from = 0; from < body.length;) {
    let to = from;
    for (let text = 0; text < texts; text += 1) {
      if (to + 4 > body.length) return;
      to += 4 + body.readUInt32LE(to);
    }
    if (to > body.length) return;
    yield { from, bytes: body.subarray(from, to) };
    from = to;
  }
}
