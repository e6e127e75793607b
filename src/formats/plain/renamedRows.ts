/**
 * Rows of tools whose spans, calls, tasks and jobs are plain spans under other names: what each calls them is here, what
 * they mean is told by `plainSpans.ts`. Pure.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readObject } from "../encodings/jsonText.ts";
import { readMappedSpans, renameFields, type MappedSpan } from "./mappedSpans.ts";
import { isObject, listObjects, toObject, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

export interface RenamedRows {
  /** The tool. */
  readonly name: string;
  /** A row of it has all of these. */
  readonly needs: readonly string[];
  /** Whether its times count from the start of the program. */
  readonly countsFreely?: true;
  readonly fits?: (row: JsonObject) => boolean;
  /** The row that tells of all others, which is no span. */
  readonly head?: (row: JsonObject) => boolean;
  readonly rename: (row: JsonObject, head: JsonObject) => JsonObject;
}

const text = (row: JsonObject, key: string): string => toPlainText(row[key]);
/** As an object, or as the JSON of a column. */
const propertiesOf = ({ properties }: JsonObject): JsonObject =>
  toObject(typeof properties === "string" ? readObject(properties) : properties);
/** Without what has a field of its own in the span. */
const without = (row: JsonObject, ...keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));

/** .NET counts the kinds of an activity from the internal one on, OpenTelemetry from the unknown one. */
const activityKinds = ["internal", "server", "client", "producer", "consumer"];

export const renamedRows: readonly RenamedRows[] = [
  {
    name: ".NET activities",
    needs: ["SpanId", "StartTimeUtc"],
    rename: row => ({
      ...without(row, "OperationName", "DisplayName", "Kind", "TagObjects", "Tags"),
      name: text(row, "DisplayName") || text(row, "OperationName"),
      kind: activityKinds[Number(row["Kind"])] ?? row["Kind"],
      attributes: row["TagObjects"] ?? row["Tags"],
    }),
  },
  {
    name: "Weave",
    needs: ["op_name", "started_at", "trace_id"],
    rename: row => ({
      ...renameFields(without(row, "op_name"), { exception: "error" }),
      name: text(row, "display_name") || shortOp(text(row, "op_name")),
      op: row["op_name"],
      ...(row["ended_at"] === null && { status: "running" }),
    }),
  },
  {
    name: "Braintrust",
    needs: ["span_id", "root_span_id", "span_attributes"],
    rename(row) {
      const { name, ...own } = toObject(row["span_attributes"]);
      const { start, end, ...metrics } = toObject(row["metrics"]);
      const [parent] = Array.isArray(row["span_parents"]) ? (row["span_parents"] as unknown[]) : [];
      return {
        ...without(
          row,
          "span_attributes",
          "metrics",
          "metadata",
          "created",
          "root_span_id",
          "span_parents",
        ),
        ...{ trace_id: row["root_span_id"], parent_span_id: parent, name },
        ...{ start_time: start ?? row["created"], end_time: end },
        attributes: { ...toObject(row["metadata"]), ...own, ...metrics },
      };
    },
  },
  {
    name: "PostHog",
    needs: ["event", "properties", "timestamp"],
    fits: row => "$ai_trace_id" in propertiesOf(row),
    rename(row) {
      const properties = propertiesOf(row);
      const property = (name: string): unknown => properties[`$ai_${name}`];
      return {
        trace_id: property("trace_id"),
        span_id: property("span_id") ?? property("generation_id") ?? row["uuid"],
        parent_id:
          property("parent_id") === property("trace_id") ? undefined : property("parent_id"),
        name: property("span_name") ?? property("model") ?? row["event"],
        // It is told when it is over, with the seconds that it took.
        ...{ end_time: row["timestamp"], duration_s: property("latency") },
        input: property("input") ?? property("input_state"),
        output: property("output_choices") ?? property("output_state"),
        ...(property("is_error") === true && { status: "error", error: property("error") }),
        attributes: { ...without(row, "properties", "timestamp"), ...properties },
      };
    },
  },
  {
    name: "Playwright",
    needs: ["callId", "class", "method", "startTime"],
    countsFreely: true,
    head: row => "wallTime" in row && "monotonicTime" in row,
    rename: (row, head) => ({
      ...without(row, "callId", "startTime", "endTime", "apiName", "title"),
      span_id: row["callId"],
      name:
        text(row, "title") ||
        text(row, "apiName") ||
        `${text(row, "class")}.${text(row, "method")}`,
      resource: head,
      ...{ start_time_ms: toWallTime(row["startTime"], head) },
      ...{ end_time_ms: toWallTime(row["endTime"], head) },
    }),
  },
  {
    name: "Helicone",
    needs: ["request_id", "request_created_at", "response_created_at"],
    rename(row) {
      const properties = toObject(row["request_properties"]);
      return {
        ...without(row, "request_properties", "response_status"),
        trace_id: properties["Helicone-Session-Id"] ?? row["request_id"],
        span_id: row["request_id"],
        name: text(row, "request_path") || text(row, "request_model"),
        start_time: row["request_created_at"],
        end_time: row["response_created_at"],
        ...(Number(row["response_status"]) >= 400 && { status: "error" }),
        attributes: { ...properties, "http.response.status_code": row["response_status"] },
      };
    },
  },
  {
    name: "Airflow",
    needs: ["task_id", "dag_id", "start_date", "end_date", "state"],
    rename: row => ({
      ...without(row, "task_id", "start_date", "end_date", "duration"),
      trace_id: text(row, "dag_run_id") || text(row, "run_id") || text(row, "dag_id"),
      span_id: [text(row, "task_id"), text(row, "map_index")]
        .filter(part => part !== "-1" && part !== "")
        .join("#"),
      name: row["task_id"],
      service: row["dag_id"],
      start_time: row["start_date"],
      end_time: row["end_date"],
    }),
  },
  {
    name: "Prefect",
    needs: ["id", "start_time", "state_type"],
    rename(row) {
      const state = toObject(row["state"]);
      return {
        ...renameFields(without(row, "state", "state_type", "state_name", "label"), {
          // The graph of a run has what a task waited for, and what it ran in.
          ...{ parents: "upstream", children: "downstream" },
        }),
        trace_id: text(row, "flow_run_id") || ("label" in row ? undefined : row["id"]),
        span_id: row["id"],
        parent_id: row["flow_run_id"] ?? listObjects(row["encapsulating"]).at(-1)?.["id"],
        name: row["name"] ?? row["label"],
        status: { code: state["type"] ?? row["state_type"], message: state["message"] },
      };
    },
  },
  {
    name: "GitLab",
    needs: ["id", "name", "stage", "pipeline", "started_at", "finished_at"],
    rename: row => ({
      ...renameFields(without(row, "duration", "coverage"), {
        ...{ failure_reason: "status_message", queued_duration: "gitlab.queued_seconds" },
        pipeline: "gitlab.pipeline",
        ...{ created_at: "gitlab.created_at", queued_at: "gitlab.queued_at" },
      }),
      trace_id: toObject(row["pipeline"])["id"],
      span_id: row["id"],
    }),
  },
  {
    name: "RQ",
    needs: ["origin", "enqueued_at", "started_at", "description"],
    rename: row => ({
      ...renameFields(row, { origin: "queue", exc_info: "error" }),
      trace_id: row["id"],
      span_id: row["id"],
      name: text(row, "func_name") || text(row, "description").replace(/\(.*$/s, ""),
      kind: "consumer",
      ...(row["ended_at"] === null && text(row, "status") === "started" && { status: "running" }),
    }),
  },
  {
    name: "BullMQ",
    needs: ["name", "data", "opts", "timestamp", "processedOn"],
    rename: row => ({
      ...without(
        row,
        "timestamp",
        "processedOn",
        "finishedOn",
        "stacktrace",
        "data",
        "returnvalue",
        "failedReason",
      ),
      trace_id: row["id"],
      span_id: row["id"],
      parent_id: toObject(row["parent"])["id"],
      queue: row["queueName"],
      kind: "consumer",
      input: row["data"],
      output: row["returnvalue"],
      start_time: row["processedOn"],
      end_time: row["finishedOn"],
      "bullmq.timestamp": row["timestamp"],
      ...(text(row, "failedReason") !== "" && {
        error: {
          message: row["failedReason"],
          stack: Array.isArray(row["stacktrace"]) ? (row["stacktrace"] as unknown[]).at(-1) : "",
        },
      }),
      ...(row["finishedOn"] === null && { status: "running" }),
    }),
  },
  {
    name: "Flower",
    needs: ["uuid", "name", "state", "received"],
    rename(row) {
      const ended = row["succeeded"] ?? row["failed"] ?? row["revoked"];
      const [hasEnded, hasLength] = [ended, row["runtime"]].map(each => toPlainText(each) !== "");
      const isOpen = !hasEnded && !hasLength;
      return {
        ...without(
          row,
          "uuid",
          "received",
          "started",
          "succeeded",
          "failed",
          "timestamp",
          "runtime",
        ),
        trace_id: text(row, "root_id") || text(row, "uuid"),
        span_id: row["uuid"],
        parent_id: row["parent_id"],
        kind: "consumer",
        queue: row["routing_key"],
        start_time: row["started"] ?? row["received"],
        end_time: ended,
        ...(!hasEnded && { duration_s: row["runtime"] }),
        ...(isOpen && { status: "running" }),
        error: row["exception"],
        "celery.received": row["received"],
      };
    },
  },
  {
    name: "Next.js",
    needs: ["name", "duration", "timestamp", "id", "startTime", "traceId", "tags"],
    // A moment of a clock of its own, and a length, both in microseconds.
    rename: row => renameFields(row, { duration: "duration_us", timestamp: "next.timestamp" }),
  },
  {
    name: "Instana",
    needs: ["t", "s", "n", "ts", "d", "k"],
    rename(row) {
      const data = toObject(row["data"]);
      return {
        ...without(row, "t", "lt", "s", "p", "n", "ts", "d", "k", "ec", "data"),
        ...{ trace_id: text(row, "lt") || row["t"], span_id: row["s"], parent_id: row["p"] },
        ...{ name: row["n"], kind: ["", "entry", "exit", "local"][Number(row["k"])] },
        ...{ start_time_ms: row["ts"], duration_ms: row["d"], error_count: row["ec"] },
        ...{ service: data["service"], attributes: data },
      };
    },
  },
  {
    name: "Lightstep",
    needs: ["span-id", "span-name", "start-time-micros", "trace-id"],
    rename: row => row,
  },
  {
    name: "Serilog",
    needs: ["@t", "@tr", "@sp", "@st"],
    rename: row => ({
      ...renameFields(without(row, "@m"), { "@mt": "log.template", "@sc": "scope", "@x": "error" }),
      ...{
        "@tr": undefined,
        "@sp": undefined,
        "@ps": undefined,
        "@t": undefined,
        "@ra": undefined,
      },
      ...{ "@st": undefined, "@sk": undefined, "@l": undefined },
      ...{ trace_id: row["@tr"], span_id: row["@sp"], parent_id: row["@ps"], level: row["@l"] },
      ...{ name: text(row, "@m") || text(row, "@mt"), kind: row["@sk"] },
      ...{ start_time: row["@st"], end_time: row["@t"] },
      service: toPlainText(toObject(toObject(row["@ra"])["service"])["name"]),
      resource: row["@ra"],
    }),
  },
];

export function hasRows(kind: RenamedRows, item: JsonObject): boolean {
  return listRowsOf(kind, item).length > 0;
}

export function readRenamedRows(
  kind: RenamedRows,
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const rows = items.flatMap(item => listRowsOf(kind, item));
  const head = items.find(item => kind.head?.(item)) ?? {};
  return readMappedSpans(
    joinTrees(rows.map(row => ({ source: row, span: kind.rename(row, head) }))),
    context,
  );
}

/** Jobs that are traces of their own, but for those that name a parent among the rows: these are of its trace. */
function joinTrees(mapped: readonly MappedSpan[]): readonly MappedSpan[] {
  const byId = new Map(mapped.map(({ span }) => [span["span_id"], span]));
  return mapped.map(({ span, source }) => {
    let root = span;
    const passed = new Set<unknown>();
    while (root["trace_id"] === root["span_id"] && !passed.has(root["span_id"])) {
      passed.add(root["span_id"]);
      root = byId.get(root["parent_id"]) ?? root;
    }
    return { span: root === span ? span : { ...span, trace_id: root["trace_id"] }, source };
  });
}

/** Where answers of APIs have them. */
const LISTS = ["events", "data", "task_instances", "tasks", "jobs", "calls", "rows", "results"];

function listRowsOf({ needs, fits }: RenamedRows, item: JsonObject): readonly JsonObject[] {
  const isRow = (row: JsonObject): boolean =>
    needs.every(key => key in row) && fits?.(row) !== false;
  if (isRow(item)) return [item];
  return LISTS.flatMap(key => listObjects(item[key])).flatMap(each => {
    const inner = isObject(each["attributes"]) ? listObjects(each["attributes"]["spans"]) : [];
    return [each, ...inner.map(span => withReporter(span, each))].filter(isRow);
  });
}

/** Lightstep tells beside the spans of a trace who sent them. */
function withReporter(span: JsonObject, trace: JsonObject): JsonObject {
  const reporters = listObjects(toObject(trace["relationships"])["reporters"]);
  const sender = reporters.find(each => each["reporter-id"] === span["reporter-id"]);
  const reporter = toObject(sender?.["attributes"]);
  return sender === undefined
    ? span
    : { ...span, service: reporter["lightstep.component_name"], resource: reporter };
}

/** A time of the program's own clock, by when that was what in the world. */
function toWallTime(time: unknown, { wallTime, monotonicTime }: JsonObject): unknown {
  const moment = Number(time) + Number(wallTime) - Number(monotonicTime);
  return Number.isFinite(moment) ? moment : time;
}

/** `weave:///team/shop/op/predict:0a1b` is `predict`. */
function shortOp(name: string): string {
  return /^weave:\/\/\/.*\/op\/([^:/]+)/.exec(name)?.[1] ?? name;
}
