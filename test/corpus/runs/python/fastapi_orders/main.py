"""Orders of a shop."""

from fastapi import Depends, FastAPI
from recorder import here

from clients import check_stock, fetch_price
from routers import customers, orders
from routers.admin import admin

app = FastAPI()
app.include_router(orders.router, prefix="/api/v1")
app.include_router(customers.router)
app.include_router(admin, prefix="/admin", tags=["admin"])


@app.get("/health")
async def health():
    here()
    return {"ok": True}


@app.get("/stock/{sku}")
def stock(sku: str):
    here()
    return {"sku": sku, "count": 3}


@app.api_route("/prices/{sku}", methods=["GET", "HEAD"])
async def price(sku: str):
    here()
    return {"sku": sku, "price": 12}


def get_shelf(shelf: str = "a"):
    return shelf


@app.get("/shelves/{number}/boxes")
def list_boxes(number: int, shelf: str = Depends(get_shelf)):
    here()
    check_stock(number)
    return [shelf]


app.add_api_route("/ping", health, methods=["GET"])

REQUESTS = [
    ("GET", "/health"),
    ("GET", "/stock/7"),
    ("GET", "/prices/7"),
    ("GET", "/shelves/3/boxes"),
    ("GET", "/ping"),
    ("GET", "/api/v1/orders/"),
    ("POST", "/api/v1/orders/", {"sku": "7"}),
    ("GET", "/api/v1/orders/17"),
    ("DELETE", "/api/v1/orders/17"),
    ("PATCH", "/api/v1/orders/17/lines/2"),
    ("GET", "/customers/5"),
    ("PUT", "/customers/5/address"),
    ("GET", "/customers/search/ann"),
    ("GET", "/admin/reports/daily"),
    ("POST", "/admin/reports/daily/rebuild"),
    ("GET", "/admin/users"),
]
