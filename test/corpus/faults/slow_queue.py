"""Resizes pictures; one worker takes what twelve requests publish."""

import queue
import threading
import time

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
images = queue.Queue()
messaging = {"messaging.system": "memory", "messaging.destination.name": "images"}


def publish(number):
    headers = {}
    with tracer.start_as_current_span("publish images", kind=SpanKind.PRODUCER, attributes=messaging):
        propagate.inject(headers)
        images.put((number, headers))


def resize_image(number):
    time.sleep(0.08)


def work():
    while (message := images.get()) is not None:
        number, headers = message
        context = propagate.extract(headers)
        attributes = {**messaging, "code.function.name": "resize_image"}
        with tracer.start_as_current_span("process images", context, SpanKind.CONSUMER, attributes=attributes):  # fault
            resize_image(number)


def main():
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("POST /album", kind=SpanKind.SERVER):
        for number in range(12):
            publish(number)
    images.put(None)
    worker.join()
