"""Takes one order, traced by the module that Traceside puts into projects, and logs what it does."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import trace
from traceside_otel import carry, start_tracing, traced

log = logging.getLogger("orders")


def add_trace_id(record):
    record.trace_id = format(trace.get_current_span().get_span_context().trace_id, "032x")
    return True


def start_logging():
    line = "%(asctime)s %(levelname)s [trace_id=%(trace_id)s] %(message)s"
    for handler in (logging.StreamHandler(), logging.FileHandler("orders.log", mode="w")):
        handler.setFormatter(logging.Formatter(line))
        handler.addFilter(add_trace_id)
        logging.getLogger().addHandler(handler)
    log.setLevel(logging.INFO)


@traced
def reserve_stock(items):
    time.sleep(0.06)
    return items


@traced
def ask_bank(amount):
    time.sleep(0.11)
    raise ConnectionError("the bank does not answer")


@traced
def charge_card(amount):
    for attempt in (1, 2):
        try:
            return ask_bank(amount)
        except ConnectionError as error:
            log.warning("attempt %d to charge %s failed: %s", attempt, amount, error)
    return "on account"


@traced
def write_invoice(items, amount):
    time.sleep(0.04)
    log.info("invoice over %s for %d items", amount, len(items))


@traced
def place_order(items, amount):
    log.info("order of %d items", len(items))
    with ThreadPoolExecutor(2) as pool:
        stock = pool.submit(carry(reserve_stock), items)
        paid = pool.submit(carry(charge_card), amount)
        stock.result()
        log.info("paid %s", paid.result())
    write_invoice(items, amount)


start_logging()
provider = start_tracing("orders")
place_order(["lamp", "desk", "chair"], 420)
provider.shutdown()
print("order taken")
