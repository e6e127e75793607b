"""Six reports share two connections; each keeps its own while it renders, so that the others wait."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
connections = queue.Queue()
for number in range(2):
    connections.put(f"connection {number}")


def take_connection():
    with tracer.start_as_current_span("pool.acquire"):
        return connections.get(timeout=5)


def render(rows):
    with tracer.start_as_current_span("render"):
        time.sleep(0.12)
        return len(rows)


def build_report(name, parent):
    token = context.attach(parent)
    with tracer.start_as_current_span("build_report", attributes={"report": name}):
        connection = take_connection()  # fault
        with tracer.start_as_current_span("SELECT sales", kind=SpanKind.CLIENT, attributes={"db.system.name": "postgresql"}):
            time.sleep(0.01)
        render([1, 2, 3])
        connections.put(connection)
    context.detach(token)


def main():
    with tracer.start_as_current_span("GET /reports", kind=SpanKind.SERVER):
        parent = context.get_current()
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda name: build_report(name, parent), "ABCDEF"))
