/** A tool's call on its way from a socket to where the tools are. Knows no thread and no protocol of the wire. */

import type { ToolHost, ToolReply } from "../collector/collectorApi.ts";

/** `input` may name the `folder` in which the caller works, which is no argument of a tool: each window has its own code. */
export type AskTool = (
  name: string,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<ToolReply>;

export const FOLDER_TEXT =
  "The folder that you work in, as an absolute path: the window of the editor that has it open answers";

/** Asks with a ticket, so that a call whose client went away ends where it runs. */
export function createAskTool(host: Pick<ToolHost, "runTool" | "cancelTool">): AskTool {
  let ticket = 0;
  return async (name, { folder, ...input }, signal) => {
    signal.throwIfAborted();
    ticket += 1;
    const isNamed = typeof folder === "string" && folder !== "";
    const question = { ticket, name, input, ...(isNamed && { folder }) };
    const cancel = (): void => void host.cancelTool(question.ticket).catch(() => undefined);
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await host.runTool(question);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
}
