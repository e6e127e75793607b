/**
 * The parameters of Jaeger's query API → a question to a store. Each is bounded in length before anything looks at it
 * and in value after, as Go's parsers do it; what is beyond is a refusal. Knows no socket and no store.
 */

import { canonicalTraceId } from "../../model/ids.ts";
import type { TraceQuery } from "../../model/traceStore.ts";
import { HttpRefusal } from "../http/route.ts";
import { durationToNanos } from "../../formats/values/writtenTimes.ts";

export const MAX_TRACES = 1_500;
const DEFAULT_TRACES = 100;
/** The longest that means something: a duration in several units, a time with its zone, a number of 64 bits. */
const MAX_NUMBER_LENGTH = 64;
/** An id of 128 bits in any writing, and SkyWalking's, which hold two ids and a thread. */
const MAX_ID_LENGTH = 256;
const MAX_NAME_LENGTH = 1_024;
const MAX_TAGS = 32;
/** As Go counts a duration. */
const MAX_DURATION_NS = 2n ** 63n - 1n;
/** As far as a `Date` goes, in milliseconds from 1970. */
const MAX_MOMENT_MS = 8.64e15;

/** Empty where it is not given. */
function readText(query: URLSearchParams, key: string, maxLength = MAX_NAME_LENGTH): string {
  const text = query.get(key) ?? "";
  if (text.length > maxLength) throw new HttpRefusal(400, `parameter '${key}' is too long`);
  return text;
}

/** The name of a service, as it stands in a path. */
export function checkName(name: string): string {
  if (name.length > MAX_NAME_LENGTH) throw new HttpRefusal(400, "the name is too long");
  return name;
}

export function readTraceId(text: string): string {
  if (text.length > MAX_ID_LENGTH) throw new HttpRefusal(400, "a trace id is too long");
  return canonicalTraceId(text);
}

export function readClassicQuery(query: URLSearchParams): TraceQuery {
  return { service: requireParameter(query, "service"), ...readQuery(query) };
}

function readQuery(query: URLSearchParams): TraceQuery {
  const service = readText(query, "service");
  const operation = readText(query, "operation");
  return {
    ...(service !== "" && { service }),
    ...(operation !== "" && { operation }),
    ...readDurations(query, "minDuration", "maxDuration"),
    ...readMoment(query, "fromUnixMs", "start"),
    ...readMoment(query, "toUnixMs", "end"),
    ...readTags(query),
    limit: readLimit(query, "limit"),
  };
}

export function readV3Query(query: URLSearchParams): TraceQuery {
  const get = (camel: string, snake: string): string =>
    query.get(`query.${camel}`) ?? query.get(`query.${snake}`) ?? "";
  const plain = new URLSearchParams({
    service: get("serviceName", "service_name"),
    operation: get("operationName", "operation_name"),
    minDuration: get("durationMin", "duration_min"),
    maxDuration: get("durationMax", "duration_max"),
    limit: get("searchDepth", "num_traces"),
    tags: get("attributes", "attributes"),
  });
  return {
    ...readQuery(plain),
    ...readIsoMoment("fromUnixMs", get("startTimeMin", "start_time_min")),
    ...readIsoMoment("toUnixMs", get("startTimeMax", "start_time_max")),
  };
}

export function requireParameter(query: URLSearchParams, key: string): string {
  const value = readText(query, key);
  if (value === "") throw new HttpRefusal(400, `parameter '${key}' is required`);
  return value;
}

/** As Go reads a truth value. */
export function checkFlag(query: URLSearchParams, key: string): void {
  const text = readText(query, key, MAX_NUMBER_LENGTH);
  if (!/^(?:1|t|true|0|f|false)?$/i.test(text)) {
    throw new HttpRefusal(400, `malformed parameter ${key}: ${text}`);
  }
}

function readLimit(query: URLSearchParams, key: string): number {
  const text = readText(query, key, MAX_NUMBER_LENGTH);
  if (text === "") return DEFAULT_TRACES;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new HttpRefusal(400, `cannot parse '${key}': ${text}`);
  }
  return Math.min(limit, MAX_TRACES);
}

/** Go's durations of one unit, and of several: `1.5ms`, `1m30s`. */
function readDurations(
  query: URLSearchParams,
  min: string,
  max: string,
): Pick<TraceQuery, "minDurationMs" | "maxDurationMs"> {
  const read = (key: string): number | undefined => {
    const text = readText(query, key, MAX_NUMBER_LENGTH);
    if (text === "") return undefined;
    const nanos = /^(?:[\d.]+[a-zµ]+)+$/.test(text) ? durationToNanos(text) : undefined;
    if (nanos === undefined || nanos > MAX_DURATION_NS) {
      throw new HttpRefusal(400, `cannot parse '${key}': ${text}`);
    }
    return Number(nanos) / 1e6;
  };
  const minDurationMs = read(min);
  const maxDurationMs = read(max);
  return {
    ...(minDurationMs !== undefined && { minDurationMs }),
    ...(maxDurationMs !== undefined && { maxDurationMs }),
  };
}

type Moment = "fromUnixMs" | "toUnixMs";

/** Microseconds. */
function readMoment(query: URLSearchParams, name: Moment, key: string): Partial<TraceQuery> {
  const text = readText(query, key, MAX_NUMBER_LENGTH);
  if (text === "") return {};
  const unixMs = Number(text) / 1_000;
  if (!(Math.abs(unixMs) <= MAX_MOMENT_MS)) {
    throw new HttpRefusal(400, `cannot parse '${key}': ${text}`);
  }
  return { [name]: unixMs };
}

function readIsoMoment(name: Moment, text: string): Partial<TraceQuery> {
  if (text === "") return {};
  const unixMs = text.length > MAX_NUMBER_LENGTH ? NaN : Date.parse(text);
  if (Number.isNaN(unixMs)) throw new HttpRefusal(400, "cannot parse a time");
  return { [name]: unixMs };
}

/** `tags={"k":"v"}`, and `tag=k:v` any number of times. */
function readTags(query: URLSearchParams): Pick<TraceQuery, "tags"> {
  const tags = new Map<string, string>();
  const text = readText(query, "tags", MAX_TAGS * MAX_NAME_LENGTH);
  if (text !== "") {
    const read = parseJson(text);
    if (typeof read !== "object" || read === null) {
      throw new HttpRefusal(400, "cannot parse 'tags'");
    }
    for (const [key, value] of Object.entries(read)) {
      const isPlain = ["string", "number", "boolean"].includes(typeof value);
      if (!isPlain) throw new HttpRefusal(400, "cannot parse 'tags': a value is no text");
      tags.set(key, String(value));
    }
  }
  for (const tag of query.getAll("tag")) {
    const colon = tag.indexOf(":");
    if (colon < 1) throw new HttpRefusal(400, "cannot parse 'tag': no key and value");
    tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  const isTooLong = [...tags].flat().some(each => each.length > MAX_NAME_LENGTH);
  if (tags.size > MAX_TAGS || isTooLong) throw new HttpRefusal(400, "too many tags, or too long");
  return tags.size > 0 ? { tags: Object.fromEntries(tags) } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
