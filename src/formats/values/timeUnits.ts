/**
 * Times in another unit than their format has: a tracer that writes milliseconds where Zipkin has microseconds dates its
 * spans to 1970. A moment of these decades is one in a single unit only, so that it can be read in that. Whether lengths
 * are in it as well is told by the children, which run within their parents. Pure.
 */

import { isDated } from "../../model/strayTimes.ts";
import type { SpanInput } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";

/** How many of a unit make one of the next. */
const STEPS = [1_000n, 1_000_000n, 1_000_000_000n] as const;
/** Spans that belong together lie no further from one another. */
const MOST_APART_NS = 86_400_000_000_000n;
/** Few spans take a day. */
const LONGEST_NS = 86_400_000_000_000n;

/** The words for times that have no date. */
export const UNDATED = "the times count from an unknown moment, not from 1970";

interface Scale {
  readonly by: bigint;
  readonly isLarger: boolean;
}

const scales: readonly Scale[] = [true, false].flatMap(isLarger =>
  STEPS.map(by => ({ by, isLarger })),
);

interface Mended {
  readonly records: readonly SpanRecord[];
  /** Counts those that were read in another unit, by words for it. */
  readonly units: ReadonlyMap<string, number>;
}

export function describeUnits(units: Mended["units"], total: number): readonly string[] {
  return [...units].map(
    ([unit, count]) => `the times of ${count} of ${total} spans are in a unit ${unit}`,
  );
}

/** Dates spans whose format counts from 1970 in a unit of its own, and that were written in another. */
export function mendTimeUnits(records: readonly SpanRecord[]): Mended {
  const odd = records.filter(({ span }) => isOdd(momentOf(span)));
  const units = new Map<string, number>();
  if (odd.length === 0) return { records, units };
  const mended = new Map<SpanRecord, SpanRecord>();
  const isNear = createNearness(records);
  for (const scale of scales) {
    const group = odd.filter(({ span }) => {
      const moment = multiply(momentOf(span), scale);
      return isDated(moment) && isNear(moment);
    });
    if (group.length === 0) continue;
    const withLengths = !areLengthsRight(group, scale);
    for (const record of group) mended.set(record, scaleRecord(record, scale, withLengths));
    const unit = `${scale.by.toLocaleString("en")} times as ${scale.isLarger ? "large" : "small"}`;
    const lengths = withLengths ? "their lengths too" : "their lengths in the format's own";
    units.set(`${unit} as the format has; they were read in that, ${lengths}`, group.length);
  }
  return { records: records.map(record => mended.get(record) ?? record), units };
}

/** When it began, or what else it tells. */
export function momentOf({ startUnixNs = 0n, endUnixNs = 0n }: SpanInput): bigint {
  return startUnixNs > 0n ? startUnixNs : endUnixNs;
}

/** Whether no clock that was set told it. */
export function isOdd(moment: bigint): boolean {
  return moment > 0n && !isDated(moment);
}

/** Whether a moment has a date in another unit alone. */
export function isInOtherUnit(moment: bigint): boolean {
  return isOdd(moment) && scales.some(scale => isDated(multiply(moment, scale)));
}

/** Where others have a date, what is read in another unit must lie by them. */
function createNearness(records: readonly SpanRecord[]): (moment: bigint) => boolean {
  let [first, last] = [0n, 0n];
  for (const { span } of records) {
    const moment = momentOf(span);
    if (!isDated(moment)) continue;
    if (first === 0n || moment < first) first = moment;
    if (moment > last) last = moment;
  }
  if (last === 0n) return () => true;
  return moment => moment > first - MOST_APART_NS && moment < last + MOST_APART_NS;
}

function multiply(value: bigint, { by, isLarger }: Scale): bigint {
  return isLarger ? value * by : value / by;
}

/** Whether children begin and end within their parents if moments alone are in the other unit, or no span would end. */
function areLengthsRight(group: readonly SpanRecord[], scale: Scale): boolean {
  const byId = new Map(group.map(record => [`${record.traceId}/${record.span.spanId}`, record]));
  let [pairs, fitting, fittingAsWritten] = [0, 0, 0];
  for (const { traceId, span } of group) {
    const parent = byId.get(`${traceId}/${span.parentSpanId ?? ""}`)?.span;
    const { startUnixNs: start, endUnixNs: end } = span;
    if (start === undefined || end === undefined) continue;
    if (multiply(end - start, scale) > LONGEST_NS) return true;
    if (parent?.startUnixNs === undefined || parent.endUnixNs === undefined) continue;
    const offset = start - parent.startUnixNs;
    if (offset <= 0n) continue;
    pairs += 1;
    const [length, room] = [end - start, parent.endUnixNs - parent.startUnixNs];
    if (multiply(offset, scale) + length <= room) fitting += 1;
    if (offset + length <= room) fittingAsWritten += 1;
  }
  return pairs > 0 && fitting === pairs && (scale.isLarger || fittingAsWritten < pairs);
}

function scaleRecord(record: SpanRecord, scale: Scale, withLengths: boolean): SpanRecord {
  const { traceId, span } = record;
  const { startUnixNs: start, endUnixNs: end, queuedUnixNs: queued } = span;
  const toMoment = (time: bigint): bigint => (isOdd(time) ? multiply(time, scale) : time);
  const startUnixNs = start && toMoment(start);
  const isLengthKept = !withLengths && start !== undefined && end !== undefined;
  const endUnixNs = isLengthKept ? toMoment(start) + (end - start) : end && toMoment(end);
  return {
    traceId,
    span: { ...span, startUnixNs, endUnixNs, queuedUnixNs: queued && toMoment(queued) },
    get detail(): SpanDetail {
      const { events, ...detail } = record.detail;
      const toTime = (time: string): string => toMoment(BigInt(time)).toString();
      return {
        ...detail,
        events: events.map(event => ({ ...event, timeUnixNs: toTime(event.timeUnixNs) })),
      };
    },
  };
}
