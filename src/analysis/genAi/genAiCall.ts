/**
 * A call of a language model, of a tool by one, or a run of an agent, as whatever convention tells it. Pure data: what
 * no attribute says is absent, and nothing is reckoned.
 */

import type { AttributeValue } from "../../model/spanDetail.ts";

/** Who wrote the attributes. */
export type GenAiConvention =
  | "OpenTelemetry"
  | "OpenLLMetry"
  | "OpenInference"
  | "Vercel AI SDK"
  | "LangSmith"
  | "Langfuse"
  | "MLflow"
  | "Claude Code";

export type GenAiKind = "model" | "tool" | "agent" | "embedding" | "retrieval" | "other";

export interface GenAiCall {
  readonly convention: GenAiConvention;
  readonly kind: GenAiKind;
  /** As it is written: `chat`, `execute_tool`, `ai.streamText`. */
  readonly operation?: string;
  readonly provider?: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly tokens: GenAiTokens;
  /** Told, in US dollars, as all who tell one do. */
  readonly costUsd?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly finishReasons: readonly string[];
  readonly agentName?: string;
  readonly agentId?: string;
  readonly conversationId?: string;
  readonly tool?: GenAiTool;
  /** Names of the tools that the model may call. */
  readonly offeredTools: readonly string[];
  /** The messages that were asked, oldest first, then those that were answered. */
  readonly messages: readonly GenAiMessage[];
  /** The keys of the attributes that messages and values were read from. */
  readonly contentKeys: readonly string[];
}

export interface GenAiTokens {
  readonly input?: number;
  readonly output?: number;
  /** The part of the input that was read from, or written into, the provider's cache. */
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** The part of the output that was reasoning. */
  readonly reasoning?: number;
  readonly total?: number;
}

export interface GenAiTool {
  readonly name: string;
  readonly callId?: string;
  readonly arguments?: AttributeValue;
  readonly result?: AttributeValue;
}

export interface GenAiMessage {
  /** `system`, `user`, `assistant`, `tool`, or as it is written. */
  readonly role: string;
  readonly parts: readonly GenAiPart[];
  /** The model's answer, and not what it was asked with. */
  readonly isOutput: boolean;
}

export type GenAiPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  | {
      readonly kind: "toolCall";
      readonly id?: string;
      readonly name: string;
      readonly arguments: AttributeValue;
    }
  | { readonly kind: "toolResult"; readonly id?: string; readonly result: AttributeValue }
  /** An image, a file, or what nobody knows: as it is written. */
  | { readonly kind: "other"; readonly type: string; readonly value: AttributeValue };

/** How many messages at the beginning the turn before has shown already: up to the model's last answer among them. */
export function countRepeated(messages: readonly GenAiMessage[]): number {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message?.role === "assistant" && !message.isOutput) return at + 1;
  }
  return 0;
}
