/**
 * All receivers on free ports, before a sink in memory and the embedded store at once: what the receivers hand on, and
 * what is read back from the file. For tests that send with real tracers.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { receiverNames, type CollectorPorts } from "../../src/collector/collectorState.ts";
import { createOpeners } from "../../src/collector/openers.ts";
import type { SpanSink } from "../../src/model/spanSink.ts";
import { joinLogs } from "../../src/formats/otlp/otlpLogs.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { openSpanLog } from "../../src/stores/local/log/spanLog.ts";
import { createMemorySink } from "../unit/collector/grpc/memorySink.ts";

export const never = new AbortController().signal;

export interface Receiving {
  readonly ports: CollectorPorts;
  /** What should not have happened. */
  readonly bugs: readonly unknown[];
  /** As the receivers handed it on. */
  readMemory(traceId: string, expected: Expected): Promise<Trace>;
  readStore(traceId: string, expected: Expected): Promise<Trace>;
  close(): Promise<void>;
}

/** A datagram is not acknowledged, and an agent sends when it likes: so many are waited for. */
export interface Expected {
  readonly spans: number;
  readonly logs?: number;
}

const timeoutMs = 20_000;

export async function openReceiving(): Promise<Receiving> {
  const folder = mkdtempSync(join(tmpdir(), "traceside-receiving-"));
  const file = join(folder, "traces.sqlite");
  const memory = createMemorySink();
  const log = openSpanLog({ file, capBytes: 1e9 });
  const workerPath = resolve(import.meta.dirname, "../../src/stores/local/worker.ts");
  const store = openLocalStore({ name: "local", file, workerPath });
  const sink: SpanSink = {
    ingestOtlp: async request => (await memory.ingestOtlp(request), log.ingestOtlp(request)),
    ingestSpans: async records => (await memory.ingestSpans(records), log.ingestSpans(records)),
    ingestLogs: async records => (await memory.ingestLogs(records), log.ingestLogs(records)),
  };
  const bugs: unknown[] = [];
  const onBug = (bug: unknown): void => void bugs.push(bug);
  const openers = createOpeners({ target: { sink, store: "local" }, readRoutes: [], onBug });
  const receivers = await Promise.all(receiverNames.map(name => openers[name].open(0)));
  const ports = Object.fromEntries(
    receiverNames.map((name, i) => [name, receivers[i]!.port]),
  ) as CollectorPorts;

  const waitFor = async (traceId: string, { spans, logs = 0 }: Expected): Promise<void> => {
    const isOwn = (record: { readonly traceId: string }): boolean => record.traceId === traceId;
    await until(
      () => memory.spans.filter(isOwn).length >= spans && memory.logs.filter(isOwn).length >= logs,
    );
  };
  return {
    ports,
    bugs,
    async readMemory(traceId, expected) {
      await waitFor(traceId, expected);
      const own = memory.spans.filter(record => record.traceId === traceId);
      const details = new Map(
        own.map(({ span: { spanId }, detail }) => [
          spanId,
          joinLogs(
            detail,
            memory.logs.filter(each => each.traceId === traceId && each.spanId === spanId),
          ),
        ]),
      );
      const spans = own.map(({ span }) => span);
      const readDetail = (key: string) => Promise.resolve(details.get(key)!);
      return buildTrace(traceId, [{ store: "memory", spans, details: { readDetail } }]);
    },
    async readStore(traceId, expected) {
      await waitFor(traceId, expected);
      await until(async () => {
        const stored = await store.readTrace(traceId, never);
        return [...(stored?.spans ?? [])].length >= expected.spans;
      });
      const stored = await store.readTrace(traceId, never);
      if (stored === undefined) throw new Error(`The store has no trace ${traceId}.`);
      return buildTrace(traceId, [stored]);
    },
    async close() {
      await Promise.all(receivers.map(receiver => receiver.close()));
      await log.close();
      store.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Or until the time is over: what is missing then, the test shows. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  while (Date.now() < untilMs && !(await isSo())) {
    await new Promise(done => setTimeout(done, 20));
  }
}
