/** One span of OTLP's bytes, read for drawing. Pure. */

import { fullReaderKeys, spanKeys } from "../../../formats/otlp/spanKeys.ts";
import { SpanFlag, SpanKind, SpanStatus } from "../../../model/span.ts";
import { OtlpHead } from "../log/otlpHead.ts";
import { EntryBits } from "../log/spanEntries.ts";
import type { SpanRow } from "../log/spanRow.ts";

/** 0x100 says that it is known, 0x200 that it is so. */
const REMOTE_PARENT = 0x300;

/** The fields that spans have from their resource. */
export interface RowGroup {
  readonly service: string;
  readonly host: string;
}

/** Reads many spans one after the other, with no more made for each than its row. */
export class OtlpRowReader extends OtlpHead {
  constructor() {
    super([...fullReaderKeys, ...spanKeys.taskId]);
  }

  /**
   * Reads what is drawn of the span whose length stands at `at`; `undefined` where it is one that only the full
   * reader understands: with links, of messaging, or with attributes that change what it means.
   */
  readRow(bytes: Buffer, at: number, { service, host }: RowGroup): SpanRow | undefined {
    if (this.readHead(bytes, at) !== "plain" || this.hasLinks || this.isStray) return undefined;
    const { kind, bits, nameFrom, nameTo, parentFrom, parentTo } = this;
    if (kind === SpanKind.producer || kind === SpanKind.consumer) return undefined;
    const parentId = bytes.toString("hex", parentFrom, parentTo);
    const isUntimed = (bits & EntryBits.untimed) !== 0;
    const hasEnd = this.endLow !== 0 || this.endHigh !== 0;
    return {
      traceId: bytes.toString("hex", this.traceAt, this.traceAt + 16),
      spanId: bytes.toString("hex", this.spanAt, this.spanAt + 8),
      parentId: /^0*$/.test(parentId) ? undefined : parentId,
      name: bytes.toString("utf8", nameFrom, nameTo),
      service,
      host,
      queue: "",
      kind,
      status: this.#readStatus(),
      flags:
        ((this.flags & REMOTE_PARENT) === REMOTE_PARENT ? SpanFlag.remoteParent : 0) |
        (isUntimed ? SpanFlag.untimed : 0),
      attempts: 0,
      startNs: (bits & EntryBits.noStart) === 0 ? toNs(this.startLow, this.startHigh) : undefined,
      endNs: hasEnd ? toNs(this.endLow, this.endHigh) : undefined,
      queuedNs: undefined,
      extras: undefined,
      isRunning: this.isRunning,
    };
  }

  #readStatus(): number {
    let code: number = SpanStatus.unset;
    this.at = this.statusFrom;
    while (this.at < this.statusTo) {
      const tag = this.readVarint();
      if (tag === 0x18) code = this.readVarint();
      else this.skip(tag);
    }
    return code === SpanStatus.ok || code === SpanStatus.error ? code : SpanStatus.unset;
  }
}

function toNs(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
