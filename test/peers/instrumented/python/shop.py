"""A shop's order, traced by the module that Traceside puts into projects."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from traceside_otel import carry, continued, inject, start_tracing, traced


@traced
def charge_card(order):
    return order


@traced
def refund(order):
    raise ValueError("no such card")


@traced
def pick_item(order):
    return order


def work(message):
    with continued(message["headers"], "orders process"):
        pick_item(message["order"])


@traced
def place_order(order):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(carry(charge_card), order).result()
    try:
        refund(order)
    except ValueError:
        pass
    # A thread of another process would know no more than the message.
    consumer = Thread(target=work, args=({"order": order, "headers": inject()},))
    consumer.start()
    consumer.join()


@traced
def print_receipt():
    raise RuntimeError("no paper")


provider = start_tracing("shop")
if sys.argv[-1] == "crash":
    print_receipt()
place_order(7)
provider.shutdown()
