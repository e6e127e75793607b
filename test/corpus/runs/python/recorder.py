"""Records the spans of a program that really runs, each with the line that it comes from, as the run itself tells it.

A span that the program or a client starts belongs to the innermost line of the program on the stack at that moment. A
server's and a consumer's span is started by the framework: its handler says by `here()` which function it is.
"""

import json
import sys
import threading

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace import SpanKind


class Recorder(SpanProcessor):
    def __init__(self, folder):
        self.folder = folder.rstrip("/") + "/"
        self.truth = {}
        self.spans = []
        self.lock = threading.Lock()

    def on_start(self, span, parent_context=None):
        if span.kind in (SpanKind.SERVER, SpanKind.CONSUMER):
            return
        frame = sys._getframe()
        while frame is not None:
            path = frame.f_code.co_filename
            if path.startswith(self.folder):
                self.truth[span.context.span_id] = f"{path[len(self.folder):]}:{frame.f_lineno}"
                return
            frame = frame.f_back

    def on_end(self, span):
        where = self.truth.get(span.context.span_id)
        if where is None:
            return
        attributes = {key: value for key, value in (span.attributes or {}).items()}
        kind = span.kind.name.lower()
        with self.lock:
            self.spans.append({"name": span.name, "kind": kind, "attributes": attributes, "at": where})

    def mark(self, frame):
        code = frame.f_code
        with open(code.co_filename, encoding="utf-8") as file:
            lines = file.read().split("\n")
        line = code.co_firstlineno
        while " def " not in f" {lines[line - 1].strip()} ":
            line += 1
        path = code.co_filename[len(self.folder):]
        self.truth[trace.get_current_span().get_span_context().span_id] = f"{path}:{line}"


recorder = None


def start(folder):
    global recorder
    recorder = Recorder(folder)
    provider = TracerProvider()
    provider.add_span_processor(recorder)
    trace.set_tracer_provider(provider)
    sys.path.insert(0, folder)


def here():
    """Called first in a handler: the span around it is this function's."""
    recorder.mark(sys._getframe(1))


def write(path, framework):
    seen = {}
    for span in recorder.spans:
        seen.setdefault((span["name"], span["kind"], span["at"], json.dumps(span["attributes"], sort_keys=True, default=str)), span)
    # One request more of the same kind tells nothing new.
    places = {}
    for span in seen.values():
        places.setdefault((span["name"], span["kind"], span["at"]), span)
    spans = sorted(places.values(), key=lambda span: (span["at"].split(":")[0], int(span["at"].split(":")[1]), span["name"]))
    with open(path, "w", encoding="utf-8") as file:
        rows = ",\n".join(json.dumps(span, default=str) for span in spans).replace(recorder.folder, "/app/")
        file.write('{"framework":%s,"spans":[\n%s\n]}\n' % (json.dumps(framework), rows))
    print(f"{framework}: {len(spans)} spans")
