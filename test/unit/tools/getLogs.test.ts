/** The line of a record: what was said, and the fields in which it differs from the others. */

import { expect, onTestFinished, test } from "vitest";
import type { SpanEvent } from "../../../src/model/spanDetail.ts";
import { Tools } from "../../../src/tools/runTool.ts";
import { createContext, MemoryStore } from "./memoryStore.ts";

const startMs = Date.parse("2026-03-01T10:00:00Z");

function log(name: string, fields: Readonly<Record<string, string | number>>): SpanEvent {
  const all = { "log.severity": "INFO", "user.id": "u7", "event.sequence": name.length, ...fields };
  const attributes = Object.entries(all).map(([key, value]) => ({ key, value }));
  return { name, timeUnixNs: `${startMs}000000`, attributes };
}

test("a record tells what its fields say, but for those that all have alike", async () => {
  const events = [
    log("agent.user_prompt", { prompt_length: 9, mode: "plan", prompt: "Mend it now" }),
    log("agent.tool_result", { "log.body": "Tool ended", tool: "bash", api_key: "k-123" }),
  ];
  const context = createContext([new MemoryStore()], {
    now: () => startMs + 60_000,
    readLogs: () =>
      Promise.resolve({ isCut: false, logs: events.map(event => ({ traceId: "", event })) }),
  });
  const tools = new Tools(context);
  onTestFinished(() => tools.dispose());
  const ask = async (input: object): Promise<string> =>
    (await tools.run("get_logs", input, new AbortController().signal)).text;
  const text = await ask({ since: "1h" });
  expect(text).toContain('"agent.user_prompt prompt=Mend it now mode=plan"');
  expect(text).toContain('"Tool ended tool=bash"');
  expect(await ask({ since: "1h", text: "mend IT" })).toMatch(/^1 record of 2 fit/);
});
