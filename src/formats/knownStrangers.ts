/** Files that lie beside traces and are none: what to call them when they are refused. Pure. */

import { isObject, listObjects, type FileContent, type JsonObject } from "./traceFormat.ts";

interface Stranger {
  readonly name: string;
  readonly matches: (item: JsonObject) => boolean;
}

const has =
  (...keys: readonly string[]) =>
  (item: JsonObject): boolean =>
    keys.every(key => key in item);
const hasList =
  (key: string) =>
  (item: JsonObject): boolean =>
    Array.isArray(item[key]);

const strangers: readonly Stranger[] = [
  {
    name: "OTLP logs, no traces",
    matches: item => "resourceLogs" in item || "resource_logs" in item,
  },
  {
    name: "OTLP metrics, no traces",
    matches: item => "resourceMetrics" in item || "resource_metrics" in item,
  },
  {
    name: "dependency links between services, no spans",
    matches: has("parent", "child", "callCount"),
  },
  {
    name: "results of a search in Tempo, no spans",
    matches: item => hasList("traces")(item) && "metrics" in item,
  },
  {
    name: "Zipkin's protobuf written as JSON, with ids in base64",
    matches: item => listObjects(item["spans"]).some(has("trace_id", "local_endpoint")),
  },
  { name: "summaries of traces, no spans", matches: hasList("summaries") },
  { name: "a list of services, no spans", matches: hasList("services") },
  { name: "a list of operations, no spans", matches: hasList("operations") },
  {
    name: "an error that a server answered, no spans",
    matches: item =>
      isObject(item["error"]) || (Array.isArray(item["errors"]) && item["errors"].length > 0),
  },
  { name: "an answer without traces", matches: item => has("data")(item) && isEmpty(item["data"]) },
];

/** `error` is what the JSON parser had to say. */
export function describeStranger(content: FileContent, error: string | undefined): string {
  switch (content.kind) {
    case "json": {
      const items = content.items.filter(isObject);
      const known = strangers.find(stranger => items.some(stranger.matches));
      return known?.name ?? "JSON of no known trace format";
    }
    case "text":
      return describeText(content.text.trimStart(), error);
    case "bytes":
      return "binary of no known trace format";
  }
}

function describeText(text: string, error: string | undefined): string {
  if (text === "") return "an empty file";
  if (/^<(?:!doctype|html)/i.test(text)) return "an HTML page";
  if (/^[{[]/.test(text)) return `not JSON: ${error ?? ""}`;
  if (/\{\{-? ?(?:range|\$|contains|index)/.test(text)) return "a template, no trace";
  return "text of no known trace format";
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
