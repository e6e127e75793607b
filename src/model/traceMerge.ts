/**
 * The versions of one span that several stores tell become one span, whichever of them came first. Pure; builds no
 * tree.
 */

import { isNoId } from "./ids.ts";
import { SpanFlag, SpanKind, SpanStatus, type SpanInput, type SpanRef } from "./span.ts";

/** Zero is how many formats say "unknown". */
export function knownTime(time: bigint | undefined): bigint | undefined {
  return time === undefined || time === 0n ? undefined : time;
}

/** A task's own document, and no span of OpenTelemetry's. */
export function isTaskDocument(span: SpanInput): boolean {
  return span.messageId !== undefined && span.messageId === span.spanId;
}

/** Delivered twice. */
export function isSameSpan(a: SpanInput, b: SpanInput): boolean {
  return (
    a.name === b.name &&
    a.parentSpanId === b.parentSpanId &&
    a.startUnixNs === b.startUnixNs &&
    a.endUnixNs === b.endUnixNs &&
    a.service === b.service &&
    a.queue === b.queue &&
    a.kind === b.kind &&
    a.status === b.status
  );
}

/** Start and duration, each cut to microseconds, set an end off by less than this. */
const CUT_NS = 2_000n;

/** One span of one store, told twice: delivered again, or in another format that cuts times and knows less. */
export function isRedelivered(a: SpanInput, b: SpanInput): boolean {
  const isNear = (x: bigint | undefined, y: bigint | undefined): boolean =>
    x === undefined || y === undefined ? x === y : x - y < CUT_NS && y - x < CUT_NS;
  const isPlain = ({ kind = SpanKind.unspecified }: SpanInput): boolean =>
    kind === SpanKind.unspecified || kind === SpanKind.internal;
  const hasOther = (x = "", y = ""): boolean => x !== "" && y !== "" && x !== y;
  return (
    a.name === b.name &&
    getParent(a) === getParent(b) &&
    // One message may be handled from two queues, and by several hosts.
    !hasOther(a.queue, b.queue) &&
    !(a.kind === SpanKind.consumer && hasOther(a.host, b.host)) &&
    (a.kind === b.kind || isPlain(a) || isPlain(b)) &&
    isNear(knownTime(a.startUnixNs), knownTime(b.startUnixNs)) &&
    isNear(knownTime(a.endUnixNs), knownTime(b.endUnixNs))
  );
}

function getParent({ parentSpanId = "" }: SpanInput): string {
  return isNoId(parentSpanId) ? "" : parentSpanId;
}

/** The two sides of a call that share one id. */
export function isSharedPair(a: SpanInput, b: SpanInput): boolean {
  return (
    (a.kind === SpanKind.client && b.kind === SpanKind.server) ||
    (a.kind === SpanKind.server && b.kind === SpanKind.client)
  );
}

/**
 * One span in the words of several stores, best first: finer times first, because OpenTelemetry's nanoseconds are what
 * Jaeger and Zipkin cut to microseconds; where they are alike the order of the stores decides.
 */
export function sortStoreVersions<T extends { readonly input: SpanInput }>(
  storeVersions: readonly T[],
): readonly T[] {
  return [...storeVersions].sort((a, b) => getPrecision(b.input) - getPrecision(a.input));
}

/** `storeVersions` are best first: what the first does not know the next ones add. */
export function mergeStoreVersions(storeVersions: readonly SpanInput[]): SpanInput {
  const [best, ...others] = storeVersions as [SpanInput, ...SpanInput[]];
  const find = <T>(read: (span: SpanInput) => T | undefined): T | undefined => {
    for (const span of storeVersions) {
      const value = read(span);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  // Start and end are one clock's; who has both is heard before who has one.
  const timed =
    storeVersions.find(each => knownTime(each.startUnixNs) && knownTime(each.endUnixNs)) ??
    storeVersions.find(each => knownTime(each.startUnixNs)) ??
    best;
  return {
    ...best,
    parentSpanId:
      find(({ parentSpanId: id = "" }) => (isNoId(id) ? undefined : id)) ??
      find(({ parentSpanId }) => parentSpanId),
    refs: uniteRefs(storeVersions),
    name: find(({ name }) => name || undefined) ?? "",
    service: find(({ service }) => service || undefined),
    queue: find(({ queue }) => queue || undefined),
    kind: find(({ kind }) => kind || undefined),
    status: find(({ status }) => status || undefined),
    startUnixNs: timed.startUnixNs,
    endUnixNs: timed.endUnixNs,
    queuedUnixNs: find(({ queuedUnixNs }) => knownTime(queuedUnixNs)),
    attempts: find(({ attempts }) => attempts),
    flags: uniteFlags(timed, others),
    messageId: find(({ messageId }) => messageId),
    messageTraceId: find(({ messageTraceId }) => messageTraceId),
    host: find(({ host }) => host || undefined),
  };
}

/**
 * A task's document and the span of its run: the document knows the function, the queue, how often it ran and what
 * became of it, the span knows to the nanosecond when it ran, in which service, and from where it was called.
 */
export function uniteTask(run: SpanInput, task: SpanInput): SpanInput {
  const hasEnd = knownTime(run.endUnixNs) !== undefined;
  const timed = hasEnd || knownTime(task.startUnixNs) === undefined ? run : task;
  const isSilent = timed === task ? (task.flags ?? 0) & SpanFlag.noHeartbeat : 0;
  return {
    ...run,
    name: task.name || run.name,
    queue: task.queue || run.queue,
    service: run.service || task.service,
    // What a task came to in the end; a span may have failed in an attempt that was not the last.
    status: task.status || run.status || SpanStatus.unset,
    startUnixNs: timed.startUnixNs,
    endUnixNs: timed.endUnixNs,
    queuedUnixNs: knownTime(task.queuedUnixNs) ?? run.queuedUnixNs,
    attempts: task.attempts ?? run.attempts,
    flags:
      ((run.flags ?? 0) & ~SpanFlag.untimed) | ((timed.flags ?? 0) & SpanFlag.untimed) | isSilent,
    refs: uniteRefs([run, task]),
    host: run.host ?? task.host,
  };
}

/**
 * Chooses the run that a document tells of, among several of one message (a delivery that failed, and the one after it):
 * the last that overlaps it most.
 */
export function chooseRun<T extends { readonly input: SpanInput }>(
  runs: readonly T[],
  task: SpanInput,
): T | undefined {
  let best: T | undefined;
  let bestFit = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    const fit = getOverlapNs(run.input, task);
    if (fit >= bestFit) [best, bestFit] = [run, fit];
  }
  return best;
}

/** How long both ran; negative: how far they lie apart. */
function getOverlapNs(a: SpanInput, b: SpanInput): number {
  const [aStart, bStart] = [knownTime(a.startUnixNs), knownTime(b.startUnixNs)];
  if (aStart === undefined || bStart === undefined) return 0;
  const aEnd = knownTime(a.endUnixNs) ?? aStart;
  const bEnd = knownTime(b.endUnixNs) ?? bStart;
  const from = aStart > bStart ? aStart : bStart;
  const to = aEnd < bEnd ? aEnd : bEnd;
  return Number(to - from);
}

function uniteFlags(timed: SpanInput, others: readonly SpanInput[]): number {
  const all = others.reduce((flags, each) => flags | (each.flags ?? 0), 0);
  return (timed.flags ?? 0) | (all & SpanFlag.remoteParent);
}

function uniteRefs(storeVersions: readonly SpanInput[]): readonly SpanRef[] | undefined {
  const withRefs = storeVersions.filter(({ refs }) => refs !== undefined && refs.length > 0);
  if (withRefs.length < 2) return withRefs[0]?.refs;
  const known = new Map<string, SpanRef>();
  for (const ref of withRefs.flatMap(({ refs = [] }) => refs)) {
    const key = `${ref.traceId ?? ""}/${ref.spanId}`;
    if (!known.has(key)) known.set(key, ref);
  }
  return [...known.values()];
}

/** Finer clocks leave finer digits: 3 for nanoseconds, 2 for microseconds, 1 for milliseconds, 0 for no time at all. */
function getPrecision({ startUnixNs, endUnixNs }: SpanInput): number {
  const precisionOf = (time: bigint | undefined): number => {
    const known = knownTime(time);
    if (known === undefined) return 0;
    return known % 1_000n !== 0n ? 3 : known % 1_000_000n !== 0n ? 2 : 1;
  };
  return Math.max(precisionOf(startUnixNs), precisionOf(endUnixNs));
}
