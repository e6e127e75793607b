/** The traces in the text of a trace file, built without a store. */

import { readTraceFile } from "../src/formats/traceFile.ts";
import type { SpanInput } from "../src/model/span.ts";
import type { Trace } from "../src/model/trace.ts";
import { buildTrace } from "../src/model/traceBuilder.ts";

export function readTraces(text: string | Uint8Array, path = "file.json"): readonly Trace[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const { records } = readTraceFile(bytes, { store: "file", nowUnixMs: 0, path });
  const byTrace = new Map<string, SpanInput[]>();
  for (const { traceId, span } of records) {
    const known = byTrace.get(traceId);
    if (known === undefined) byTrace.set(traceId, [span]);
    else known.push(span);
  }
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return [...byTrace].map(([traceId, spans]) =>
    buildTrace(traceId, [{ store: "file", spans, details }]),
  );
}
