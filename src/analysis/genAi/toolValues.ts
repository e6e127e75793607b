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
  const { args, kwargs } = given;
  if (Array.isArray(args) && args.length === 0 && isObject(kwargs)) return kwargs;
  if (!("input_str" in given)) return given;
  return given["inputs"] ?? parseValue(given["input_str"]);
}

export interface ToolResult {
  readonly result: AttributeValue;
  /** The id of the call, where the result is a message that names it. */
  readonly callId?: string;
}

export function readResult(value: AttributeValue): ToolResult {
  const result = parseValue(value);
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
