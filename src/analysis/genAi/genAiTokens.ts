/** How many tokens a call of a language model took, by whichever convention tells it. Pure. */

import type { AttributeValue } from "../../model/spanDetail.ts";
import type { GenAiTokens } from "./genAiCall.ts";
import { isObject, numberOf, objectOf } from "./genAiMessages.ts";

export function readTokens(values: ReadonlyMap<string, AttributeValue>): GenAiTokens {
  const findNumber = (...keys: readonly string[]): number | undefined =>
    keys.map(key => numberOf(values.get(key))).find(number => number !== undefined);
  const details = [
    ...["langfuse.observation.usage_details", "mlflow.chat.tokenUsage"],
    "langsmith.metadata.usage_metadata",
  ].flatMap(key => {
    const usage = objectOf(values.get(key));
    // Providers have parts of the input and of the output in objects of their own.
    return [usage, ...Object.values(usage).filter(isObject)];
  });
  const findDetail = (...keys: readonly string[]): number | undefined =>
    details.flatMap(each => keys.map(key => numberOf(each[key]))).find(Number.isFinite);
  // Claude Code counts what its cache holds apart from the rest of the input.
  const countPlain = (): number | undefined => {
    const rest = findNumber("input_tokens");
    const cached = ["cache_read_tokens", "cache_creation_tokens"].map(key => findNumber(key) ?? 0);
    return rest && cached.reduce((sum, each) => sum + each, rest);
  };
  return withoutAbsent({
    input:
      findNumber(
        ...["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"],
        ...["ai.usage.inputTokens", "ai.usage.promptTokens", "llm.usage.prompt_tokens"],
      ) ??
      countPlain() ??
      findDetail("input", "input_tokens", "prompt_tokens"),
    output:
      findNumber(
        ...["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
        ...["llm.token_count.completion", "ai.usage.outputTokens", "ai.usage.completionTokens"],
        ...["llm.usage.completion_tokens", "output_tokens"],
      ) ?? findDetail("output", "output_tokens", "completion_tokens"),
    cacheRead:
      findNumber(
        ...["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
        ...["gen_ai.usage.input_tokens.cached", "llm.token_count.prompt_details.cache_read"],
        ...["gen_ai.usage.cached_input_tokens", "ai.usage.cachedInputTokens", "cache_read_tokens"],
      ) ??
      findDetail("cache_read_input_tokens", "input_cached_tokens", "cached_tokens", "cache_read"),
    cacheWrite:
      findNumber(
        ...[
          "gen_ai.usage.cache_creation.input_tokens",
          "gen_ai.usage.cache_creation_input_tokens",
          "gen_ai.usage.cache_write.input_tokens",
        ],
        ...["llm.token_count.prompt_details.cache_write", "cache_creation_tokens"],
      ) ?? findDetail("cache_creation_input_tokens", "cache_creation"),
    reasoning: findNumber(
      ...["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.output_tokens.reasoning"],
      ...["gen_ai.usage.reasoning_tokens", "gen_ai.usage.thinking_tokens"],
      ...["llm.token_count.completion_details.reasoning", "ai.usage.reasoningTokens"],
    ),
    total:
      findNumber(
        ...["gen_ai.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens"],
        ...["llm.usage.total_tokens", "ai.usage.tokens"],
      ) ?? findDetail("total", "total_tokens"),
  });
}

export function withoutAbsent<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
