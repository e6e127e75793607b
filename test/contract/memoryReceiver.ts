/** A receiver of OTLP over HTTP for programs that a test runs: what they send is kept in memory. */

import { createOpeners } from "../../src/collector/openers.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { createMemorySink } from "../unit/collector/grpc/memorySink.ts";

export interface MemoryReceiver {
  readonly port: number;
  readonly spans: SpanRecord[];
  close(): Promise<void>;
}

export async function openMemoryReceiver(): Promise<MemoryReceiver> {
  const sink = createMemorySink();
  const target = { sink, store: "local" };
  const onBug = (bug: unknown): void => {
    throw bug;
  };
  const receiver = await createOpeners({ target, readRoutes: [], onBug }).otlpHttp.open(0);
  return { port: receiver.port, spans: sink.spans, close: () => receiver.close() };
}
