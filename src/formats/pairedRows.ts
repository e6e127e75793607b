/**
 * Rows of tracers that write one when a span begins and one when it ends: each pair becomes one row, with both times.
 * Told by a word (`event: "span_start"`, `phase: "end"`, `msg: "begin"`), or by which of the two times a row has. Pure.
 */

import { findShape } from "./plain/fieldShape.ts";
import { PlainFields } from "./plain/plainFields.ts";
import type { TimeField } from "./plain/plainTimes.ts";
import { isObject, type JsonObject } from "./values/jsonObject.ts";
import { UnitPower } from "./values/wireValue.ts";

/** The fields that tell what a row is, in the form of `fieldName`. */
const phaseNames = new Set([
  ...["event", "eventtype", "eventname", "type", "phase", "kind", "action", "lifecycle"],
  ...["recordtype", "msg", "message", "status", "state"],
]);
/** The fields that tell how a span went, too. */
const outcomes = new Set(["status", "state"]);
const SUBJECT = "(?:on|span|trace|task|call|step|tool|run|job|node|function)?";
const toPattern = (words: string): RegExp =>
  new RegExp(String.raw`^${SUBJECT}[\s_.:-]*(?:${words})[\s_.:-]*${SUBJECT}$`, "i");
const BEGIN = toPattern("start|started|begin|began|begun|open|opened|enter|entered|before|pre");
const END = toPattern(
  "end|ended|stop|stopped|finish|finished|complete|completed|close|closed|exit|exited|leave|left|done|fail|failed|success|succeeded|after|post",
);
/** A tracer that writes such rows writes one before long. */
const MOST_LOOKED_AT = 1_000;

type Phase = "begin" | "end";

interface Row {
  readonly item: JsonObject;
  readonly phase: Phase;
  /** The field that says so. */
  readonly phaseField: string | undefined;
  readonly spanId: string;
  readonly traceId: string;
}

interface OpenRow extends Row {
  readonly index: number;
}

/** The rows, each pair in the place of its first; others stay as they are. */
export function pairRows(items: readonly unknown[]): readonly unknown[] {
  const isBegin = (item: unknown): boolean => isObject(item) && readRow(item)?.phase === "begin";
  if (!items.slice(0, MOST_LOOKED_AT).some(isBegin)) return items;
  const rows: unknown[] = [...items];
  const open = new Map<string, OpenRow[]>();
  /** The trace of the last span that began with an id, for rows that tell no trace. */
  const traces = new Map<string, string>();
  let pairs = 0;
  items.forEach((item, index) => {
    const row = isObject(item) ? readRow(item) : undefined;
    if (row === undefined) return;
    const { spanId, traceId } = row;
    if (row.phase === "begin") {
      const key = toKey(traceId, spanId);
      const begun = open.get(key);
      if (begun === undefined) open.set(key, [{ ...row, index }]);
      else begun.push({ ...row, index });
      traces.set(spanId, traceId);
      return;
    }
    const owner = traceId === "" ? traces.get(spanId) : traceId;
    const begun = open.get(toKey(owner ?? "", spanId)) ?? open.get(toKey("", spanId));
    const first = begun?.pop();
    if (first === undefined) return;
    pairs += 1;
    rows[first.index] = join(first, row);
    rows[index] = undefined;
  });
  if (pairs === 0) return items;
  // Whatever began and did not end still runs, or its program ended before.
  for (const row of [...open.values()].flat()) {
    if (row.phaseField !== undefined) rows[row.index] = { ...withTime(row), end_time: null };
  }
  return rows.filter(row => row !== undefined);
}

function toKey(traceId: string, spanId: string): string {
  return `${traceId}\n${spanId}`;
}

function readRow(item: JsonObject): Row | undefined {
  const [phaseField] = findShape(item)
    .listKeys(phaseNames)
    .filter(key => readPhase(item[key]) !== undefined);
  const phase = phaseField === undefined ? readTimes(item) : readPhase(item[phaseField]);
  if (phase === undefined) return undefined;
  const fields = new PlainFields(item);
  const spanId = fields.takeId("spanId");
  const traceId = fields.takeId("traceId");
  return spanId === "" ? undefined : { item, phase, phaseField, spanId, traceId };
}

function readPhase(value: unknown): Phase | undefined {
  if (typeof value !== "string" || value.length > 40) return undefined;
  if (BEGIN.test(value)) return "begin";
  return END.test(value) ? "end" : undefined;
}

/** A row with one of the two times alone, and no length. */
function readTimes(item: JsonObject): Phase | undefined {
  const { times } = findShape(item);
  const has = (role: TimeField["role"]): boolean => times.some(each => each.role === role);
  if (has("duration") || has("start") === has("end")) return undefined;
  return has("start") ? "begin" : "end";
}

/** How a span began is told by its first row, how it went by its last; attributes are those of both. */
function join(first: Row, last: Row): JsonObject {
  const filled = Object.entries(withTime(last)).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const later = Object.fromEntries(filled);
  const earlier = Object.entries(withTime(first)).map(([key, value]): [string, unknown] => {
    const more = later[key];
    return [key, isObject(value) && isObject(more) ? { ...more, ...value } : value];
  });
  return { ...later, ...Object.fromEntries(earlier), ...pickOutcome(last, filled) };
}

/** Whatever both rows have is the first one's, but for what is known at the end alone. */
function pickOutcome({ phaseField }: Row, filled: readonly [string, unknown][]): JsonObject {
  const isLate = (key: string): boolean =>
    key === phaseField || /^(?:end_time|status|state|error|output|result|attributes)/i.test(key);
  return Object.fromEntries(filled.filter(([key]) => isLate(key)));
}

const suffixes = {
  [UnitPower.ns]: "_ns",
  [UnitPower.us]: "_us",
  [UnitPower.ms]: "_ms",
  [UnitPower.s]: "_s",
};

/** The row without the word for what it is, with its moment as the start or the end. */
function withTime({ item, phase, phaseField }: Row): JsonObject {
  const shape = findShape(item);
  const moment = shape.times.find(({ role }) => role === "moment");
  const isTimed = shape.times.some(({ role }) => role === (phase === "begin" ? "start" : "end"));
  const name = shape.byName.get(moment?.name ?? "");
  const entries = Object.entries(item).flatMap(([key, value]): readonly [string, unknown][] => {
    if (key === phaseField && !outcomes.has(key.toLowerCase())) return [];
    if (moment === undefined || isTimed || key !== name) return [[key, value]];
    const unit = moment.unit === undefined ? "" : suffixes[moment.unit];
    return [[`${phase === "begin" ? "start" : "end"}_time${unit}`, value]];
  });
  return Object.fromEntries(entries);
}
