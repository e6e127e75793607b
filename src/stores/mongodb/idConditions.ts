/** An id as conditions on the field paths that may hold it. Pure; knows BSON, no connection. */

import { Long, ObjectId, UUID, type Document, type Filter } from "mongodb";
import { uuid7UnixMs } from "../../model/ids.ts";

const HEX_128 = /^[0-9a-f]{32}$/i;
const HEX_64 = /^[0-9a-f]{16}$/i;
const UUID_TEXT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A condition and the one path that it is about, so that it can be seen whether an index serves it. */
export interface IdCondition {
  readonly path: string;
  readonly filter: Filter<Document>;
}

/** Every form in which an id may be stored: text of either case, an integer, an ObjectId, a UUID. */
export function toIdForms(id: string): readonly unknown[] {
  const forms = new Set<unknown>([id]);
  const isHex = HEX_128.test(id) || HEX_64.test(id);
  if (isHex || UUID_TEXT.test(id)) forms.add(id.toLowerCase()).add(id.toUpperCase());
  // A 64-bit trace id that was padded to compare with others.
  if (isHex && id.startsWith("0".repeat(16)) && id.length === 32) forms.add(id.slice(16));
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(id)) forms.add(Number(id));
  else if (/^-?[1-9]\d{15,17}$/.test(id)) forms.add(Long.fromString(id));
  if (/^[0-9a-f]{24}$/i.test(id)) forms.add(new ObjectId(id));
  if (UUID_TEXT.test(id)) forms.add(new UUID(id));
  return [...forms];
}

export function toTraceConditions(
  paths: readonly string[],
  traceIds: readonly string[],
): readonly IdCondition[] {
  const forms = [...new Set(traceIds.flatMap(toIdForms))];
  return paths.flatMap((path): readonly IdCondition[] => {
    if (!isTraceparent(path)) return [{ path, filter: { [path]: { $in: forms } } }];
    // Anchored, so that an index on the field serves it.
    return lowerCased(traceIds, HEX_128).map(id => ({
      path,
      filter: { [path]: new RegExp(`^00-${id}-`) },
    }));
  });
}

export function toSpanConditions(
  paths: readonly string[],
  spanIds: readonly string[],
): readonly IdCondition[] {
  const forms = [...new Set(spanIds.flatMap(toIdForms))];
  return paths.flatMap((path): readonly IdCondition[] => {
    if (!isTraceparent(path)) return [{ path, filter: { [path]: { $in: forms } } }];
    return lowerCased(spanIds, HEX_64).map(id => ({
      path,
      filter: { [path]: new RegExp(`^00-[0-9a-f]{32}-${id}-`) },
    }));
  });
}

function lowerCased(ids: readonly string[], form: RegExp): readonly string[] {
  return [...new Set(ids.filter(id => form.test(id)).map(id => id.toLowerCase()))];
}

/** W3C names the field so; such a field holds a trace id and a span id in one text. */
function isTraceparent(path: string): boolean {
  return /(?:^|\.)traceparent$/i.test(path);
}

export function either(conditions: readonly IdCondition[]): Filter<Document> {
  const [first, ...others] = conditions.map(({ filter }) => filter);
  return first !== undefined && others.length === 0
    ? first
    : { $or: conditions.map(({ filter }) => filter) };
}

/** Clocks of publisher and worker may differ. */
const SLACK_MS = 600_000;
/** Before this nobody made version 7 UUIDs. */
const FIRST_UUID7_MS = Date.UTC(2020, 0);

/**
 * Nothing that belongs to an id with a time in it was written before that time. A trace id may be such an id without
 * its dashes; one that was drawn by lot looks so, with a time between 2020 and now, once in a hundred thousand.
 */
export function earliestMsOf(id: string, nowUnixMs: number = Date.now()): number | undefined {
  const dashed = HEX_128.test(id)
    ? id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
    : id;
  const hasVariant = /^[89ab]/i.test(dashed.split("-")[3] ?? "");
  const unixMs = hasVariant ? uuid7UnixMs(dashed) : undefined;
  if (unixMs === undefined || unixMs < FIRST_UUID7_MS || unixMs > nowUnixMs + SLACK_MS) {
    return undefined;
  }
  return unixMs - SLACK_MS;
}
