"""Sends one trace with a real tracer and prints what the tracer made of it.

    send.py TRACER    standard input: {"ports": …, "spans": […]}, each span after its parent

Knows nothing of who receives. What it prints is read from the tracer's own objects: ids, and times in nanoseconds as
decimal digits.
"""

import json
import os
import subprocess
import sys
import time

order = json.load(sys.stdin)
spans = order["spans"]
ports = order["ports"]


def typed(attributes):
    """JSON cannot tell an integer from a float, nor write one of 64 bits; the type stands beside the value."""
    read = {"int": int, "double": float, "bool": bool, "string": str, "strings": list}
    return {each["key"]: read[each["type"]](each["value"]) for each in attributes}


def answer(trace_id, made):
    print(json.dumps({"traceId": trace_id, "spans": made}))


def opentelemetry(create_exporter):
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import Link, SpanKind, Status, StatusCode

    providers = {}
    for service in dict.fromkeys(span["service"] for span in spans):
        resource = Resource.create({"service.name": service, "host.name": "desk"})
        providers[service] = TracerProvider(resource=resource)
        providers[service].add_span_processor(BatchSpanProcessor(create_exporter()))
    made = {}
    for span in spans:
        tracer = providers[span["service"]].get_tracer("shop.tracer", "1.2.3")
        parent = made.get(span.get("parent"))
        link = made.get(span.get("link"))
        one = tracer.start_span(
            span["name"],
            context=trace.set_span_in_context(parent) if parent else None,
            kind=SpanKind[span["kind"].upper()],
            attributes=typed(span["attributes"]),
            links=[Link(link.get_span_context(), {"why": "retry"})] if link else [],
            start_time=int(span["startNs"]),
        )
        if "error" in span:
            one.set_status(Status(StatusCode.ERROR, span["error"]["message"]))
            one.add_event(
                "exception",
                {
                    "exception.type": span["error"]["type"],
                    "exception.message": span["error"]["message"],
                    "exception.stacktrace": span["error"]["stack"],
                },
                timestamp=int(span["error"]["timeNs"]),
            )
        made[span["name"]] = one
    for span in reversed(spans):
        made[span["name"]].end(int(span["endNs"]))
    for provider in providers.values():
        provider.shutdown()
    root = made[spans[0]["name"]].get_span_context()
    answer(
        f"{root.trace_id:032x}",
        [
            {
                "name": one.name,
                "spanId": f"{one.get_span_context().span_id:016x}",
                "parentId": f"{one.parent.span_id:016x}" if one.parent else None,
                "startNs": str(one.start_time),
                "endNs": str(one.end_time),
            }
            for one in made.values()
        ],
    )


def otlp_grpc(compression=None):
    import grpc
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    gzip = grpc.Compression.Gzip if compression else None
    endpoint = f"http://localhost:{ports['otlpGrpc']}"
    opentelemetry(lambda: OTLPSpanExporter(endpoint=endpoint, insecure=True, compression=gzip))


def otlp_http(compression=None):
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    gzip = Compression.Gzip if compression else None
    endpoint = f"http://localhost:{ports['otlpHttp']}/v1/traces"
    opentelemetry(lambda: OTLPSpanExporter(endpoint=endpoint, compression=gzip))


def jaeger():
    """The client sends to its agent by UDP, compact."""
    import opentracing
    from jaeger_client import ConstSampler, Tracer
    from jaeger_client.local_agent_net import LocalAgentSender
    from jaeger_client.reporter import Reporter
    from jaeger_client.thrift import timestamp_micros

    tracers = {}
    made = {}
    for span in spans:
        service = span["service"]
        if service not in tracers:
            channel = LocalAgentSender("127.0.0.1", 5778, ports["jaegerCompact"])
            reporter = Reporter(channel=channel, flush_interval=0.1)
            tracers[service] = Tracer(
                service,
                reporter,
                ConstSampler(True),
                generate_128bit_trace_id=True,
            )
        parent, link = made.get(span.get("parent")), made.get(span.get("link"))
        references = []
        if parent:
            references.append(opentracing.child_of(parent.context))
        if link:
            references.append(opentracing.follows_from(link.context))
        one = tracers[service].start_span(
            span["name"],
            references=references,
            tags={**typed(span["attributes"]), "span.kind": span["kind"]},
            start_time=int(span["startNs"]) / 1e9,
        )
        if "error" in span:
            one.set_tag("error", True)
            one.log_kv(
                {
                    "event": "error",
                    "error.kind": span["error"]["type"],
                    "message": span["error"]["message"],
                    "stack": span["error"]["stack"],
                },
                timestamp=int(span["error"]["timeNs"]) / 1e9,
            )
        made[span["name"]] = one
    for span in reversed(spans):
        made[span["name"]].finish(int(span["endNs"]) / 1e9)
    for tracer in tracers.values():
        # Its callbacks want the loop of the thread that waits, which has none.
        closed, until = tracer.close(), time.monotonic() + 10
        while not closed.done():
            if time.monotonic() > until:
                raise TimeoutError("The reporter did not send what it has.")
            time.sleep(0.01)
    root = made[spans[0]["name"]]
    answer(
        f"{root.trace_id:032x}",
        [
            {
                "name": one.operation_name,
                "spanId": f"{one.span_id:016x}",
                "parentId": f"{one.parent_id:016x}" if one.parent_id else None,
                "startNs": str(timestamp_micros(one.start_time) * 1000),
                "endNs": str(
                    (timestamp_micros(one.start_time) + timestamp_micros(one.end_time - one.start_time)) * 1000
                ),
            }
            for one in made.values()
        ],
    )


def zipkin(encoding):
    """Spans of one process, one in the other, as py_zipkin has them: only the outermost is sent, with all in it."""
    from py_zipkin import Encoding, Kind
    from py_zipkin.transport import SimpleHTTPTransport
    from py_zipkin.zipkin import zipkin_span

    transport = SimpleHTTPTransport("localhost", ports["zipkin"])
    made, trace_ids = [], []
    clock = time.time

    def run(span):
        parent = span.get("parent")
        start, end = int(span["startNs"]) / 1e9, int(span["endNs"]) / 1e9
        error = span.get("error")
        tags = {key: str(value) for key, value in typed(span["attributes"]).items()}
        one = zipkin_span(
            service_name=span["service"],
            span_name=span["name"],
            encoding=Encoding[encoding],
            kind=Kind.LOCAL if span["kind"] == "internal" else Kind[span["kind"].upper()],
            annotations={"exception": int(error["timeNs"]) / 1e9} if error else {},
            binary_annotations={**tags, "error": error["message"]} if error else tags,
            **({} if parent else {"transport_handler": transport, "sample_rate": 100.0, "use_128bit_trace_id": True}),
        )
        # It takes its times from the clock, whatever it is told.
        time.time = lambda: start
        one.start()
        attrs = one.zipkin_attrs
        for child in spans:
            if child.get("parent") == span["name"]:
                run(child)
        time.time = lambda: end
        one.stop()
        trace_ids.append(attrs.trace_id)
        start_us = int(start * 1_000_000)
        made.append(
            {
                "name": span["name"],
                "spanId": attrs.span_id,
                "parentId": attrs.parent_span_id,
                "startNs": str(start_us * 1000),
                "endNs": str((start_us + int((end - start) * 1_000_000)) * 1000),
            }
        )

    run(spans[0])
    time.time = clock
    answer(trace_ids[0], made)


def skywalking(protocol="grpc"):
    """One process is one service: a span of another service is made by a process of its own."""
    os.environ.update(
        SW_AGENT_COLLECTOR_BACKEND_SERVICES=f"localhost:{ports['skywalking' if protocol == 'grpc' else 'otlpHttp']}",
        SW_AGENT_PROTOCOL=protocol,
        SW_AGENT_NAME=spans[0]["service"],
        SW_AGENT_INSTANCE_NAME=f"{spans[0]['service']}-1",
        SW_AGENT_LOGGING_LEVEL="WARNING",
        SW_AGENT_LOG_REPORTER_LEVEL="INFO",
        # The sound of one agent, not of what it finds in this process.
        SW_AGENT_DISABLE_PLUGINS=".*",
    )
    import logging

    from skywalking import Component, Layer, agent
    from skywalking.trace.carrier import Carrier
    from skywalking.trace.context import get_context
    from skywalking.client.http import HttpLogDataReportService
    from skywalking.trace.tags import Tag

    report = HttpLogDataReportService.report
    reported = []

    def counting(self, generator):
        batch = list(generator)
        report(self, batch)
        reported.extend(batch)

    HttpLogDataReportService.report = counting
    agent.start()
    logging.getLogger("shop").setLevel(logging.INFO)
    made, trace_ids = [], []

    def run(span):
        context = get_context()
        layer = Layer.MQ if span["kind"] in ("producer", "consumer") else Layer.Http
        if span["kind"] in ("server", "consumer"):
            carrier = Carrier() if "sw8" in order else None
            for item in carrier or []:
                item.val = order["sw8"].get(item.key, "")
            one = context.new_entry_span(span["name"], carrier)
        elif span["kind"] in ("client", "producer"):
            one = context.new_exit_span(span["name"], "127.0.0.1:80", Component.General)
        else:
            one = context.new_local_span(span["name"])
        try:
            with one:
                if span["kind"] != "internal":
                    one.layer = layer
                for key, value in typed(span["attributes"]).items():
                    kind = type("Own", (Tag,), {"key": key})
                    one.tag(kind(str(value)))
                logging.getLogger("shop").info("in %s", span["name"])
                for child in spans:
                    if child.get("parent") != span["name"]:
                        continue
                    if child["service"] == span["service"]:
                        run(child)
                    else:
                        send(child, {item.key: item.val for item in one.inject()})
                if "error" in span:
                    raise ValueError(span["error"]["message"])
        except ValueError:
            # Thrown for the agent to see.
            pass
        trace_ids.append(str(context.segment.related_traces[0]))
        ref = one.refs[0] if one.refs else None
        segment = str(context.segment.segment_id)
        parent = f"{segment}:{one.pid}" if one.pid >= 0 else f"{ref.segment_id}:{ref.span_id}" if ref else None
        made.append(
            {
                "name": one.op,
                "spanId": f"{segment}:{one.sid}",
                "parentId": parent,
                "startNs": str(one.start_time * 1_000_000),
                "endNs": str(one.end_time * 1_000_000),
            }
        )

    def send(first, sw8):
        below = {first["name"]}
        for span in spans:
            if span.get("parent") in below:
                below.add(span["name"])
        rest = [first, *(span for span in spans if span["name"] in below and span is not first)]
        child = subprocess.run(
            [sys.executable, __file__, sys.argv[1]],
            input=json.dumps({"ports": ports, "spans": rest, "sw8": sw8}),
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
            check=True,
        )
        made.extend(json.loads(child.stdout)["spans"])

    run(spans[0])
    if protocol == "http":
        # A process that ends loses the logs that its reporter has gathered for a request.
        until = time.monotonic() + 60
        while len(reported) < len(trace_ids):
            if time.monotonic() > until:
                raise TimeoutError("The reporter did not send what it has.")
            time.sleep(0.01)
    # What waits is sent when the process ends.
    answer(trace_ids[0], made)


def logs(exporters):
    """A log in a span, an exception logged in a span below it, and a log outside of any span."""
    import logging

    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    span_exporter, log_exporter = exporters()
    resource = Resource.create({"service.name": "orders"})
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(span_exporter))
    loggers = LoggerProvider(resource=resource)
    loggers.add_log_record_processor(BatchLogRecordProcessor(log_exporter))
    logger = logging.getLogger("shop.orders")
    logger.setLevel(logging.INFO)
    logger.addHandler(LoggingHandler(logger_provider=loggers))
    tracer = tracers.get_tracer("shop.tracer")
    logger.info("outside")
    with tracer.start_as_current_span("order") as outer:
        logger.info("Order of %d items", 3, extra={"order.id": "o-1"})
        with tracer.start_as_current_span("pay") as inner:
            try:
                raise ValueError("no money")
            except ValueError:
                logger.exception("Payment failed")
    tracers.shutdown()
    loggers.shutdown()
    context = outer.get_span_context()
    answer(
        f"{context.trace_id:032x}",
        [
            {"name": one.name, "spanId": f"{one.get_span_context().span_id:016x}"}
            for one in (outer, inner)
        ],
    )


def log_exporters_grpc():
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    endpoint = f"http://localhost:{ports['otlpGrpc']}"
    return OTLPSpanExporter(endpoint=endpoint), OTLPLogExporter(endpoint=endpoint)


def log_exporters_http():
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    endpoint = f"http://localhost:{ports['otlpHttp']}/v1"
    return OTLPSpanExporter(endpoint=f"{endpoint}/traces"), OTLPLogExporter(endpoint=f"{endpoint}/logs")


tracers = {
    "otlp-grpc": otlp_grpc,
    "otlp-grpc-gzip": lambda: otlp_grpc("gzip"),
    "otlp-http": otlp_http,
    "otlp-http-gzip": lambda: otlp_http("gzip"),
    "jaeger": jaeger,
    "zipkin-v1": lambda: zipkin("V1_JSON"),
    "zipkin-v2": lambda: zipkin("V2_JSON"),
    "zipkin-proto": lambda: zipkin("V2_PROTO3"),
    "skywalking": skywalking,
    "skywalking-http": lambda: skywalking("http"),
    "logs-grpc": lambda: logs(log_exporters_grpc),
    "logs-http": lambda: logs(log_exporters_http),
}
tracers[sys.argv[1]]()
