"""Publishes in every way that Funboost offers, from tasks of every kind, and prints what each task
was given as its `extra`: one JSON object, `{label: {...}}`, as the last line. Asserts nothing; the
test reads the stored documents and this together. Needs `traceside_funboost` on the path.
"""

import asyncio
import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import traceside_funboost
from funboost import BoosterParams, FunctionResultStatusPersistanceConfig, TaskOptions, boost
from funboost import ConcurrentModeEnum
from funboost.core.current_task import FctContextThread
from traceside_funboost import TracedBoosterParams, carry, traced


def keep():
    return FunctionResultStatusPersistanceConfig(is_save_status=True)


class CountingPublisherMixin:
    """An override of the user's own, which must keep working."""

    published = 0

    def _convert_msg(self, *args, **kwargs):
        CountingPublisherMixin.published += 1
        return super()._convert_msg(*args, **kwargs)


@boost(
    TracedBoosterParams(
        queue_name="leaf",
        publisher_override_cls=CountingPublisherMixin,
        function_result_status_persistance_conf=keep(),
    )
)
def leaf(label):
    return label


@boost(TracedBoosterParams(queue_name="dies", max_retry_times=0, is_push_to_dlx_queue_when_retry_max_times=True,
                           function_result_status_persistance_conf=keep()))
def dies(label):
    raise ValueError(label)


@boost(TracedBoosterParams(queue_name="dies_dlx", function_result_status_persistance_conf=keep()))
def take_dead(label):
    return label


@boost(TracedBoosterParams(queue_name="sync_root", function_result_status_persistance_conf=keep()))
def sync_root():
    leaf.push("push")
    leaf.delay("delay")
    leaf.publish({"label": "publish"})
    leaf.publish(json.dumps({"label": "publish json"}))
    leaf.publish({"label": "own id"}, task_id="my-own-id")
    leaf.publish({"label": "options"}, task_options=TaskOptions(max_retry_times=1))
    leaf.publish({"label": "given trace", "extra": {"trace_id": "mine"}})
    dies.push("dead letter")

    thread = FctContextThread(target=leaf.push, args=("context thread",))
    thread.start()
    thread.join()
    thread = threading.Thread(target=carry(leaf.push), args=("carried thread",))
    thread.start()
    thread.join()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(carry(leaf.push), ["carried pool 1", "carried pool 2"]))
        pool.submit(leaf.push, "bare pool").result()


@boost(
    TracedBoosterParams(
        queue_name="timed_root", function_timeout=20, function_result_status_persistance_conf=keep()
    )
)
def timed_root():
    leaf.push("under a timeout")


@boost(
    TracedBoosterParams(
        queue_name="async_root",
        concurrent_mode=ConcurrentModeEnum.ASYNC,
        function_result_status_persistance_conf=keep(),
    )
)
async def async_root(name):
    await leaf.aio_push(f"aio_push {name}")
    await asyncio.sleep(0.05)
    await leaf.aio_publish({"label": f"aio_publish {name}"})
    await leaf.aio_publish(json.dumps({"label": f"aio_publish json {name}"}))
    leaf.push(f"push in coroutine {name}")
    await asyncio.gather(*(leaf.aio_push(f"gathered {name} {i}") for i in range(3)))


@boost(BoosterParams(queue_name="stock_root", function_result_status_persistance_conf=keep()))
def stock_root():
    leaf.push("from stock 1")
    leaf.push("from stock 2")


@boost(traced(BoosterParams(queue_name="deep", function_result_status_persistance_conf=keep())))
def deep(left):
    if left:
        deep.push(left - 1)


def main():
    traceside_funboost.MAX_DEPTH = 5
    boosters = [leaf, dies, take_dead, sync_root, timed_root, async_root, stock_root, deep]
    for booster in boosters:
        booster.consume()
    ids = {
        "sync_root": sync_root.push().task_id,
        "timed_root": timed_root.push().task_id,
        "async_root a": async_root.push("a").task_id,
        "async_root b": async_root.push("b").task_id,
        "stock_root": stock_root.push().task_id,
        "deep": deep.push(7).task_id,
    }
    # A publisher without the module, as another service would be.
    leaf.publisher.send_msg({"label": "bare message"})
    deadline = time.time() + 40
    expected = int(sys.argv[1])
    while count_finished() < expected and time.time() < deadline:
        time.sleep(0.1)
    print("RESULT " + json.dumps({"ids": ids, "published": CountingPublisherMixin.published}))
    sys.stdout.flush()
    os._exit(0)


def count_finished():
    from funboost.utils.mongo_util import MongoMixin

    database = MongoMixin().mongo_client.get_database("funboost_task_status")
    return sum(
        database[name].count_documents({"run_status": "finish"})
        for name in database.list_collection_names()
    )


if __name__ == "__main__":
    main()
