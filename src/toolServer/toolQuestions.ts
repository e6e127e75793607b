/** A tool's call on its way from a socket to where the tools are. Knows no thread and no protocol of the wire. */

import type { ToolHost, ToolReply } from "../collector/collectorApi.ts";

export type AskTool = (name: string, input: unknown, signal: AbortSignal) => Promise<ToolReply>;

/** Asks with a ticket, so that a call whose client went away ends where it runs. */
export function createAskTool(host: Pick<ToolHost, "runTool" | "cancelTool">): AskTool {
  let ticket = 0;
  return async (name, input, signal) => {
    signal.throwIfAborted();
    ticket += 1;
    const question = { ticket, name, input };
    const cancel = (): void => void host.cancelTool(question.ticket).catch(() => undefined);
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await host.runTool(question);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
}
