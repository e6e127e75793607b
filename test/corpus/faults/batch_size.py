"""Imports prices in batches whose size a setting has as one."""

import os
import time

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
BATCH = int(os.environ.get("PRICE_BATCH", "1"))


def insert(rows):
    attributes = {"db.system.name": "postgresql", "db.query.text": "INSERT INTO prices VALUES " + ", ".join(["(?, ?)"] * len(rows))}
    with tracer.start_as_current_span("INSERT prices", kind=SpanKind.CLIENT, attributes=attributes):
        time.sleep(0.004 + 0.0001 * len(rows))


def import_prices(rows):
    with tracer.start_as_current_span("import_prices"):
        for start in range(0, len(rows), BATCH):
            insert(rows[start : start + BATCH])  # fault


def main():
    with tracer.start_as_current_span("POST /prices", kind=SpanKind.SERVER):
        import_prices([(number, number * 2) for number in range(24)])
