"""Money. The bank's gateway drops a call now and then, so a charge is tried again."""

import asyncio
import time

from funboost import ConcurrentModeEnum, boost, fct

from shop.mail import send_receipt
from shop.settings import QueueNames, ShopParams

_calls = {}


class GatewayTimeout(Exception):
    """The bank did not answer in time."""


@boost(ShopParams(queue_name=QueueNames.PAYMENTS, max_retry_times=2))
def charge_card(order_id, amount):
    answer = ask_gateway(order_id, amount)
    fct.logger.info(f"order {order_id} paid, authorisation {answer}")
    book_payment.push(order_id, amount)
    return answer


@boost(ShopParams(queue_name="shop_ledger", concurrent_mode=ConcurrentModeEnum.ASYNC))
async def book_payment(order_id, amount):
    await asyncio.sleep(0.04)
    await send_receipt.aio_push(order_id, amount)
    return round(amount * 1.0, 2)


def ask_gateway(order_id, amount):
    _calls[order_id] = _calls.get(order_id, 0) + 1
    time.sleep(0.15)
    if _calls[order_id] == 1:
        raise GatewayTimeout(f"no answer after 150 ms for {amount:.2f} EUR")
    return f"AUTH-{order_id}"
