/**
 * The wrapping that a queue, an index or a page with queries puts around the values that it was given: the values come
 * out, each as an object of its own, and are read as if they had stood alone. Pure.
 *
 *     {"topic": "spans", "partition": 0, "offset": 7, "payload": "{\"resourceSpans\": […]}"}     kcat -J
 *     {"hits": {"hits": [{"_index": "apm", "_source": {…}}]}}                                    Elasticsearch
 *     {"tables": [{"columns": [{"name": "id"}, …], "rows": [["b7ad…", …]]}]}                     Azure
 *     {"columns": [{"name": "trace_id", "values": […]}, …]}, {"rows": [{"trace_id": …}]}         Logfire
 *     {"results": {"A": {"frames": [{"schema": {"fields": […]}, "data": {"values": […]}}]}}}     Grafana
 */

import { fromColumnRows } from "./columnRows.ts";
import { expandElasticRum } from "./products/elasticRum.ts";
import { parseExact } from "./encodings/jsonText.ts";
import {
  fromColumnMaps,
  fromFieldLists,
  fromIds,
  fromIndexed,
  fromIngestion,
  fromLogEvents,
  fromSamples,
} from "./encodings/keyedRows.ts";
import { isObject, listObjects, type JsonObject } from "./values/jsonObject.ts";
import { toPlainText } from "./values/wireValue.ts";

/** The values in a wrapping; `undefined` for what is none. */
type Unwrap = (item: JsonObject) => readonly unknown[] | undefined;

/** A wrapping in a wrapping in a wrapping is nobody's. */
const MAX_DEPTH = 4;

export function unwrapRows(written: readonly unknown[], depth = 0): readonly unknown[] {
  const items = written.some(isJsonText) ? written.flatMap(readJsonText) : written;
  if (depth === MAX_DEPTH) return items;
  const inner = items.map(item => (isObject(item) ? unwrap(item) : undefined));
  if (inner.every(each => each === undefined)) return items;
  return items.flatMap((item, index) => {
    const rows = inner[index];
    return rows === undefined ? [item] : unwrapRows(rows, depth + 1);
  });
}

/** Where each value is the JSON that a program printed, in a list of texts. */
function isJsonText(value: unknown): value is string {
  return typeof value === "string" && /^\s*[[{]/.test(value);
}

function readJsonText(value: unknown): readonly unknown[] {
  const parsed = isJsonText(value) ? parseExact(value) : { value };
  return "value" in parsed ? [parsed.value].flat(2) : [value];
}

function unwrap(item: JsonObject): readonly unknown[] | undefined {
  for (const each of wrappings) {
    const inner = each(item);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

const wrappings: readonly Unwrap[] = [
  fromQueue,
  fromSearch,
  fromDocument,
  fromTables,
  fromFrames,
  fromColumnRows,
  fromRowQueries,
  fromRows,
  fromRedis,
  fromColumnMaps,
  fromIndexed,
  fromIds,
  fromFieldLists,
  fromLogEvents,
  fromIngestion,
  fromSamples,
  expandElasticRum,
];

/** Records of Kafka, as kcat, the console of Redpanda and their like print them. */
function fromQueue(item: JsonObject): readonly unknown[] | undefined {
  if (!("partition" in item && "offset" in item)) return undefined;
  const payload = item["payload"] ?? item["value"] ?? item["content"];
  if (isObject(payload)) return [payload];
  if (typeof payload !== "string") return undefined;
  const parsed = parseExact(payload);
  return "value" in parsed && typeof parsed.value === "object" ? [parsed.value].flat(2) : undefined;
}

function fromSearch({
  hits,
  responses,
  rawResponse,
}: JsonObject & Wire): readonly unknown[] | undefined {
  if (isObject(hits) && Array.isArray(hits["hits"])) return hits["hits"] as readonly unknown[];
  if (isObject(rawResponse)) return [rawResponse];
  return Array.isArray(responses) ? (responses as readonly unknown[]) : undefined;
}

interface Wire {
  readonly hits?: unknown;
  readonly responses?: unknown;
  readonly rawResponse?: unknown;
}

/** Where a search was asked for fields, each has a list of its values. */
function fromDocument(item: JsonObject): readonly unknown[] | undefined {
  // A record of Google's log.
  if (isObject(item["jsonPayload"])) return [item["jsonPayload"]];
  // A fixture of Django.
  if ("model" in item && "pk" in item && isObject(item["fields"])) return [item["fields"]];
  const { _source: source, fields } = item as { _source?: unknown; fields?: unknown };
  // Who asks with `filter_path=hits.hits._source` gets nothing beside it.
  const isAlone = Object.keys(item).length === 1 && source !== undefined;
  if (!(isAlone || "_id" in item || "_index" in item)) return undefined;
  if (isObject(source) && Object.keys(source).length > 0) return [source];
  if (!isObject(fields)) return undefined;
  const values = Object.entries(fields).map(([key, value]): [string, unknown] => [
    key,
    Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value,
  ]);
  return [Object.fromEntries(values)];
}

/** Application Insights, Log Analytics and Kusto, which had capitals first, and Axiom. */
function fromTables(item: JsonObject): readonly unknown[] | undefined {
  const tables = listObjects(item["tables"] ?? item["Tables"]).map(
    ({ Columns: columns, Rows: rows, ...table }) => ({ columns, rows, ...table }),
  );
  return tables.length > 0 && tables.every(({ columns }) => Array.isArray(columns))
    ? tables
    : undefined;
}

/** Grafana's frames: its API's with a schema, its panels' with the values in the fields, in the page's own envelopes. */
function fromFrames(item: JsonObject): readonly unknown[] | undefined {
  if (isFrame(item)) return listFrameRows(item);
  const { response, results, frames, series } = item as Record<string, unknown>;
  if (isObject(response) && ("results" in response || "data" in response)) return [response];
  if (isObject(results)) {
    const inner = Object.values(results).filter(each => isObject(each) && "frames" in each);
    return inner.length > 0 ? inner : undefined;
  }
  for (const list of [frames, series]) {
    const found = listObjects(list).filter(isFrame);
    if (found.length > 0) return found;
  }
  return undefined;
}

function isFrame(item: JsonObject): boolean {
  const schema = isObject(item["schema"]) ? item["schema"] : item;
  const fields = listObjects(schema["fields"]);
  const hasValues = isObject(item["data"]) || fields.some(each => "values" in each);
  return fields.length > 0 && fields.every(each => "name" in each) && hasValues;
}

function listFrameRows(frame: JsonObject): readonly unknown[] {
  const schema = isObject(frame["schema"]) ? frame["schema"] : frame;
  const data =
    isObject(frame["data"]) && Array.isArray(frame["data"]["values"])
      ? frame["data"]["values"]
      : [];
  const rows: Map<string, unknown>[] = [];
  listObjects(schema["fields"]).forEach((field, index) => {
    const values = toList(field["values"] ?? (data as readonly unknown[])[index]);
    values.forEach((value, row) => {
      (rows[row] ??= new Map()).set(toPlainText(field["name"]), value);
    });
  });
  return rows.map(row => Object.fromEntries(row));
}

/** Older versions print the class around the list: `{"buffer": […]}`. */
function toList(values: unknown): readonly unknown[] {
  const list = isObject(values) ? (values["buffer"] ?? values["values"]) : values;
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

/** Rows beside what their columns are, or columns with the values of all rows, as Logfire answers. */
function fromRows(item: JsonObject): readonly unknown[] | undefined {
  const { rows, columns } = item as Record<string, unknown>;
  if (Array.isArray(rows) && rows.length > 0 && rows.every(isObject)) {
    return rows;
  }
  const fields = listObjects(columns);
  const isWhole = fields.length > 0 && fields.every(each => Array.isArray(each["values"]));
  return isWhole && fields.every(each => "name" in each) ? listFrameRows({ fields }) : undefined;
}

/** Results of Celery's tasks by their keys in Redis. */
function fromRedis(item: JsonObject): readonly unknown[] | undefined {
  const entries = Object.entries(item);
  if (entries.length === 0 || !entries.every(([key]) => key.startsWith("celery-task-meta-"))) {
    return undefined;
  }
  return entries.map(([, value]) => {
    const parsed = typeof value === "string" ? parseExact(value) : { value };
    return "value" in parsed ? parsed.value : value;
  });
}

/** Rows of New Relic's, Honeycomb's, SigNoz' and Axiom's query APIs. */
function fromRowQueries(item: JsonObject): readonly unknown[] | undefined {
  const actor = find(item, "data", "actor", "account", "nrql", "results");
  if (Array.isArray(actor)) return actor as readonly unknown[];
  const results =
    find(item, "data", "data", "results") ?? find(item, "data", "results") ?? item["results"];
  const inner = [...listObjects(results), { rows: item["matches"] }].flatMap(
    (each: JsonObject): readonly unknown[] =>
      isObject(each["data"])
        ? [each["data"]]
        : [...listObjects(each["events"]), ...listObjects(each["rows"]).map(fromDataRow)],
  );
  return inner.length > 0 ? inner : undefined;
}

/** A row of SigNoz or Axiom keeps its time beside the rest. */
function fromDataRow({ data, ...row }: JsonObject & { readonly data?: unknown }): JsonObject {
  return isObject(data) ? { ...row, ...data } : row;
}

function find(item: JsonObject, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), item);
}
