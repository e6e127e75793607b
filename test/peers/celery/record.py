"""Records what Celery hands to MongoDB as its result backend after a small tree of tasks.

Run with a Python that has celery[mongodb]:  python record.py OUTPUT.ndjson
Celery's in-memory broker carries the messages inside this process, and a dictionary stands for the collection, because
FerretDB, the server of the other tests, cannot hold the lists in lists that Celery notes children in. Every document
goes through BSON and back, as it would to a server.
"""

import socket
import sys
import threading
import time

import bson
from bson.codec_options import CodecOptions
from bson.json_util import RELAXED_JSON_OPTIONS, dumps
from celery import Celery, group
from celery.backends.mongodb import MongoBackend
from celery.contrib.testing.worker import start_worker


class KeptCollection:
    def __init__(self):
        self.documents = {}

    def replace_one(self, key, document, upsert):
        self.documents[key["_id"]] = bson.decode(bson.encode(document), CodecOptions(tz_aware=True))

    def find_one(self, key):
        return self.documents.get(key["_id"])


kept = KeptCollection()
MongoBackend.collection = kept

(output,) = sys.argv[1:]
app = Celery("shop", broker="memory://", backend="mongodb://127.0.0.1:1/celery")
app.conf.update(
    result_extended=True,
    task_track_started=True,
    task_default_queue="shop",
)
stop = threading.Event()


@app.task(name="shop.place_order")
def place_order(order_id):
    charge.delay(order_id, 87.5)
    group(pick.s(item) for item in ["kettle", "cup"]).apply_async()
    count_stock.delay()
    return {"order": order_id, "note": "订单"}


@app.task(name="shop.charge", bind=True, max_retries=1)
def charge(self, order_id, amount):
    if self.request.retries == 0:
        raise self.retry(exc=TimeoutError("no answer"), countdown=0)
    notify.delay(to="me@example.org")
    return "AUTH-1042"


@app.task(name="shop.pick")
def pick(item):
    if item == "kettle":
        raise ValueError("out of stock", item)
    return item


@app.task(name="shop.notify")
def notify(to):
    return None


@app.task(name="shop.count_stock")
def count_stock():
    stop.wait(20)


wanted = ["FAILURE", "STARTED", "SUCCESS", "SUCCESS", "SUCCESS", "SUCCESS"]
with start_worker(app, pool="threads", concurrency=4, perform_ping_check=False):
    place_order.delay(1042)
    deadline = time.time() + 15
    while sorted(each["status"] for each in list(kept.documents.values())) != wanted:
        if time.time() > deadline:
            stop.set()
            raise SystemExit("The tasks did not end in time.")
        time.sleep(0.1)
    with open(output, "w", encoding="utf-8") as file:
        for document in kept.documents.values():
            line = dumps(document, json_options=RELAXED_JSON_OPTIONS, ensure_ascii=False)
            for name, neutral in [
                (__file__, "/srv/shop/tasks.py"),
                (sys.prefix, "/srv/shop/.venv"),
                (f'"worker": "{socket.gethostname()}"', '"worker": "celery@shop-host"'),
                (f"@{socket.gethostname()}", "@shop-host"),
            ]:
                line = line.replace(name, neutral)
            file.write(line + "\n")
    stop.set()
