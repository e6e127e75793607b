/** A call of a model, read from the attributes and events of a span that a test writes down. */

import type { GenAiCall } from "../../../src/analysis/genAi/genAiCall.ts";
import { readGenAiCall } from "../../../src/analysis/genAi/readGenAiCall.ts";
import type { AttributeValue, SpanEvent } from "../../../src/model/spanDetail.ts";

export type Values = Readonly<Record<string, AttributeValue>>;

export function readCall(
  attributes: Values,
  events: readonly SpanEvent[] = [],
): GenAiCall | undefined {
  return readGenAiCall({
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    events,
  });
}

export const event = (name: string, attributes: Values): SpanEvent => ({
  name,
  timeUnixNs: "1",
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
});

/** What the tool is called with. */
export const asked = { city: "Oslo" };
/** Who says what: a system prompt, a question, and a call of a tool in answer. */
export const spoken = [
  { role: "system", parts: [{ kind: "text", text: "Be short." }], isOutput: false },
  { role: "user", parts: [{ kind: "text", text: "Weather in Oslo?" }], isOutput: false },
  {
    role: "assistant",
    parts: [{ kind: "toolCall", id: "call_1", name: "get_weather", arguments: asked }],
    isOutput: true,
  },
];
