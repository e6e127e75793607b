from fastapi import APIRouter
from opentelemetry import trace
from recorder import here

router = APIRouter(prefix="/customers")
tracer = trace.get_tracer("customers")
SPAN_ADDRESS = "verify address"


@router.get("/{customer_id}")
async def read(customer_id: int):
    here()
    return {"id": customer_id}


@router.put("/{customer_id}/address")
async def update(customer_id: int):
    here()
    with tracer.start_as_current_span(SPAN_ADDRESS):
        return {}


@router.get("/search/{word}")
async def search(word: str):
    here()
    span = tracer.start_span("search customers")
    span.end()
    return [word]
