/**
 * The facts that the attributes and events of a span tell of a language model, its tools and its agents, by whichever
 * convention: OpenTelemetry's of today and before 1.37, OpenLLMetry, OpenInference, Vercel's AI SDK, LangSmith,
 * Langfuse, MLflow, Google's Agent Development Kit, coding agents. A span may follow several; the first that says a
 * thing is taken. Pure.
 */

import { lookupTable } from "../../base/lookupTable.ts";
import { findSession } from "../../model/session.ts";
import type { AttributeValue, SpanDetail } from "../../model/spanDetail.ts";
import { listAgentKitValues } from "./agentKitValues.ts";
import { listCodingAgentValues } from "./codingAgentValues.ts";
import { unflatten } from "./flatKeys.ts";
import type {
  GenAiCall,
  GenAiConvention,
  GenAiKind,
  GenAiMessage,
  GenAiTool,
} from "./genAiCall.ts";
import {
  flattenContent,
  isObject,
  numberOf,
  objectOf,
  parseValue,
  readMessages,
  textOf,
} from "./genAiMessages.ts";
import { readTokens, withoutAbsent } from "./genAiTokens.ts";
import { readArguments, readResult } from "./toolValues.ts";
import { readWholeAnswer, type WholeAnswer } from "./wholeAnswer.ts";

/** By a key, or the beginning of one, that nobody else writes; the first that fits has the name. */
const signs: readonly (readonly [GenAiConvention, RegExp])[] = [
  ["Vercel AI SDK", /^ai\.(?:operationId|model\.id|toolCall\.name|prompt|response\.)/],
  ["OpenInference", /^openinference\.span\.kind$|^llm\.(?:model_name|input_messages)/],
  ["Langfuse", /^langfuse\.observation\./],
  ["MLflow", /^mlflow\.(?:spanType|chat\.|llm\.)/],
  ["LangSmith", /^langsmith\.span\.kind$|^langsmith\.dotted_order$/],
  [
    "OpenLLMetry",
    /^traceloop\.span\.kind$|^gen_ai\.(?:prompt|completion)\.\d+\.|^llm\.request\.type$/,
  ],
  ["OpenTelemetry", /^gen_ai\./],
];

const settingKeys = {
  temperature: [
    ...["gen_ai.request.temperature", "ai.settings.temperature", "llm.request.temperature"],
    ...["langsmith.metadata.ls_temperature"],
  ],
  max_tokens: [
    ...["gen_ai.request.max_tokens", "ai.settings.maxOutputTokens", "ai.settings.maxTokens"],
    ...["llm.request.max_tokens", "langsmith.metadata.ls_max_tokens"],
  ],
};

/** The names of settings in objects, as each provider spells them. */
const settingNames = {
  temperature: ["temperature"],
  max_tokens: ["max_tokens", "maxTokens", "max_output_tokens", "max_completion_tokens"],
};

/** Events of OpenTelemetry before 1.37 → who speaks. */
const eventRoles = lookupTable<string>({
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
  "gen_ai.choice": "assistant",
});

/** `undefined` where nothing tells of a model, a tool or an agent. */
export function readGenAiCall(
  detail: Pick<SpanDetail, "attributes" | "events"> &
    Partial<Pick<SpanDetail, "parameters" | "resource" | "result">>,
): GenAiCall | undefined {
  const reader = new CallReader(detail);
  return reader.convention === undefined ? undefined : reader.read(reader.convention);
}

class CallReader {
  readonly convention: GenAiConvention | undefined;
  readonly #values = new Map<string, AttributeValue>();
  readonly #detail: Parameters<typeof readGenAiCall>[0];
  readonly #contentKeys = new Set<string>();
  #wholeAnswer: WholeAnswer | undefined;

  constructor(detail: Parameters<typeof readGenAiCall>[0]) {
    this.#detail = detail;
    // Present conventions put everything on events where the span is not to hold it.
    const onEvents = detail.events.filter(
      ({ name }) => name === "gen_ai.client.inference.operation.details",
    );
    for (const { key, value } of [detail, ...onEvents].flatMap(each => each.attributes)) {
      if (value !== undefined && !this.#values.has(key)) this.#values.set(key, value);
    }
    for (const [key, value] of [
      ...listAgentKitValues(this.#values),
      ...listCodingAgentValues(this.#values, detail.events),
    ]) {
      if (!this.#values.has(key)) this.#values.set(key, value);
    }
    this.convention = this.#findConvention();
  }

  #findConvention(): GenAiConvention | undefined {
    const keys = [...this.#values.keys()];
    const found = signs.find(([, sign]) => keys.some(key => sign.test(key)));
    if (found !== undefined) return found[0];
    if (this.#detail.events.some(({ name }) => name in eventRoles)) return "OpenTelemetry";
    const isRun = this.#values.has("run_type") && this.#values.has("langsmith.dotted_order");
    if (isRun) return "LangSmith";
    const isClaude = this.#text("span.type")?.startsWith("llm_request") === true;
    return isClaude && this.#number("input_tokens") !== undefined ? "Claude Code" : undefined;
  }

  read(convention: GenAiConvention): GenAiCall {
    const operation = this.#readOperation();
    const tool = this.#readTool(operation);
    const messages = tool === undefined ? this.#readMessages() : [];
    const kind = this.#readKind(operation, tool);
    const optional = {
      operation,
      provider: this.#text(
        ...["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"],
        ...["ai.model.provider", "mlflow.llm.provider", "langsmith.metadata.ls_provider"],
      ),
      requestModel: this.#text(
        ...["gen_ai.request.model", "llm.request.model_name", "llm.model_name"],
        ...["embedding.model_name", "ai.model.id", "langfuse.observation.model.name", "model"],
        ...["mlflow.llm.model", "langsmith.metadata.ls_model_name"],
      ),
      responseModel:
        this.#text("gen_ai.response.model", "ai.response.model", "llm.response.model_name") ??
        (kind === "model" ? this.#answer.model : undefined),
      costUsd: this.#readCost(),
      temperature: this.#setting("temperature"),
      maxTokens: this.#setting("max_tokens"),
      agentName: this.#text(
        "gen_ai.agent.name",
        "agent.name",
        ...(kind === "agent" ? ["traceloop.entity.name"] : []),
      ),
      agentId: this.#text("gen_ai.agent.id"),
      conversationId: findSession(
        [...this.#values].map(toAttribute),
        this.#detail.resource ?? [],
        ...this.#detail.events.map(({ attributes }) => attributes),
      ),
      tool,
    };
    return {
      ...withoutAbsent(optional),
      convention,
      kind,
      tokens: readTokens(this.#values),
      finishReasons: this.#readFinishReasons(),
      offeredTools: this.#readOfferedTools(),
      messages,
      contentKeys: [...this.#contentKeys],
    };
  }

  #text(...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const value = this.#values.get(key);
      // MLflow writes its texts as JSON.
      const isQuoted = typeof value === "string" && value.startsWith('"');
      const text = textOf(isQuoted ? parseValue(value) : value);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #number(...keys: readonly string[]): number | undefined {
    for (const key of keys) {
      const number = numberOf(this.#values.get(key));
      if (number !== undefined) return number;
    }
    return undefined;
  }

  /** The first of these that is there, with its key noted as content. */
  #content(...keys: readonly string[]): AttributeValue {
    for (const key of keys) {
      const value = this.#values.get(key);
      if (value === undefined || value === "") continue;
      this.#contentKeys.add(key);
      return value;
    }
    return undefined;
  }

  #flat(prefix: string): AttributeValue {
    const value = unflatten(this.#values, prefix);
    if (value !== undefined) {
      for (const key of this.#values.keys()) {
        if (key.startsWith(`${prefix}.`)) this.#contentKeys.add(key);
      }
    }
    return value;
  }

  #readOperation(): string | undefined {
    return this.#text(
      ...["gen_ai.operation.name", "ai.operationId", "openinference.span.kind"],
      ...["langfuse.observation.type", "mlflow.spanType", "langsmith.span.kind", "run_type"],
      ...["traceloop.span.kind", "llm.request.type", "span.type"],
    );
  }

  #readKind(operation: string | undefined, tool: GenAiTool | undefined): GenAiKind {
    if (tool !== undefined) return "tool";
    const word = (operation ?? "").toLowerCase();
    if (/embed/.test(word)) return "embedding";
    if (/retriev|rerank/.test(word)) return "retrieval";
    if (/agent|workflow|crew/.test(word)) return "agent";
    if (/chat|complet|generat|llm|stream|inference|message|responses/.test(word)) return "model";
    return this.#text("gen_ai.request.model", "llm.model_name", "ai.model.id") === undefined
      ? "other"
      : "model";
  }

  #readTool(operation: string | undefined): GenAiTool | undefined {
    const isTool = /^(?:execute_tool|tool|ai\.toolCall)$/i.test(operation ?? "");
    const name = this.#text(
      ...["gen_ai.tool.name", "ai.toolCall.name", "tool.name"],
      ...(isTool ? ["traceloop.entity.name", "mlflow.spanFunctionName"] : []),
    );
    if (
      !isTool &&
      (name === undefined || this.#text("gen_ai.request.model", "ai.model.id") !== undefined)
    ) {
      return undefined;
    }
    const given = this.#content(
      ...["gen_ai.tool.call.arguments", "ai.toolCall.args", "gen_ai.tool.input", "input.value"],
      ...["traceloop.entity.input", "langfuse.observation.input", "mlflow.spanInputs"],
      // OpenInference has the schema here, and those who tell no input have the arguments.
      ...["gen_ai.tool.message", "gen_ai.prompt", "inputs", "tool.parameters"],
    );
    const result = this.#content(
      ...["gen_ai.tool.call.result", "ai.toolCall.result", "gen_ai.tool.output", "output.value"],
      ...["traceloop.entity.output", "langfuse.observation.output", "mlflow.spanOutputs"],
      ...["gen_ai.completion", "outputs"],
    );
    const returned = readResult(
      result ?? this.#detail.result ?? flattenContent(this.#eventValue("gen_ai.choice", "message")),
    );
    return withoutAbsent({
      name: name ?? "",
      callId:
        this.#text("gen_ai.tool.call.id", "ai.toolCall.id", "tool_call.id") ?? returned.callId,
      arguments: readArguments(
        given ?? this.#detail.parameters ?? this.#eventValue("gen_ai.tool.message", "content"),
      ),
      result: returned.result,
    });
  }

  /** A field of the first event of this name: of tools that tell no attribute for it. */
  #eventValue(name: string, field: string): AttributeValue {
    const event = this.#detail.events.find(each => each.name === name);
    return event && objectOf(bodyOf(event))[field];
  }

  /** The answer as the provider gave it, where the convention keeps it whole. */
  get #answer(): WholeAnswer {
    return (this.#wholeAnswer ??= readWholeAnswer(
      ["gen_ai.completion", "mlflow.spanOutputs", "output.value", "traceloop.entity.output"]
        .map(key => this.#values.get(key))
        .find(value => value !== undefined) ?? this.#detail.result,
    ));
  }

  /** Only where one is told: prices change, and none is reckoned here. */
  #readCost(): number | undefined {
    const details = objectOf(this.#values.get("langfuse.observation.cost_details"));
    const mlflow = objectOf(this.#values.get("mlflow.llm.cost"));
    return (
      this.#number("gen_ai.usage.cost", "gen_ai.cost.total_cost", "llm.cost.total", "cost_usd") ??
      numberOf(details["total"]) ??
      numberOf(mlflow["total_cost"])
    );
  }

  #setting(name: keyof typeof settingKeys): number | undefined {
    const explicit = this.#number(...settingKeys[name]);
    if (explicit !== undefined) return explicit;
    for (const key of [
      ...["llm.invocation_parameters", "langfuse.observation.model.parameters"],
      "mlflow.spanInputs",
    ]) {
      const settings = objectOf(this.#values.get(key));
      const number = settingNames[name].map(each => numberOf(settings[each])).find(Number.isFinite);
      if (number !== undefined) return number;
    }
    return undefined;
  }

  #readFinishReasons(): readonly string[] {
    const written = parseValue(
      this.#values.get("gen_ai.response.finish_reasons") ??
        this.#values.get("gen_ai.response.finish_reason") ??
        this.#values.get("ai.response.finishReason") ??
        this.#values.get("gen_ai.completion.0.finish_reason") ??
        this.#values.get("llm.finish_reason") ??
        this.#values.get("anthropic.message.stop_reason"),
    );
    const list = Array.isArray(written) ? (written as readonly AttributeValue[]) : [written];
    // Python writes an enumeration with its class: `FinishReason.TOOL_CALLS`.
    const reasons = list
      .flatMap(each => textOf(each) ?? [])
      .map(text => (text.startsWith("FinishReason.") ? text.slice(13).toLowerCase() : text));
    if (reasons.length > 0) return reasons;
    // Of an answer that stands whole among its messages.
    const answer = parseValue(this.#values.get("gen_ai.output.messages"));
    const messages = Array.isArray(answer) ? (answer as readonly AttributeValue[]) : [];
    const events = this.#detail.events.filter(({ name }) => name === "gen_ai.choice").map(bodyOf);
    const finishReasons = [...messages, ...events].flatMap(each =>
      isObject(each) ? (textOf(each["finish_reason"]) ?? []) : [],
    );
    return finishReasons.length > 0 ? finishReasons : this.#answer.finishReasons;
  }

  #readOfferedTools(): readonly string[] {
    const written = [
      this.#values.get("gen_ai.tool.definitions"),
      this.#values.get("ai.prompt.tools"),
      this.#values.get("mlflow.chat.tools"),
      unflatten(this.#values, "llm.tools"),
      unflatten(this.#values, "llm.request.functions"),
      objectOf(this.#values.get("langfuse.observation.input"))["tools"],
      objectOf(this.#values.get("llm.invocation_parameters"))["tools"],
    ].map(parseValue);
    const names = written.flatMap(list =>
      Array.isArray(list) ? (list as readonly AttributeValue[]).flatMap(toolNameOf) : [],
    );
    return [...new Set(names)];
  }

  #readMessages(): readonly GenAiMessage[] {
    const input = this.#readInput();
    const output = this.#readOutput();
    // Instrumentations of Bedrock tell a result as a message of the tool, and of the user who hands it over.
    const resultIds = new Set<string>();
    const isNew = ({ parts }: GenAiMessage): boolean => {
      const ids = parts.map(part => (part.kind === "toolResult" ? (part.id ?? "") : ""));
      if (ids.every(id => id !== "" && resultIds.has(id))) return false;
      for (const id of ids) resultIds.add(id);
      return true;
    };
    return [...input, ...output].filter(each => each.parts.length > 0 && isNew(each));
  }

  #readInput(): readonly GenAiMessage[] {
    const system = readMessages(this.#content("gen_ai.system_instructions"), "system", false);
    const asked = this.#content("gen_ai.input.messages", "ai.prompt.messages");
    if (asked !== undefined) return [...system, ...readMessages(asked, "user", false)];
    for (const prefix of ["llm.input_messages", "gen_ai.prompt"]) {
      const flat = this.#flat(prefix);
      if (flat === undefined) continue;
      const read = readMessages(unwrap(flat), "user", false);
      // DSPy leaves the calls of tools out there, and has them in the whole.
      const isWhole = read.every(({ parts }) => parts.length > 0);
      const whole = isWhole ? [] : readMessages(this.#content("input.value"), "user", false);
      // Haystack prints its messages there, which tells not even who speaks.
      const isBetter = whole.some(({ role }) => role !== "user") && whole.length >= read.length;
      return [...system, ...(isBetter ? whole : read)];
    }
    const fromEvents = this.#readEvents(false);
    if (fromEvents.length > 0) return [...system, ...fromEvents];
    const whole = this.#content(
      ...["ai.prompt", "gen_ai.prompt", "langfuse.observation.input", "mlflow.spanInputs"],
      ...["input.value", "traceloop.entity.input", "gen_ai.input", "inputs", "input"],
    );
    return [...system, ...readMessages(whole ?? this.#detail.parameters, "user", false)];
  }

  #readOutput(): readonly GenAiMessage[] {
    const answered = this.#content("gen_ai.output.messages");
    if (answered !== undefined) return readMessages(answered, "assistant", true);
    for (const prefix of ["llm.output_messages", "gen_ai.completion"]) {
      const flat = this.#flat(prefix);
      if (flat !== undefined) return readMessages(unwrap(flat), "assistant", true);
    }
    const text = this.#content("ai.response.text", "ai.response.object");
    const calls = parseValue(this.#content("ai.response.toolCalls"));
    if (text !== undefined || calls !== undefined) {
      const message = { role: "assistant", content: text ?? "", tool_calls: calls };
      return readMessages(message, "assistant", true);
    }
    const fromEvents = this.#readEvents(true);
    if (fromEvents.length > 0) return fromEvents;
    const whole = this.#content(
      ...["gen_ai.completion", "langfuse.observation.output", "mlflow.spanOutputs"],
      ...["output.value", "traceloop.entity.output", "gen_ai.output", "outputs", "output"],
    );
    return readMessages(whole ?? this.#detail.result, "assistant", true);
  }

  /** Logs and events of OpenTelemetry before 1.37. */
  #readEvents(isOutput: boolean): readonly GenAiMessage[] {
    return this.#detail.events.flatMap(event => {
      const { name, attributes } = event;
      const whole = { "gen_ai.content.prompt": false, "gen_ai.content.completion": true }[name];
      if (whole === isOutput) {
        const key = isOutput ? "gen_ai.completion" : "gen_ai.prompt";
        const value = attributes.find(each => each.key === key)?.value;
        return readMessages(value, isOutput ? "assistant" : "user", isOutput);
      }
      const role = eventRoles[name];
      if (role === undefined || (name === "gen_ai.choice") !== isOutput) return [];
      const body = bodyOf(event);
      if (!isObject(body)) return readMessages(body, role, isOutput);
      const { message } = body as { readonly message?: AttributeValue };
      const content = isObject(message)
        ? message
        : typeof message === "string" || Array.isArray(message)
          ? { content: message }
          : body;
      const id = textOf(body["id"]);
      return readMessages(
        {
          role,
          content: "",
          ...content,
          ...(role === "tool" && id !== undefined && { tool_call_id: id }),
        },
        role,
        isOutput,
      );
    });
  }
}

/** A log's body, or an event's own attributes. */
function bodyOf({ attributes }: SpanDetail["events"][number]): AttributeValue {
  const body = attributes.find(({ key }) => key === "log.body" || key === "event_body")?.value;
  if (body !== undefined) return parseValue(body);
  return Object.fromEntries(
    attributes
      .filter(({ key }) => !/^(?:log\.|gen_ai\.system$|event\.name$|resource\.)/.test(key))
      .map(({ key, value }) => [key.replace(/^gen_ai\.(?:event\.)?/, ""), parseValue(value)]),
  );
}

/** OpenInference has each message below `message`. */
function unwrap(value: AttributeValue): AttributeValue {
  if (!Array.isArray(value)) return value;
  return (value as readonly AttributeValue[]).map(each =>
    isObject(each) && isObject(each["message"]) ? each["message"] : each,
  );
}

function toAttribute([key, value]: readonly [string, AttributeValue]) {
  return { key, value };
}

function toolNameOf(value: AttributeValue): readonly string[] {
  const parsed = parseValue(value);
  if (!isObject(parsed)) return [];
  const declared = parsed["functionDeclarations"] ?? parsed["function_declarations"];
  if (Array.isArray(declared)) return (declared as readonly AttributeValue[]).flatMap(toolNameOf);
  const schema = objectOf(objectOf(parsed["tool"])["json_schema"]);
  const nested = parsed["function"] ?? schema["function"] ?? schema["toolSpec"];
  const name = textOf(isObject(nested) ? nested["name"] : (parsed["name"] ?? schema["name"]));
  return name === undefined ? [] : [name];
}
