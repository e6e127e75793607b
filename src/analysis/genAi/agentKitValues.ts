/** Google's Agent Development Kit tells requests and answers whole, under keys of its own: here by OpenTelemetry's. Pure. */

import type { AttributeValue } from "../../model/spanDetail.ts";
import { objectOf, parseValue, unwrapResult } from "./genAiMessages.ts";

const PREFIX = "gcp.vertex.agent.";

/** Nothing where the span has none of its keys. */
export function listAgentKitValues(
  values: ReadonlyMap<string, AttributeValue>,
): readonly (readonly [key: string, value: AttributeValue])[] {
  const request = objectOf(values.get(`${PREFIX}llm_request`));
  const response = objectOf(values.get(`${PREFIX}llm_response`));
  const settings = objectOf(request["config"]);
  const tools = Array.isArray(settings["tools"])
    ? (settings["tools"] as readonly AttributeValue[])
    : [];
  const content = response["content"];
  const pairs: readonly (readonly [string, AttributeValue])[] = [
    ["gen_ai.system_instructions", settings["system_instruction"]],
    ["gen_ai.input.messages", request["contents"]],
    ["gen_ai.request.temperature", settings["temperature"]],
    ["gen_ai.request.max_tokens", settings["max_output_tokens"]],
    [
      "gen_ai.tool.definitions",
      tools.flatMap(each => objectOf(each)["function_declarations"] ?? []),
    ],
    ["gen_ai.output.messages", content === undefined ? undefined : [content]],
    ["gen_ai.response.finish_reasons", response["finish_reason"]],
    ["gen_ai.tool.call.arguments", values.get(`${PREFIX}tool_call_args`)],
    ["gen_ai.tool.call.result", unwrapResult(parseValue(values.get(`${PREFIX}tool_response`)))],
  ];
  return pairs.filter(([, value]) => value !== undefined && !isEmptyList(value));
}

function isEmptyList(value: AttributeValue): boolean {
  return Array.isArray(value) && value.length === 0;
}
