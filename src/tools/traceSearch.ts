/** Traces of all stores side by side, newest first, each once; with who could not be asked. */

import { parseTraceFilter, type TraceFilter } from "../analysis/traceFilter.ts";
import { canonicalTraceId } from "../model/ids.ts";
import { reasonOf, TraceError } from "../model/failure.ts";
import type { TraceBrief, TraceQuery } from "../model/traceStore.ts";
import { askStore } from "../stores/askStore.ts";
import type { ToolContext } from "./toolContext.ts";
import { ToolRefusal } from "./toolInput.ts";

export interface ListedTrace {
  readonly brief: TraceBrief;
  /** The stores that have it. */
  readonly stores: readonly string[];
}

export interface SearchAnswer {
  readonly traces: readonly ListedTrace[];
  /** Whether a store had more than it was asked for. */
  readonly hasMore: boolean;
  /** `jaeger: connection refused`. */
  readonly failures: readonly string[];
  readonly asked: readonly string[];
}

/** The side bar's grammar; what it cannot read is refused, because half a filter finds something else. */
export function readFilter(text: string | undefined, status?: string): TraceFilter {
  const { filter, problems } = parseTraceFilter(text ?? "");
  const [problem] = problems;
  if (problem !== undefined) {
    const term = (text ?? "").slice(problem.start, problem.end);
    throw new ToolRefusal(`the query's ${JSON.stringify(term.slice(0, 80))}: ${problem.code}`);
  }
  if (status === undefined) return filter;
  return { ...filter, status: status as TraceFilter["status"] & string };
}

export async function searchAll(
  context: ToolContext,
  query: TraceQuery,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const { stores } = await context.stores();
  const answers = await Promise.all(
    stores.map(async store => ({
      store,
      asked: await askStore(store, signal, context.storeTimeoutMs, storeSignal =>
        store.searchTraces(query, storeSignal),
      ),
    })),
  );
  const failures: string[] = [];
  const found = new Map<string, { brief: TraceBrief; readonly stores: string[] }>();
  let hasMore = false;
  for (const { store, asked } of answers) {
    if (asked.kind === "failed") {
      failures.push(`${store.name}: ${reasonOf(new TraceError(asked.failure))}`);
      continue;
    }
    hasMore ||= asked.value.cursor !== undefined;
    for (const brief of asked.value.traces) {
      const key = canonicalTraceId(brief.traceId);
      const known = found.get(key);
      if (known === undefined) {
        found.set(key, { brief, stores: [store.name] });
        continue;
      }
      known.stores.push(store.name);
      if (brief.spanCount > known.brief.spanCount) known.brief = brief;
    }
  }
  // Those of one moment keep the order of their stores, so that the next page can go on among them.
  const traces = [...found.values()].sort((a, b) => b.brief.startUnixMs - a.brief.startUnixMs);
  return { traces, hasMore, failures, asked: stores.map(({ name }) => name) };
}
