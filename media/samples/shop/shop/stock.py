"""The warehouse: take an item off the count, then off the shelf, then put a label on it."""

import time

from funboost import BoosterParams, boost, fct

from shop.settings import REGION, QueueNames, ShopParams, keep_results
from traceside_funboost import TracedConsumerMixin, TracedPublisherMixin

SHELVES = {"teapot": "A-12", "cup": "B-03", "kettle": "C-07"}


class PrinterOffline(Exception):
    """The label printer does not answer."""


@boost(
    "shop_stock",
    concurrent_num=2,
    function_result_status_persistance_conf=keep_results("shop_stock"),
    publisher_override_cls=TracedPublisherMixin,
    consumer_override_cls=TracedConsumerMixin,
)
def reserve_stock(order_id, item):
    time.sleep(0.08)
    pick_item.push(order_id, item, SHELVES[item])
    return "reserved"


# One picker walks the aisles, so the second item waits for the first.
@boost(ShopParams(queue_name=f"shop_picking_{REGION}", concurrent_num=1))
def pick_item(order_id, item, shelf):
    fct.logger.info(f"walking to shelf {shelf} for a {item}")
    time.sleep(0.6)
    print_label.push(order_id, item)
    return shelf


@boost(
    ShopParams(
        queue_name=QueueNames.LABELS,
        max_retry_times=1,
        function_result_status_persistance_conf=keep_results("shop_warehouse"),
    )
)
def print_label(order_id, item):
    call_staff.push(f"label for {item} of order {order_id}")
    time.sleep(0.1)
    if item == "kettle":
        raise PrinterOffline(f"printer {REGION}-2 does not answer; no label for {item}")
    return f"{order_id}-{item}"


@BoosterParams(
    queue_name="shop_staff_calls",
    function_result_status_persistance_conf=keep_results("shop_warehouse"),
    publisher_override_cls=TracedPublisherMixin,
    consumer_override_cls=TracedConsumerMixin,
)
def call_staff(reason):
    time.sleep(0.03)
    return reason
