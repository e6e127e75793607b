/**
 * Runs of LangSmith as its SDKs send them in batches become span records: a run is posted when it begins, and patched
 * when it ends. Pure.
 *
 *     {"post": [{"id": …, "name": "ChatOpenAI", "start_time": …, "dotted_order": …}], "patch": [{"end_time": …}]}
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readMappedSpans } from "../plain/mappedSpans.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

/** A run's place: the start and the id of each run above it, and its own. */
const PLACE = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{1,6})Z([0-9a-f-]{36})/g;

export function isLangsmithRuns(item: JsonObject): boolean {
  return isTree(item) || isRun(item) || [...listRuns(item)].some(isRun);
}

function isRun(item: JsonObject): boolean {
  const isPlaced = typeof item["dotted_order"] === "string";
  return isPlaced && ("trace_id" in item || "run_type" in item || "id" in item);
}

/** LangChain's own tracer holds the runs of a run inside of it, and tells no trace. */
function isTree(item: JsonObject): boolean {
  return ["id", "run_type", "start_time"].every(key => key in item) && !isRun(item);
}

function* listRuns(item: JsonObject): Generator<JsonObject> {
  for (const key of ["post", "patch", "runs"]) yield* listObjects(item[key]);
}

export function readLangsmithRuns(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const runs = items.flatMap(item =>
    isTree(item) ? [...listTree(item)] : isRun(item) ? [item] : [...listRuns(item)],
  );
  const merged = [...Map.groupBy(runs, idOf).values()].map(parts =>
    // What a later part leaves empty, an earlier one has said.
    parts.reduce((run, part) => ({
      ...run,
      ...Object.fromEntries(Object.entries(part).filter(([, value]) => value !== null)),
    })),
  );
  return readMappedSpans(
    merged.map(run => ({ source: run, span: toPlain(run) })),
    context,
  );
}

/** A run and those below it, as runs that tell their trace and their parent. */
function* listTree(root: JsonObject): Generator<JsonObject> {
  const traceId = root["trace_id"] ?? root["parent_run_id"] ?? root["id"];
  const stack = [root];
  // Runs may nest deeper than the call stack.
  for (let run = stack.pop(); run !== undefined; run = stack.pop()) {
    const { child_runs: children, ...own } = run;
    yield { trace_id: traceId, ...own };
    for (const child of listObjects(children).toReversed()) {
      stack.push({ ...child, parent_run_id: child["parent_run_id"] ?? run["id"] });
    }
  }
}

function placesOf(run: JsonObject) {
  return [...toPlainText(run["dotted_order"]).matchAll(PLACE)].map(
    ([, year, month, day, hour, minute, second, micros = "", id = ""]) => ({
      start: `${year}-${month}-${day}T${hour}:${minute}:${second}.${micros.padEnd(6, "0")}Z`,
      id,
    }),
  );
}

function idOf(run: JsonObject): string {
  return toPlainText(run["id"]) || (placesOf(run).at(-1)?.id ?? "");
}

function toPlain(run: JsonObject): JsonObject {
  const places = placesOf(run);
  const parent = toPlainText(run["parent_run_id"]) || places.at(-2)?.id;
  const {
    dotted_order: place,
    extra,
    ...rest
  } = run as { dotted_order?: unknown; extra?: unknown };
  const { metadata, ...more } = isObject(extra) ? extra : {};
  return {
    // What was posted and never patched is not over.
    ...(run["end_time"] === undefined && { status: "running" }),
    ...rest,
    id: idOf(run),
    trace_id: run["trace_id"] ?? places[0]?.id,
    parent_run_id: parent,
    start_time: run["start_time"] ?? places.at(-1)?.start,
    metadata,
    ...more,
    "langsmith.dotted_order": place,
  };
}
