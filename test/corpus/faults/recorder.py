"""
Runs the programs of this folder and keeps what OpenTelemetry's SDK says of each as OTLP in test/fixtures/faults. By hand:

    python -m venv v && v/bin/pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-common
    v/bin/python -B recorder.py
"""

import base64
import importlib
import json
import sys
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

here = Path(__file__).parent.resolve()
exporter = InMemorySpanExporter()


def create_provider(service):
    provider = TracerProvider(resource=Resource({"service.name": service}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def tracer_of(service):
    """A tracer of another service than the program's own."""
    return create_provider(service).get_tracer(service)


def with_hex_ids(value, key=None):
    if isinstance(value, dict):
        return {name: with_hex_ids(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [with_hex_ids(each) for each in value]
    is_id = key in ("traceId", "spanId", "parentSpanId")
    return base64.b64decode(value).hex() if is_id else value


def main():
    # The programs import this module by its name, and must find this one.
    sys.modules["recorder"] = sys.modules["__main__"]
    trace.set_tracer_provider(create_provider("shop"))
    for path in sorted(here.glob("*.py")):
        if path.stem == "recorder":
            continue
        exporter.clear()
        importlib.import_module(path.stem).main()
        told = json.dumps(with_hex_ids(MessageToDict(encode_spans(exporter.get_finished_spans()))), separators=(",", ":"))
        # Where the programs were deployed, which is not where the workspace has them.
        told = told.replace(str(here), "/srv/app").replace(sys.prefix, "/usr/local")
        (here.parents[1] / "fixtures/faults" / f"{path.stem}.json").write_text(told)


if __name__ == "__main__":
    main()
