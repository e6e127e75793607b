/**
 * Traces under two ids: a tracer of old passes on the lower half of a 128-bit id alone, so that its spans come under
 * that. Where just one whole id has the half, they are of one trace; where several have it, nobody knows of which.
 * A UUID, or bytes in base64, and the digits of the same number are one id. Pure; ids are canonical.
 */

import { decimalToHex, isShortTraceId, numericTraceId } from "./ids.ts";
import type { SpanRecord } from "./spanRecord.ts";

/** A half of zeros is none. */
const JOINABLE = /^[0-9a-f]{16}(?!0{16})[0-9a-f]{16}$/;

/**
 * Makes the whole id of a half wherever there is just one such among these, and the digits of a UUID or of base64 where they
 * are among these; every other id stays as it is.
 */
export function createTraceIdUniter(traceIds: Iterable<string>): (traceId: string) => string {
  const wholeByHalf = new Map<string, string | undefined>();
  const wholes = new Set<string>();
  let hasOthers = false;
  for (const id of new Set(traceIds)) {
    hasOthers ||= readHalf(id) !== undefined || numericTraceId(id) !== id;
    if (!isWhole(id)) continue;
    wholes.add(id);
    const half = id.slice(16);
    wholeByHalf.set(half, wholeByHalf.has(half) ? undefined : id);
  }
  if (!hasOthers) return id => id;
  return id => {
    const digits = numericTraceId(id);
    return wholes.has(digits) ? digits : (wholeByHalf.get(readHalf(id) ?? "") ?? id);
  };
}

/** The digits of an id of 64 bits, which Datadog writes in decimal. */
function readHalf(id: string): string | undefined {
  if (isShortTraceId(id)) return id.slice(16);
  return /^\d{17,20}$/.test(id) ? decimalToHex(id, 16) : undefined;
}

/** The spans, those under a half or another spelling among those under the whole id, and how many are those under a half. */
export function joinHalves(
  records: readonly SpanRecord[],
  unite: (traceId: string) => string,
): { readonly records: readonly SpanRecord[]; readonly joined: number } {
  let [joined, changed] = [0, 0];
  const all = records.map((record): SpanRecord => {
    const traceId = unite(record.traceId);
    if (traceId === record.traceId) return record;
    changed += 1;
    if (readHalf(record.traceId) !== undefined) joined += 1;
    return {
      traceId,
      span: record.span,
      get detail() {
        return record.detail;
      },
    };
  });
  return { records: changed === 0 ? records : all, joined };
}

/** The ids, of those that are known, under which the spans of one trace lie; its own comes first, if it is there. */
export function listJoinedIds(id: string, known: Iterable<string>): readonly string[] {
  const digits = numericTraceId(id);
  const alike = [...known].filter(each => each === id || hasSameHalf(numericTraceId(each), digits));
  const wholes = new Set(alike.map(numericTraceId).filter(isWhole)).size;
  const exact = alike.filter(each => each === id);
  return wholes === 1 ? [...exact, ...alike.filter(each => each !== id)] : exact;
}

function hasSameHalf(a: string, b: string): boolean {
  return a.length === 32 && b.length === 32 && a.endsWith(b.slice(16)) && JOINABLE.test(a);
}

function isWhole(id: string): boolean {
  return JOINABLE.test(id) && !isShortTraceId(id);
}

/** The words for spans that were joined. */
export function describeJoined(count: number, total: number): string {
  return `${count} of ${total} spans have the lower half of their trace id alone; they are drawn in the trace that has all of it`;
}
