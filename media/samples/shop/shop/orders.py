"""An order, from the click on "Buy" to the last message it sets off."""

import time

from funboost import boost, fct

from shop.images import resize_image
from shop.payments import charge_card
from shop.reports import rebuild_report
from shop.settings import QueueNames, ShopParams
from shop.stock import reserve_stock


@boost(ShopParams(queue_name=QueueNames.ORDERS))
def place_order(order_id, items, total):
    fct.logger.info(f"order {order_id}: {len(items)} items, {total:.2f} EUR")
    time.sleep(0.05)
    for item in items:
        reserve_stock.push(order_id, item)
    charge_card.publish({"order_id": order_id, "amount": total})
    resize_image.push(f"orders/{order_id}.png", width=320)
    rebuild_report.push("sales by hour")
    return {"order_id": order_id, "accepted": True}
