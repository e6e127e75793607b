/** A store in memory for tests of the tools: what it holds is what it was given. */

import { toSpanBrief, toTraceBrief } from "../../../src/stores/briefs.ts";
import { matchTrace } from "../../../src/stores/matchTrace.ts";
import { StoreSet } from "../../../src/stores/storeSet.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import type { Found, TraceStore } from "../../../src/model/traceStore.ts";
import type { CodePlace, Situation, ToolContext } from "../../../src/tools/toolContext.ts";

export class MemoryStore implements TraceStore {
  readonly kind = "local";
  readonly name: string;
  readonly traces = new Map<string, SpanRecord[]>();
  readonly #watchers = new Set<(traceIds: readonly string[]) => void>();

  constructor(records: readonly SpanRecord[] = [], name = "local") {
    this.name = name;
    this.add(records);
  }

  add(records: readonly SpanRecord[]): void {
    for (const record of records) {
      const known = this.traces.get(record.traceId);
      if (known === undefined) this.traces.set(record.traceId, [record]);
      else known.push(record);
    }
    const changed = [...new Set(records.map(({ traceId }) => traceId))];
    for (const watcher of this.#watchers) watcher(changed);
  }

  readTrace: TraceStore["readTrace"] = async traceId => {
    await Promise.resolve();
    const records = this.traces.get(traceId);
    if (records === undefined) return undefined;
    const byId = new Map(records.map(record => [record.span.spanId, record.detail]));
    return {
      store: this.name,
      spans: records.map(({ span }) => span),
      details: { readDetail: key => Promise.resolve(byId.get(key)!) },
    };
  };

  findId: TraceStore["findId"] = async id => {
    await Promise.resolve();
    const found: Found[] = [];
    for (const [traceId, records] of this.traces) {
      const own = records.find(({ span }) => span.spanId === id);
      const first = records[0]!;
      if (traceId === id) found.push({ traceId, brief: toSpanBrief(first) });
      else if (own !== undefined) found.push({ traceId, spanId: id, brief: toSpanBrief(own) });
    }
    return found;
  };

  searchTraces: TraceStore["searchTraces"] = async query => {
    await Promise.resolve();
    const traces = [...this.traces]
      .map(([traceId, records]) => ({
        brief: toTraceBrief(traceId, records.map(toSpanBrief)),
        records,
      }))
      .filter(({ brief, records }) => matchTrace(brief, records, query))
      .map(({ brief }) => brief)
      .sort((a, b) => b.startUnixMs - a.startUnixMs);
    const isCut = traces.length > query.limit;
    return { traces: traces.slice(0, query.limit), ...(isCut && { cursor: "more" }) };
  };

  readChildren = () => Promise.resolve([]);
  listServices = () => Promise.resolve([]);
  listOperations = () => Promise.resolve([]);
  checkHealth = () => Promise.resolve({ facts: [], advice: [] });

  watch(onChange: (traceIds: readonly string[]) => void): { dispose(): void } {
    this.#watchers.add(onChange);
    return { dispose: () => this.#watchers.delete(onChange) };
  }

  dispose(): void {
    this.#watchers.clear();
  }
}

const quiet: Situation = {
  collector: "receiving",
  ports: ["OTLP/HTTP 4318"],
  spans: 0,
  sendsTelemetryHere: false,
};

export function createContext(
  stores: readonly TraceStore[],
  change: Partial<ToolContext> & {
    readonly placeOf?: (name: string) => CodePlace | undefined;
  } = {},
): ToolContext {
  const { placeOf = () => undefined, ...rest } = change;
  const set = new StoreSet(stores, 5_000);
  return {
    stores: () => Promise.resolve(set),
    storeTimeoutMs: 5_000,
    now: () => Date.now(),
    describeSituation: () => quiet,
    findPlace: (_detail, { name }) => Promise.resolve(placeOf(name)),
    findLines: () => Promise.resolve([]),
    findLosses: () => Promise.resolve([]),
    findStack: stack => Promise.resolve(stack.split("\n").map(text => ({ text }))),
    findRuns: () => Promise.resolve({ functions: [], isLimited: false, known: 0 }),
    readLogs: () => Promise.resolve({ logs: [], isCut: false }),
    show: () => Promise.resolve("the panel"),
    ...rest,
  };
}
