"""Reserves stock at another service, and forgets to send the trace's context along."""

import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind
from recorder import tracer_of

tracer = trace.get_tracer(__name__)


class Stock(BaseHTTPRequestHandler):
    def do_POST(self):
        context = propagate.extract(self.headers)
        with tracer_of("stock").start_as_current_span("POST /stock", context, SpanKind.SERVER):
            with tracer_of("stock").start_as_current_span("reserve"):
                self.send_response(204)
                self.end_headers()

    def log_message(self, *_):
        pass


def ask_stock(address):
    with tracer.start_as_current_span("POST", kind=SpanKind.CLIENT) as span:  # fault
        url = f"http://127.0.0.1:{address[1]}/stock"
        span.set_attribute("url.full", url)
        urllib.request.urlopen(urllib.request.Request(url, method="POST")).read()


def main():
    server = HTTPServer(("127.0.0.1", 0), Stock)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tracer.start_as_current_span("POST /orders", kind=SpanKind.SERVER):
        ask_stock(server.server_address)
    server.shutdown()
