"""A message that can never be handled is put back into its queue for ever."""

import json
import queue
import time

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, StatusCode

tracer = trace.get_tracer(__name__)
addresses = queue.Queue()
MESSAGING = {"messaging.system": "memory", "messaging.destination.name": "addresses"}


def publish(message):
    with tracer.start_as_current_span("send addresses", kind=SpanKind.PRODUCER, attributes=MESSAGING):
        headers = {}
        propagate.inject(headers)
        addresses.put((headers, message))


def parse_address(message):
    address = json.loads(message)
    return address["street"], int(address["zip"])


def handle(headers, message):
    parent = propagate.extract(headers)
    with tracer.start_as_current_span(
        "process addresses", context=parent, kind=SpanKind.CONSUMER, attributes=MESSAGING
    ) as span:
        try:
            parse_address(message)
        except Exception as error:
            span.record_exception(error)
            span.set_status(StatusCode.ERROR, str(error))
            time.sleep(0.02)
            addresses.put((headers, message))  # fault


def main():
    with tracer.start_as_current_span("POST /customers", kind=SpanKind.SERVER):
        publish('{"street": "High Street 1", "zip": "10115"}')
        publish('{"street": "Low Street 2", "zip": "N1 9GU"}')
    for _ in range(8):
        handle(*addresses.get(timeout=1))
