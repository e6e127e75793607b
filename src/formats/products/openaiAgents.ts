/**
 * The records that the OpenAI Agents SDK sends to be traced become span records. Pure.
 *
 *     {"data": [{"object": "trace", "id": "trace_…", "workflow_name": …},
 *               {"object": "trace.span", "id": "span_…", "trace_id": …, "parent_id": null, "started_at": …,
 *                "span_data": {"type": "function", "name": …, "input": …, "output": …}}]}
 *
 * Processors of people's own write a trace with its spans: `{"trace_id": …, "workflow_name": …, "spans": [{…}]}`.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readMappedSpans } from "../plain/mappedSpans.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

export function isOpenaiAgents(item: JsonObject): boolean {
  return listParts(item).some(isSpan);
}

function listParts(item: JsonObject): readonly JsonObject[] {
  if (isSpan(item) || item["object"] === "trace") return [item];
  const spans = listObjects(item["spans"]).filter(isSpan);
  if (spans.length === 0) return listObjects(item["data"]);
  const id = item["trace_id"] ?? item["traceId"] ?? item["id"];
  const { workflow_name, group_id, metadata } = item;
  return [
    { object: "trace", id, workflow_name, group_id, metadata },
    ...spans.map(span => ({ trace_id: id, ...span })),
  ];
}

function isSpan(item: JsonObject): boolean {
  return isObject(item["span_data"]) && "started_at" in item && "parent_id" in item;
}

/** A trace among the lines, which is no span. */
export function isOpenaiAgentsTrace(item: JsonObject): boolean {
  return item["object"] === "trace" && "id" in item;
}

export function readOpenaiAgents(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const parts = items.flatMap(listParts);
  const traces = new Map(
    parts.filter(isOpenaiAgentsTrace).map(trace => [toPlainText(trace["id"]), trace]),
  );
  return readMappedSpans(
    parts.filter(isSpan).map(span => ({
      source: span,
      span: toPlain(span, traces.get(toPlainText(span["trace_id"]))),
    })),
    context,
  );
}

const operations: Readonly<Record<string, string>> = {
  agent: "invoke_agent",
  function: "execute_tool",
  generation: "chat",
  response: "chat",
};

/** Facts by OpenTelemetry's keys, out of what the kit tells and of the provider's whole answer. */
function toConventions(data: JsonObject, answer: unknown): JsonObject {
  const operation = operations[toPlainText(data["type"])];
  if (operation === undefined) return {};
  const [whole] = listObjects(isObject(answer) ? [answer] : answer);
  const usage = [data["usage"], whole?.["usage"]].find(isObject) ?? {};
  const details = [usage["prompt_tokens_details"], usage["input_tokens_details"]].find(isObject);
  const settings = isObject(data["model_config"]) ? data["model_config"] : {};
  const facts = {
    "gen_ai.operation.name": operation,
    ...(operation === "execute_tool" && { "gen_ai.tool.name": data["name"] }),
    ...(operation === "invoke_agent" && { "gen_ai.agent.name": data["name"] }),
    "gen_ai.request.model": data["model"],
    "gen_ai.response.model": whole?.["model"],
    "gen_ai.request.temperature": settings["temperature"],
    "gen_ai.usage.input_tokens": usage["input_tokens"] ?? usage["prompt_tokens"],
    "gen_ai.usage.output_tokens": usage["output_tokens"] ?? usage["completion_tokens"],
    "gen_ai.usage.cache_read.input_tokens": details?.["cached_tokens"],
  };
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => (value ?? undefined) !== undefined),
  );
}

function toPlain(span: JsonObject, trace: JsonObject | undefined): JsonObject {
  const data = isObject(span["span_data"]) ? span["span_data"] : {};
  const { input, output, name, response, ...attributes } = data;
  const answer = output ?? response;
  const type = toPlainText(data["type"]);
  const { workflow_name: workflow, group_id: group, metadata } = trace ?? {};
  return {
    trace_id: span["trace_id"],
    span_id: span["id"] ?? span["span_id"],
    parent_id: span["parent_id"],
    // Only agents, functions and what users make have names; what hands over says to whom.
    name: toPlainText(name) || toPlainText(data["model"]) || type,
    start_time: span["started_at"],
    end_time: span["ended_at"],
    ...(span["ended_at"] === null && { status: "running" }),
    input,
    output: answer,
    error: span["error"],
    attributes: {
      ...attributes,
      ...toConventions(data, answer),
      ...(isObject(span["metadata"]) && span["metadata"]),
    },
    resource: {
      ...(workflow !== undefined && { "openai.workflow_name": workflow }),
      ...(toPlainText(group) !== "" && { "openai.group_id": group }),
      ...(isObject(metadata) && metadata),
    },
  };
}
