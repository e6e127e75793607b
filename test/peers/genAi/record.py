"""
Records test/fixtures/genAi: two turns of a chat with a tool, as real instrumentations tell them, against a server that
answers from here. Run by hand:

    OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental \
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY \
    python record.py opentelemetry > ../../fixtures/genAi/opentelemetry.otlp.json
    python record.py openinference > ../../fixtures/genAi/openinference.otlp.json
"""

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from google.protobuf.json_format import MessageToDict
from openai import OpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

MODEL = "gpt-4o-mini-2024-07-18"


def answer(number, reason, message, tokens):
    choice = {"index": 0, "finish_reason": reason, "logprobs": None, "message": message}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    known = {"object": "chat.completion", "created": 1767225600, "model": MODEL}
    return {"id": f"chatcmpl-{number}", **known, "choices": [choice], "usage": usage}


CALL = {"name": "get_weather", "arguments": '{"city":"Oslo"}'}
TOOL_CALLS = [{"id": "call_1", "type": "function", "function": CALL}]
ANSWERS = [
    answer(1, "tool_calls", {"role": "assistant", "content": None, "tool_calls": TOOL_CALLS}, (52, 17)),
    answer(2, "stop", {"role": "assistant", "content": "It rains in Oslo: 3 mm."}, (88, 9)),
]


class Model(BaseHTTPRequestHandler):
    answers = iter(ANSWERS)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps(next(Model.answers)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def with_hex_ids(value, key=None):
    if isinstance(value, dict):
        return {name: with_hex_ids(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [with_hex_ids(each) for each in value]
    is_id = key in ("traceId", "spanId", "parentSpanId")
    return base64.b64decode(value).hex() if is_id else value


def main(which):
    server = HTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "weather"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    if which == "opentelemetry":
        from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
    else:
        from openinference.instrumentation.openai import OpenAIInstrumentor
    OpenAIInstrumentor().instrument()
    client = OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="none")
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    function = {"name": "get_weather", "description": "The weather of a city", "parameters": parameters}
    options = {"model": "gpt-4o-mini", "temperature": 0.2, "tools": [{"type": "function", "function": function}]}
    messages = [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Weather in Oslo?"},
    ]
    with trace.get_tracer("weather").start_as_current_span("answer"):
        client.chat.completions.create(messages=messages, **options)
        messages.append({"role": "assistant", "tool_calls": TOOL_CALLS})
        messages.append({"role": "tool", "tool_call_id": "call_1", "content": '{"mm": 3}'})
        client.chat.completions.create(messages=messages, **options)
    json.dump(with_hex_ids(MessageToDict(encode_spans(exporter.get_finished_spans()))), sys.stdout, indent=1)


main(sys.argv[1])
