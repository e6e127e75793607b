/** The columns that hold one value a span, ready to be filled: no wait in a queue is known, and each span is one attempt. */
import { newIndexArray } from "../base/indexArray.ts";
import type { SpanIndex } from "./trace.ts";

export function allocateSpanColumns(count: number) {
  return {
    parent: newIndexArray<SpanIndex>(count),
    startNs: new Float64Array(count),
    endNs: new Float64Array(count),
    queuedNs: new Float64Array(count).fill(Number.NaN),
    name: new Int32Array(count),
    service: new Int32Array(count),
    queue: new Int32Array(count),
    host: new Int32Array(count),
    kind: new Uint8Array(count),
    status: new Uint8Array(count),
    flags: new Uint8Array(count),
    attempts: new Uint8Array(count).fill(1),
  };
}
