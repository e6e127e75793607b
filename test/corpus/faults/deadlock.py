"""Two transfers take the locks of the same two accounts in opposite order."""

import threading
import time

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)
locks = {"giro": threading.Lock(), "savings": threading.Lock()}


def write_ledger(entry):
    with tracer.start_as_current_span("INSERT ledger", kind=SpanKind.CLIENT):
        time.sleep(0.01)
    return entry


def pay_in(amount):
    with tracer.start_as_current_span("pay_in"):
        with locks["giro"]:
            write_ledger(("giro", -amount))
            if locks["savings"].acquire(timeout=0.6):
                write_ledger(("savings", amount))
                locks["savings"].release()


def pay_out(amount):
    with tracer.start_as_current_span("pay_out"):
        with locks["savings"]:
            write_ledger(("savings", -amount))
            if locks["giro"].acquire(timeout=0.4):  # fault
                write_ledger(("giro", amount))
                locks["giro"].release()


def in_thread(function, *arguments):
    carried = context.get_current()

    def run():
        token = context.attach(carried)
        try:
            function(*arguments)
        finally:
            context.detach(token)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def main():
    with tracer.start_as_current_span("POST /transfers", kind=SpanKind.SERVER):
        threads = [in_thread(pay_in, 10), in_thread(pay_out, 20)]
        for thread in threads:
            thread.join()
