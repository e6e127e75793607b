"""Six threads write reports; each holds the one lock while it formats."""

import threading
import time

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
lock = threading.Lock()


def format_report(number):
    with tracer.start_as_current_span("format_report"):
        time.sleep(0.06)


def write_report(number, parent):
    token = context.attach(parent)
    with tracer.start_as_current_span("write_report", attributes={"number": number}):
        with tracer.start_as_current_span("wait_for_lock"):  # fault
            lock.acquire()
        try:
            format_report(number)
        finally:
            lock.release()
    context.detach(token)


def main():
    with tracer.start_as_current_span("POST /reports", kind=SpanKind.SERVER):
        parent = context.get_current()
        threads = [threading.Thread(target=write_report, args=(number, parent)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
