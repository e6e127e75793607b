"""The same handler is subscribed twice, so every parcel is shipped twice."""

import time

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
MESSAGING = {"messaging.system": "memory", "messaging.destination.name": "parcels"}


class Bus:
    def __init__(self):
        self.handlers = []
        self.messages = []

    def subscribe(self, handler):
        self.handlers.append(handler)

    def publish(self, message):
        with tracer.start_as_current_span("send parcels", kind=SpanKind.PRODUCER, attributes=MESSAGING):
            headers = {}
            propagate.inject(headers)
            self.messages.append((headers, message))

    def drain(self):
        for headers, message in self.messages:
            for handler in self.handlers:
                handler(headers, message)


def ship_parcel(headers, message):
    parent = propagate.extract(headers)
    attributes = {**MESSAGING, "messaging.message.id": message}
    with tracer.start_as_current_span("process parcels", context=parent, kind=SpanKind.CONSUMER, attributes=attributes):
        time.sleep(0.02)


def start_shipping(bus):
    bus.subscribe(ship_parcel)


def start_billing(bus):
    bus.subscribe(ship_parcel)  # fault


def main():
    bus = Bus()
    start_shipping(bus)
    start_billing(bus)
    with tracer.start_as_current_span("POST /parcels", kind=SpanKind.SERVER):
        bus.publish("parcel-7")
    bus.drain()
