/** The arguments and the result of a tool, out of what frameworks put around them. Pure. */

import type { AttributeValue } from "../../model/spanDetail.ts";
import { flattenContent, isObject, parseValue, textOf, type JsonObject } from "./genAiMessages.ts";

/**
 * LangChain's callbacks are told the arguments in two forms, with tags and metadata beside them; wrappers of Python's
 * functions have those by name in `kwargs`.
 */
export function readArguments(value: AttributeValue): AttributeValue {
  const given = parseValue(value);
  if (!isObject(given)) return given;
  if ("input_str" in given) return given["inputs"] ?? parseValue(given["input_str"]);
  const { args, kwargs } = given;
  const isByName = args === undefined || (Array.isArray(args) && args.length === 0);
  return isByName && isObject(kwargs) ? kwargs : given;
}

export interface ToolResult {
  readonly result: AttributeValue;
  /** The id of the call, where the result is a message that names it. */
  readonly callId?: string;
}

export function readResult(value: AttributeValue): ToolResult {
  // A text that is told as JSON may hold JSON itself.
  const result = parseValue(flattenContent(parseValue(parseValue(value))));
  // LlamaIndex has the function's own answer beside the blocks that it makes of it.
  if (isObject(result) && "raw_output" in result && "tool_name" in result) {
    return { result: parseValue(result["raw_output"]) };
  }
  if (isObject(result) && "tool_name" in result && isObject(result["tool_output"])) {
    const callId = textOf(result["tool_id"]);
    return { ...readResult(result["tool_output"]), ...(callId !== undefined && { callId }) };
  }
  const message = findMessage(isObject(result) && "output" in result ? result["output"] : result);
  const callId = textOf(message?.["tool_call_id"]);
  if (message === undefined || callId === undefined) return { result };
  return { result: parseValue(flattenContent(message["content"])), callId };
}

/** LangChain's messages as it writes them: plain, `{type, data}` and `{lc, id, kwargs}`. */
function findMessage(value: AttributeValue): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const inner = [value["data"], value["kwargs"], value].find(
    each => isObject(each) && "content" in each,
  );
  return isObject(inner) ? inner : undefined;
}
