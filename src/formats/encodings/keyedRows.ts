/**
 * Rows that a tool keeps by something: the columns of a data frame by their rows, its rows by their index, the results of
 * a query as names and values, tasks by their ids. They come out as rows of their own. Pure.
 *
 *     {"name": {"0": "GET", "1": "SELECT"}, "span_id": {"0": "a", "1": "b"}}          pandas, `to_json()`
 *     {"b7ad…": {"name": "GET", …}, "c8be…": {"name": "SELECT", …}}                    pandas, `orient="index"`
 *     {"results": [[{"field": "@message", "value": "{…}"}]]}                           CloudWatch Logs Insights
 */

import { readObject } from "./jsonText.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { toPlainText } from "../values/wireValue.ts";

/** Columns with an object of values each, all by the same keys. */
export function fromColumnMaps(item: JsonObject): readonly unknown[] | undefined {
  const columns = Object.entries(item);
  const [first] = columns;
  if (columns.length < 3 || !isObject(first?.[1])) return undefined;
  const keys = Object.keys(first[1]);
  const isScalar = (value: unknown): boolean => !isObject(value);
  const isFrame =
    keys.length > 0 &&
    keys.every(key => /^\d+$/.test(key) || ID.test(key)) &&
    columns.every(([, column]) => isObject(column) && keys.some(key => key in column));
  if (!isFrame || !keys.every(key => isScalar((first[1] as JsonObject)[key]))) return undefined;
  return keys.map(key =>
    Object.fromEntries(columns.map(([name, column]) => [name, (column as JsonObject)[key]])),
  );
}

/** The objects of a list, of columns with a list each, or of lists by a word that each object of them has as `wordKey`. */
export function listKept(value: unknown, wordKey: string): readonly JsonObject[] {
  if (!isObject(value)) return listObjects(value);
  const lists = Object.entries(value).filter(([, each]) => Array.isArray(each)) as [
    string,
    unknown[],
  ][];
  if (lists.every(([, list]) => list.every(isObject))) {
    return lists.flatMap(([word, list]) =>
      listObjects(list).map(each => ({ [wordKey]: word, ...each })),
    );
  }
  const [, first = []] = lists[0] ?? [];
  return first.map((_, row) => Object.fromEntries(lists.map(([key, list]) => [key, list[row]])));
}

/** Rows or documents by keys that they have among their own values, or that number them. */
export function fromIndexed(item: JsonObject): readonly unknown[] | undefined {
  const entries = Object.entries(item);
  const isIndexed = (key: string, row: JsonObject): boolean =>
    /^\d+$/.test(key) ||
    ["uuid", "span_id", "spanId", "context.span_id"].some(id => row[id] === key);
  return entries.length > 0 &&
    entries.every(
      ([key, row]) => isObject(row) && Object.keys(row).length > 2 && isIndexed(key, row),
    )
    ? entries.map(([, row]) => row)
    : undefined;
}

const ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Spans by their ids, or lists of them by their traces', where they have none inside. */
export function fromIds(item: JsonObject): readonly unknown[] | undefined {
  const entries = Object.entries(item);
  if (entries.length === 0 || !entries.every(([key]) => ID.test(key))) return undefined;
  const rows = entries.flatMap(([id, held]): readonly JsonObject[] => {
    if (isObject(held) && "name" in held) return [{ span_id: id, ...held }];
    return listObjects(held).map(span => ({ trace_id: id, ...span }));
  });
  return rows.length > 0 && rows.every(row => "name" in row) ? rows : undefined;
}

/** Each result of a query is a list of fields; the message in it may be JSON. */
export function fromFieldLists(item: JsonObject): readonly unknown[] | undefined {
  const { results } = item as { results?: unknown };
  if (!Array.isArray(results) || results.length === 0) return undefined;
  const isFields = (list: unknown): list is readonly JsonObject[] =>
    Array.isArray(list) && list.every(each => isObject(each) && "field" in each && "value" in each);
  if (!results.every(isFields)) return undefined;
  return results.flatMap(list => {
    const row = Object.fromEntries(
      list.map(({ field, value }) => [toPlainText(field).replace(/^@/, ""), value]),
    );
    return [readObject(row["message"]) ?? row];
  });
}

/** Events of a log group, with what was logged as their message. */
export function fromLogEvents(item: JsonObject): readonly unknown[] | undefined {
  const events = listObjects(item["events"] ?? item["logEvents"]);
  const isLog = events.length > 0 && events.every(each => "message" in each && "timestamp" in each);
  return isLog ? events.map(each => readObject(each["message"]) ?? each) : undefined;
}

/** Batches that Langfuse's SDKs send: the parts of each observation, one after the other. The trace is none. */
export function fromIngestion(item: JsonObject): readonly unknown[] | undefined {
  const batch = listObjects(item["batch"]);
  const isBatch = batch.length > 0 && batch.every(each => isObject(each["body"]) && "type" in each);
  if (!isBatch) return undefined;
  const bodies = batch.flatMap(({ type, body }) =>
    isObject(body) && !/^(?:trace|score|sdk)/.test(toPlainText(type)) ? [body] : [],
  );
  return joinById(bodies);
}

/** Rows that add to one with the same id, as Braintrust's SDKs send what they learn of a span later. */
export function joinMerges(rows: readonly unknown[]): readonly unknown[] {
  const isMerge = (row: unknown): boolean => isObject(row) && row["_is_merge"] === true;
  return rows.some(isMerge) ? joinById(listObjects(rows)) : rows;
}

/** The parts of each row, in their order: a later one counts, but within the same object, to which it adds. */
function joinById(parts: readonly JsonObject[]): readonly JsonObject[] {
  return [...Map.groupBy(parts, part => part["id"] ?? part).values()].map(rows => {
    const whole = new Map<string, unknown>();
    for (const [key, value] of rows.flatMap(row => Object.entries(row))) {
      const old = whole.get(key);
      if (!isObject(value)) whole.set(key, value);
      else if (!(old instanceof Map)) whole.set(key, new Map(Object.entries(value)));
      else for (const [inner, each] of Object.entries(value)) old.set(inner, each);
    }
    const entries = [...whole].map(([key, value]): [string, unknown] => [
      key,
      value instanceof Map ? Object.fromEntries(value as ReadonlyMap<string, unknown>) : value,
    ]);
    return Object.fromEntries(entries);
  });
}

/**
 * The events of Inspect's logs, a trace for each sample. Spans begin and end by an event each; a call of a model, a tool
 * or a sandbox is one event with both times, which names the span around it.
 */
export function fromSamples(item: JsonObject): readonly unknown[] | undefined {
  const samples = ("samples" in item ? listObjects(item["samples"]) : [item]).filter(sample =>
    listObjects(sample["events"]).some(event => "working_start" in event),
  );
  if (samples.length === 0) return undefined;
  return samples.flatMap(({ id, epoch, uuid, events }) =>
    listObjects(events)
      .filter(event => "event" in event && "timestamp" in event)
      .map(({ span_id: around, ...event }, index): JsonObject => {
        const trace_id = toPlainText(uuid) || [id, epoch].map(toPlainText).join("-");
        if (/^span_/.test(toPlainText(event["event"]))) {
          return { trace_id, span_id: event["id"], ...event };
        }
        const name = event["function"] ?? event["model"] ?? event["event"];
        const isCall = "completed" in event;
        return {
          ...{ trace_id, span_id: event["uuid"] ?? `event-${index}`, parent_id: around },
          ...{ ...event, kind: event["event"], event: undefined },
          ...(isCall && { name }),
        };
      }),
  );
}
