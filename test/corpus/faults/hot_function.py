"""Renders an invoice; one function eats the time by itself."""

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


def load_lines():
    with tracer.start_as_current_span("load_lines"):
        return [f"line {number}" for number in range(400)]


def lay_out(lines):
    with tracer.start_as_current_span("lay_out"):  # fault
        text = ""
        for line in lines:
            text = "".join(sorted(text + line, key=lambda letter: lines.index(line)))
        return text


def write_pdf(text):
    with tracer.start_as_current_span("write_pdf"):
        return text.encode()


def main():
    with tracer.start_as_current_span("GET /invoice", kind=SpanKind.SERVER):
        write_pdf(lay_out(load_lines()))
