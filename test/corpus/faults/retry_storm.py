"""Charges a card; the bank's server never answers, and nobody waits between two attempts."""

import socket

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


def charge(address):
    with tracer.start_as_current_span("charge", kind=SpanKind.CLIENT):
        with socket.create_connection(address, timeout=0.2) as bank:
            bank.recv(1)  # fault


def pay(address):
    with tracer.start_as_current_span("pay"):
        for _ in range(6):
            try:
                return charge(address)
            except TimeoutError:
                continue
        raise RuntimeError("the bank gave up")


def main():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        try:
            with tracer.start_as_current_span("POST /pay", kind=SpanKind.SERVER):
                pay(silent.getsockname())
        except RuntimeError:
            pass
