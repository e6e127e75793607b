"""A token's seconds are taken for milliseconds, so every request logs in again."""

import time

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


class Session:
    def __init__(self):
        self.token = None
        self.expires_at = 0.0

    def log_in(self):
        with tracer.start_as_current_span("POST /oauth/token", kind=SpanKind.CLIENT) as span:
            time.sleep(0.015)
            span.set_attribute("oauth.expires_in", 5)
            return {"access_token": "t", "expires_in": 5}

    def current_token(self):
        if self.token is None or time.monotonic() >= self.expires_at:
            answer = self.log_in()  # fault
            self.token = answer["access_token"]
            self.expires_at = time.monotonic() + answer["expires_in"] / 1000
        return self.token

    def fetch_page(self, number):
        token = self.current_token()
        with tracer.start_as_current_span("GET /pages/{number}", kind=SpanKind.CLIENT) as span:
            span.set_attribute("page", number)
            span.set_attribute("authorized", token is not None)
            time.sleep(0.01)


def export_pages(session):
    with tracer.start_as_current_span("export_pages"):
        for number in range(9):
            session.fetch_page(number)


def main():
    with tracer.start_as_current_span("POST /exports", kind=SpanKind.SERVER):
        export_pages(Session())
