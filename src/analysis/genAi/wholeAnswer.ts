/**
 * Facts that some conventions leave in the provider's answer, which they keep whole: why it ended, and which model it
 * was. Pure.
 *
 *     {"model": …, "choices": [{"finish_reason": …}]}                              OpenAI
 *     {"model": …, "stop_reason": …}                                               Anthropic
 *     [{"model": …, "choices": […]}]                                               OpenAI Agents
 *     {"generations": [[{"generation_info": {"finish_reason": …}}]], "llm_output": {"model_name": …}}   LangChain
 */

import type { AttributeValue } from "../../model/spanDetail.ts";
import { isObject, parseValue, textOf, type JsonObject } from "./genAiMessages.ts";

export interface WholeAnswer {
  readonly finishReasons: readonly string[];
  readonly model: string | undefined;
}

export function readWholeAnswer(value: AttributeValue): WholeAnswer {
  const written = parseValue(value);
  const [only, ...more] = Array.isArray(written)
    ? (written as readonly AttributeValue[])
    : [written];
  const answer = more.length === 0 ? only : undefined;
  if (!isObject(answer)) return { finishReasons: [], model: undefined };
  const parts = [answer, ...listObjects(answer["choices"]), ...listObjects(answer["generations"])];
  const output = answer["llm_output"];
  return {
    finishReasons: parts.flatMap(part => reasonOf(part) ?? reasonOf(part["generation_info"]) ?? []),
    model: textOf(answer["model"]) ?? (isObject(output) ? textOf(output["model_name"]) : undefined),
  };
}

function reasonOf(value: AttributeValue): string | undefined {
  if (!isObject(value)) return undefined;
  return textOf(value["finish_reason"]) ?? textOf(value["stop_reason"]);
}

/** LangChain has lists of lists. */
function listObjects(value: AttributeValue): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly AttributeValue[]).flat().filter(isObject) : [];
}
