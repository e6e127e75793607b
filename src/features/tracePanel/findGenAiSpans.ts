/** The spans of a trace that tell of language models, tools and agents: sought where the stores can, else looked into. */

import { readGenAiSpan, type GenAiSpan, type GenAiSpans } from "../../analysis/genAi/genAiUse.ts";
import { FIRST_SPAN } from "../../model/span.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";

/** One of these stands in every span that follows a convention which `readGenAiCall` knows. */
const signs = [
  ...["gen_ai.", "openinference.span.kind", "llm.model_name", "ai.operationid", "ai.model.id"],
  ...["langfuse.observation", "mlflow.", "langsmith.", "traceloop.span.kind", "llm_request"],
  // Of coding agents.
  ...["user_prompt", "tool_result"],
];
/** Details are read one by one. */
const MAX_READ = 2_000;
/** Stores that cannot seek by themselves are asked for so many: each detail may be a question to a server. */
const MAX_UNSOUGHT = 200;
const BATCH = 32;
/** To seek all signs in so many spans takes some milliseconds; in a large trace it takes seconds. */
const ALWAYS_SOUGHT = 2_000;
/** In the names of spans, services and queues of whoever asks a model; large traces and slow stores of others are not read for it. */
const LIKELY =
  /agent|\bai\.|anthropic|bedrock|chat|claude|completion|embed|gemini|generat|gpt|lang(?:chain|graph)|llama|llm|mistral|ollama|openai|prompt|retriev|\btools?\b/i;

/** Rejects where a signal is aborted; `createSignal` makes one for each question to the stores. */
export async function findGenAiSpans(
  trace: Trace,
  createSignal: () => AbortSignal,
): Promise<GenAiSpans> {
  const candidates = [...(await seek(trace, createSignal))].sort((a, b) => a - b);
  const firstCandidates = candidates.slice(0, MAX_READ);
  const spans: GenAiSpan[] = [];
  let unread = candidates.length - firstCandidates.length;
  for (let at = 0; at < firstCandidates.length; at += BATCH) {
    const signal = createSignal();
    signal.throwIfAborted();
    const found = await Promise.all(
      firstCandidates.slice(at, at + BATCH).map(span => readOne(trace, span, signal)),
    );
    for (const each of found) {
      if (each === "failed") unread += 1;
      else if (each !== undefined) spans.push(each);
    }
  }
  return { spans, unread };
}

async function seek(
  trace: Trace,
  createSignal: () => AbortSignal,
): Promise<ReadonlySet<SpanIndex>> {
  const { textSearch, columns } = trace;
  const spans = new Set<SpanIndex>();
  const isLikely = columns.strings.some(each => LIKELY.test(each));
  if (!isLikely && columns.count > ALWAYS_SOUGHT) return spans;
  let unsought = 0;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (textSearch?.covers(span) === true) continue;
    unsought += 1;
    if (isLikely && unsought <= MAX_UNSOUGHT) spans.add(span);
  }
  if (textSearch !== undefined && unsought < columns.count) {
    for (const sign of signs) {
      for await (const part of textSearch.find(sign, createSignal())) {
        for (const span of part.spans) spans.add(span);
      }
    }
  }
  return spans;
}

async function readOne(
  trace: Trace,
  span: SpanIndex,
  signal: AbortSignal,
): Promise<GenAiSpan | "failed" | undefined> {
  try {
    return readGenAiSpan(span, await trace.readDetail(span, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    return "failed";
  }
}
