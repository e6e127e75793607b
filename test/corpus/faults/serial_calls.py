"""Asks eight exchanges for their rates, one after the other."""

import time

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


def fetch_rate(exchange):
    with tracer.start_as_current_span("fetch_rate", kind=SpanKind.CLIENT, attributes={"exchange": exchange}):  # fault
        time.sleep(0.06)
        return 1.0


def collect_rates():
    with tracer.start_as_current_span("collect_rates"):
        return [fetch_rate(exchange) for exchange in "ABCDEFGH"]


def main():
    with tracer.start_as_current_span("GET /rates", kind=SpanKind.SERVER):
        collect_rates()
