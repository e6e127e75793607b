/** The spans of the open trace and of those that began around it, each with its place in the code. Reads, shows nothing. */

import type { SpanLines } from "../../analysis/spanLines.ts";
import { SpanFlag, SpanKind } from "../../model/span.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { SpanInCode } from "../../source/contextLoss/findLosses.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";

export interface SpanGathering {
  readonly local: LocalStore;
  readonly findPlaces: (
    trace: Trace,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<SpanIndex, SpanLines>>;
}

/** A worker may be busy for so long between the two. */
const AROUND_MS = 10_000;
/** More traces of the same seconds are most likely of other work. */
const MOST_TRACES = 12;
/** Each is a search for its place: of the trace, and of all around it together. */
const MOST_SPANS = 500;

export async function gatherSpans(
  { local, findPlaces }: SpanGathering,
  shown: Trace,
  signal: AbortSignal,
): Promise<readonly SpanInCode[]> {
  const own = await listSpans(shown, findPlaces, signal);
  // A trace without a function of this workspace hands nothing over here.
  if (own.every(({ place }) => place === undefined)) return [];
  const fromUnixMs = Math.min(...own.map(each => each.startUnixMs)) - AROUND_MS;
  const toUnixMs = Math.max(...own.map(each => each.endUnixMs)) + AROUND_MS;
  const query = { fromUnixMs: Math.floor(fromUnixMs), toUnixMs: Math.ceil(toUnixMs) };
  const { traces } = await local.searchTraces({ ...query, limit: MOST_TRACES + 1 }, signal);
  const spans = [...own];
  let left = MOST_SPANS;
  for (const { traceId, spanCount } of traces) {
    if (traceId === shown.columns.traceId || spanCount > left) continue;
    left -= spanCount;
    const stored = await local.readTrace(traceId, signal);
    if (stored === undefined) continue;
    const trace = buildTrace(traceId, [stored]);
    spans.push(...(await listSpans(trace, findPlaces, signal)));
  }
  return spans;
}

async function listSpans(
  trace: Trace,
  findPlaces: SpanGathering["findPlaces"],
  signal: AbortSignal,
): Promise<readonly SpanInCode[]> {
  const { columns } = trace;
  if (columns.count > MOST_SPANS) return [];
  const places = await findPlaces(trace, signal);
  const spans: SpanInCode[] = [];
  for (let span = 0; span < columns.count; span += 1) {
    if (((columns.flags[span] ?? 0) & SpanFlag.placeholder) !== 0) continue;
    const isRoot = columns.parent[span] === -1;
    const place = places.get(span)?.ran;
    const toUnixMs = (ns = 0): number => columns.originUnixMs + ns / NS_PER_MS;
    const startUnixMs = toUnixMs(columns.startNs[span]);
    const endNs = columns.endNs[span] ?? Number.NaN;
    spans.push({
      traceId: columns.traceId,
      spanId: trace.spanIds[span] ?? "",
      name: columns.strings[columns.name[span] ?? 0] ?? "",
      kind: (columns.kind[span] ?? SpanKind.unspecified) as SpanKind,
      isRoot,
      hasLinks: isRoot && (await trace.readDetail(span, signal)).links.length > 0,
      startUnixMs,
      endUnixMs: Number.isNaN(endNs) ? startUnixMs : toUnixMs(endNs),
      ...(place !== undefined && { place }),
    });
  }
  return spans;
}
