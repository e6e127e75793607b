"""What the orders ask of others."""

import os

import httpx
import requests

STOCK = os.environ["STOCK_URL"]


def check_stock(sku):
    answer = requests.get(f"{STOCK}/stock/{sku}", timeout=5)
    return answer.json()["count"]


async def fetch_price(sku: str) -> float:
    async with httpx.AsyncClient(base_url=STOCK) as client:
        answer = await client.get(f"/prices/{sku}")
    return answer.json()["price"]
