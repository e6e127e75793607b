/** The session or conversation that a span belongs to, by the attributes that tell of one. Pure. */

import type { Attribute } from "./spanDetail.ts";

/**
 * The first that a span has counts: a conversation before the program or browser tab that it is held in. LangSmith's
 * `langsmith.trace.session_id` is none of them, for it names a project.
 */
export const sessionKeys: readonly string[] = [
  ...["gen_ai.conversation.id", "copilot_chat.chat_session_id", "copilot_chat.session_id"],
  ...["langfuse.session.id", "langsmith.metadata.thread_id", "langsmith.metadata.session_id"],
  ...["langsmith.metadata.conversation_id", "mlflow.trace.session"],
  ...["ai.telemetry.metadata.conversationId", "ai.telemetry.metadata.sessionId"],
  ...["traceloop.association.properties.thread_id", "gcp.vertex.agent.session_id"],
  "traceloop.association.properties.session_id",
  ...["openai.group_id", "gen_ai.session.id", "session.id", "conversation.id"],
];

const ranks: ReadonlyMap<string, number> = new Map(sessionKeys.map((key, rank) => [key, rank]));

export function isSessionKey(key: string): boolean {
  return ranks.has(key);
}

/** One pass, because it is made over every span of a file. */
export function findSession(...lists: readonly (readonly Attribute[])[]): string | undefined {
  let best = Number.POSITIVE_INFINITY;
  let session: string | undefined;
  for (const list of lists) {
    for (const { key, value } of list) {
      const rank = ranks.get(key);
      if (rank === undefined || rank >= best) continue;
      const text = typeof value === "number" ? String(value) : value;
      if (typeof text !== "string" || text === "") continue;
      best = rank;
      session = text;
    }
  }
  return session;
}
