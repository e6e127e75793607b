"""Shows this program's work in Traceside: spans of OpenTelemetry, and its logs among them.

    pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http

Once, where the program starts:

    from traceside_otel import start_tracing, traced

    start_tracing("shop")

And where the work is done (functions and coroutines alike):

    @traced
    def charge_card(order_id): ...

Plain threads, and pools of threads or processes, drop every context; say ``carry`` where work is handed to one:

    executor.submit(carry(charge_card), order_id)

A message takes its trace along: put ``inject()`` into its headers where it is sent, and begin with
``continued(headers)`` where it is taken.

    queue.put({"order": 7, "headers": inject()})

    with continued(message["headers"], "orders process"):
        ...

A program that was started with ``TRACEPARENT`` (by an agent, a test, or ``traceside run``) hangs below the call that
started it.

Spans go to ``OTEL_EXPORTER_OTLP_ENDPOINT``, by default the port on this machine where Traceside
listens; where nobody does, the program runs as it would without. MIT licence.
"""

import asyncio
import atexit
import contextlib
import contextvars
import functools
import inspect
import logging
import os

from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

__all__ = ["carry", "continued", "inject", "start_tracing", "traced"]

_tracer = trace.get_tracer("traceside_otel")

_STARTED_BY = ("TRACEPARENT", "TRACESTATE", "BAGGAGE")

# A debugger wants to see a span soon after it ended.
_EXPORT_EVERY_MS = 500

# A program that ends waits no longer than this for whoever receives its spans.
_TIMEOUT_S = None if "OTEL_EXPORTER_OTLP_TIMEOUT" in os.environ else 2


def start_tracing(service, logs=True):
    """Sends what ``traced`` functions do, and with ``logs`` what the program logs meanwhile."""
    os.environ.setdefault("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    resource = Resource.create({"service.name": service})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(timeout=_TIMEOUT_S), schedule_delay_millis=_EXPORT_EVERY_MS)
    )
    trace.set_tracer_provider(provider)
    # The SDK says with a stack trace, again and again, that nobody listens.
    logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.CRITICAL)
    if logs:
        _start_logs(resource)
    return provider


def _start_logs(resource):
    try:
        from opentelemetry._logs import set_logger_provider
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
        from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    except ImportError:  # Logs are young in OpenTelemetry and still move.
        return
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(
        BatchLogRecordProcessor(OTLPLogExporter(timeout=_TIMEOUT_S), schedule_delay_millis=_EXPORT_EVERY_MS)
    )
    set_logger_provider(provider)
    handler = LoggingHandler(level=logging.INFO, logger_provider=provider)
    # Its own words would be sent for ever.
    handler.addFilter(lambda record: not record.name.startswith("opentelemetry"))
    logging.getLogger().addHandler(handler)
    atexit.register(provider.shutdown)


def traced(function=None, *, name=None):
    """A span for every call, with the place of the function, so that a click leads to it."""
    if function is None:
        return functools.partial(traced, name=name)
    code = inspect.unwrap(function).__code__
    attributes = {
        "code.function.name": f"{function.__module__}.{function.__qualname__}",
        "code.file.path": os.path.abspath(code.co_filename),
        "code.line.number": code.co_firstlineno,
    }
    span_name = name or function.__qualname__

    if asyncio.iscoroutinefunction(function):

        @functools.wraps(function)
        async def traced_coroutine(*args, **kwargs):
            with _tracer.start_as_current_span(span_name, _around(), attributes=attributes):
                return await function(*args, **kwargs)

        return traced_coroutine

    @functools.wraps(function)
    def traced_function(*args, **kwargs):
        with _tracer.start_as_current_span(span_name, _around(), attributes=attributes):
            return function(*args, **kwargs)

    return traced_function


def _around():
    """What is current; where nothing is, what the environment says of who started this program."""
    current = otel_context.get_current()
    if trace.get_current_span(current).get_span_context().is_valid:
        return current
    started_by = {name.lower(): os.environ[name] for name in _STARTED_BY if os.environ.get(name)}
    return propagate.extract(started_by, current)


def carry(function):
    """The function as another thread or process may call it: with the context of the one that hands it over."""
    return _Carried(function, contextvars.copy_context())


class _Carried:
    def __init__(self, function, context):
        functools.update_wrapper(self, function)
        self.function, self.context = function, context

    def __call__(self, *args, **kwargs):
        # A context can be entered once at a time; a pool may call this often.
        return self.context.copy().run(self.function, *args, **kwargs)

    def __reduce__(self):
        # Contexts stay in their process; headers leave it.
        return _carry_from, (self.function, self.context.copy().run(inject))


def _carry_from(function, headers):
    context = contextvars.copy_context()
    context.run(otel_context.attach, propagate.extract(headers))
    return _Carried(function, context)


def inject(headers=None):
    """Headers that take the current trace along; into ``headers`` where some are given."""
    headers = {} if headers is None else headers
    propagate.inject(headers, _around())
    return headers


@contextlib.contextmanager
def continued(headers, name):
    """A span of the consumer's, below the span that sent the message."""
    parent = propagate.extract(headers or {})
    with _tracer.start_as_current_span(name, context=parent, kind=trace.SpanKind.CONSUMER) as span:
        yield span
