/** An agent's run as a conversation: roles, tool calls that lead to their spans, a long prompt, in all themes and narrow. */

import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession, type Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { findViolations } from "./support/findViolations.ts";
import { TracePanel } from "./support/tracePanel.ts";

const markdown =
  "The order fails because `charge()` gets **no currency**.\n\n1. See `shop/payments.py`\n2. <img src=x onerror=alert(1)> is text";

/** Two turns of an agent with a tool between them; the third call has a prompt of a megabyte after 500 turns. */
function writeTrace(): string {
  const start = Date.UTC(2026, 0, 6, 9) * 1_000_000;
  const span = (
    id: number,
    name: string,
    fromMs: number,
    lengthMs: number,
    attributes: Readonly<Record<string, unknown>>,
  ): object => ({
    traceId: "9c2d".padEnd(32, "0"),
    spanId: id.toString(16).padStart(16, "0"),
    ...(id > 1 && { parentSpanId: "1".padStart(16, "0") }),
    name,
    kind: 1,
    startTimeUnixNano: String(BigInt(start) + BigInt(fromMs) * 1_000_000n),
    endTimeUnixNano: String(BigInt(start) + BigInt(fromMs + lengthMs) * 1_000_000n),
    attributes: Object.entries(attributes).map(([key, each]) => ({
      key,
      value:
        typeof each === "number"
          ? { intValue: String(each) }
          : { stringValue: typeof each === "string" ? each : JSON.stringify(each) },
    })),
  });
  const text = (content: string): object => ({ type: "text", content });
  const asked = { path: "shop/payments.py", lines: [1, 40] };
  const call = { type: "tool_call", id: "call_1", name: "read_file", arguments: asked };
  const first = [{ role: "user", parts: [text("Why does the last order fail?")] }];
  const second = [
    ...first,
    { role: "assistant", parts: [call] },
    {
      role: "tool",
      parts: [
        {
          type: "tool_call_response",
          id: "call_1",
          response: { text: "def charge(): …", lines: 38 },
        },
      ],
    },
  ];
  const long = [
    ...Array.from({ length: 500 }, (_, i) => ({
      role: i % 2 === 0 ? "user" : "assistant",
      parts: [text(`turn ${String(i)}`)],
    })),
    { role: "user", parts: [text(`A megabyte follows.\n${"All of the log. ".repeat(65_536)}`)] },
  ];
  const model = (
    input: object,
    output: object,
    tokens: number,
  ): Readonly<Record<string, unknown>> => ({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-5-mini",
    "gen_ai.response.model": "gpt-5-mini-2026-08-07",
    "gen_ai.conversation.id": "conv-17",
    "gen_ai.usage.input_tokens": tokens,
    "gen_ai.usage.cache_read.input_tokens": Math.round(tokens / 2),
    "gen_ai.usage.output_tokens": 64,
    "gen_ai.system_instructions": [text("You mend programs. Be short.")],
    "gen_ai.input.messages": input,
    "gen_ai.output.messages": output,
  });
  const answer = (parts: readonly object[]): object => [
    { role: "assistant", parts, finish_reason: "stop" },
  ];
  const spans = [
    span(1, "invoke_agent Mender", 0, 5_000, {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "Mender",
      "gen_ai.conversation.id": "conv-17",
    }),
    span(2, "chat gpt-5-mini", 10, 900, model(first, answer([call]), 512)),
    span(3, "execute_tool read_file", 1_000, 200, {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "read_file",
      "gen_ai.tool.call.id": "call_1",
      "gen_ai.tool.call.arguments": asked,
      "gen_ai.tool.call.result": { text: "def charge(): …", lines: 38 },
    }),
    span(4, "chat gpt-5-mini", 1_300, 900, model(second, answer([text(markdown)]), 1_204)),
    span(5, "chat gpt-5-mini", 2_300, 900, model(long, answer([text("Done.")]), 250_000)),
  ];
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "mender" } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

let home: string;
let session: Session;
let workbench: Workbench;
let panel: TracePanel;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "traceside-conversation-"));
  const file = join(home, "agent.otlp.json");
  await writeFile(file, writeTrace());
  session = await openSession({ workspaceFolder: home, width: 1500, height: 1000 });
  workbench = session.workbench;
  await workbench.executeCommand("traceside.openTraceFile", {
    scheme: "file",
    path: join(session.workspaceFolder, "agent.otlp.json"),
  });
  panel = await TracePanel.find(workbench, "invoke_agent");
});

afterAll(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

test("the overview counts models by their tokens, tools and agents, and leads to their calls", async () => {
  const overview = panel.frame.locator("traceside-gen-ai");
  await overview.getByText("251,716 → 192 tokens").waitFor();
  await overview.getByText("gpt-5-mini-2026-08-07").waitFor();
  await overview.getByText("Mender").waitFor();
  await workbench.screenshot("models.png");
  await overview.getByText("read_file").click();
  await panel.waitForDetail("execute_tool read_file");
});

test("a turn is told with what it repeats folded, its answer as text, in every theme", async () => {
  await panel.press("Home");
  for (let step = 0; step < 3; step += 1) await panel.press("ArrowDown");
  const view = panel.frame.locator("traceside-conversation");
  await view.locator(".message.assistant", { hasText: "gets **no currency**" }).waitFor();
  expect(await view.locator("img").count()).toBe(0);
  expect(await view.getByText("Why does the last order fail?").count()).toBe(0);
  for (const theme of ["light", "dark", "hc-dark"] as const) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`conversation-${theme}.png`);
  }
  expect(await findViolations(panel.frame, "--vscode-editor-background")).toEqual([]);
  await view.getByRole("button", { name: "Show 3 earlier messages" }).click();
  await view.getByText("Why does the last order fail?").waitFor();
  await workbench.screenshot("conversation-unfolded.png");
});

test("a call's card leads to the span in which its tool ran", async () => {
  const view = panel.frame.locator("traceside-conversation");
  await view.locator(".card").getByRole("button", { name: "read_file" }).first().click();
  await panel.waitForDetail("execute_tool read_file");
  await view.locator(".card", { hasText: "Arguments" }).getByText("shop/payments.py").waitFor();
  await workbench.screenshot("conversation-tool.png");
});

test("a prompt of a megabyte after 500 turns shows its newest at once, and more on demand", async () => {
  await panel.press("End");
  const view = panel.frame.locator("traceside-conversation");
  await view.locator(".message", { hasText: "A megabyte follows." }).waitFor();
  await view.getByRole("button", { name: /^501 earlier messages, show 50 more$/ }).click();
  await view.getByText("turn 499", { exact: true }).waitFor();
  await expect.poll(() => view.locator(".message").count()).toBe(52);
  await view.getByRole("button", { name: "Raw" }).click();
  await view.locator("traceside-attributes").waitFor();
  await view.getByRole("button", { name: "Conversation", exact: true }).click();
  await view.locator(".message").first().waitFor();
});

test("it can be read in a narrow window", async () => {
  await workbench.runCommand("View: Close Primary Side Bar");
  const inner = await panel.frame.evaluate(() => window.innerWidth);
  await workbench.resize(400 + (workbench.page.viewportSize()?.width ?? 0) - inner, 900);
  await panel.frame.getByRole("tab", { name: "Span" }).click();
  await panel.frame.locator("traceside-conversation .message").first().waitFor();
  await workbench.screenshot("conversation-narrow.png");
  const overflow = await panel.frame
    .locator("traceside-conversation")
    .evaluate(element => element.scrollWidth - element.clientWidth);
  expect(overflow).toBeLessThanOrEqual(1);
});

test("a coding agent's run is a conversation, though its words stand on logs", async () => {
  await workbench.resize(1_600, 1_000);
  const name = "claude-code.otlp.json";
  const path = join(session.workspaceFolder, name);
  await copyFile(join(import.meta.dirname, "../fixtures/genAi", name), path);
  await workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path });
  const run = await TracePanel.find(workbench, "claude_code.interaction");
  await run.frame.locator("traceside-gen-ai").getByText("104 → 34 tokens").waitFor();
  await run.press("Home");
  const view = run.frame.locator("traceside-conversation");
  await view.locator(".message.user", { hasText: "What does the shop sell?" }).waitFor();
  await view.locator(".message.assistant", { hasText: "The shop sells tea." }).waitFor();
  await workbench.screenshot("conversation-coding-agent.png");
});
