/**
 * Spans that real instrumentations wrote of one chat with a tool (test/peers/genAi), by every convention that is known:
 * what is read of them is the same, field by field, but for what an instrumentation does not tell.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GenAiCall } from "../../../src/analysis/genAi/genAiCall.ts";
import { readGenAiCall } from "../../../src/analysis/genAi/readGenAiCall.ts";
import { joinLogs, readOtlpLogsJson } from "../../../src/formats/otlp/otlpLogs.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";

const folder = join(import.meta.dirname, "../../fixtures/genAi");
const call = { kind: "toolCall", id: "call_1", name: "get_weather", arguments: { city: "Oslo" } };
const result = { kind: "toolResult", id: "call_1", result: { mm: 3 } };
const openai = ["gpt-4o-mini", "gpt-4o-mini-2024-07-18"];
const anthropic = ["claude-sonnet-4", "claude-sonnet-4-20250514"];

/** The calls of a recording, in their order, with the logs that belong to them. */
function readCalls(file: string): readonly GenAiCall[] {
  const bytes = readFileSync(join(folder, file));
  const { records } = readTraceFile(bytes, { path: file, store: "file", nowUnixMs: 0 });
  const logs = readOtlpLogsJson(JSON.parse(bytes.toString())).records;
  return records
    .toSorted((a, b) => Number((a.span.startUnixNs ?? 0n) - (b.span.startUnixNs ?? 0n)))
    .flatMap(({ span, detail }) => {
      const own = logs.filter(({ spanId }) => spanId === span.spanId);
      return readGenAiCall(joinLogs(detail, own)) ?? [];
    });
}

interface Told {
  readonly convention: GenAiCall["convention"];
  readonly models?: readonly string[];
  /** Why the first call ended, as it is written; none where nobody tells it. */
  readonly reason?: string;
  readonly temperature?: number;
  readonly isCacheTold?: false;
  readonly areToolsTold?: false;
  readonly session?: string;
  /** Who hands the result of a tool over. */
  readonly resultRole?: string;
  /** The arguments of the tool's own span, where there is one. */
  readonly toolArguments?: unknown;
  readonly isCallIdTold?: false;
}

const session = "support-42";
const rows: readonly (readonly [file: string, told: Told])[] = [
  [
    "opentelemetry.otlp.json",
    { convention: "OpenTelemetry", isCacheTold: false, areToolsTold: false, reason: "tool_calls" },
  ],
  [
    "opentelemetry-events.otlp.json",
    { convention: "OpenTelemetry", isCacheTold: false, areToolsTold: false, reason: "tool_calls" },
  ],
  [
    "openinference.otlp.json",
    { convention: "OpenInference", models: ["gpt-4o-mini-2024-07-18"], reason: "tool_calls" },
  ],
  // Of today's version, which writes OpenTelemetry's keys.
  ["openllmetry.otlp.json", { convention: "OpenTelemetry", reason: "tool_call" }],
  [
    "anthropic-openinference.otlp.json",
    { convention: "OpenInference", models: anthropic, reason: "tool_use", temperature: undefined },
  ],
  [
    "anthropic-openllmetry.otlp.json",
    {
      ...{ convention: "OpenTelemetry", models: anthropic, reason: "tool_call" },
      ...{ temperature: undefined, resultRole: "user" },
    },
  ],
  [
    "langchain-openinference.otlp.json",
    {
      ...{ convention: "OpenInference", models: ["gpt-4o-mini-2024-07-18"], session },
      ...{ reason: "tool_calls", toolArguments: "Oslo" },
    },
  ],
  [
    "langchain-openllmetry.otlp.json",
    { convention: "OpenTelemetry", session, reason: "tool_call", toolArguments: { city: "Oslo" } },
  ],
  [
    "langchain-langsmith.otlp.json",
    { convention: "LangSmith", session, reason: "tool_calls", toolArguments: { city: "Oslo" } },
  ],
  ["langfuse.otlp.json", { convention: "Langfuse", models: ["gpt-4o-mini-2024-07-18"], session }],
  ["mlflow.json", { convention: "MLflow", session, reason: "tool_calls" }],
  [
    "vercel.otlp.json",
    { convention: "Vercel AI SDK", session, reason: "tool-calls", toolArguments: { city: "Oslo" } },
  ],
  [
    "openai-agents.otlp.json",
    {
      ...{ convention: "OpenInference", models: ["gpt-4o-mini"], toolArguments: { city: "Oslo" } },
      ...{ isCacheTold: false, areToolsTold: false, isCallIdTold: false },
    },
  ],
  [
    // As its own exporter sends it.
    "openai-agents-js.json",
    {
      ...{ convention: "OpenTelemetry", reason: "tool_calls", toolArguments: { city: "Oslo" } },
      ...{ areToolsTold: false, isCallIdTold: false },
    },
  ],
  [
    "pydantic-ai.otlp.json",
    {
      ...{ convention: "OpenTelemetry", session, reason: "tool_call", resultRole: "user" },
      toolArguments: { city: "Oslo" },
    },
  ],
  [
    "bedrock-openllmetry.otlp.json",
    {
      ...{ convention: "OpenTelemetry", models: ["claude-3-haiku-20240307-v1:0"] },
      ...{ reason: "tool_call", resultRole: "user" },
    },
  ],
  [
    "bedrock-botocore.otlp.json",
    {
      ...{ convention: "OpenTelemetry", models: ["anthropic.claude-3-haiku-20240307-v1:0"] },
      ...{ reason: "tool_use", areToolsTold: false },
    },
  ],
];

describe.each(rows)("%s", (file, told) => {
  const calls = readCalls(file);
  // The SDK's own spans below an instrumentation's, and a framework's around them, tell of the same calls.
  const turns = calls.filter(
    each => each.kind === "model" && each.messages.length > 0 && each.tokens.input !== 140,
  );

  test("two calls of the model with their numbers", () => {
    const { convention, models = openai, reason } = told;
    expect(turns).toHaveLength(2);
    const cached = told.isCacheTold === false ? {} : { cacheRead: 32 };
    expect(turns.map(({ tokens: { input, output } }) => [input, output])).toEqual([
      [52, 17],
      [88, 9],
    ]);
    for (const turn of turns) {
      expect(turn).toMatchObject({ convention, tokens: cached });
      expect(turn.temperature).toBe("temperature" in told ? told.temperature : 0.2);
      expect(turn.conversationId).toBe(told.session);
      expect(turn.offeredTools).toEqual(told.areToolsTold === false ? [] : ["get_weather"]);
      const named = new Set([turn.requestModel, turn.responseModel].filter(Boolean));
      expect([...named]).toEqual(models);
    }
    expect(turns[0]?.finishReasons).toEqual(reason === undefined ? [] : [reason]);
  });

  test("what was said", () => {
    const [first, second] = turns;
    const asked = [
      ["system", [{ kind: "text", text: "Be short." }]],
      ["user", [{ kind: "text", text: "Weather in Oslo?" }]],
    ];
    const said = (turn: GenAiCall | undefined, isOutput: boolean): unknown =>
      turn?.messages.flatMap(each => (each.isOutput === isOutput ? [[each.role, each.parts]] : []));
    expect(said(first, false)).toEqual(asked);
    expect(said(first, true)).toEqual([["assistant", [call]]]);
    expect(said(second, false)).toEqual([
      ...asked,
      ["assistant", [call]],
      [told.resultRole ?? "tool", [result]],
    ]);
    expect(said(second, true)).toEqual([
      ["assistant", [{ kind: "text", text: "It rains in Oslo: 3 mm." }]],
    ]);
  });

  test("the tool that ran", () => {
    const tools = calls.flatMap(({ tool }) => tool ?? []);
    const { toolArguments: given } = told;
    expect(tools).toEqual(
      given === undefined
        ? []
        : [
            {
              ...{ name: "get_weather", arguments: given, result: { mm: 3 } },
              ...(told.isCallIdTold !== false && { callId: "call_1" }),
            },
          ],
    );
  });
});

test("Anthropic's own spans, which hold no messages, tell the rest", () => {
  const [own] = readCalls("anthropic-openinference.otlp.json").filter(
    each => each.messages.length === 0,
  );
  expect(own).toMatchObject({
    ...{ provider: "anthropic", requestModel: anthropic[0], responseModel: anthropic[1] },
    ...{ maxTokens: 100, finishReasons: ["tool_use"] },
    tokens: { input: 52, output: 17, cacheRead: 32, cacheWrite: 0 },
  });
});

test("AutoGen tells its agent's runs and its tools, and nothing of the model", () => {
  const calls = readCalls("autogen.otlp.json");
  expect(calls.map(({ kind, operation }) => [kind, operation])).toEqual([
    ["agent", "create_agent"],
    ["agent", "invoke_agent"],
    ["tool", "execute_tool"],
  ]);
  expect(calls[1]).toMatchObject({ agentName: "weather_agent", provider: "autogen", tokens: {} });
  expect(calls[2]?.tool).toEqual({ name: "get_weather", callId: "call_1" });
});

const oslo = { arguments: { city: "Oslo" }, result: { mm: 3 } };
const say = (call: GenAiCall | undefined): readonly unknown[] | undefined =>
  call?.messages.map(({ role, parts }) => [role, ...parts]);
const question = ["user", { kind: "text", text: "Weather in Oslo?" }];
const system = ["system", { kind: "text", text: "Be short." }];
const answer = ["assistant", { kind: "text", text: "It rains in Oslo: 3 mm." }];

test("AG2 tells all but the settings and the system's message, and its usage once more apart", () => {
  const calls = readCalls("ag2.otlp.json");
  expect(calls.map(({ kind }) => kind)).toEqual([
    ...["agent", "model", "other", "tool", "model", "other"],
  ]);
  const [agent, first, usage, tool, second] = calls;
  expect(agent).toMatchObject({ agentName: "weather-agent", requestModel: openai[0] });
  expect(usage?.tokens).toEqual(first?.tokens);
  expect(tool?.tool).toEqual({ name: "get_weather", callId: "call_1", ...oslo });
  const numbers = { provider: "openai", responseModel: openai[1] };
  expect([first, second]).toMatchObject([
    { ...numbers, finishReasons: ["tool_calls"], tokens: { input: 52, output: 17, cacheRead: 32 } },
    { ...numbers, finishReasons: ["stop"], tokens: { input: 88, output: 9, cacheRead: 32 } },
  ]);
  expect(say(first)).toEqual([question, ["assistant", call]]);
  expect(say(second)).toEqual([question, ["assistant", call], ["tool", result], answer]);
});

test("DSPy tells no tokens, and has calls of tools in the whole request and answer alone", () => {
  const [first, tool, second] = readCalls("dspy.otlp.json");
  expect([first, second]).toMatchObject(
    Array.from({ length: 2 }, () => ({
      ...{ convention: "OpenInference", kind: "model", requestModel: openai[0], tokens: {} },
      ...{ temperature: 0.2, offeredTools: ["get_weather"] },
    })),
  );
  expect(tool?.tool).toMatchObject(oslo);
  expect(say(first)).toEqual([system, question, ["assistant", call]]);
  expect(say(second)).toEqual([system, question, ["assistant", call], ["tool", result], answer]);
});

test("Mastra tells both turns as one call of the model", () => {
  const [agent, model, tool] = readCalls("mastra.otlp.json");
  expect(agent).toMatchObject({ kind: "agent", agentId: "weather-agent" });
  expect(say(agent)).toEqual([question, answer]);
  expect(model).toMatchObject({
    ...{ kind: "model", requestModel: openai[0], temperature: 0.2, finishReasons: ["stop"] },
    tokens: { input: 140, output: 26, total: 166 },
  });
  expect(say(model)).toEqual([system, question, answer]);
  expect(tool?.tool).toEqual({ name: "get_weather", ...oslo });
});

const asked = ["user", { kind: "text", text: "What does the shop sell?" }];
const sold = ["assistant", { kind: "text", text: "The shop sells tea." }];

test("Claude Code tells the run by its logs, the tool by plain keys, and its cache apart from the input", () => {
  const calls = readCalls("claude-code.otlp.json");
  const [run, first, tool] = calls;
  const session = run?.conversationId;
  expect(calls.map(({ kind }) => kind)).toEqual(["agent", "model", "tool", "other", "model"]);
  expect(calls.every(each => each.conversationId === session)).toBe(true);
  const bash = { command: "cat shop.py", description: "Reads the shop" };
  expect(say(run)).toEqual([
    asked,
    ["assistant", { kind: "toolCall", id: "call_1", name: "Bash", arguments: bash }],
    sold,
  ]);
  expect(String(run?.costUsd)).toMatch(/^0\.00\d{1,6}$/);
  expect(first).toMatchObject({
    ...{ provider: "anthropic", finishReasons: ["tool_use"] },
    tokens: { input: 52, output: 17, cacheRead: 32 },
  });
  expect(tool?.tool).toEqual({
    ...{ name: "Bash", callId: "call_1", arguments: { command: "cat shop.py" } },
    result: 'def sell(): return "tea"',
  });
});

test("Gemini CLI tells a tool's call and result in place of messages", () => {
  const [first, , tool, second] = readCalls("gemini-cli.otlp.json");
  expect([first, second]).toMatchObject(
    Array.from({ length: 2 }, () => ({
      ...{ kind: "model", requestModel: "gemini-2.5-flash", agentName: "gemini-cli" },
      ...{ tokens: { input: 52, output: 17 }, conversationId: tool?.conversationId },
    })),
  );
  expect(first?.offeredTools).toContain("run_shell_command");
  expect(say(second)?.at(-1)).toEqual(sold);
  expect(tool?.tool).toEqual({
    ...{
      name: "run_shell_command",
      callId: expect.stringContaining("run_shell_command") as string,
    },
    arguments: { command: "cat shop.py", description: "Reads the shop" },
    result: expect.stringContaining('def sell(): return "tea"') as string,
  });
});

test("Codex tells prompt and tool on events, and tokens of no model", () => {
  const calls = readCalls("codex.otlp.json");
  const [run, first, tool, second] = calls;
  expect(calls.map(({ kind }) => kind)).toEqual(["agent", "other", "tool", "other"]);
  expect(say(run)).toEqual([asked]);
  expect([run?.requestModel, run?.conversationId]).toEqual(["gpt-5", tool?.conversationId]);
  for (const each of [first, second]) {
    expect(each?.tokens).toEqual({ input: 52, output: 17, cacheRead: 32, cacheWrite: 0 });
  }
  expect(tool?.tool).toEqual({
    ...{ name: "exec_command", callId: "call_1", arguments: { cmd: "cat shop.py" } },
    result: expect.stringContaining('def sell(): return "tea"') as string,
  });
});

test("Strands tells each list of messages on an event of its own", () => {
  const calls = readCalls("strands.otlp.json");
  const [first, second] = calls.filter(({ kind }) => kind === "model");
  const numbers = { provider: "strands-agents", requestModel: openai[0], conversationId: session };
  expect([first, second]).toMatchObject([
    { ...numbers, finishReasons: ["tool_use"], tokens: { input: 52, output: 17, cacheRead: 32 } },
    { ...numbers, finishReasons: ["end_turn"], tokens: { input: 88, output: 9, cacheRead: 32 } },
  ]);
  expect(say(first)).toEqual([system, question, ["assistant", call]]);
  expect(say(second)).toEqual([
    ...[system, question, ["assistant", call], ["user", result], answer],
  ]);
  const tool = calls.find(({ kind }) => kind === "tool");
  expect(tool?.tool).toEqual({ name: "get_weather", callId: "call_1", ...oslo });
});

test("Agno tells all but why the model stopped, which one answered, and the call of a tool", () => {
  const [agent, first, tool, second] = readCalls("agno.otlp.json");
  expect(agent).toMatchObject({
    kind: "agent",
    agentName: "weather-agent",
    conversationId: session,
  });
  expect(say(agent)).toEqual([question, answer]);
  const told = { requestModel: openai[0], temperature: 0.2, offeredTools: ["get_weather"] };
  expect([first, second]).toMatchObject([
    { ...told, tokens: { input: 52, output: 17, cacheRead: 32 } },
    { ...told, tokens: { input: 88, output: 9, cacheRead: 32 } },
  ]);
  expect(say(first)).toEqual([system, question, ["assistant", call]]);
  expect(say(second)).toEqual([
    ...[system, question, ["assistant", call], ["tool", result], answer],
  ]);
  expect(tool?.tool).toEqual({ name: "get_weather", ...oslo });
});

test("Haystack prints its messages, so that only what stands apart can be told", () => {
  const [first, second] = readCalls("haystack.otlp.json").filter(({ kind }) => kind === "model");
  const named = { kind: "toolCall", name: "get_weather", arguments: { city: "Oslo" } };
  expect(say(first)).toEqual([system, question, ["assistant", named]]);
  expect(say(second)).toEqual([system, question, ["tool", { kind: "toolResult" }], answer]);
});

test("Google's SDK tells two turns that it makes by itself as one call of the model", () => {
  const [model, tool] = readCalls("google-genai.otlp.json");
  expect(model).toMatchObject({
    ...{ kind: "model", provider: "gemini", requestModel: "gemini-2.5-flash", temperature: 0.2 },
    ...{ responseModel: "gemini-2.5-flash-001", finishReasons: ["stop"] },
    ...{ offeredTools: ["get_weather"], tokens: { input: 88, output: 9, cacheRead: 32 } },
  });
  expect(say(model)).toEqual([system, question, answer]);
  expect(tool?.tool).toEqual({ name: "get_weather", ...oslo });
});
