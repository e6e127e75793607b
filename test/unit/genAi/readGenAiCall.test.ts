/** One question to a model, told by each convention: the same call is read from all. */

import { expect, test } from "vitest";
import { countRepeated, type GenAiCall } from "../../../src/analysis/genAi/genAiCall.ts";
import type { AttributeValue, SpanEvent } from "../../../src/model/spanDetail.ts";
import { asked, event, readCall, spoken, type Values } from "./readCall.ts";

const facts = {
  kind: "model",
  requestModel: "gpt-5-mini",
  tokens: { input: 52, output: 17 },
  temperature: 0.2,
};
const openaiCall = {
  id: "call_1",
  type: "function",
  function: { name: "get_weather", arguments: JSON.stringify(asked) },
};
const openaiAsked = [
  { role: "system", content: "Be short." },
  { role: "user", content: "Weather in Oslo?" },
];

const tellings: readonly [string, Values, (readonly SpanEvent[])?][] = [
  [
    "OpenTelemetry",
    {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5-mini",
      "gen_ai.request.temperature": 0.2,
      "gen_ai.usage.input_tokens": 52,
      "gen_ai.usage.output_tokens": 17,
      "gen_ai.response.finish_reasons": ["tool_calls"],
      "gen_ai.system_instructions": '[{"type":"text","content":"Be short."}]',
      "gen_ai.input.messages":
        '[{"role":"user","parts":[{"type":"text","content":"Weather in Oslo?"}]}]',
      "gen_ai.output.messages": JSON.stringify([
        {
          role: "assistant",
          parts: [{ type: "tool_call", id: "call_1", name: "get_weather", arguments: asked }],
          finish_reason: "tool_calls",
        },
      ]),
    },
  ],
  [
    "OpenTelemetry",
    {
      "gen_ai.operation.name": "chat",
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-5-mini",
      "gen_ai.request.temperature": 0.2,
      "gen_ai.usage.prompt_tokens": 52,
      "gen_ai.usage.completion_tokens": 17,
    },
    [
      event("gen_ai.system.message", {
        "log.severity": "INFO",
        "log.body": { content: "Be short." },
      }),
      event("gen_ai.user.message", { "log.body": '{"content":"Weather in Oslo?"}' }),
      event("gen_ai.choice", {
        "log.body": {
          index: 0,
          finish_reason: "tool_calls",
          message: { role: "assistant", tool_calls: [openaiCall] },
        },
      }),
    ],
  ],
  [
    "OpenLLMetry",
    {
      "llm.request.type": "chat",
      "gen_ai.system": "OpenAI",
      "gen_ai.request.model": "gpt-5-mini",
      "gen_ai.request.temperature": 0.2,
      "gen_ai.usage.input_tokens": 52,
      "gen_ai.usage.output_tokens": 17,
      "gen_ai.prompt.0.role": "system",
      "gen_ai.prompt.0.content": "Be short.",
      "gen_ai.prompt.1.role": "user",
      "gen_ai.prompt.1.content": '[{"type": "text", "text": "Weather in Oslo?"}]',
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.finish_reason": "tool_calls",
      "gen_ai.completion.0.tool_calls.0.id": "call_1",
      "gen_ai.completion.0.tool_calls.0.name": "get_weather",
      "gen_ai.completion.0.tool_calls.0.arguments": JSON.stringify(asked),
    },
  ],
  [
    "OpenInference",
    {
      "openinference.span.kind": "LLM",
      "llm.provider": "openai",
      "llm.model_name": "gpt-5-mini",
      "llm.invocation_parameters": '{"temperature": 0.2}',
      "llm.token_count.prompt": 52,
      "llm.token_count.completion": 17,
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.contents.0.message_content.type": "text",
      "llm.input_messages.1.message.contents.0.message_content.text": "Weather in Oslo?",
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be short.",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_1",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments":
        JSON.stringify(asked),
      "input.value": "{}",
    },
  ],
  [
    "Vercel AI SDK",
    {
      "ai.operationId": "ai.generateText.doGenerate",
      "ai.model.provider": "openai.chat",
      "ai.model.id": "gpt-5-mini",
      "ai.settings.temperature": 0.2,
      "ai.usage.inputTokens": 52,
      "ai.usage.outputTokens": 17,
      "gen_ai.request.model": "gpt-5-mini",
      "ai.response.finishReason": "tool-calls",
      "ai.prompt.messages": JSON.stringify([
        { role: "system", content: "Be short." },
        { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
      ]),
      "ai.response.toolCalls": JSON.stringify([
        {
          toolCallType: "function",
          toolCallId: "call_1",
          toolName: "get_weather",
          args: JSON.stringify(asked),
        },
      ]),
    },
  ],
  [
    "LangSmith",
    {
      "langsmith.span.kind": "llm",
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-5-mini",
      "langsmith.metadata.ls_temperature": 0.2,
      "gen_ai.usage.input_tokens": 52,
      "gen_ai.usage.output_tokens": 17,
      "gen_ai.prompt": JSON.stringify({
        messages: [
          [
            {
              lc: 1,
              type: "constructor",
              id: ["langchain", "schema", "SystemMessage"],
              kwargs: { content: "Be short." },
            },
            {
              lc: 1,
              type: "constructor",
              id: ["langchain", "schema", "HumanMessage"],
              kwargs: { content: "Weather in Oslo?" },
            },
          ],
        ],
      }),
      "gen_ai.completion": JSON.stringify({
        generations: [
          [
            {
              text: "",
              message: {
                lc: 1,
                id: ["langchain", "schema", "AIMessage"],
                kwargs: {
                  content: "",
                  tool_calls: [{ name: "get_weather", args: asked, id: "call_1" }],
                },
              },
            },
          ],
        ],
      }),
    },
  ],
  [
    "Langfuse",
    {
      "langfuse.observation.type": "generation",
      "langfuse.observation.model.name": "gpt-5-mini",
      "langfuse.observation.model.parameters": '{"temperature": 0.2}',
      "langfuse.observation.usage_details": '{"input": 52, "output": 17}',
      "langfuse.observation.input": JSON.stringify(openaiAsked),
      "langfuse.observation.output": JSON.stringify({
        role: "assistant",
        content: null,
        tool_calls: [openaiCall],
      }),
    },
  ],
  [
    "MLflow",
    {
      "mlflow.spanType": '"CHAT_MODEL"',
      "mlflow.llm.model": '"gpt-5-mini"',
      "gen_ai.request.temperature": 0.2,
      "mlflow.chat.tokenUsage": '{"input_tokens": 52, "output_tokens": 17}',
      "mlflow.spanInputs": JSON.stringify({ model: "gpt-5-mini", messages: openaiAsked }),
      "mlflow.spanOutputs": JSON.stringify({
        choices: [
          {
            index: 0,
            finish_reason: "tool_calls",
            message: { role: "assistant", content: null, tool_calls: [openaiCall] },
          },
        ],
      }),
    },
  ],
];

test.each([...tellings])("%s tells the call", (convention, attributes, events = []) => {
  const call = readCall(attributes, events)!;
  expect(call).toMatchObject({ ...facts, convention });
  expect(call.messages).toEqual(spoken);
});

test("Anthropic's blocks, Google's parts and OpenAI's responses are messages too", () => {
  const of = (value: AttributeValue): GenAiCall["messages"] =>
    readCall({ "gen_ai.operation.name": "chat", "gen_ai.input.messages": JSON.stringify(value) })!
      .messages;
  const called = { kind: "toolCall", id: "t1", name: "get_weather", arguments: asked };
  const answered = { kind: "toolResult", id: "t1", result: "rain" };
  const parts = (value: AttributeValue): unknown[] => of(value).flatMap(message => message.parts);
  expect(
    parts([
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "tool_use", id: "t1", name: "get_weather", input: asked },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "rain" }] },
        ],
      },
    ]),
  ).toEqual([{ kind: "reasoning", text: "hm" }, called, answered]);
  expect(
    parts([
      { role: "model", parts: [{ functionCall: { id: "t1", name: "get_weather", args: asked } }] },
      {
        role: "user",
        parts: [{ functionResponse: { id: "t1", name: "get_weather", response: "rain" } }],
      },
    ]),
  ).toEqual([called, answered]);
  expect(
    parts([
      {
        type: "function_call",
        call_id: "t1",
        name: "get_weather",
        arguments: JSON.stringify(asked),
      },
      { type: "function_call_output", call_id: "t1", output: "rain" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "It rains." }] },
    ]),
  ).toEqual([called, answered, { kind: "text", text: "It rains." }]);
  expect(parts([{ role: "tool", tool_call_id: "t1", content: '{"mm": 3}' }])).toEqual([
    { kind: "toolResult", id: "t1", result: { mm: 3 } },
  ]);
  expect(
    parts([{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }]),
  ).toMatchObject([{ kind: "other", type: "image_url" }]);
});

test.each([
  [
    {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "get_weather",
      "gen_ai.tool.call.id": "call_1",
      "gen_ai.tool.call.arguments": JSON.stringify(asked),
      "gen_ai.tool.call.result": '{"mm":3}',
    },
  ],
  [
    {
      "ai.operationId": "ai.toolCall",
      "ai.toolCall.name": "get_weather",
      "ai.toolCall.id": "call_1",
      "ai.toolCall.args": JSON.stringify(asked),
      "ai.toolCall.result": '{"mm":3}',
    },
  ],
  [
    {
      "openinference.span.kind": "TOOL",
      "tool.name": "get_weather",
      "tool_call.id": "call_1",
      "input.value": JSON.stringify(asked),
      "output.value": '{"mm":3}',
    },
  ],
])("a tool's run has its arguments and its result", attributes => {
  const call = readCall(attributes)!;
  expect(call.kind).toBe("tool");
  expect(call.tool).toEqual({
    name: "get_weather",
    callId: "call_1",
    arguments: asked,
    result: { mm: 3 },
  });
  expect(call.messages).toEqual([]);
});

test("tokens of the cache, a told cost, conversation and agent are read, and nothing is reckoned", () => {
  const call = readCall({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "Planner",
    "gen_ai.conversation.id": "c-1",
    "gen_ai.usage.input_tokens": 900,
    "gen_ai.usage.cache_read.input_tokens": 700,
    "gen_ai.usage.cost": 0.0123,
    "gen_ai.tool.definitions": '[{"type":"function","name":"get_weather"}]',
  })!;
  expect(call).toMatchObject({
    kind: "agent",
    agentName: "Planner",
    conversationId: "c-1",
    tokens: { input: 900, cacheRead: 700 },
    costUsd: 0.0123,
    offeredTools: ["get_weather"],
  });
  expect(call.tokens).not.toHaveProperty("output");
  expect(
    readCall({ "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 5 }),
  ).not.toHaveProperty("costUsd");
});

test("what the turn before has shown ends with the model's last answer", () => {
  const of = (roles: string): GenAiCall["messages"] =>
    roles.split("").map(role => ({
      role: { s: "system", u: "user", a: "assistant", A: "assistant", t: "tool" }[role]!,
      parts: [{ kind: "text", text: role }],
      isOutput: role === "A",
    }));
  expect(countRepeated(of("suA"))).toBe(0);
  expect(countRepeated(of("suauA"))).toBe(3);
  expect(countRepeated(of("suauattA"))).toBe(5);
});

test("no other span is taken for one, and broken or hostile values harm nobody", () => {
  expect(
    readCall({ "http.route": "/chat", "session.id": "1", model: "T", "input.value": "x" }),
  ).toBeUndefined();
  const deep = `gen_ai.prompt.0${".x".repeat(500)}`;
  const call = readCall({
    "gen_ai.operation.name": "chat",
    "gen_ai.input.messages": '[{"role": "user", "parts": [{"type": "te',
    [deep]: "y",
    "gen_ai.prompt.0.__proto__.polluted": "yes",
    "gen_ai.usage.input_tokens": "many",
    "gen_ai.output.messages": "[".repeat(50_000),
  })!;
  expect(call.messages[0]!.parts[0]).toMatchObject({ kind: "text" });
  expect(call.tokens).toEqual({});
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("a conversation of 500 turns and a prompt of a megabyte are read whole", () => {
  const turns = Array.from({ length: 1_000 }, (_, i) => ({
    role: i % 2 === 0 ? "user" : "assistant",
    content: i === 998 ? "x".repeat(1_000_000) : `turn ${i}`,
  }));
  const call = readCall({
    "gen_ai.operation.name": "chat",
    "gen_ai.input.messages": JSON.stringify(turns),
  })!;
  expect(call.messages).toHaveLength(1_000);
  expect(call.messages[998]!.parts[0]).toMatchObject({ text: "x".repeat(1_000_000) });
});
