/** A sink that keeps what it is given in memory, as the store would after reading; and one that is told what to say. */

import { readOtlpProto } from "../../../../src/formats/otlp/otlpProto.ts";
import { WireError } from "../../../../src/formats/encodings/protoReader.ts";
import type { IngestResult, SpanSink } from "../../../../src/model/spanSink.ts";
import type { LogRecord } from "../../../../src/model/logRecord.ts";
import type { SpanRecord } from "../../../../src/model/spanRecord.ts";

export interface MemorySink extends SpanSink {
  readonly spans: SpanRecord[];
  readonly logs: LogRecord[];
}

/** `before` runs ahead of each call and may throw in its place. */
export function createMemorySink(before: () => void = () => undefined): MemorySink {
  const spans: SpanRecord[] = [];
  const logs: LogRecord[] = [];
  const keep = async <T>(
    all: T[],
    records: readonly T[],
    reason?: string,
  ): Promise<IngestResult> => {
    await Promise.resolve();
    before();
    all.push(...records);
    return {
      stored: records.length,
      rejected: reason === undefined ? 0 : Number(/^\d+/.exec(reason)?.[0]),
      ...(reason !== undefined && { reason }),
    };
  };
  return {
    spans,
    logs,
    async ingestOtlp(request) {
      const { records, problems } = readOtlpProto(request, { store: "local" });
      const note = problems[0]?.code === "storeNote" ? problems[0].text : undefined;
      if (note?.startsWith("protobuf") === true) throw new WireError(note);
      return keep(spans, records, note);
    },
    ingestSpans: records => keep(spans, records),
    ingestLogs: records => keep(logs, records),
  };
}
