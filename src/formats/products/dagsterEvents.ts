/**
 * Events of Dagster's runs become spans: a run, and below it each attempt of a step; what else happened are events of
 * these. As its database and `json_console_logger` keep them, as GraphQL answers, and as its logger prints them. Pure.
 *
 *     {"run_id": …, "step_key": "charge", "timestamp": 1796036470.87, "dagster_event": {"event_type_value": "STEP_START", …}}
 *     {"created": 1796036470.87, "dagster_meta": {"run_id": …, "dagster_event": {…}}}
 *     {"__typename": "ExecutionStepStartEvent", "runId": …, "stepKey": "charge", "timestamp": "1796036470875"}
 *     2026-11-30 11:01:12 +0000 - dagster - DEBUG - pay - RUN - 15499 - charge - STEP_START - Started execution of step.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readMappedSpans, type MappedSpan } from "../plain/mappedSpans.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { guessUnit, toNanos, toPlainText } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

interface RunEvent {
  readonly runId: string;
  readonly job: string;
  /** Empty for the run itself. */
  readonly step: string;
  /** `STEP_START`; what was logged has none. */
  readonly type: string;
  readonly timeNs: bigint;
  readonly message: string;
  readonly error: JsonObject | undefined;
  readonly source: unknown;
}

export function isDagsterEvent(item: JsonObject): boolean {
  return listEvents(item).length > 0;
}

export function readDagsterEvents(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  return toSpans(items.flatMap(listEvents), context);
}

/** The event itself, or those that GraphQL answered with. */
function listEvents(item: JsonObject): readonly RunEvent[] {
  const event = toEvent(item);
  if (event !== undefined) return [event];
  let held: unknown = isObject(item["data"]) ? item["data"] : item;
  for (const key of ["runOrError", "logsForRun", "eventConnection"]) {
    if (isObject(held) && isObject(held[key])) held = held[key];
  }
  return isObject(held) ? listObjects(held["events"]).flatMap(event => toEvent(event) ?? []) : [];
}

const TEXT_LINE =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [+-]\d{4})?) - dagster - [A-Z]+ - (\S+) - ([0-9a-f-]{36}) - (?:\d+ - )?(?:([^\s-][^\s]*) - )?([A-Z][A-Z_]+) - (.*)$/gm;

export function isDagsterText(text: string): boolean {
  TEXT_LINE.lastIndex = 0;
  return TEXT_LINE.test(text);
}

export function readDagsterText(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const events = [...text.matchAll(TEXT_LINE)].map(
    ([line, time, job = "", runId = "", step = "", type = "", message = ""]): RunEvent => ({
      ...{ runId, job, step, type: shorten(type), message, error: undefined, source: line },
      timeNs: readMoment(time) ?? 0n,
    }),
  );
  return toSpans(events, context);
}

function toEvent(item: JsonObject): RunEvent | undefined {
  const meta = isObject(item["dagster_meta"]) ? item["dagster_meta"] : item;
  const event = isObject(meta["dagster_event"]) ? meta["dagster_event"] : {};
  const text = (...values: readonly unknown[]): string =>
    values.map(toPlainText).find(each => each !== "") ?? "";
  const runId = text(meta["run_id"], item["runId"]);
  const typeName = text(item["eventType"], event["event_type_value"]) || typeOf(item["__typename"]);
  const time = item["created"] ?? item["timestamp"];
  const timeNs = toNanos(time, guessUnit(time)) ?? readMoment(time);
  const isOwn = meta !== item || "dagster_event" in meta || typeName !== "";
  if (!isOwn || runId === "" || timeNs === undefined) return undefined;
  const data = isObject(event["event_specific_data"]) ? event["event_specific_data"] : item;
  return {
    ...{ runId, timeNs, type: shorten(typeName), source: item },
    job: text(event["job_name"], event["pipeline_name"], meta["job_name"], meta["pipeline_name"]),
    step: text(event["step_key"], meta["step_key"], item["stepKey"]),
    message: text(
      event["message"],
      meta["orig_message"],
      item["user_message"],
      item["message"],
      item["msg"],
    ),
    error: isObject(data["error"]) ? data["error"] : undefined,
  };
}

/** `ExecutionStepUpForRetryEvent` is `STEP_UP_FOR_RETRY`; the start of a step is the same under each of its names. */
function typeOf(typename: unknown): string {
  const [, name] =
    /^(?:Execution)?((?:Step|Run|Pipeline)\w+)Event$/.exec(toPlainText(typename)) ?? [];
  return name === undefined ? "" : name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

/** A pipeline was what a run is now. */
function shorten(type: string): string {
  return type.replace(/^PIPELINE_/, "RUN_");
}

const STARTS = /^(?:RUN_START|STEP_START|STEP_RESTARTED|STEP_RESTART)$/;
const ENDS = /^(?:RUN|STEP)_(?:SUCCESS|FAILURE|CANCELED|UP_FOR_RETRY)$/;

/** A run, or an attempt of a step, while its events come. */
interface Draft {
  readonly first: RunEvent;
  readonly spanId: string;
  readonly events: JsonObject[];
  end: RunEvent | undefined;
}

function toSpans(events: readonly RunEvent[], context: Pick<FileContext, "store">): SpanRecords {
  const drafts: Draft[] = [];
  /** By the run and the step, the attempt that was told of last. */
  const open = new Map<string, Draft>();
  const attempts = new Map<string, number>();
  const begin = (event: RunEvent, key: string): Draft => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    const spanId = attempt === 1 ? key : `${key}#${attempt}`;
    const draft: Draft = { first: event, spanId, events: [], end: undefined };
    drafts.push(draft);
    open.set(key, draft);
    return draft;
  };
  const byTime = events.toSorted((a, b) =>
    a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0,
  );
  for (const event of byTime) {
    const { runId, step, type } = event;
    const run = open.get(runId) ?? begin(event, runId);
    const isOfStep = step !== "" && /^STEP_/.test(type);
    const key = step === "" ? runId : `${runId}:${step}`;
    const known = open.get(key);
    if (STARTS.test(type) && isOfStep) begin(event, key);
    else if (!STARTS.test(type)) {
      const owner = known ?? (isOfStep ? begin(event, key) : run);
      if (ENDS.test(type)) owner.end = event;
      else owner.events.push(toSpanEvent(event));
    }
  }
  return readMappedSpans(drafts.map(toSpan), context);
}

function toSpanEvent({ type, timeNs, message }: RunEvent): JsonObject {
  return {
    name: type || message,
    time_unix_nano: timeNs.toString(),
    ...(type !== "" && { attributes: { message } }),
  };
}

function toSpan({ first, spanId, events, end }: Draft): MappedSpan {
  const { runId, job, step } = first;
  const isFailed = end !== undefined && !end.type.endsWith("_SUCCESS");
  const isRun = spanId === runId;
  return {
    span: {
      ...{ trace_id: runId, span_id: spanId, service: job, events },
      ...(!isRun && { parent_span_id: runId }),
      name: isRun ? job || runId : step,
      start_time_unix_nano: first.timeNs.toString(),
      ...(end === undefined
        ? { status: "running" }
        : { end_time_unix_nano: end.timeNs.toString() }),
      ...(end !== undefined && { status: isFailed ? "error" : "ok", "dagster.event": end.type }),
      ...(isFailed && { error: toError(end) }),
    },
    source: first.source,
  };
}

/** The error that the code raised lies in that of Dagster; its stack is in lines, outermost first. */
function toError({ error: outer, message }: RunEvent): JsonObject {
  let error = outer;
  for (let left = MOST_CAUSES; left > 0 && isObject(error?.["cause"]); left -= 1) {
    error = error["cause"];
  }
  if (error === undefined) return { message };
  const [type, text] = [
    error["cls_name"] ?? error["className"],
    toPlainText(error["message"]).trim(),
  ];
  const stack = Array.isArray(error["stack"]) ? error["stack"].map(toPlainText).join("") : "";
  return {
    type,
    message: text.replace(/^[\w.]+: /, found => (found.includes(toPlainText(type)) ? "" : found)),
    ...(stack !== "" && { stack: `Traceback (most recent call last):\n${stack}${text}` }),
  };
}

/** An error caused by an error by an error: more say nothing. */
const MOST_CAUSES = 8;
