"""Loads a cart twice; the second run is of the version that asks for every picture."""

import time

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


def load_cart(has_pictures):
    with tracer.start_as_current_span("load_cart"):  # fault
        time.sleep(0.25 if has_pictures else 0.01)


def add_up():
    with tracer.start_as_current_span("add_up"):
        time.sleep(0.02)


def main():
    for has_pictures in (False, True):
        with tracer.start_as_current_span("GET /cart", kind=SpanKind.SERVER):
            load_cart(has_pictures)
            add_up()
        time.sleep(0.05)
