/**
 * Chrome's trace events, as DevTools, Node, VizTracer, PyTorch and clang write them, become span records: one trace a
 * file, a span for each pair of begin and end, nested as the threads ran them. Pure.
 *
 *     {"traceEvents": [{"ph": "X", "name": "parse", "ts": 1000.5, "dur": 20, "pid": 1, "tid": 2, "args": {}}]}
 */

import { lookupTable } from "../../base/lookupTable.ts";
import { EdgeKind, type SpanInput } from "../../model/span.ts";
import type { Attribute, SpanDetail, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { canonicalTraceId } from "../../model/ids.ts";
import { toAttributeValue, toBigInt, toRawText } from "../values/attributeValues.ts";
import { nestAsyncEvents, nestThreadEvents, SliceFinder, type Slice } from "./chromeSlices.ts";
import { UNDATED } from "../values/timeUnits.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { lazyRecord, toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

/** Phases by what becomes of them: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMh4h6I0nSsKchNAySU */
const THREAD_PHASES = new Set(["X", "B", "E", "i", "I", "R"]);
const ASYNC_PHASES = new Set(["b", "e", "n", "S", "F", "T", "p"]);
const FLOW_PHASES = new Set(["s", "t", "f"]);
const PHASE_WORDS = lookupTable<string>({
  C: "counters",
  P: "CPU samples",
  N: "objects",
  O: "objects",
  D: "objects",
  v: "memory dumps",
  V: "memory dumps",
  c: "clock marks",
});
/** Metadata about the recording itself, which is no fact of a span. */
const EVENT_FIELDS = new Set(["name", "ph", "ts", "dur", "tdur", "pid", "tid", "args"]);
const FIELD_NAMES = lookupTable<string>({
  cat: "category",
  tts: "thread.cpu_time_us",
});

export function isChromeTrace(item: JsonObject): boolean {
  const { traceEvents } = item;
  return Array.isArray(traceEvents) ? traceEvents.some(isEvent) : isEvent(item);
}

function isEvent(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const { ph, ts, pid, tid, args } = value as Record<string, unknown>;
  if (typeof ph !== "string" || ph.length !== 1) return false;
  return ph === "M" ? isObject(args) : ts !== undefined && (pid !== undefined || tid !== undefined);
}

export function readChromeTrace(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const recording = new Recording(items, context);
  return { records: recording.listRecords(), problems: recording.listProblems() };
}

class Recording {
  readonly #context: Pick<FileContext, "store">;
  readonly #traceId: string;
  readonly #slices: Slice[] = [];
  readonly #processNames = new Map<string, string>();
  readonly #threadNames = new Map<string, string>();
  readonly #links = new Map<Slice, SpanLink[]>();
  readonly #problems: string[] = [];
  /** The offset that turns the recorder's clock into nanoseconds since 1970, as far as the file says. */
  #offsetNs = 0n;

  constructor(items: readonly JsonObject[], context: Pick<FileContext, "store">) {
    this.#context = context;
    this.#traceId = canonicalTraceId(context.store);
    const events = items.flatMap(item => (isEvent(item) ? [item] : listEvents(item)));
    this.#readMetadata(events);
    this.#nest(events);
    this.#connect(events.filter(event => FLOW_PHASES.has(toPlainText(event["ph"]))));
    this.#setClock(items);
    this.#countOthers(events);
  }

  #nest(events: readonly JsonObject[]): void {
    const threads = Map.groupBy(
      events.filter(event => THREAD_PHASES.has(toPlainText(event["ph"]))),
      threadOf,
    );
    const tracks = Map.groupBy(
      events.filter(event => ASYNC_PHASES.has(toPlainText(event["ph"]))),
      trackOf,
    );
    let unmatched = 0;
    const add = (slices: Slice[], ends: number): void => {
      for (const slice of slices) slice.index = this.#slices.push(slice);
      unmatched += ends;
    };
    for (const thread of threads.values()) nestThreadEvents(thread, add);
    for (const track of tracks.values()) nestAsyncEvents(track, add);
    if (unmatched > 0) this.#problems.push(`${unmatched} ends without a beginning were left out`);
  }

  #readMetadata(events: readonly JsonObject[]): void {
    for (const event of events) {
      if (event["ph"] !== "M" || !isObject(event["args"])) continue;
      const name = toPlainText(event["args"]["name"]);
      if (event["name"] === "process_name") this.#processNames.set(toPlainText(event["pid"]), name);
      if (event["name"] === "thread_name") this.#threadNames.set(threadOf(event), name);
    }
  }

  /** Flows lead from one span to the next; each event of a flow belongs to the span that encloses it. */
  #connect(flows: readonly JsonObject[]): void {
    if (flows.length === 0) return;
    const finder = new SliceFinder(this.#slices, threadOf);
    let loose = 0;
    for (const flow of Map.groupBy(flows, flowOf).values()) {
      let source: Slice | undefined;
      for (const event of flow.toSorted((a, b) => Number(a["ts"]) - Number(b["ts"]))) {
        const isNext = event["ph"] === "f" && event["bp"] !== "e";
        const slice = finder.find(threadOf(event), Number(event["ts"]), isNext);
        if (slice === undefined) loose += 1;
        else if (source !== undefined && source !== slice) this.#link(slice, source, event);
        source = slice ?? source;
      }
    }
    if (loose > 0) this.#problems.push(`${loose} flow events lie in no span and were left out`);
  }

  #link(slice: Slice, source: Slice, flow: JsonObject): void {
    const isOwnThread = threadOf(slice.event) === threadOf(source.event);
    const isOwnProcess = slice.event["pid"] === source.event["pid"];
    const link: SpanLink = {
      kind: isOwnThread
        ? EdgeKind.followsFrom
        : isOwnProcess
          ? EdgeKind.crossThread
          : EdgeKind.crossProcess,
      traceId: this.#traceId,
      spanId: this.#idOf(source),
      attributes: ["name", "cat", "id"].flatMap(key =>
        flow[key] === undefined ? [] : [{ key: `flow.${key}`, value: toAttributeValue(flow[key]) }],
      ),
    };
    this.#links.set(slice, [...(this.#links.get(slice) ?? []), link]);
  }

  #setClock(items: readonly JsonObject[]): void {
    const first = this.#slices.reduce((least, slice) => Math.min(least, slice.startUs), Infinity);
    for (const item of items) {
      const viz = isObject(item["viztracer_metadata"]) ? item["viztracer_metadata"] : {};
      const base = item["baseTimeNanoseconds"] ?? viz["baseTimeNanoseconds"];
      this.#offsetNs ||= toBigInt(base) ?? toNanos(item["beginningOfTime"], UnitPower.us) ?? 0n;
    }
    // Microseconds since 1970 are that large from 2001 on; what is less counts from the start of a machine or a program.
    if (this.#offsetNs !== 0n || first > 1e15 || first === Infinity) return;
    // A start of zero means an unknown one everywhere else.
    if (first <= 0) this.#offsetNs = 1n - (toNanos(first, UnitPower.us) ?? 0n);
    const started = items.map(item =>
      isObject(item["metadata"]) ? toPlainText(item["metadata"]["startTime"]) : "",
    );
    const known = started.find(text => readMoment(text) !== undefined);
    this.#problems.push(known === undefined ? UNDATED : `${UNDATED}: it was recorded at ${known}`);
  }

  #countOthers(events: readonly JsonObject[]): void {
    const counts = new Map<string, number>();
    for (const { ph } of events as readonly { ph?: unknown }[]) {
      const phase = toPlainText(ph);
      const isRead =
        phase === "M" ||
        [THREAD_PHASES, ASYNC_PHASES, FLOW_PHASES].some(phases => phases.has(phase));
      const word = PHASE_WORDS[phase] ?? `events of the phase ${phase}`;
      if (!isRead) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const leftOut = [...counts].map(([word, count]) => `${count} ${word}`);
    if (leftOut.length > 0) this.#problems.push(`no spans, and left out: ${leftOut.join(", ")}`);
  }

  listProblems(): SpanRecords["problems"] {
    return this.#problems.map(text => note(this.#context, text));
  }

  listRecords(): readonly SpanRecord[] {
    return this.#slices.map(slice => {
      const input = this.#toInput(slice);
      return lazyRecord(this.#traceId, input, () => this.#toDetail(slice, input));
    });
  }

  /** The place in the file is the name; no event has an id of its own. */
  #idOf(slice: Slice): string {
    return `event-${slice.index}`;
  }

  #toInput(slice: Slice): SpanInput {
    const { event, parent } = slice;
    const startUnixNs = this.#toUnixNs(event["ts"]);
    const links = this.#links.get(slice);
    const service = this.#processNames.get(toPlainText(event["pid"]));
    return {
      spanId: this.#idOf(slice),
      ...(parent !== undefined && { parentSpanId: this.#idOf(parent) }),
      name: toPlainText(event["name"]) || toPlainText(event["cat"]),
      ...(service !== undefined && { service }),
      ...(startUnixNs !== undefined && { startUnixNs }),
      ...this.#toEnd(slice, startUnixNs),
      ...(links !== undefined && { refs: links.map(({ kind, spanId }) => ({ kind, spanId })) }),
    };
  }

  #toEnd({ event, end }: Slice, startUnixNs: bigint | undefined): Pick<SpanInput, "endUnixNs"> {
    if (end !== undefined) return { endUnixNs: this.#toUnixNs(end["ts"]) };
    if (event["ph"] === "B" || event["ph"] === "b" || event["ph"] === "S") return {};
    const durationNs = toNanos(event["dur"] ?? event["tdur"], UnitPower.us) ?? 0n;
    return startUnixNs === undefined ? {} : { endUnixNs: startUnixNs + durationNs };
  }

  #toUnixNs(time: unknown): bigint | undefined {
    const nanos = toNanos(time, UnitPower.us);
    return nanos === undefined ? undefined : nanos + this.#offsetNs;
  }

  #toDetail(slice: Slice, { spanId }: SpanInput): SpanDetail {
    const { event, end, instants } = slice;
    const process = this.#processNames.get(toPlainText(event["pid"]));
    const thread = this.#threadNames.get(threadOf(event));
    return {
      spanId,
      traceId: this.#traceId,
      attributes: [
        ...readCode(event),
        ...readArguments(event),
        ...(end === undefined ? [] : readArguments(end)),
        ...readFields(event),
        ...toAttribute("thread.id", event["tid"]),
        ...toAttribute("thread.name", thread),
      ],
      resource: [
        ...toAttribute("service.name", process),
        ...toAttribute("process.pid", event["pid"]),
      ],
      events: instants.map((instant): SpanEvent => ({
        name: toPlainText(instant["name"]),
        timeUnixNs: String(this.#toUnixNs(instant["ts"]) ?? 0n),
        attributes: [...readArguments(instant), ...readFields(instant)],
      })),
      links: this.#links.get(slice) ?? [],
      stores: [this.#context.store],
      get raw() {
        return toRawText(end === undefined ? event : [event, end]);
      },
    };
  }
}

function listEvents(item: JsonObject): readonly JsonObject[] {
  return listObjects(item["traceEvents"]).filter(isEvent);
}

function threadOf(event: JsonObject): string {
  return `${toPlainText(event["pid"])} ${toPlainText(event["tid"])}`;
}

/** Ids are those of a process, unless they say that they are those of all. */
function trackOf(event: JsonObject): string {
  const id2 = isObject(event["id2"]) ? event["id2"] : {};
  const id =
    event["id"] ?? id2["global"] ?? `${toPlainText(event["pid"])} ${toPlainText(id2["local"])}`;
  return [id, event["cat"], event["scope"]].map(toPlainText).join("\n");
}

function flowOf(event: JsonObject): string {
  return `${trackOf(event)}\n${toPlainText(event["name"])}`;
}

function readArguments(event: JsonObject): readonly Attribute[] {
  const { args } = event;
  if (!isObject(args)) return [];
  return Object.entries(args).flatMap(([key, value]) => toAttribute(key, value));
}

function readFields(event: JsonObject): readonly Attribute[] {
  return Object.entries(event).flatMap(([key, value]) =>
    EVENT_FIELDS.has(key) ? [] : toAttribute(FIELD_NAMES[key] ?? key, value),
  );
}

function toAttribute(key: string, value: unknown): readonly Attribute[] {
  return value === undefined ? [] : [{ key, value: toAttributeValue(value) }];
}

/** VizTracer's `leaf (/srv/shop.py:12)`, PyTorch's `shop.py(12): leaf`. */
const CODE_BEHIND = /^(?<name>.+) \((?<file>.+):(?<line>\d+)\)$/;
const CODE_BEFORE = /^(?<file>[^()]+\.\w+)\((?<line>\d+)\): (?<name>.+)$/;

/** The function that a profiler or a browser names, in OpenTelemetry's words. */
function readCode(event: JsonObject): readonly Attribute[] {
  const name = toPlainText(event["name"]);
  const args = isObject(event["args"]) ? event["args"] : {};
  const data = isObject(args["data"]) ? args["data"] : {};
  const found = (CODE_BEHIND.exec(name) ?? CODE_BEFORE.exec(name))?.groups;
  if (found === undefined && toPlainText(data["functionName"]) === "") return [];
  const line = found?.["line"] ?? data["lineNumber"];
  return [
    ...toAttribute("code.function.name", found?.["name"] ?? data["functionName"]),
    ...toAttribute("code.file.path", found?.["file"] ?? data["url"]),
    ...toAttribute("code.line.number", line === undefined ? undefined : Number(line)),
  ];
}
