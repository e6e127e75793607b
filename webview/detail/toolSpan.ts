/** The span in which a tool ran that a model called: told by names, since ids are in details that nobody has read. Pure. */

import type { GenAiMessage, GenAiPart } from "../../src/analysis/genAi/genAiCall.ts";
import { FIRST_SPAN } from "../../src/model/span.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";

type ToolCall = Extract<GenAiPart, { kind: "toolCall" }>;

/** Spans that are looked through for one call. */
const MOST = 20_000;

/**
 * The first call of a tool in the model's answer ran in the first span of that name after the model, the second in the
 * second. A call that the model was told of ran before it, and counts back from there.
 */
export function findToolSpan(
  { columns }: { readonly columns: TraceColumns },
  model: SpanIndex,
  messages: readonly GenAiMessage[],
  call: ToolCall,
): SpanIndex | undefined {
  const alike = (isOutput: boolean): readonly GenAiPart[] =>
    messages
      .filter(message => message.isOutput === isOutput)
      .flatMap(({ parts }) => parts)
      .filter(part => part.kind === "toolCall" && part.name === call.name);
  const answered = alike(true);
  const at = answered.indexOf(call);
  if (at >= 0) return listTools(columns, model, call.name, true)[at];
  const requested = alike(false);
  const back = requested.length - requested.indexOf(call);
  return listTools(columns, model, call.name, false).at(-back);
}

/** In the order of their starts: those after the model began, or those before. */
function listTools(
  { count, name, strings, startNs }: TraceColumns,
  model: SpanIndex,
  tool: string,
  isAfter: boolean,
): readonly SpanIndex[] {
  const names = new Map<number, boolean>();
  const isTool = (span: SpanIndex): boolean => {
    const index = name[span] ?? 0;
    let is = names.get(index);
    if (is === undefined) names.set(index, (is = isNamed(strings[index] ?? "", tool)));
    return is;
  };
  const found: SpanIndex[] = [];
  const atNs = startNs[model] ?? 0;
  for (let span = FIRST_SPAN; span < Math.min(count, MOST); span++) {
    if (span === model || !isTool(span)) continue;
    const isLater = (startNs[span] ?? 0) >= atNs;
    if (isLater === isAfter) found.push(span);
  }
  return found.sort((a, b) => (startNs[a] ?? 0) - (startNs[b] ?? 0));
}

/** `execute_tool get_weather`, `get_weather.tool`, `ai.toolCall get_weather`, `running tool: get_weather`. */
function isNamed(span: string, tool: string): boolean {
  if (tool === "") return false;
  return span === tool || span.split(/[\s:./()]+/).includes(tool) || span.endsWith(` ${tool}`);
}
