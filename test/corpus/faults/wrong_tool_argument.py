"""An agent whose model gives a tool a word where it wants a number."""

import json

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
CALL = {"name": "search_books", "arguments": {"words": "tea", "limit": "ten"}}


def search_books(words, limit):
    books = ["The Book of Tea", "Tea and the East", "Coffee"]
    return [book for book in books if words in book.lower()][: limit + 1]  # fault


def run_tool(call):
    attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": call["name"],
        "gen_ai.tool.call.arguments": json.dumps(call["arguments"]),
    }
    with tracer.start_as_current_span(f"execute_tool {call['name']}", attributes=attributes):
        return search_books(**call["arguments"])


def ask_model(turn):
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "small", "turn": turn}
    with tracer.start_as_current_span("chat small", kind=SpanKind.CLIENT, attributes=attributes):
        return CALL


def main():
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "Librarian"}
    with tracer.start_as_current_span("invoke_agent Librarian", attributes=attributes):
        try:
            run_tool(ask_model(1))
        except TypeError:
            ask_model(2)
