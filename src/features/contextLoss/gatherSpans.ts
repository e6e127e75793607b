/** The spans of the open trace and of those that began around it, each with its place in the code. Reads, shows nothing. */

import type { SpanLines } from "../../analysis/spanLines.ts";
import { FIRST_SPAN, SpanFlag, SpanKind } from "../../model/span.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { SpanInCode } from "../../source/contextLoss/findLosses.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";

export interface SpanGathering {
  readonly local: LocalStore;
  /** Where the spans of a trace ran. */
  readonly lineMarks: {
    findPlaces(trace: Trace, signal: AbortSignal): Promise<ReadonlyMap<SpanIndex, SpanLines>>;
  };
}

/** A worker may be busy for so long between the two. */
const AROUND_MS = 10_000;
/** More traces of the same seconds are most likely of other work. */
const MOST_TRACES = 12;
/** Traces around the open one are read up to so many spans, some 100 MB; the open one as a whole. */
const MOST_SPANS = 100_000;
/** Others have their turn after so many. */
const STRETCH = 10_000;

export interface GatheredSpans {
  readonly spans: readonly SpanInCode[];
  /** So many traces around the open one were read. */
  readonly traces: number;
  /** There were more, or some of more spans than are read. */
  readonly isCut: boolean;
}

export async function gatherSpans(
  { local, lineMarks }: SpanGathering,
  shown: Trace,
  signal: AbortSignal,
): Promise<GatheredSpans> {
  const spans = await listSpans(shown, lineMarks, signal);
  // A trace without a function of this workspace hands nothing over here.
  if (spans.every(({ place }) => place === undefined)) {
    return { spans: [], traces: 0, isCut: false };
  }
  let [fromUnixMs, toUnixMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startUnixMs, endUnixMs } of spans) {
    if (startUnixMs < fromUnixMs) fromUnixMs = startUnixMs;
    if (endUnixMs > toUnixMs) toUnixMs = endUnixMs;
  }
  const query = {
    fromUnixMs: Math.floor(fromUnixMs - AROUND_MS),
    toUnixMs: Math.ceil(toUnixMs + AROUND_MS),
  };
  // One of them may be the open trace, and one more tells that there are more.
  const found = await local.searchTraces({ ...query, limit: MOST_TRACES + 2 }, signal);
  const others = found.traces.filter(({ traceId }) => traceId !== shown.columns.traceId);
  let left = MOST_SPANS;
  let traces = 0;
  for (const { traceId, spanCount } of others.slice(0, MOST_TRACES)) {
    if (spanCount > left) continue;
    left -= spanCount;
    const stored = await local.readTrace(traceId, signal);
    traces += 1;
    if (stored === undefined) continue;
    const trace = buildTrace(traceId, [stored]);
    for (const span of await listSpans(trace, lineMarks, signal)) spans.push(span);
  }
  return { spans, traces, isCut: traces < others.length };
}

/** The spans that ran a function of the workspace, and those that began the trace. */
async function listSpans(
  trace: Trace,
  lineMarks: SpanGathering["lineMarks"],
  signal: AbortSignal,
): Promise<SpanInCode[]> {
  const { columns } = trace;
  const places = await lineMarks.findPlaces(trace, signal);
  const spans: SpanInCode[] = [];
  const toUnixMs = (ns = 0): number => columns.originUnixMs + ns / NS_PER_MS;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (span % STRETCH === STRETCH - 1) {
      await new Promise(resolve => setImmediate(resolve));
      signal.throwIfAborted();
    }
    if (((columns.flags[span] ?? 0) & SpanFlag.placeholder) !== 0) continue;
    const isRoot = columns.parent[span] === -1;
    const place = places.get(span)?.ran;
    if (!isRoot && place === undefined) continue;
    const startUnixMs = toUnixMs(columns.startNs[span]);
    const endNs = columns.endNs[span] ?? Number.NaN;
    spans.push({
      traceId: columns.traceId,
      spanId: trace.spanIds[span] ?? "",
      name: columns.strings[columns.name[span] ?? 0] ?? "",
      kind: (columns.kind[span] ?? SpanKind.unspecified) as SpanKind,
      isRoot,
      readHasLinks: async () => (await trace.readDetail(span, signal)).links.length > 0,
      startUnixMs,
      endUnixMs: Number.isNaN(endNs) ? startUnixMs : toUnixMs(endNs),
      ...(place !== undefined && { place }),
    });
  }
  return spans;
}
