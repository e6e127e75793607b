"""The front page shows the ten newest events and reads all of them."""

import sqlite3
import time

from opentelemetry import trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


def create_database():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE events (id INTEGER, text TEXT)")
    database.executemany("INSERT INTO events VALUES (?, ?)", [(n, f"event {n}" * 20) for n in range(40_000)])
    return database


def run_query(database, statement):
    attributes = {"db.system.name": "sqlite", "db.query.text": statement}
    with tracer.start_as_current_span("SELECT events", kind=SpanKind.CLIENT, attributes=attributes) as span:
        rows = database.execute(statement).fetchall()
        span.set_attribute("db.response.returned_rows", len(rows))
        return rows


def newest_events(database):
    with tracer.start_as_current_span("newest_events"):
        rows = run_query(database, "SELECT id, text FROM events ORDER BY id DESC")  # fault
        return rows[:10]


def render(rows):
    with tracer.start_as_current_span("render"):
        time.sleep(0.002)
        return len(rows)


def main():
    database = create_database()
    with tracer.start_as_current_span("GET /", kind=SpanKind.SERVER):
        render(newest_events(database))
