/** The ways of agents' kits to tell tools, roles and messages, each under keys of its own. */

import { expect, test } from "vitest";
import type { AttributeValue } from "../../../src/model/spanDetail.ts";
import { asked, event, readCall, spoken, type Values } from "./readCall.ts";

test("a tool's arguments are its input, and not the schema that stands beside it", () => {
  const schema = { type: "object", properties: { sku: { type: "string" } } };
  const tool = (input: AttributeValue): AttributeValue =>
    readCall({
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
  const call = readCall({
    ...{ "openinference.span.kind": "TOOL", "tool.name": "find_stock" },
    "output.value": JSON.stringify(told),
  });
  expect(call?.tool?.result).toEqual({ left: 3 });
});

test("frameworks' own words for who speaks", () => {
  const prefix = "llm.input_messages";
  const roles = readCall({
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
  const call = readCall({
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
  const answered = readCall({
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
  const tool = readCall({
    ...{ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "get_weather" },
    ...vertex({ tool_call_args: asked, tool_response: { result: '{"mm": 3}' } }),
  });
  expect(tool?.tool).toEqual({ name: "get_weather", arguments: asked, result: { mm: 3 } });
});

test("events tell the parts of an answer as a list, and a tool's arguments and result", () => {
  const use = [{ toolUse: { toolUseId: "call_1", name: "get_weather", input: asked } }];
  const model = readCall(
    { "gen_ai.operation.name": "chat", "gen_ai.response.finish_reason": "FinishReason.TOOL_CALLS" },
    [
      event("gen_ai.system.message", { content: '[{"text": "Be short."}]' }),
      event("gen_ai.user.message", { content: '[{"text": "Weather in Oslo?"}]' }),
      event("gen_ai.choice", { message: JSON.stringify(use) }),
    ],
  );
  expect(model).toMatchObject({ messages: spoken, finishReasons: ["tool_calls"] });
  const tool = readCall(
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
  const call = readCall({
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
  const tool = readCall({
    ...{ "traceloop.span.kind": "tool", "traceloop.entity.name": "get_weather" },
    "traceloop.entity.output": JSON.stringify({
      ...{ tool_name: "get_weather", tool_id: "call_1", tool_output: output },
    }),
  });
  expect(tool?.tool).toMatchObject({ callId: "call_1", result: { mm: 3 } });
});
