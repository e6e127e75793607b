"""Makes a trace of each test that pytest runs, with all that the test called, for Traceside.

    pip install pytest opentelemetry-sdk opentelemetry-exporter-otlp-proto-http

In the ``conftest.py`` at the top of the project, beside which this file lies:

    pytest_plugins = ["traceside_pytest"]

The trace is named as the test. Fixtures, and functions that are ``traced`` or instrumented by OpenTelemetry, hang below
it. The trace id of a test that fails stands in its report, where a click opens it.

Spans go to ``OTEL_EXPORTER_OTLP_ENDPOINT``, by default the port on this machine where Traceside listens; where nobody
does, the tests run as they would without. MIT licence.
"""

import logging
import os

import pytest
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# A debugger wants to see a test soon after it ended.
_EXPORT_EVERY_MS = 500

# Tests that end wait no longer than this for whoever receives their spans.
_TIMEOUT_S = None if "OTEL_EXPORTER_OTLP_TIMEOUT" in os.environ else 2

_spans = pytest.StashKey()


def pytest_configure(config):
    # Who set up OpenTelemetry before (`opentelemetry-instrument pytest`) knows better where spans go.
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    os.environ.setdefault("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    service = os.environ.get("OTEL_SERVICE_NAME") or config.rootpath.name
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(timeout=_TIMEOUT_S), schedule_delay_millis=_EXPORT_EVERY_MS)
    )
    trace.set_tracer_provider(provider)
    # The SDK says with a stack trace, again and again, that nobody listens.
    logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.CRITICAL)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Setup, the test and teardown are one span."""
    file, line0, _ = item.location
    attributes = {
        "test.case.name": item.nodeid,
        "test.suite.name": file,
        "code.file.path": str(item.path),
        "code.line.number": (line0 or 0) + 1,
    }
    function = getattr(item, "function", None)
    if function is not None:
        attributes["code.function.name"] = f"{function.__module__}.{function.__qualname__}"
    tracer = trace.get_tracer("traceside_pytest")
    with tracer.start_as_current_span(item.name, _started_by(), attributes=attributes) as span:
        item.stash[_spans] = span
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    span = item.stash.get(_spans, None)
    if span is None:
        return
    if report.failed:
        span.set_attribute("test.case.result.status", "fail")
        span.record_exception(call.excinfo.value)
        span.set_status(trace.StatusCode.ERROR, call.excinfo.exconly())
        report.sections.append(("Traceside", f"trace_id={span.get_span_context().trace_id:032x}"))
    elif report.skipped:
        span.set_attribute("test.case.result.status", "skip")
    elif report.when == "call":
        span.set_attribute("test.case.result.status", "pass")


def pytest_unconfigure(config):
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.force_flush(2_000)


def _started_by():
    """What the environment says of who started the tests."""
    names = ("TRACEPARENT", "TRACESTATE", "BAGGAGE")
    return propagate.extract({name.lower(): os.environ[name] for name in names if os.environ.get(name)})
