/**
 * Plain spans wherever they lie: inside of the envelope of an answer or an export (`data`, `traces`, `spans` …), and
 * inside of the span that called them (`children`, `subsegments`, `child_runs` …). What the place of a span tells, its
 * trace and its parent, becomes a field of its own. Calls in a tree may have lengths and no times: they are laid out one
 * after the other, from the start of their caller. Pure.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { fromExtendedJson } from "../encodings/extendedJson.ts";
import { fieldName } from "../values/fieldName.ts";
import { findShape } from "./fieldShape.ts";
import { renameFields } from "./mappedSpans.ts";
import { PlainFields } from "./plainFields.ts";
import { hasName, isPlainSpan, isRootBesideSpans, readPlainSpans } from "./plainSpans.ts";
import { hasLength, readOffset, readPlainDuration, readPlainStart } from "./plainTimes.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { UnitPower } from "../values/wireValue.ts";

/** The callees of a span. */
const calls = new Set([
  ...["children", "childspans", "childruns", "subsegments", "spans", "subspans"],
  ...["calls", "subcalls", "childcalls", "callees", "nested", "steps", "sub", "inner"],
  ...["stages", "stageflownodes", "tasks", "jobs", "activities", "childactivityinstances"],
]);
/** A call with all that it called. */
const callTrees = new Set(["calltree", "rootcall", "rootframe", "root", "rootspan"]);
/** The objects in which spans keep their times, and what else they tell of how they ran. */
const timings = new Set([
  ...["timing", "timings", "times", "timestamps", "time", "duration", "interval", "period"],
  ...["history", "execution"],
]);
/** The calls that pyinstrument sampled, with the seconds that each took as `time`. */
const SAMPLED = "rootframe";
const sampledNames = {
  time: "duration_s",
  file_path: "code.file.path",
  line_no: "code.line.number",
};
/** The spans of a trace, whose own id is the trace's. */
const spansOfTrace = new Set([
  ...["spans", "observations", "runs", "calls", "steps", "jobs", "stages", ...callTrees],
]);
const envelopes = new Set([
  ...["data", "result", "results", "items", "trace", "traces", "span"],
  // GraphQL of New Relic and Phoenix, and tRPC of Langfuse.
  ...["actor", "distributedtracing", "edges", "node", "rootspans", "json", "generations"],
  // PHP's console and Tempo's answers to language models.
  ...["spanset", "spansets", "scope", "services", "scopes"],
]);
/** The spans that a search of Tempo found. */
const found = new Set(["spanset", "spansets"]);
/** Phoenix has as many; deeper lies no answer of anyone. */
const MOST_ENVELOPES = 8;

/** The facts that a value inherits from what it lies in. */
interface Place {
  readonly value: unknown;
  /** The fields of a span that its trace, its caller or what lies beside its list tells. */
  readonly inherited?: Told;
  /** The clock of the caller, or of what a whole tree lies in. */
  readonly clock?: Clock;
  readonly isTree?: boolean;
  /** Whether its calls are those of a profile. */
  readonly isSampled?: boolean;
  /** Whether it is the scope of the spans in it. */
  readonly isScope?: boolean;
  /** Whether it lies where only spans do. */
  readonly isListed?: boolean;
  /** Whether it is an item of a file that has spans. */
  readonly isBeside?: boolean;
  readonly depth: number;
}

type Told = Partial<Record<keyof typeof tellers, unknown>>;

/** Where the next callee without a start begins; shared by all of a caller. */
interface Clock {
  readonly startNs: bigint;
  nextNs: bigint;
  /** In which the caller tells its times. */
  readonly unit: UnitPower | undefined;
}

/** Nobody's time: zero would say that it is not known. */
const FIRST_NS = 1n;

/** The parts that are no spans where only spans lie, and the places of spans that a search found. */
interface Tally {
  strangers: number;
  found: number;
}

interface Nested {
  readonly span: JsonObject;
  readonly isLaidOut: boolean;
}

export function isNestedSpans(item: JsonObject): boolean {
  return unnestSpans([item]).next().done !== true;
}

/** Whether it is a span beside others, and may be anything alone. */
export function isBesideNestedSpans(item: JsonObject): boolean {
  return isRootBesideSpans(withTimings(item));
}

export function listNestedSpans(item: JsonObject): readonly JsonObject[] {
  return [...unnestSpans([item])].map(each => each.span);
}

export function readNestedSpans(items: readonly JsonObject[], context: FileContext): SpanRecords {
  const tally: Tally = { strangers: 0, found: 0 };
  const nested = [...unnestSpans(items, tally, true)];
  const { records, problems } = readPlainSpans(
    nested.map(each => each.span),
    context,
  );
  const laidOut = nested.filter(each => each.isLaidOut).length;
  const { found, strangers } = tally;
  const more = notes(
    context,
    [
      laidOut,
      `${laidOut} calls have no start; they are drawn one after the other within their callers`,
    ],
    [found, "a search tells no parents of the spans that it found: fetch the trace by its id"],
    [strangers, `${strangers} in the lists of spans have no name or no time, and were left out`],
  );
  return { records, problems: [...problems, ...more] };
}

/** In the order of the file. An item that is a span without others in it is passed on as it is. */
function* unnestSpans(
  items: readonly JsonObject[],
  tally: Tally = { strangers: 0, found: 0 },
  hasSpans = false,
): Generator<Nested, undefined> {
  let count = 0;
  // Calls may nest deeper than the call stack.
  const stack: Place[] = [{ value: items, isBeside: hasSpans, depth: 0 }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value } = place;
    if (Array.isArray(value)) {
      for (const each of value.toReversed() as unknown[]) stack.push({ ...place, value: each });
    } else if (isObject(value)) {
      // The name by which the reader of spans knows one that has no id.
      const nested = isWrapped(value) ? undefined : toSpan(value, place, `call-${count + 1}`);
      if (nested === undefined) {
        const inner = place.depth < MOST_ENVELOPES ? open(value, place) : [];
        if (findShape(value).listKeys(found).length > 0) tally.found += 1;
        if (inner.length === 0 && place.isListed === true) tally.strangers += 1;
        stack.push(...inner.reverse());
        continue;
      }
      count += 1;
      const { span, isLaidOut } = nested;
      const inner = listCalls(span);
      if (inner.length === 0) {
        yield nested;
        continue;
      }
      const fields = Object.entries(span).filter(([key]) => !inner.includes(key));
      const spanId = getField(span, ownId) ?? `call-${count}`;
      fields.push(["span_id", spanId]);
      yield { span: Object.fromEntries(fields), isLaidOut };
      const inherited = {
        ...place.inherited,
        trace_id: getField(span, tellers.trace_id),
        parent_span_id: spanId,
      };
      const clock = createClock(span, place.clock?.unit);
      const { isSampled = false, depth } = place;
      const below = { inherited, clock, isSampled, isListed: true, depth };
      stack.push(...inner.map(key => ({ ...below, value: span[key] })).reverse());
    }
  }
}

/** The value as a span, with what its place tells; `undefined` where it is none. */
function toSpan(written: JsonObject, place: Place, name: string): Nested | undefined {
  const value = withTimings(
    place.isSampled === true ? renameFields(written, sampledNames) : fromExtendedJson(written),
  );
  const news = Object.entries(place.inherited ?? {}).filter(
    ([key, told]) =>
      told !== undefined && getField(value, tellers[key as keyof Told]) === undefined,
  );
  const span = news.length === 0 ? value : { ...value, ...Object.fromEntries(news) };
  const isBeside = place.isBeside === true || place.isListed === true;
  if (isPlainSpan(span) || (isBeside && isRootBesideSpans(span))) {
    return { span: fromOffset(span, place.clock), isLaidOut: false };
  }
  return isCall(span, place) ? layOut(span, place, name) : undefined;
}

/** A report on one tree of calls, whose root says again what the report is about. */
function isWrapped(value: JsonObject): boolean {
  const root = getField(value, rootOfReport);
  return isObject(root) && getField(root, nameOfReport) === getField(value, nameOfReport);
}

/** The span with the fields of the object that has its times. */
function withTimings(span: JsonObject): JsonObject {
  const [key = ""] = findShape(span).listKeys(timings);
  const held = span[key];
  if (!isObject(held) || readPlainStart(new PlainFields(span)) !== undefined) return span;
  const fields = new PlainFields(held);
  if (readPlainStart(fields) === undefined || !hasLength(fields)) return span;
  const own = Object.entries(span).filter(([name]) => name !== key);
  return { ...held, ...Object.fromEntries(own) };
}

/** A named part of a tree that has lengths; things in trees have none. */
function isCall(value: JsonObject, { inherited, isTree }: Place): boolean {
  const fields = new PlainFields(value);
  if (!hasName(fields)) return false;
  const inner = listCalls(value);
  if (inherited?.parent_span_id !== undefined || isTree === true) {
    return hasLength(fields) || inner.length > 0;
  }
  const hasCalls = inner.some(key =>
    listObjects(value[key]).some(each => hasName(new PlainFields(each))),
  );
  return hasLength(fields) && hasCalls;
}

/** Before this no trace was recorded: a smaller start counts from that of the caller. */
const EARLIEST_NS = 946_684_800_000_000_000n;

function fromOffset(span: JsonObject, clock: Clock | undefined): JsonObject {
  if (clock === undefined || clock.startNs < EARLIEST_NS) return span;
  const unit = clock.unit ?? UnitPower.ms;
  const fields = new PlainFields(span);
  const offset = readOffset(fields, unit, EARLIEST_NS);
  if (offset === undefined) return span;
  const startNs = clock.startNs + offset.startNs;
  const endNs = clock.startNs + offset.endNs;
  return {
    ...Object.fromEntries(
      Object.entries(span).filter(([key]) => !offset.names.has(fieldName(key))),
    ),
    start_time_unix_nano: startNs.toString(),
    end_time_unix_nano: endNs.toString(),
  };
}

function layOut(value: JsonObject, { clock }: Place, name: string): Nested {
  const fields = new PlainFields(value);
  const id = { span_id: getField(value, ownId) ?? name };
  if (readPlainStart(fields) !== undefined) return { span: { ...value, ...id }, isLaidOut: false };
  const startNs = clock?.nextNs ?? FIRST_NS;
  const endNs = startNs + (readPlainDuration(fields, clock?.unit) ?? 0n);
  if (clock !== undefined) clock.nextNs = endNs;
  const times = {
    start_time_unix_nano: startNs.toString(),
    end_time_unix_nano: endNs.toString(),
  };
  return { span: { ...value, ...id, ...times }, isLaidOut: true };
}

function createClock(span: JsonObject, unit: UnitPower | undefined): Clock {
  const start = readPlainStart(new PlainFields(span));
  const isOwn = !("start_time_unix_nano" in span);
  const startNs = start?.unixNs ?? FIRST_NS;
  return { startNs, nextNs: startNs, unit: isOwn ? (start?.unit ?? unit) : unit };
}

const listsOfCalls = new Set([...calls, ...callTrees]);

/** The fields of a span that hold its callees. */
function listCalls(span: JsonObject): readonly string[] {
  return findShape(span)
    .listKeys(listsOfCalls)
    .filter(key => {
      const value = span[key];
      const isList = Array.isArray(value) && value.some(isObject);
      return isList || (isObject(value) && callTrees.has(fieldName(key)));
    });
}

function open(value: JsonObject, { inherited: above, isScope, depth }: Place): Place[] {
  const inherited: Told = {
    trace_id: getField(value, tellers.trace_id) ?? getText(value, "trace") ?? above?.trace_id,
    resource: getField(value, tellers.resource) ?? listFacts(value) ?? above?.resource,
    service: getField(value, tellers.service) ?? above?.service,
    scope: isScope === true ? { name: value["name"], version: value["version"] } : above?.scope,
  };
  const clock = createClock(value, undefined);
  // Langfuse's page tells the observations in the trace and once more beside it.
  const isToldTwice = (inner: object): boolean =>
    isObject(inner) &&
    findShape(inner)
      .listKeys(spansOfTrace)
      .some(key => isSameLength(inner[key], value[key]));
  return Object.entries(value).flatMap(([key, inner]): readonly Place[] => {
    const name = fieldName(key);
    if (typeof inner !== "object" || inner === null) return [];
    if (spansOfTrace.has(name)) {
      const isTree = callTrees.has(name);
      const trace = { ...inherited, trace_id: inherited.trace_id ?? getField(value, onlyId) };
      const isListed = name === "spans" || name === "observations" || name === "jobs";
      const listed = listById(inner);
      const isSampled = name === SAMPLED;
      return [
        { value: listed, inherited: trace, clock, isTree, isSampled, isListed, depth: depth + 1 },
      ];
    }
    if (!envelopes.has(name) || isToldTwice(inner)) return [];
    if (name === "traces" && isMapOfLists(inner)) {
      return Object.entries(inner).map(([id, spans]) => ({
        value: spans,
        inherited: { ...inherited, trace_id: id },
        isListed: true,
        depth: depth + 1,
      }));
    }
    const isScoping = name === "scope" || name === "scopes";
    return [{ value: inner, inherited, isScope: isScoping, depth: depth + 1 }];
  });
}

/** The facts of a trace that tools for language models tell beside its spans, by the names of their attributes. */
const factsOfTrace = {
  "session.id": new Set(["sessionid"]),
  "user.id": new Set(["userid"]),
  "trace.tags": new Set(["tags"]),
};

function listFacts(value: JsonObject): JsonObject | undefined {
  const facts = Object.entries(factsOfTrace).flatMap(([key, names]): [string, unknown][] => {
    const told = getField(value, names);
    return told === undefined || (Array.isArray(told) && told.length === 0) ? [] : [[key, told]];
  });
  return facts.length === 0 ? undefined : Object.fromEntries(facts);
}

/** Lists of spans that are kept by the ids of their traces. */
function isMapOfLists(value: object): value is Readonly<Record<string, readonly unknown[]>> {
  const lists = Object.values(value) as unknown[];
  return !Array.isArray(value) && lists.length > 0 && lists.every(Array.isArray);
}

function isSameLength(one: unknown, other: unknown): boolean {
  return Array.isArray(one) && Array.isArray(other) && one.length === other.length;
}

/** Spans that are kept by their ids have them outside of themselves. */
function listById(value: unknown): unknown {
  const entries = isObject(value) ? Object.entries(value) : [];
  const isMap =
    entries.length > 0 &&
    entries.every(([, each]) => isObject(each) && hasName(new PlainFields(each)));
  return isMap ? entries.map(([id, each]) => ({ span_id: id, ...(each as JsonObject) })) : value;
}

/** The fields that hold for all that lies below, by the names that tell them. */
const tellers = {
  trace_id: new Set(["traceid", "tracekey"]),
  parent_span_id: new Set(["parentspanid", "parentid"]),
  resource: new Set(["resource", "resourceattributes"]),
  service: new Set(["service", "servicename"]),
  scope: new Set(["scope", "instrumentationscope"]),
} as const;
const ownId = new Set(["spanid", "id"]);
const onlyId = new Set(["id"]);
const rootOfReport = new Set(["root"]);
const nameOfReport = new Set(["name"]);

function getText(value: JsonObject, key: string): string | undefined {
  const text = value[key];
  return typeof text === "string" && text !== "" ? text : undefined;
}

function getField(value: JsonObject, names: ReadonlySet<string>): unknown {
  const [key] = findShape(value).listKeys(names);
  const found = key === undefined ? undefined : value[key];
  return found === null || found === "" ? undefined : found;
}
