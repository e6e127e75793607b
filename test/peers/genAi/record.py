"""
Records test/fixtures/genAi: two turns of a chat with a tool, as real instrumentations tell them, against a server that
answers from here. Run by hand, with requirements.txt installed and with what package.json asks for:

    for name in $(python record.py); do python record.py $name > ../../fixtures/genAi/$name.otlp.json; done
    cd ../../fixtures/genAi
    for name in mlflow openai-agents-js; do mv $name.otlp.json $name.json; done
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from itertools import chain, repeat
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
os.environ[CAPTURE] = "SPAN_ONLY"
os.environ["LANGSMITH_TRACING"] = os.environ["LANGSMITH_OTEL_ENABLED"] = os.environ["LANGSMITH_OTEL_ONLY"] = "false"

from google.protobuf.json_format import MessageToDict
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

MODEL = {"openai": "gpt-4o-mini-2024-07-18", "anthropic": "claude-sonnet-4-20250514"}
CALL = {"name": "get_weather", "arguments": '{"city":"Oslo"}'}
TOOL_CALLS = [{"id": "call_1", "type": "function", "function": CALL}]
TEXT = "It rains in Oslo: 3 mm."


def chat(number, reason, message, tokens):
    choice = {"index": 0, "finish_reason": reason, "logprobs": None, "message": message}
    usage = {
        "prompt_tokens": tokens[0],
        "completion_tokens": tokens[1],
        "total_tokens": sum(tokens),
        "prompt_tokens_details": {"cached_tokens": 32},
    }
    known = {"object": "chat.completion", "created": 1767225600, "model": MODEL["openai"]}
    return {"id": f"chatcmpl-{number}", **known, "choices": [choice], "usage": usage}


def response(number, output, tokens):
    usage = {
        "input_tokens": tokens[0],
        "output_tokens": tokens[1],
        "total_tokens": sum(tokens),
        "input_tokens_details": {"cached_tokens": 32},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    known = {"object": "response", "created_at": 1767225600, "model": MODEL["openai"], "status": "completed"}
    return {"id": f"resp_{number}", **known, "output": [output], "usage": usage}


def message(number, reason, content, tokens):
    # Anthropic counts what it read from its cache apart from the rest of the input.
    usage = {
        "input_tokens": tokens[0] - 32,
        "output_tokens": tokens[1],
        "cache_read_input_tokens": 32,
        "cache_creation_input_tokens": 0,
    }
    known = {"type": "message", "role": "assistant", "model": MODEL["anthropic"], "stop_sequence": None}
    return {"id": f"msg_{number}", **known, "content": content, "stop_reason": reason, "usage": usage}


BEDROCK_MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def converse(reason, content, tokens):
    usage = {"inputTokens": tokens[0], "outputTokens": tokens[1], "totalTokens": sum(tokens), "cacheReadInputTokens": 32}
    known = {"stopReason": reason, "metrics": {"latencyMs": 5}}
    return {"output": {"message": {"role": "assistant", "content": [content]}}, "usage": usage, **known}


def generated(number, part, tokens):
    usage = {
        "promptTokenCount": tokens[0],
        "candidatesTokenCount": tokens[1],
        "totalTokenCount": sum(tokens),
        "cachedContentTokenCount": 32,
    }
    candidate = {"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [part]}}
    known = {"responseId": f"r{number}", "modelVersion": "gemini-2.5-flash-001", "usageMetadata": usage}
    return {**known, "candidates": [candidate]}


ANSWERS = {
    "/v1beta/models/gemini-2.5-flash:generateContent": [
        generated(1, {"functionCall": {"id": "call_1", "name": CALL["name"], "args": {"city": "Oslo"}}}, (52, 17)),
        generated(2, {"text": TEXT}, (88, 9)),
    ],
    f"/model/{BEDROCK_MODEL.replace(':', '%3A')}/converse": [
        converse("tool_use", {"toolUse": {"toolUseId": "call_1", "name": CALL["name"], "input": {"city": "Oslo"}}}, (52, 17)),
        converse("end_turn", {"text": TEXT}, (88, 9)),
    ],
    "/v1/chat/completions": [
        chat(1, "tool_calls", {"role": "assistant", "content": None, "tool_calls": TOOL_CALLS}, (52, 17)),
        chat(2, "stop", {"role": "assistant", "content": TEXT}, (88, 9)),
    ],
    "/v1/responses": [
        response(1, {"id": "fc_1", "type": "function_call", "call_id": "call_1", "status": "completed", **CALL}, (52, 17)),
        response(
            2,
            {
                "id": "msg_2",
                "type": "message",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": TEXT, "annotations": []}],
            },
            (88, 9),
        ),
    ],
    "/v1/messages": [
        message(1, "tool_use", [{"type": "tool_use", "id": "call_1", "name": CALL["name"], "input": {"city": "Oslo"}}], (52, 17)),
        message(2, "end_turn", [{"type": "text", "text": TEXT}], (88, 9)),
    ],
}


def as_stream(answer):
    """OpenAI's answer as it streams it: all in one piece, then its end, then its usage."""
    choice = answer["choices"][0]
    message = choice["message"]
    calls = [{"index": 0, **each} for each in message.get("tool_calls", [])]
    delta = {**message, **({"tool_calls": calls} if calls else {})}
    known = {**answer, "object": "chat.completion.chunk"}
    chunks = [
        {**known, "usage": None, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        {**known, "usage": None, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]},
        {**known, "choices": []},
    ]
    return "".join(f"data: {json.dumps(each)}\n\n" for each in chunks) + "data: [DONE]\n\n"


class Model(BaseHTTPRequestHandler):
    answers = {path: chain(answers, repeat(answers[-1])) for path, answers in ANSWERS.items()}

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = next(Model.answers[self.path])
        is_stream = asked.get("stream") is True
        body = (as_stream(answer) if is_stream else json.dumps(answer)).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if is_stream else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTION = {"name": "get_weather", "description": "The weather of a city", "parameters": PARAMETERS}
MESSAGES = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Weather in Oslo?"}]
RESULT = '{"mm": 3}'


def ask_openai(url, client=None):
    from openai import OpenAI

    client = client or OpenAI
    client = client(base_url=f"{url}/v1", api_key="none")
    options = {"model": "gpt-4o-mini", "temperature": 0.2, "tools": [{"type": "function", "function": FUNCTION}]}
    messages = [*MESSAGES]
    client.chat.completions.create(messages=messages, **options)
    messages.append({"role": "assistant", "tool_calls": TOOL_CALLS})
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": RESULT})
    client.chat.completions.create(messages=messages, **options)


def ask_anthropic(url):
    from anthropic import Anthropic

    client = Anthropic(base_url=url, api_key="none")
    tool = {"name": FUNCTION["name"], "description": FUNCTION["description"], "input_schema": PARAMETERS}
    options = {"model": "claude-sonnet-4", "max_tokens": 100, "system": "Be short.", "tools": [tool]}
    messages = [MESSAGES[1]]
    first = client.messages.create(messages=messages, **options)
    messages.append({"role": "assistant", "content": [each.model_dump() for each in first.content]})
    result = {"type": "tool_result", "tool_use_id": "call_1", "content": RESULT}
    messages.append({"role": "user", "content": [result]})
    client.messages.create(messages=messages, **options)


def ask_bedrock(url):
    import boto3

    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "region_name": "eu-north-1"}
    client = boto3.client("bedrock-runtime", endpoint_url=url, **keys)
    tool = {"name": FUNCTION["name"], "description": FUNCTION["description"], "inputSchema": {"json": PARAMETERS}}
    options = {
        "modelId": BEDROCK_MODEL,
        "system": [{"text": "Be short."}],
        "inferenceConfig": {"temperature": 0.2, "maxTokens": 100},
        "toolConfig": {"tools": [{"toolSpec": tool}]},
    }
    messages = [{"role": "user", "content": [{"text": MESSAGES[1]["content"]}]}]
    first = client.converse(messages=messages, **options)
    result = {"toolUseId": "call_1", "content": [{"json": {"mm": 3}}]}
    messages += [first["output"]["message"], {"role": "user", "content": [{"toolResult": result}]}]
    client.converse(messages=messages, **options)


def ask_langchain(url):
    from langchain_core.tools import tool
    from langchain_openai import ChatOpenAI

    @tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    model = ChatOpenAI(model="gpt-4o-mini", temperature=0.2, base_url=f"{url}/v1", api_key="none").bind_tools([get_weather])
    options = {"metadata": {"thread_id": "support-42"}}
    messages = [(each["role"], each["content"]) for each in MESSAGES]
    first = model.invoke(messages, options)
    result = get_weather.invoke(first.tool_calls[0], options)
    model.invoke([*messages, first, result], options)


def opentelemetry(url, _):
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    ask_openai(url)


def opentelemetry_events(url, provider):
    os.environ[CAPTURE] = "EVENT_ONLY"
    opentelemetry(url, provider)


def openinference(url, _):
    from openinference.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    ask_openai(url)


def openllmetry(url, _):
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    ask_openai(url)


def anthropic_openllmetry(url, _):
    from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor

    AnthropicInstrumentor().instrument()
    ask_anthropic(url)


def anthropic_openinference(url, _):
    from openinference.instrumentation.anthropic import AnthropicInstrumentor

    AnthropicInstrumentor().instrument()
    ask_anthropic(url)


def bedrock_openllmetry(url, _):
    from opentelemetry.instrumentation.bedrock import BedrockInstrumentor

    BedrockInstrumentor().instrument()
    ask_bedrock(url)


def bedrock_botocore(url, _):
    os.environ[CAPTURE] = "true"
    from opentelemetry.instrumentation.botocore import BotocoreInstrumentor

    BotocoreInstrumentor().instrument()
    ask_bedrock(url)


def langchain_openinference(url, _):
    from openinference.instrumentation.langchain import LangChainInstrumentor

    LangChainInstrumentor().instrument()
    ask_langchain(url)


def langchain_openllmetry(url, _):
    from opentelemetry.instrumentation.langchain import LangchainInstrumentor

    LangchainInstrumentor().instrument()
    ask_langchain(url)


def langchain_langsmith(url, _):
    os.environ["LANGSMITH_TRACING"] = os.environ["LANGSMITH_OTEL_ENABLED"] = os.environ["LANGSMITH_OTEL_ONLY"] = "true"
    os.environ["LANGSMITH_ENDPOINT"] = url
    os.environ["LANGSMITH_API_KEY"] = "none"
    ask_langchain(url)
    from langchain_core.tracers.langchain import wait_for_all_tracers

    wait_for_all_tracers()


def langfuse(url, provider):
    from langfuse import Langfuse, propagate_attributes

    Langfuse(public_key="pk", secret_key="sk", host=url, tracer_provider=provider)
    from langfuse.openai import OpenAI

    with propagate_attributes(session_id="support-42"):
        ask_openai(url, OpenAI)


def mlflow(url, _):
    os.environ["MLFLOW_TRACKING_URI"] = tempfile.mkdtemp()
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow
    from opentelemetry.context import Context, attach

    # It keeps no trace whose root another tracer began.
    attach(Context())
    mlflow.set_experiment("weather")
    mlflow.openai.autolog()
    with mlflow.start_span("answer") as span:
        mlflow.update_current_trace(metadata={"mlflow.trace.session": "support-42"})
        ask_openai(url)
    recorded = json.loads(mlflow.get_trace(span.trace_id, flush=True).to_json())
    # Who ran it, and where.
    del recorded["info"]["tags"]["mlflow.artifactLocation"], recorded["info"]["trace_metadata"]["mlflow.user"]
    return recorded


AGENT = "weather-agent"


def openai_agents(url, _):
    """Agents of OpenAI's SDK, told by OpenInference."""
    from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, function_tool
    from openai import AsyncOpenAI
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument()

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    model = OpenAIChatCompletionsModel("gpt-4o-mini", AsyncOpenAI(base_url=f"{url}/v1", api_key="none"))
    settings = ModelSettings(temperature=0.2)
    agent = Agent(AGENT, instructions="Be short.", model=model, model_settings=settings, tools=[get_weather])
    Runner.run_sync(agent, MESSAGES[1]["content"])


def pydantic_ai(url, provider):
    from pydantic_ai import Agent
    from pydantic_ai.models.instrumented import InstrumentationSettings
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(base_url=f"{url}/v1", api_key="none"))
    Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))
    agent = Agent(model, name=AGENT, instructions="Be short.", model_settings={"temperature": 0.2})

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    agent.run_sync(MESSAGES[1]["content"], conversation_id="support-42")


def autogen(url, _):
    import asyncio

    from autogen_agentchat.agents import AssistantAgent
    from autogen_ext.models.openai import OpenAIChatCompletionClient

    async def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    client = OpenAIChatCompletionClient(model="gpt-4o-mini", base_url=f"{url}/v1", api_key="none", temperature=0.2)
    agent = AssistantAgent("weather_agent", client, tools=[get_weather], system_message="Be short.", reflect_on_tool_use=True)
    asyncio.run(agent.run(task=MESSAGES[1]["content"]))


def dspy(url, _):
    """DSPy, told by OpenInference."""
    import dspy
    from openinference.instrumentation.dspy import DSPyInstrumentor

    DSPyInstrumentor().instrument()

    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", api_base=f"{url}/v1", api_key="none", temperature=0.2, cache=False))
    lm = dspy.settings.lm
    lm(messages=MESSAGES, tools=[{"type": "function", "function": FUNCTION}])
    tool = dspy.Tool(get_weather)
    tool(city="Oslo")
    called = {"role": "assistant", "content": None, "tool_calls": TOOL_CALLS}
    returned = {"role": "tool", "tool_call_id": "call_1", "content": RESULT}
    lm(messages=[*MESSAGES, called, returned], tools=[{"type": "function", "function": FUNCTION}])



def ag2(url, provider):
    import asyncio

    from ag2 import Agent
    from ag2.config import OpenAIConfig
    from ag2.middleware import TelemetryMiddleware

    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    config = OpenAIConfig(model="gpt-4o-mini", base_url=f"{url}/v1", api_key="none", temperature=0.2, streaming=False)
    told = TelemetryMiddleware(tracer_provider=provider, agent_name=AGENT, provider_name="openai", model_name="gpt-4o-mini")
    agent = Agent(AGENT, prompt="Be short.", config=config, tools=[get_weather], middleware=[told])
    asyncio.run(agent.ask(MESSAGES[1]["content"]))


def google_genai(url, _):
    from google import genai
    from google.genai import types
    from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor

    GoogleGenAiSdkInstrumentor().instrument()

    def get_weather(city: str) -> dict:
        """The weather of a city"""
        return json.loads(RESULT)

    client = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=url))
    options = types.GenerateContentConfig(system_instruction="Be short.", temperature=0.2, tools=[get_weather])
    client.models.generate_content(model="gemini-2.5-flash", contents=MESSAGES[1]["content"], config=options)


def llama_index(url, provider):
    """LlamaIndex, told by OpenInference."""
    import asyncio

    from llama_index.core.agent.workflow import FunctionAgent
    from llama_index.core.tools import FunctionTool
    from llama_index.llms.openai import OpenAI
    from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

    LlamaIndexInstrumentor().instrument(tracer_provider=provider)

    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    model = OpenAI(model="gpt-4o-mini", temperature=0.2, api_base=f"{url}/v1", api_key="none")
    tool = FunctionTool.from_defaults(get_weather)
    agent = FunctionAgent(name=AGENT, tools=[tool], llm=model, system_prompt="Be short.", streaming=False)

    async def run():
        await agent.run(MESSAGES[1]["content"])

    asyncio.run(run())


def smolagents(url, provider):
    """Smolagents, told by OpenInference."""
    from openinference.instrumentation.smolagents import SmolagentsInstrumentor
    from smolagents import OpenAIServerModel, ToolCallingAgent, tool

    SmolagentsInstrumentor().instrument(tracer_provider=provider)

    @tool
    def get_weather(city: str) -> str:
        """The weather of a city

        Args:
            city: The city
        """
        return RESULT

    model = OpenAIServerModel(model_id="gpt-4o-mini", api_base=f"{url}/v1", api_key="none", temperature=0.2)
    agent = ToolCallingAgent(tools=[get_weather], model=model, name="weather_agent", description="Weather", max_steps=2)
    agent.run(MESSAGES[1]["content"])


def strands(url, _):
    from strands import Agent, tool
    from strands.models.openai import OpenAIModel

    @tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    options = {"base_url": f"{url}/v1", "api_key": "none"}
    model = OpenAIModel(client_args=options, model_id="gpt-4o-mini", params={"temperature": 0.2})
    attributes = {"session.id": "support-42"}
    agent = Agent(model=model, tools=[get_weather], system_prompt="Be short.", name=AGENT, trace_attributes=attributes, callback_handler=None)
    agent(MESSAGES[1]["content"])


def agno(url, provider):
    """Agno, told by OpenInference."""
    from agno.agent import Agent
    from agno.models.openai import OpenAIChat
    from openinference.instrumentation.agno import AgnoInstrumentor

    AgnoInstrumentor().instrument(tracer_provider=provider)

    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    model = OpenAIChat(id="gpt-4o-mini", temperature=0.2, base_url=f"{url}/v1", api_key="none")
    agent = Agent(name=AGENT, model=model, tools=[get_weather], instructions="Be short.", session_id="support-42", telemetry=False)
    agent.run(MESSAGES[1]["content"])


def haystack(url, provider):
    """Haystack, told by OpenInference."""
    from haystack.components.agents import Agent
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage
    from haystack.tools import tool
    from haystack.utils import Secret
    from openinference.instrumentation.haystack import HaystackInstrumentor

    HaystackInstrumentor().instrument(tracer_provider=provider)

    @tool
    def get_weather(city: str) -> str:
        """The weather of a city"""
        return RESULT

    options = {"api_base_url": f"{url}/v1", "generation_kwargs": {"temperature": 0.2}}
    model = OpenAIChatGenerator(model="gpt-4o-mini", api_key=Secret.from_token("none"), **options)
    agent = Agent(chat_generator=model, tools=[get_weather], system_prompt="Be short.")
    agent.run(messages=[ChatMessage.from_user(MESSAGES[1]["content"])])


def run_script(name, url):
    program = ["node", os.path.join(os.path.dirname(os.path.abspath(__file__)), name), url]
    return json.loads(subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout)


def vercel(url, _):
    return run_script("vercel.mjs", url)


def openai_agents_js(url, _):
    return run_script("openaiAgents.mjs", url)


def mastra(url, _):
    return run_script("mastra.mjs", url)


RECORDINGS = {
    each.__name__.replace("_", "-"): each
    for each in (
        *(opentelemetry, opentelemetry_events, openinference, openllmetry),
        *(anthropic_openinference, anthropic_openllmetry),
        *(bedrock_openllmetry, bedrock_botocore),
        *(langchain_openinference, langchain_openllmetry, langchain_langsmith),
        *(langfuse, mlflow, vercel),
        *(openai_agents, pydantic_ai, autogen, ag2, dspy, openai_agents_js, mastra),
        *(google_genai, llama_index, smolagents, strands, agno, haystack),
    )
}


def with_hex_ids(value, key=None):
    if isinstance(value, dict):
        return {name: with_hex_ids(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [with_hex_ids(each) for each in value]
    is_id = key in ("traceId", "spanId", "parentSpanId")
    return base64.b64decode(value).hex() if is_id else value


def main(which):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "weather"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    logs = InMemoryLogRecordExporter()
    logger_provider = LoggerProvider(resource=Resource({"service.name": "weather"}))
    logger_provider.add_log_record_processor(SimpleLogRecordProcessor(logs))
    _logs.set_logger_provider(logger_provider)
    with trace.get_tracer("weather").start_as_current_span("answer"):
        own = RECORDINGS[which](f"http://127.0.0.1:{server.server_port}", provider)
    told = own or with_hex_ids(
        {
            **MessageToDict(encode_spans(exporter.get_finished_spans())),
            **(MessageToDict(encode_logs(logs.get_finished_logs())) if logs.get_finished_logs() else {}),
        }
    )
    json.dump(told, sys.stdout, separators=(",", ":"))


if len(sys.argv) > 1:
    main(sys.argv[1])
else:
    print("\n".join(RECORDINGS))
