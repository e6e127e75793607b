/**
 * Plain spans wherever they lie: inside of the envelope of an answer or an export (`data`, `traces`, `spans` …), and
 * inside of the span that called them (`children`, `subsegments`, `child_runs` …). What the place of a span tells, its
 * trace and its parent, becomes a field of its own. Pure.
 */

import { fieldName } from "./plainFields.ts";
import { isPlainSpan } from "./plainSpans.ts";
import { isObject, type JsonObject } from "./traceFormat.ts";

/** The callees of a span. */
const calls = new Set(["children", "childspans", "childruns", "subsegments", "spans"]);
/** The spans of a trace, whose own id is the trace's. */
const spansOfTrace = new Set(["spans", "rootspan", "observations", "runs"]);
const envelopes = new Set(["data", "result", "results", "items", "trace", "traces"]);
/** An envelope in an envelope in an envelope is no answer of anyone. */
const MOST_ENVELOPES = 6;

/** What a value inherits from what it lies in. */
interface Place {
  readonly value: unknown;
  readonly traceId?: unknown;
  readonly parentId?: unknown;
  readonly depth: number;
}

/** In the order of the file. An item that is a span without others in it is passed on as it is. */
export function* unnestSpans(item: JsonObject): Generator<JsonObject> {
  let count = 0;
  // Calls may nest deeper than the call stack.
  const stack: Place[] = [{ value: item, depth: 0 }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value } = place;
    if (Array.isArray(value)) {
      for (const each of value.toReversed() as unknown[]) stack.push({ ...place, value: each });
    } else if (isObject(value)) {
      const span = toSpan(value, place);
      if (span === undefined) {
        if (place.depth < MOST_ENVELOPES) stack.push(...open(value, place).reverse());
        continue;
      }
      count += 1;
      const inner = listCalls(span);
      if (inner.length === 0) {
        yield span;
        continue;
      }
      const own = new Map(Object.entries(span).filter(([key]) => !inner.includes(key)));
      // The name by which the reader of spans knows one that has no id.
      const spanId = getField(span, ["spanid", "id"]) ?? `call-${count}`;
      own.set("span_id", spanId);
      yield Object.fromEntries(own);
      const traceId = getField(span, ["traceid"]);
      const below = { traceId, parentId: spanId, depth: place.depth };
      stack.push(...inner.map(key => ({ ...below, value: span[key] })).reverse());
    }
  }
}

/** The value as a span, with what its place tells; `undefined` where it is none. */
function toSpan(value: JsonObject, { traceId, parentId }: Place): JsonObject | undefined {
  const isTraced = traceId === undefined || getField(value, ["traceid"]) !== undefined;
  const isCalled =
    parentId === undefined || getField(value, ["parentspanid", "parentid"]) !== undefined;
  const span =
    isTraced && isCalled
      ? value
      : {
          ...value,
          ...(!isTraced && { trace_id: traceId }),
          ...(!isCalled && { parent_span_id: parentId }),
        };
  return isPlainSpan(span) ? span : undefined;
}

/** The fields of a span that hold its callees. */
function listCalls(span: JsonObject): readonly string[] {
  return Object.keys(span).filter(
    key => calls.has(fieldName(key)) && Array.isArray(span[key]) && span[key].some(isObject),
  );
}

function open(value: JsonObject, { traceId, depth }: Place): Place[] {
  const own = getField(value, ["traceid"]) ?? traceId;
  return Object.entries(value).flatMap(([key, inner]): readonly Place[] => {
    const name = fieldName(key);
    if (typeof inner !== "object" || inner === null) return [];
    if (spansOfTrace.has(name)) {
      return [{ value: inner, traceId: own ?? getField(value, ["id"]), depth: depth + 1 }];
    }
    return envelopes.has(name) ? [{ value: inner, traceId: own, depth: depth + 1 }] : [];
  });
}

function getField(value: JsonObject, names: readonly string[]): unknown {
  const key = Object.keys(value).find(each => names.includes(fieldName(each)));
  const found = key === undefined ? undefined : value[key];
  return found === null || found === "" ? undefined : found;
}
