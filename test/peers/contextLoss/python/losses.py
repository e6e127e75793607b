"""Work that is handed over without its trace, in one way each, and work that is handed over well. One way a run."""

import _thread
import asyncio
import queue
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from opentelemetry import trace
from traceside_otel import carry, continued, inject, start_tracing, traced

provider = start_tracing("shop", logs=False)
messages = queue.Queue()
receipts = queue.Queue()
pool = ThreadPoolExecutor(2)


@traced
def send_receipt(order_id):
    time.sleep(0.02)


@traced
def write_invoice(order_id):
    time.sleep(0.01)


@traced
def check_stock():
    time.sleep(0.01)


def keep_books(order_id):
    """Not traced itself."""
    write_invoice(order_id)


def weigh_box(order_id):
    write_invoice(order_id)
    provider.force_flush()


class Clerk(threading.Thread):
    """Prints one receipt."""

    def __init__(self, order_id):
        super().__init__()
        self.order_id = order_id

    def run(self):
        send_receipt(self.order_id)


def print_next():
    order_id = receipts.get(timeout=5)
    send_receipt(order_id)


def consume():
    message = messages.get(timeout=5)
    with continued(message.get("headers"), "orders process"):
        time.sleep(0.01)


@traced
def lose_thread(order_id):
    thread = threading.Thread(target=send_receipt, args=(order_id,))
    thread.start()
    thread.join()


@traced
def lose_raw_thread(order_id):
    _thread.start_new_thread(send_receipt, (order_id,))
    time.sleep(0.1)


@traced
def lose_timer(order_id):
    timer = threading.Timer(0.01, keep_books, [order_id])
    timer.start()
    timer.join()


@traced
def lose_pool(order_id):
    done = pool.submit(send_receipt, order_id)
    done.result()


@traced
async def lose_loop(order_id):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(pool, write_invoice, order_id)


@traced
def lose_message(order_id):
    messages.put({"order": order_id})


@traced
def lose_class(order_id):
    clerk = Clerk(order_id)
    clerk.start()
    clerk.join()


@traced
def lose_queue(order_id):
    receipts.put(order_id)
    time.sleep(0.01)


@traced
def lose_process(order_id):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as boxes:
        boxes.submit(weigh_box, order_id).result()


@traced
def lose_callback(order_id):
    weighing = pool.submit(time.sleep, 0.02)
    weighing.add_done_callback(lambda done: send_receipt(order_id))
    weighing.result()
    pool.shutdown()


@traced
def keep_thread(order_id):
    thread = threading.Thread(target=carry(send_receipt), args=(order_id,))
    thread.start()
    thread.join()


@traced
def keep_pool(order_id):
    done = pool.submit(carry(send_receipt), order_id)
    done.result()


@traced
async def keep_loop(order_id):
    await asyncio.to_thread(write_invoice, order_id)


@traced
def keep_message(order_id):
    messages.put({"order": order_id, "headers": inject()})


@traced
def other_thread(order_id):
    """What the thread does is not traced; what is traced meanwhile is of a timetable."""
    thread = threading.Thread(target=time.sleep, args=(0.05,))
    thread.start()
    thread.join()


@traced
def linked_thread(order_id):
    """A trace of its own on purpose, with a link."""
    thread = threading.Thread(target=run_linked, args=(trace.get_current_span().get_span_context(),))
    thread.start()
    thread.join()


def run_linked(context):
    with trace.get_tracer("shop").start_as_current_span("run_linked", links=[trace.Link(context)]):
        time.sleep(0.01)


def main(way):
    timetable = threading.Thread(target=lambda: (time.sleep(0.01), check_stock()))
    if way == "other_thread":
        timetable.start()
    consumer = threading.Thread(target=consume)
    if way.endswith("message"):
        consumer.start()
    printer = threading.Thread(target=print_next)
    if way == "lose_queue":
        printer.start()
    done = globals()[way](7)
    if asyncio.iscoroutine(done):
        asyncio.run(done)
    for thread in (timetable, consumer, printer):
        if thread.ident is not None:
            thread.join()
    provider.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
