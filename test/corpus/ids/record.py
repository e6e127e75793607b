"""Writes lines.jsonl: log lines that real libraries print, each with the ids that stand in it.

Every id is known because this program gave or got it; a line's truth is those of them that occur in it. Run it with
celery, rq, fakeredis, dramatiq, huey, arq, structlog, ecs-logging, python-json-logger, loguru and opentelemetry-sdk
installed: `python test/corpus/ids/record.py`.
"""

import asyncio
import io
import json
import logging
import pathlib
import sys
import uuid

lines = []
known = {}


def know(role, value):
    known[str(value)] = role
    return value


class Collector(io.StringIO):
    def __init__(self, source):
        super().__init__()
        self.source = source

    def finish(self):
        for line in self.getvalue().splitlines():
            # What goes on below a line is no line of its own: tracebacks, banners.
            if line.strip() and not line.startswith((" ", "Traceback")):
                lines.append((self.source, line))


def collect(source, logger, formatter, level=logging.DEBUG):
    stream = Collector(source)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger(logger)
    logger.setLevel(level)
    logger.handlers = [handler]
    logger.propagate = False
    return stream


def record_celery():
    from celery import Celery
    from celery.app.log import TaskFormatter
    from celery.contrib.testing.worker import start_worker
    from celery.utils.log import ColorFormatter, get_task_logger

    app = Celery("shop", broker="memory://", backend="cache+memory://")
    app.conf.worker_redirect_stdouts = False

    @app.task(name="shop.pack-parcel", bind=True, max_retries=1)
    def pack(self, fails):
        get_task_logger("shop.tasks").info("packing")
        if fails == "retry" and self.request.retries == 0:
            raise self.retry(countdown=0)
        if fails == "error":
            raise ValueError("no box")
        return 1

    main = collect("celery", "celery", ColorFormatter(app.conf.worker_log_format, use_color=False), logging.INFO)
    with start_worker(app, perform_ping_check=False, loglevel="INFO"):
        task = collect("celery task", "celery.task", TaskFormatter(app.conf.worker_task_log_format, use_color=False), logging.INFO)
        coloured = collect("celery coloured", "celery.app.trace", ColorFormatter(app.conf.worker_log_format), logging.INFO)
        for number, fails in enumerate(["", "retry", "error", ""]):
            task_id = know("task", f"parcel-{number}7" if number == 3 else str(uuid.uuid4()))
            result = pack.apply_async((fails,), task_id=task_id)
            try:
                result.get(timeout=10)
            except ValueError:
                pass
    for stream in (main, task, coloured):
        stream.finish()


def record_rq():
    import fakeredis
    from rq import Queue, SimpleWorker

    connection = fakeredis.FakeStrictRedis()
    stream = collect("rq", "rq.worker", logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    queue = Queue(connection=connection)
    for number in range(4):
        job_id = know("task", f"pack-{number}" if number == 3 else str(uuid.uuid4()))
        queue.enqueue("operator.truediv", 1, number - 2, job_id=job_id)
    SimpleWorker([queue], connection=connection).work(burst=True, logging_level="DEBUG")
    stream.finish()


def record_dramatiq():
    import dramatiq
    from dramatiq.brokers.stub import StubBroker

    broker = StubBroker()
    dramatiq.set_broker(broker)

    @dramatiq.actor(max_retries=0)
    def pack(order):
        if order == 2:
            raise ValueError("no box")

    form = logging.Formatter("[%(asctime)s] [PID %(process)d] [%(threadName)s] [%(name)s] [%(levelname)s] %(message)s")
    stream = collect("dramatiq", "dramatiq", form)
    worker = dramatiq.Worker(broker, worker_threads=1)
    worker.start()
    for number in range(4):
        know("task", pack.send(number).message_id)
    try:
        broker.join("default", timeout=5000, fail_fast=False)
    except TypeError:
        broker.join("default")
    worker.join()
    worker.stop()
    stream.finish()


def record_huey():
    import time
    from huey import MemoryHuey

    huey = MemoryHuey()

    @huey.task(retries=1)
    def pack(order):
        if order == 2:
            raise ValueError("no box")

    form = logging.Formatter("[%(asctime)s] %(levelname)s:%(name)s:%(threadName)s:%(message)s")
    stream = collect("huey", "huey", form)
    consumer = huey.create_consumer(workers=1, periodic=False)
    consumer.start()
    for number in range(4):
        know("task", pack(number).id)
    time.sleep(2)
    consumer.stop(graceful=True)
    stream.finish()


def record_otel():
    import ecs_logging
    import structlog
    from opentelemetry import propagate, trace
    from opentelemetry.sdk.trace import TracerProvider
    from pythonjsonlogger.json import JsonFormatter

    trace.set_tracer_provider(TracerProvider())
    tracer = trace.get_tracer("shop")
    text = collect("otel text", "shop.text", logging.Formatter(
        "%(asctime)s %(levelname)s [%(name)s] [%(filename)s:%(lineno)d] [trace_id=%(otelTraceID)s span_id=%(otelSpanID)s resource.service.name=shop trace_sampled=True] - %(message)s"))
    ecs = collect("ecs", "shop.ecs", ecs_logging.StdlibFormatter())
    js = collect("json", "shop.json", JsonFormatter("%(asctime)s %(levelname)s %(message)s %(traceId)s %(spanId)s"))
    printed = Collector("structlog")
    structlog.configure(processors=[structlog.processors.TimeStamper(fmt="iso"), structlog.processors.add_log_level,
                                    structlog.dev.ConsoleRenderer(colors=True)], logger_factory=structlog.PrintLoggerFactory(printed))
    headers = collect("headers", "shop.headers", logging.Formatter("%(message)s"))
    for _ in range(5):
        with tracer.start_as_current_span("parent") as parent, tracer.start_as_current_span("place") as span:
            context = span.get_span_context()
            trace_id, span_id = know("trace", f"{context.trace_id:032x}"), know("span", f"{context.span_id:016x}")
            parent_id = know("span", f"{parent.get_span_context().span_id:016x}")
            logging.getLogger("shop.text").info("placed", extra={"otelTraceID": trace_id, "otelSpanID": span_id})
            logging.getLogger("shop.ecs").info("placed", extra={"trace.id": trace_id, "span": {"id": span_id}, "transaction.id": parent_id})
            logging.getLogger("shop.json").info("placed", extra={"traceId": trace_id, "spanId": span_id, "parent_id": parent_id})
            structlog.get_logger().info("placed", trace_id=trace_id, span_id=span_id)
            carrier = {}
            propagate.inject(carrier)
            logging.getLogger("shop.headers").info("sent %r", carrier)
            logging.getLogger("shop.headers").info("sent %r", [(key.encode(), value.encode()) for key, value in carrier.items()])
            logging.getLogger("shop.headers").info("context %r", context)
            know("span", str(context.span_id)); know("trace", str(context.trace_id)); know("trace", f"0x{trace_id}")
    for stream in (text, ecs, js, printed, headers):
        stream.finish()


for record in (record_celery, record_rq, record_dramatiq, record_huey, record_otel):
    try:
        record()
    except Exception as error:
        print(f"{record.__name__}: {error!r}", file=sys.stderr)
    logging.getLogger().handlers = []

with open(pathlib.Path(__file__).parent / "lines.jsonl", "w", encoding="utf-8") as file:
    seen = set()
    for source, line in lines:
        plain = line
        ids = [{"role": role, "written": value} for value, role in known.items() if value in plain and not any(value != other and value in other and other in plain for other in known)]
        if (source, line) in seen:
            continue
        seen.add((source, line))
        file.write(json.dumps({"source": source, "line": line, "ids": ids}, ensure_ascii=False) + "\n")
print(len(lines), "lines")
