from fastapi import APIRouter
from opentelemetry import trace
from recorder import here

reports = APIRouter()
tracer = trace.get_tracer("reports")


@reports.get("/{kind}")
def show_report(kind: str):
    here()
    return {"kind": kind}


@reports.post("/{kind}/rebuild")
def rebuild(kind: str):
    here()
    with tracer.start_as_current_span("rebuild report"):
        with tracer.start_as_current_span("sum up lines"):
            return {}
