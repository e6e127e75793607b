"""Places an order; the receipt is never sent, and nobody is told."""

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


def send_receipt(order):
    with tracer.start_as_current_span("send_receipt"):
        return f"{order['total']} {order['currency']}"  # fault


def place_order(order):
    with tracer.start_as_current_span("place_order"):
        for step in range(30):
            with tracer.start_as_current_span(f"check {step}"):
                pass
        try:
            send_receipt(order)
        except Exception:
            pass


def main():
    with tracer.start_as_current_span("POST /orders", kind=SpanKind.SERVER):
        place_order({"total": 12})
