"""Rates of exchange."""

import falcon
from opentelemetry import trace
from recorder import here

tracer = trace.get_tracer("rates")


class RateResource:
    def on_get(self, req, resp, base):
        here()
        with tracer.start_as_current_span("read rates"):
            resp.media = {"base": base}

    def on_put(self, req, resp, base):
        here()
        resp.media = {}


class CurrencyResource:
    def on_get(self, req, resp):
        here()
        resp.media = []

    def on_post(self, req, resp):
        here()
        with tracer.start_as_current_span("add currency"):
            resp.media = {}


class HistoryResource:
    def on_get(self, req, resp, base, year):
        here()
        resp.media = {"year": year}


def create():
    app = falcon.App()
    app.add_route("/rates/{base}", RateResource())
    app.add_route("/currencies", CurrencyResource())
    app.add_route("/rates/{base}/history/{year:int}", HistoryResource())
    return app


REQUESTS = [
    ("GET", "/rates/eur"),
    ("PUT", "/rates/eur"),
    ("GET", "/currencies"),
    ("POST", "/currencies"),
    ("GET", "/rates/eur/history/2026"),
]
