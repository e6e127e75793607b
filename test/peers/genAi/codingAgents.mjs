/**
 * Records test/fixtures/genAi of coding agents: one question with one command, as their own telemetry tells it, against
 * a server that answers from here. Texts of theirs that are long are cut. Run by hand, where the three are installed:
 *
 *     npm install @anthropic-ai/claude-code @google/gemini-cli @openai/codex
 *     node codingAgents.mjs FOLDER_OF_NODE_MODULES
 */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";

const modules = resolve(process.argv[2] ?? "node_modules");
const fixtures = join(import.meta.dirname, "../../fixtures/genAi");
const QUESTION = "What does the shop sell?";
const COMMAND = "cat shop.py";
const ANSWER = "The shop sells tea.";
/** Prompts and schemas of theirs are longer. */
const MAX_TEXT = 300;

const told = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const isZipped = request.headers["content-encoding"] === "gzip";
  const text = (isZipped ? gunzipSync(bytes) : bytes).toString();
  const isTelemetry = /\/v1\/(?:traces|logs|metrics)$/.test(request.url);
  if (isTelemetry) told.push(JSON.parse(text));
  const events = isTelemetry ? undefined : answer(request.url, text);
  response.writeHead(200, {
    "content-type": events === undefined ? "application/json" : "text/event-stream",
  });
  const lines = (events ?? []).map(
    each => `${each.type ? `event: ${each.type}\n` : ""}data: ${JSON.stringify(each)}\n\n`,
  );
  response.end(events === undefined ? "{}" : lines.join(""));
});

function answer(url, text) {
  const body = text === "" ? {} : JSON.parse(text);
  if (url.startsWith("/v1/messages")) return answerAnthropic(body, text.includes("tool_result"));
  if (url.includes("streamGenerateContent")) {
    return [answerGoogle(text.includes("functionResponse"))];
  }
  if (url.endsWith("/responses")) return answerOpenAi(body, text.includes("function_call_output"));
  return undefined;
}

function answerAnthropic({ model }, isDone) {
  const input = { command: COMMAND, description: "Reads the shop" };
  const usage = { input_tokens: 20, output_tokens: 1, cache_read_input_tokens: 32 };
  const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], usage };
  const [block, delta, stop_reason] = isDone
    ? [{ type: "text", text: "" }, { type: "text_delta", text: ANSWER }, "end_turn"]
    : [
        { type: "tool_use", id: "call_1", name: "Bash", input: {} },
        { type: "input_json_delta", partial_json: JSON.stringify(input) },
        "tool_use",
      ];
  return [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 17 } },
    { type: "message_stop" },
  ];
}

function answerGoogle(isDone) {
  const args = { command: COMMAND, description: "Reads the shop" };
  const part = isDone ? { text: ANSWER } : { functionCall: { name: "run_shell_command", args } };
  const content = { role: "model", parts: [part] };
  const counts = { promptTokenCount: 52, candidatesTokenCount: 17, totalTokenCount: 69 };
  return {
    ...{ responseId: "r1", modelVersion: "gemini-2.5-flash-001", usageMetadata: counts },
    candidates: [{ index: 0, finishReason: "STOP", content }],
  };
}

function answerOpenAi({ model, tools = [] }, isDone) {
  const name = tools.map(each => each.name).find(each => /exec_command|shell/.test(each));
  const content = [{ type: "output_text", text: ANSWER, annotations: [] }];
  const item = isDone
    ? { id: "msg_1", type: "message", role: "assistant", status: "completed", content }
    : {
        ...{ id: "fc_1", type: "function_call", call_id: "call_1", status: "completed", name },
        arguments: JSON.stringify({ cmd: COMMAND }),
      };
  const usage = {
    ...{ input_tokens: 52, output_tokens: 17, total_tokens: 69 },
    input_tokens_details: { cached_tokens: 32 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const response = { id: "resp_1", object: "response", model, status: "completed" };
  return [
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { ...response, output: [item], usage } },
  ];
}

await new Promise(done => server.listen(0, "127.0.0.1", done));
const address = `http://127.0.0.1:${server.address().port}`;

const agents = {
  "claude-code": {
    command: ["claude", "-p", QUESTION, "--allowedTools", "Bash"],
    env: {
      ...{ ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: address, DISABLE_AUTOUPDATER: "1" },
      ...{ CLAUDE_CODE_ENABLE_TELEMETRY: "1", CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1" },
      ...{ OTEL_TRACES_EXPORTER: "otlp", OTEL_LOGS_EXPORTER: "otlp" },
      ...{ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", OTEL_EXPORTER_OTLP_ENDPOINT: address },
      ...{ OTEL_LOG_USER_PROMPTS: "1", OTEL_LOG_TOOL_DETAILS: "1", OTEL_LOG_TOOL_CONTENT: "1" },
      ...{ OTEL_LOG_ASSISTANT_RESPONSES: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
    },
  },
  "gemini-cli": {
    command: ["gemini", "-m", "gemini-2.5-flash", "--yolo", "--skip-trust", "-p", QUESTION],
    env: { GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: address },
    file: ".gemini/settings.json",
    settings: JSON.stringify({
      security: { auth: { selectedType: "gemini-api-key" } },
      telemetry: {
        ...{ enabled: true, target: "local", logPrompts: true, traces: true },
        ...{ otlpEndpoint: address, otlpProtocol: "http" },
      },
    }),
  },
  codex: {
    command: ["codex", "exec", "--skip-git-repo-check", QUESTION],
    env: { STUB_KEY: "none" },
    file: ".codex/config.toml",
    settings: `model = "gpt-5"
model_provider = "stub"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.stub]
name = "stub"
base_url = "${address}/v1"
wire_api = "responses"
env_key = "STUB_KEY"
[otel]
log_user_prompt = true
exporter = { otlp-http = { endpoint = "${address}/v1/logs", protocol = "json" } }
trace_exporter = { otlp-http = { endpoint = "${address}/v1/traces", protocol = "json" } }
`,
  },
};

/** Hundreds of a run's spans tell of nothing but itself. */
const TELLING =
  /gen_ai\.|user_prompt|assistant_response|api_request|tool_result|tool_use_id|"conversation\.id"/;

function shorten(value) {
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shorten(each)]));
  }
  if (typeof value !== "string" || value.length <= MAX_TEXT) return value;
  // Messages and schemas stand as JSON in texts.
  const isJson = /^\s*[[{"]/.test(value);
  return isJson ? JSON.stringify(shorten(JSON.parse(value))) : `${value.slice(0, 40)}…`;
}

for (const [name, { command, env, file, settings }] of Object.entries(agents)) {
  told.length = 0;
  const home = mkdtempSync(join(tmpdir(), "agents-"));
  writeFileSync(join(home, "shop.py"), 'def sell(): return "tea"\n');
  if (file !== undefined) {
    mkdirSync(join(home, file, ".."), { recursive: true });
    writeFileSync(join(home, file), settings);
  }
  const child = spawn(join(modules, ".bin", command[0]), command.slice(1), {
    ...{ cwd: home, stdio: ["ignore", "inherit", "inherit"], timeout: 90_000 },
    env: { PATH: process.env.PATH, HOME: home, IS_SANDBOX: "1", ...env },
  });
  await new Promise(done => child.on("close", done));
  const spans = told.flatMap(each => each.resourceSpans ?? []);
  const logs = told.flatMap(each => each.resourceLogs ?? []);
  for (const { resource, scopeSpans, scopeLogs } of [...spans, ...logs]) {
    resource.attributes = resource.attributes.filter(({ key }) => /^service|session/.test(key));
    for (const scope of scopeSpans ?? []) {
      scope.spans = scope.spans.filter(each => TELLING.test(JSON.stringify(each)));
    }
    for (const scope of scopeLogs ?? []) {
      scope.logRecords = scope.logRecords.filter(each => TELLING.test(JSON.stringify(each)));
    }
  }
  const all = JSON.stringify(shorten({ resourceSpans: spans, resourceLogs: logs }));
  const text = all.replaceAll(home, "/srv/app").replaceAll(/"[0-9a-f]{64}"/g, '"someone"');
  writeFileSync(join(fixtures, `${name}.otlp.json`), text);
}
server.close();
