/**
 * Messages to and from language models, in the shapes that providers and frameworks give them, as one. Pure.
 *
 *     [{"role": "user", "content": "…"}]                              OpenAI, Anthropic, Vercel, LangSmith
 *     [{"role": "user", "parts": [{"type": "text", "content": "…"}]}] OpenTelemetry; Google with `text`
 *     {"choices": [{"message": {…}, "finish_reason": "stop"}]}        answers of OpenAI
 *     [{"lc": 1, "id": [… "HumanMessage"], "kwargs": {…}}]            LangChain
 *     [{"type": "function_call", "name": …, "call_id": …}]            OpenAI's responses
 */

import type { AttributeValue } from "../../model/spanDetail.ts";
import type { GenAiMessage, GenAiPart } from "./genAiCall.ts";

export type JsonObject = { readonly [key: string]: AttributeValue };

/** Lists within lists, as LangChain has them, and no deeper. */
const MAX_NESTING = 4;

export function isObject(value: AttributeValue): value is JsonObject {
  return typeof value === "object" && (value as unknown) !== null && !Array.isArray(value);
}

/** A text that holds JSON is what it holds. */
export function parseValue(value: AttributeValue): AttributeValue {
  if (typeof value !== "string" || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as AttributeValue;
  } catch {
    return value;
  }
}

/** The object that a value is or holds as JSON; an empty one of anything else. */
export function objectOf(value: AttributeValue): Readonly<Record<string, AttributeValue>> {
  const parsed = parseValue(value);
  return isObject(parsed) ? parsed : {};
}

export function textOf(value: AttributeValue): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" ? String(value) : undefined;
}

export function numberOf(value: AttributeValue): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** `role`: of what names none. */
export function readMessages(
  value: AttributeValue,
  role: string,
  isOutput: boolean,
): readonly GenAiMessage[] {
  return readAny(parseValue(value), role, isOutput, 0);
}

/** Where an object holds messages; an input that is no list is what the question was about. */
const messageKeys = [
  ...["messages", "message", "choices", "candidates", "generations", "output", "input"],
];

function readAny(
  value: AttributeValue,
  role: string,
  isOutput: boolean,
  nesting: number,
): readonly GenAiMessage[] {
  if (value === undefined || (value as unknown) === null || value === "") return [];
  if (typeof value !== "object") {
    return [{ role, parts: [{ kind: "text", text: String(value) }], isOutput }];
  }
  if (nesting > MAX_NESTING) return [other(value, role, isOutput)];
  if (Array.isArray(value)) {
    const list = value as readonly AttributeValue[];
    // A list of parts is one message.
    if (list.length > 0 && list.every(isPart)) {
      return [{ role, parts: list.flatMap(readPart), isOutput }];
    }
    return list.flatMap(each => readAny(each, role, isOutput, nesting + 1));
  }
  const object = value as JsonObject;
  const message = readMessage(object, role, isOutput);
  if (message !== undefined) return [message];
  for (const key of messageKeys) {
    const inner = parseValue(object[key]);
    if (typeof inner !== "object" || (inner as unknown) === null) continue;
    if (key === "input" && !Array.isArray(inner)) continue;
    const system = object["system"] ?? object["system_prompt"] ?? object["instructions"];
    return [
      ...readAny(parseValue(system), "system", false, nesting + 1),
      ...readAny(inner, role, isOutput, nesting + 1),
    ];
  }
  for (const key of [
    "prompt",
    "input",
    "messages",
    "query",
    "task",
    "question",
    "text",
    "completion",
    "answer",
  ]) {
    const inner = object[key];
    if (typeof inner === "string") return readAny(inner, role, isOutput, nesting + 1);
  }
  return [other(object, role, isOutput)];
}

function other(value: AttributeValue, role: string, isOutput: boolean): GenAiMessage {
  return { role, parts: [{ kind: "other", type: "json", value }], isOutput };
}

/** Google's and LlamaIndex's beside everybody's. */
const contentKeys = ["parts", "content", "contents", "blocks"];

function readMessage(
  object: JsonObject,
  role: string,
  isOutput: boolean,
): GenAiMessage | undefined {
  const kwargs = object["kwargs"] ?? object["data"];
  const path = object["id"];
  if (isObject(kwargs) && (Array.isArray(path) || object["type"] !== undefined)) {
    const names = Array.isArray(path) ? (path as readonly AttributeValue[]) : [object["type"]];
    const name = textOf(names.at(-1)) ?? "";
    return { role: normalRole(name, role), parts: readParts(kwargs), isOutput };
  }
  const written = textOf(object["role"]) ?? textOf(object["type"]);
  const hasContent = contentKeys.some(key => key in object);
  const hasCalls = "tool_calls" in object || "toolCalls" in object;
  const isRole = textOf(object["role"]) !== undefined;
  if (hasCalls || (isRole && (hasContent || Object.keys(object).length === 1))) {
    return { role: normalRole(written ?? role, role), parts: readParts(object), isOutput };
  }
  // OpenAI's responses mix messages with calls; LangChain names who speaks by its type.
  if (
    hasContent &&
    /^(?:human|ai|system|tool|function|message|chat|generic)$/i.test(written ?? "")
  ) {
    return { role: normalRole(written ?? role, role), parts: readParts(object), isOutput };
  }
  if (isPart(object)) {
    const parts = readPart(object);
    const isResult = parts.some(({ kind }) => kind === "toolResult");
    const isCall = parts.some(({ kind }) => kind === "toolCall" || kind === "reasoning");
    return { role: isResult ? "tool" : isCall ? "assistant" : role, parts, isOutput };
  }
  if (hasContent && !("messages" in object)) {
    return { role: normalRole(written ?? role, role), parts: readParts(object), isOutput };
  }
  return undefined;
}

function normalRole(written: string, role: string): string {
  const word = written.replace(/Message(?:Chunk)?$/, "").toLowerCase();
  if (/^(?:human|user)$/.test(word)) return "user";
  if (/^(?:ai|assistant|model|bot|tool-call)$/.test(word)) return "assistant";
  if (/^(?:system|developer)$/.test(word)) return "system";
  if (/^(?:tool|function|ipython|tool-response)$/.test(word)) return "tool";
  return /^(?:message|chat|generic|text|json)$/.test(word) ? role : written;
}

function readParts(message: JsonObject): readonly GenAiPart[] {
  const parts: GenAiPart[] = [];
  const reasoning = textOf(message["reasoning_content"]) ?? textOf(message["reasoning"]);
  if (reasoning !== undefined) parts.push({ kind: "reasoning", text: reasoning });
  const id =
    textOf(message["tool_call_id"]) ??
    textOf(message["toolCallId"]) ??
    textOf(objectOf(message["additional_kwargs"])["tool_call_id"]);
  const isResult = id !== undefined || message["role"] === "tool" || message["role"] === "function";
  const content = [...contentKeys, "text"]
    .map(key => message[key])
    .find(each => (each ?? null) !== null);
  const list = Array.isArray(content) ? (content as readonly AttributeValue[]) : undefined;
  const flat = flattenContent(content);
  const isFlat = flat !== content || list?.some(isTyped) !== true;
  if (isResult && isFlat) {
    parts.push({
      kind: "toolResult",
      ...(id !== undefined && { id }),
      result: parseValue(flat),
    });
  } else if (list !== undefined) {
    parts.push(...list.flatMap(readPart));
  } else if (typeof content === "string") {
    // Vercel writes lists of parts as text.
    const parsed = /^\s*\[\s*\{/.test(content) ? parseValue(content) : content;
    if (Array.isArray(parsed) && (parsed as readonly AttributeValue[]).every(isPart)) {
      parts.push(...(parsed as readonly AttributeValue[]).flatMap(readPart));
    } else if (content !== "") parts.push({ kind: "text", text: content });
  } else if (content !== undefined && (content as unknown) !== null) {
    parts.push(
      ...(isObject(content) && isPart(content)
        ? readPart(content)
        : [{ kind: "other" as const, type: "json", value: content }]),
    );
  }
  const calls = message["tool_calls"] ?? message["toolCalls"] ?? additionalCalls(message);
  const known = new Set(parts.flatMap(part => (part.kind === "toolCall" ? (part.id ?? "") : [])));
  for (const call of listOf(calls)) {
    const read = readToolCall(call);
    if (read !== undefined && !(read.id !== undefined && known.has(read.id))) parts.push(read);
  }
  const legacy = message["function_call"];
  if (isObject(legacy) && calls === undefined) {
    const read = readToolCall(legacy);
    if (read !== undefined) parts.push(read);
  }
  return parts;
}

function additionalCalls(message: JsonObject): AttributeValue {
  const more = message["additional_kwargs"];
  return isObject(more) ? more["tool_calls"] : undefined;
}

function listOf(value: AttributeValue): readonly AttributeValue[] {
  const parsed = parseValue(value);
  if (Array.isArray(parsed)) return parsed as readonly AttributeValue[];
  // Flattened lists have their indices for keys.
  return isObject(parsed) ? Object.values(parsed) : [];
}

function typeOf(part: JsonObject): string | undefined {
  return textOf(part["type"]) ?? textOf(part["block_type"]);
}

/** Tells whether a part is of another kind than text. */
function isTyped(part: AttributeValue): boolean {
  return isObject(part) && readKind(part) !== "text";
}

/** A result whose parts are texts is their text, and Bedrock's one part of JSON is what it holds. */
export function flattenContent(content: AttributeValue): AttributeValue {
  if (!Array.isArray(content)) return content;
  const [only, ...more] = content as readonly AttributeValue[];
  if (more.length === 0 && isObject(only) && "json" in only) return only["json"];
  const texts = (content as readonly AttributeValue[]).map(each =>
    isObject(each) ? (textOf(each["text"]) ?? textOf(each["content"])) : textOf(each),
  );
  return texts.every(text => text !== undefined) ? texts.join("\n") : content;
}

function readToolCall(value: AttributeValue): Extract<GenAiPart, { kind: "toolCall" }> | undefined {
  if (!isObject(value)) return undefined;
  const inner = value["tool_call"];
  const call = isObject(inner) ? inner : value;
  const nested = call["function"];
  const body = isObject(nested) ? nested : call;
  const name = textOf(body["name"]) ?? textOf(body["toolName"]) ?? textOf(body["tool_name"]);
  if (name === undefined) return undefined;
  const id =
    textOf(call["id"]) ??
    textOf(call["call_id"]) ??
    textOf(call["toolCallId"]) ??
    textOf(call["toolUseId"]) ??
    textOf(call["tool_call_id"]);
  const given =
    body["arguments"] ?? body["args"] ?? body["input"] ?? body["parameters"] ?? body["tool_kwargs"];
  return {
    kind: "toolCall",
    ...(id !== undefined && { id }),
    name,
    arguments: parseValue(given),
  };
}

const partTypes =
  /^(?:(?:input_|output_)?text|tool[_-]?call(?:[_-]response)?|tool[_-]?use|tool[_-]?result|function_call(?:_output)?|reasoning|thinking|redacted_thinking|image(?:_url)?|input_image|file|input_file|input_audio|blob|uri|document|refusal)$/;

/** The keys of parts that have no type: Bedrock's, and Google's as its interfaces and its Python library spell them. */
const partKeys = [
  ...["text", "toolUse", "toolResult"],
  ...["functionCall", "functionResponse", "inlineData"],
  ...["function_call", "function_response", "inline_data"],
];

function isPart(value: AttributeValue): boolean {
  if (!isObject(value) || ["role", "message", "tool_calls"].some(key => key in value)) return false;
  if (isObject(value["message_content"])) return true;
  const type = typeOf(value);
  if (type !== undefined) return partTypes.test(type);
  return partKeys.some(key => key in value) && Object.keys(value).length <= 3;
}

function readKind(part: JsonObject): string {
  const type = typeOf(part);
  return /^(?:input_|output_)?text$/.test(type ?? "text") && "text" in part ? "text" : (type ?? "");
}

/** Vercel says of which type a result is: `{type: "json", value}`. */
function unwrapTyped(value: AttributeValue): AttributeValue {
  if (!isObject(value) || textOf(value["type"]) === undefined) return value;
  return "value" in value ? value["value"] : value;
}

/** Google's kits put what is no object into one: `{"result": "…"}`. */
export function unwrapResult(value: AttributeValue): AttributeValue {
  const isWrapped = isObject(value) && "result" in value && Object.keys(value).length === 1;
  return isWrapped ? parseValue(value["result"]) : value;
}

function readPart(value: AttributeValue): readonly GenAiPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ kind: "text", text: value }];
  if (!isObject(value)) return [{ kind: "other", type: "json", value }];
  const wrapped = value["message_content"];
  // OpenInference has the call beside the content that is one.
  if (isObject(value["tool_call"])) return [readToolCall(value) ?? []].flat();
  const part = isObject(wrapped) ? wrapped : value;
  const type = (typeOf(part) ?? "").replaceAll("-", "_");
  const text = textOf(part["text"]) ?? textOf(part["content"]) ?? textOf(part["thinking"]);
  if (/^(?:reasoning|thinking)$/.test(type) || part["thought"] === true) {
    return text === undefined ? [] : [{ kind: "reasoning", text }];
  }
  if (/^(?:tool_?result|tool_call_response|function_call_output)$/.test(type)) {
    const id =
      textOf(part["tool_use_id"]) ??
      textOf(part["id"]) ??
      textOf(part["call_id"]) ??
      textOf(part["toolCallId"]);
    const written = part["response"] ?? part["result"] ?? part["output"];
    const result = unwrapTyped(flattenContent(parseValue(written ?? part["content"])));
    return [{ kind: "toolResult", ...(id !== undefined && { id }), result: parseValue(result) }];
  }
  const google = part["functionResponse"] ?? part["function_response"] ?? part["toolResult"];
  if (isObject(google)) {
    const id = textOf(google["id"]) ?? textOf(google["toolUseId"]) ?? textOf(google["name"]);
    return [
      {
        kind: "toolResult",
        ...(id !== undefined && { id }),
        result: unwrapResult(google["response"]) ?? parseValue(flattenContent(google["content"])),
      },
    ];
  }
  const called = part["functionCall"] ?? part["function_call"] ?? part["toolUse"];
  if (isObject(called) || /^(?:tool_?call|tool_?use|function_call)$/.test(type)) {
    const call = readToolCall(isObject(called) ? called : part);
    if (call !== undefined) return [call];
  }
  if (text !== undefined && (type === "" || /text$|^refusal$/.test(type))) {
    return [{ kind: "text", text }];
  }
  return [{ kind: "other", type: type === "" ? "json" : type, value: part }];
}
