from clients import check_stock, fetch_price
from fastapi import APIRouter
from opentelemetry import trace
from recorder import here

router = APIRouter(prefix="/orders", tags=["orders"])
tracer = trace.get_tracer(__name__)


@router.get("/")
async def list_orders():
    here()
    with tracer.start_as_current_span("load open orders"):
        return []


@router.post("/", status_code=201)
async def place_order(order: dict):
    here()
    with tracer.start_as_current_span("reserve stock", attributes={"sku": order["sku"]}):
        await fetch_price(order["sku"])
    return order


@router.get("/{order_id}")
def read_order(order_id: int):
    here()
    with tracer.start_as_current_span(f"read order {order_id}"):
        return {"id": order_id}


@router.delete("/{order_id}", status_code=204)
def cancel_order(order_id: int) -> None:
    here()
    refund(order_id)


@tracer.start_as_current_span("refund payment")
def refund(order_id):
    here()
    check_stock(order_id)


@router.patch(
    "/{order_id}/lines/{line}",
    summary="Change one line",
)
async def change_line(
    order_id: int,
    line: int,
):
    here()
    return {"line": line}
