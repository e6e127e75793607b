/**
 * Coding agents tell prompts, answers and tools under plain keys, and on events and logs: here by OpenTelemetry's. Pure.
 *
 *     span.type = interaction, user_prompt; logs claude_code.user_prompt, .tool_result, .assistant_response   Claude Code
 *     span.type = tool, tool_name, full_command; event tool.output                                            Claude Code
 *     event codex.tool_result with tool_name, call_id, arguments, output                                      Codex
 *     gen_ai.input.messages = {callId, args}, gen_ai.output.messages = {response}                             Gemini CLI
 */

import type { AttributeValue, SpanDetail, SpanEvent } from "../../model/spanDetail.ts";
import { isObject, numberOf, objectOf, parseValue, textOf, unwrapResult } from "./genAiMessages.ts";

const SAID = /(?:^|\.)(user_prompt|assistant_response|tool_result|tool\.output|api_request)$/;

type Values = Readonly<Record<string, AttributeValue>>;

/** Nothing where neither the span nor its events are an agent's. */
export function listCodingAgentValues(
  values: ReadonlyMap<string, AttributeValue>,
  events: SpanDetail["events"],
): readonly (readonly [key: string, value: AttributeValue])[] {
  const said = events.flatMap(event => {
    const fields = fieldsOf(event);
    // Rust's spans name their events by the line that made them.
    const [, what] = SAID.exec(textOf(fields["event.name"]) ?? event.name) ?? [];
    return what === undefined ? [] : [{ what: SAID.exec(event.name)?.[1] ?? what, fields }];
  });
  const listOf = (what: string): readonly Values[] =>
    said.flatMap(each => (each.what === what ? [each.fields] : []));
  const prompts = listOf("user_prompt").flatMap(({ prompt }) => prompt ?? []);
  const [prompt] = prompts.length > 0 ? prompts : [values.get("user_prompt")];
  const results = listOf("tool_result");
  const isTool = values.get("span.type") === "tool" || results.length > 0;
  const models = said.flatMap(({ fields }) => fields["model"] ?? []);
  const pairs =
    prompt !== undefined
      ? listRun(prompt, results, listOf("assistant_response"), listOf("api_request"))
      : isTool
        ? listTool({
            ...Object.fromEntries(values),
            ...Object.fromEntries(
              [...listOf("tool.output"), ...results].flatMap(fields => Object.entries(fields)),
            ),
          })
        : listScheduled(values);
  const all: Pairs = [...pairs, ["gen_ai.request.model", pairs.length > 0 ? models[0] : undefined]];
  return all.filter(([, value]) => value !== undefined);
}

function fieldsOf({ attributes }: SpanEvent): Values {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
}

type Pairs = readonly (readonly [string, AttributeValue])[];

/** The run that a prompt began: with the tools that it called, and its answer. */
function listRun(
  prompt: AttributeValue,
  results: readonly Values[],
  answers: readonly Values[],
  requests: readonly Values[],
): Pairs {
  const calls = results.flatMap(each => {
    const { name, id, given, result } = readTool(each);
    const called = { role: "assistant", tool_calls: [{ id, name, arguments: given }] };
    return [
      called,
      ...(result === undefined ? [] : [{ role: "tool", tool_call_id: id, content: result }]),
    ];
  });
  const costs = requests.flatMap(({ cost_usd }) => numberOf(cost_usd) ?? []);
  const said = answers.map(({ response }) => ({ role: "assistant", content: response }));
  return [
    ["gen_ai.operation.name", "invoke_agent"],
    ["gen_ai.input.messages", [{ role: "user", content: prompt }]],
    ["gen_ai.output.messages", [...calls, ...said]],
    [
      "gen_ai.usage.cost",
      // Sums of decimal fractions are not quite decimal.
      costs.length === 0
        ? undefined
        : Number(costs.reduce((sum, cost) => sum + cost, 0).toPrecision(12)),
    ],
  ];
}

function listTool(fields: Values): Pairs {
  const { name, id, given, result } = readTool(fields);
  return [
    ["gen_ai.operation.name", "execute_tool"],
    ["gen_ai.tool.name", name],
    ["gen_ai.tool.call.id", id],
    ["gen_ai.tool.call.arguments", given],
    ["gen_ai.tool.call.result", result],
  ];
}

function readTool(fields: Values) {
  const { full_command: command, file_path: path } = fields;
  const plain = command === undefined ? path && { file_path: path } : { command };
  return {
    name: fields["tool_name"],
    id: fields["tool_use_id"] ?? fields["call_id"],
    given: fields["tool_input"] ?? fields["arguments"] ?? fields["tool_parameters"] ?? plain,
    result: fields["output"],
  };
}

/** A call as its agent schedules it, in place of messages. */
function listScheduled(values: ReadonlyMap<string, AttributeValue>): Pairs {
  const { callId, name, args } = objectOf(values.get("gen_ai.input.messages"));
  if (callId === undefined || args === undefined) return [];
  const { response } = objectOf(values.get("gen_ai.output.messages"));
  const parts = parseValue(objectOf(response)["responseParts"]);
  const [part] = Array.isArray(parts) ? (parts as readonly AttributeValue[]) : [];
  const answered = objectOf(objectOf(part)["functionResponse"])["response"];
  const result = isObject(answered) && "output" in answered ? answered["output"] : answered;
  return [
    ["gen_ai.tool.name", name],
    ["gen_ai.tool.call.id", callId],
    ["gen_ai.tool.call.arguments", args],
    ["gen_ai.tool.call.result", unwrapResult(result)],
  ];
}
