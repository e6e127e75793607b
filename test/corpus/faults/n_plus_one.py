"""Lists orders; asks the database once for each of them."""

import sqlite3
import time

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
database = sqlite3.connect(":memory:")
database.executescript("CREATE TABLE item (owner INTEGER, name TEXT)")
database.executemany("INSERT INTO item VALUES (?, ?)", [(i, f"item {i}") for i in range(60)])


def load_items(owner):
    with tracer.start_as_current_span("SELECT item", kind=SpanKind.CLIENT):  # fault
        time.sleep(0.002)  # As far away as a database is.
        return database.execute("SELECT name FROM item WHERE owner = ?", [owner]).fetchall()


def list_orders():
    with tracer.start_as_current_span("list_orders"):
        return [load_items(owner) for owner in range(60)]


def main():
    with tracer.start_as_current_span("GET /orders", kind=SpanKind.SERVER):
        list_orders()
