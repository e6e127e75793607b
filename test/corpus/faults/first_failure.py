"""Imports a price list; one bad price far below makes everything above it fail, and much beside it."""

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
ROWS = ["1.20", "3.99", "1,99"]


def parse_price(text):
    with tracer.start_as_current_span("parse_price", attributes={"text": text}):
        return float(text)  # fault


def read_rows():
    with tracer.start_as_current_span("read_rows"):
        return [parse_price(text) for text in ROWS]


def notify(shop):
    with tracer.start_as_current_span("notify", attributes={"shop": shop}):
        raise LookupError("there is no price list")


def import_prices():
    with tracer.start_as_current_span("import_prices"):
        try:
            read_rows()
        finally:
            for shop in range(9):
                try:
                    notify(shop)
                except LookupError:
                    pass


def main():
    try:
        with tracer.start_as_current_span("POST /prices", kind=SpanKind.SERVER):
            import_prices()
    except ValueError:
        pass
