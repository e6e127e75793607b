/** One question to a model, told by each convention: the same call is read from all. */

import { expect, test } from "vitest";
import { countRepeated, type GenAiCall } from "../../../src/analysis/genAi/genAiCall.ts";
import { readGenAiCall } from "../../../src/analysis/genAi/readGenAiCall.ts";
import type { AttributeValue, SpanEvent } from "../../../src/model/spanDetail.ts";

type Values = Readonly<Record<string, AttributeValue>>;

function read(attributes: Values, events: readonly SpanEvent[] = []): GenAiCall | undefined {
  return readGenAiCall({
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    events,
  });
}

const event = (name: string, attributes: Values): SpanEvent => ({
  name,
  timeUnixNs: "1",
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
});

const asked = { city: "Oslo" };
/** Who says what: a system prompt, a question, and a call of a tool in answer. */
const spoken = [
  { role: "system", parts: [{ kind: "text", text: "Be short." }], isOutput: false },
  { role: "user", parts: [{ kind: "text", text: "Weather in Oslo?" }], isOutput: false },
  {
    role: "assistant",
    parts: [{ kind: "toolCall", id: "call_1", name: "get_weather", arguments: asked }],
    isOutput: true,
  },
];
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
  const call = read(attributes, events)!;
  expect(call).toMatchObject({ ...facts, convention });
  expect(call.messages).toEqual(spoken);
});

test("Anthropic's blocks, Google's parts and OpenAI's responses are messages too", () => {
  const of = (value: AttributeValue): GenAiCall["messages"] =>
    read({ "gen_ai.operation.name": "chat", "gen_ai.input.messages": JSON.stringify(value) })!
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
  const call = read(attributes)!;
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
  const call = read({
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
  expect(read({ "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 5 })).not.toHaveProperty(
    "costUsd",
  );
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
    read({ "http.route": "/chat", "session.id": "1", model: "T", "input.value": "x" }),
  ).toBeUndefined();
  const deep = `gen_ai.prompt.0${".x".repeat(500)}`;
  const call = read({
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
  const call = read({
    "gen_ai.operation.name": "chat",
    "gen_ai.input.messages": JSON.stringify(turns),
  })!;
  expect(call.messages).toHaveLength(1_000);
  expect(call.messages[998]!.parts[0]).toMatchObject({ text: "x".repeat(1_000_000) });
});

test("a tool's arguments are its input, and not the schema that stands beside it", () => {
  const schema = { type: "object", properties: { sku: { type: "string" } } };
  const tool = (input: AttributeValue): AttributeValue =>
    read({
      "openinference.span.kind": "TOOL",
      "tool.name": "find_stock",
      "tool.parameters": JSON.stringify(schema),
      ...(input !== undefined && { "input.value": input }),
    })?.tool?.arguments;
  expect(tool('{"sku":"A7"}')).toEqual({ sku: "A7" });
  // As wrappers of Python's functions tell a call.
  expect(tool('{"args":[],"kwargs":{"sku":"A7"},"sanitize":true}')).toEqual({ sku: "A7" });
  expect(tool('{"kwargs":{"sku":"A7"}}')).toEqual({ sku: "A7" });
  expect(tool('{"args":["A7"],"kwargs":{}}')).toEqual({ args: ["A7"], kwargs: {} });
  expect(tool(undefined)).toEqual(schema);
});

test("a tool's result is what the function returned", () => {
  const told = {
    ...{ blocks: [{ text: '{"left": 3}' }], tool_name: "find_stock", is_error: false },
    ...{ raw_input: { args: [], kwargs: { sku: "A7" } }, raw_output: '{"left": 3}' },
  };
  const call = read({
    ...{ "openinference.span.kind": "TOOL", "tool.name": "find_stock" },
    "output.value": JSON.stringify(told),
  });
  expect(call?.tool?.result).toEqual({ left: 3 });
});

test("frameworks' own words for who speaks", () => {
  const prefix = "llm.input_messages";
  const roles = read({
    "openinference.span.kind": "LLM",
    [`${prefix}.0.message.role`]: "tool-call",
    [`${prefix}.0.message.content`]: "Calling find_stock",
    [`${prefix}.1.message.role`]: "tool-response",
    [`${prefix}.1.message.content`]: "3 left",
  })?.messages.map(({ role }) => role);
  expect(roles).toEqual(["assistant", "tool"]);
});

test("Bedrock's blocks, settings and schemas are read as the others', and a result told twice once", () => {
  const use = { toolUse: { toolUseId: "t1", name: "find_stock", input: { sku: "A7" } } };
  const result = { toolResult: { toolUseId: "t1", content: [{ json: { left: 3 } }] } };
  const call = read({
    ...{ "openinference.span.kind": "LLM", "llm.invocation_parameters": '{"maxTokens": 64}' },
    "llm.tools.0.tool.json_schema": JSON.stringify({ toolSpec: { name: "find_stock" } }),
    "input.value": JSON.stringify([
      { role: "assistant", content: [use] },
      { role: "tool", tool_call_id: "t1", content: [{ json: { left: 3 } }] },
      { role: "user", content: [result] },
    ]),
  });
  expect(call).toMatchObject({ maxTokens: 64, offeredTools: ["find_stock"] });
  expect(call?.messages.map(({ parts }) => parts)).toEqual([
    [{ kind: "toolCall", id: "t1", name: "find_stock", arguments: { sku: "A7" } }],
    [{ kind: "toolResult", id: "t1", result: { left: 3 } }],
  ]);
});

test("Google's agents tell request and answer whole, under keys of their own", () => {
  const vertex = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        `gcp.vertex.agent.${key}`,
        JSON.stringify(value),
      ]),
    );
  const call = { function_call: { id: "call_1", name: "get_weather", args: asked } };
  const known = { "gen_ai.system": "gcp.vertex.agent", "gen_ai.request.model": "gemini-2.5-flash" };
  const answered = read({
    ...known,
    ...vertex({
      llm_request: {
        config: {
          ...{ system_instruction: "Be short.", temperature: 0.2 },
          tools: [{ function_declarations: [{ name: "get_weather" }] }],
        },
        contents: [{ role: "user", parts: [{ text: "Weather in Oslo?" }] }],
      },
      llm_response: { content: { role: "model", parts: [call] }, finish_reason: "STOP" },
    }),
  });
  expect(answered).toMatchObject({ kind: "model", temperature: 0.2, finishReasons: ["STOP"] });
  expect(answered).toMatchObject({ offeredTools: ["get_weather"], messages: spoken });
  const tool = read({
    ...{ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "get_weather" },
    ...vertex({ tool_call_args: asked, tool_response: { result: '{"mm": 3}' } }),
  });
  expect(tool?.tool).toEqual({ name: "get_weather", arguments: asked, result: { mm: 3 } });
});

test("events tell the parts of an answer as a list, and a tool's arguments and result", () => {
  const use = [{ toolUse: { toolUseId: "call_1", name: "get_weather", input: asked } }];
  const model = read(
    { "gen_ai.operation.name": "chat", "gen_ai.response.finish_reason": "FinishReason.TOOL_CALLS" },
    [
      event("gen_ai.system.message", { content: '[{"text": "Be short."}]' }),
      event("gen_ai.user.message", { content: '[{"text": "Weather in Oslo?"}]' }),
      event("gen_ai.choice", { message: JSON.stringify(use) }),
    ],
  );
  expect(model).toMatchObject({ messages: spoken, finishReasons: ["tool_calls"] });
  const tool = read(
    { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "get_weather" },
    [
      event("gen_ai.tool.message", { role: "tool", content: JSON.stringify(asked), id: "call_1" }),
      event("gen_ai.choice", { message: '[{"text": "{\\"mm\\": 3}"}]', id: "call_1" }),
    ],
  );
  expect(tool?.tool).toMatchObject({ arguments: asked, result: { mm: 3 } });
});

test("LlamaIndex's messages are made of blocks", () => {
  const block = { block_type: "tool_call", tool_call_id: "call_1", tool_name: "get_weather" };
  const text = (words: string): object[] => [{ block_type: "text", text: words }];
  const messages = [
    { role: "system", additional_kwargs: {}, blocks: text("Be short.") },
    { role: "user", additional_kwargs: {}, blocks: text("Weather in Oslo?") },
    {
      ...{ role: "assistant", blocks: [{ ...block, tool_kwargs: asked }] },
      additional_kwargs: {
        tool_calls: [{ id: "call_1", function: { name: "get_weather", arguments: "{}" } }],
      },
    },
    { role: "tool", additional_kwargs: { tool_call_id: "call_1" }, blocks: text('{"mm": 3}') },
  ];
  const given = { messages } as unknown as AttributeValue;
  const call = read({
    ...{ "traceloop.span.kind": "task", "traceloop.entity.input": JSON.stringify(given) },
  });
  expect(call?.messages).toEqual([
    ...spoken.map(each => ({ ...each, isOutput: false })),
    {
      role: "tool",
      parts: [{ kind: "toolResult", id: "call_1", result: { mm: 3 } }],
      isOutput: false,
    },
  ]);
  const output = { blocks: text('{"mm": 3}'), tool_name: "get_weather", raw_output: '{"mm": 3}' };
  const tool = read({
    ...{ "traceloop.span.kind": "tool", "traceloop.entity.name": "get_weather" },
    "traceloop.entity.output": JSON.stringify({
      ...{ tool_name: "get_weather", tool_id: "call_1", tool_output: output },
    }),
  });
  expect(tool?.tool).toMatchObject({ callId: "call_1", result: { mm: 3 } });
});
