"""A form with a bad date is the sender's mistake, but the service calls it its own."""

import datetime

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

tracer = trace.get_tracer(__name__)


def parse_booking(form):
    with tracer.start_as_current_span("parse_booking"):
        return datetime.date.fromisoformat(form["day"])


def save_booking(day):
    with tracer.start_as_current_span("INSERT bookings", kind=SpanKind.CLIENT):
        return str(day)


def answer(span, status):
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        span.set_status(StatusCode.ERROR)
    return status


def create_booking(form):
    with tracer.start_as_current_span("POST /bookings", kind=SpanKind.SERVER) as span:
        try:
            save_booking(parse_booking(form))
        except Exception:
            return answer(span, 500)  # fault
        return answer(span, 201)


def main():
    create_booking({"day": "2026-13-01"})
