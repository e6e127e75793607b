"""Publishes a task of Funboost or Celery again, with the same parameters and to the same queue.

    python publish_again.py MESSAGE.json

Traceside runs it where its user has agreed. The message stands in a file that is removed once it is read, because
parameters may be secrets and an argument is seen by everyone on a machine:

    { "kind": "funboost", "module": "shop.orders", "queue": "orders", "parameters": { "order_id": 7 } }
    { "kind": "celery", "module": "shop.tasks", "task": "shop.charge", "queue": "shop", "args": [7], "kwargs": {} }
"""

import importlib
import importlib.util
import json
import os
import sys


def main(path):
    with open(path, encoding="utf-8") as file:
        message = json.load(file, object_hook=read_long)
    os.remove(path)
    module = importlib.import_module(message["module"])
    publish = {"funboost": publish_funboost, "celery": publish_celery}[message["kind"]]
    task_id = publish(module, message)
    print(f"Published to {message['queue'] or 'the default queue'}: task {task_id}", flush=True)


def read_long(value):
    """MongoDB's integers of 64 bits, as extended JSON has them."""
    return int(value["$numberLong"]) if list(value) == ["$numberLong"] else value


def publish_funboost(module, message):
    for value in list_values(module):
        booster = getattr(value, "__func__", value)
        if not type(booster).__module__.startswith("funboost."):
            continue
        if getattr(booster, "queue_name", None) == message["queue"]:
            return booster.publish(message["parameters"]).task_id
    give_up(f"{message['module']} declares no task of the queue {message['queue']}")


def publish_celery(module, message):
    task = find_celery_task(module, message["task"])
    if task is None:
        give_up(f"{message['module']} declares no task {message['task']}")
    # The app of a shared task is often made in a module `celery` of the package around it.
    parts = message["module"].split(".")
    while not has_broker(task) and parts:
        parts.pop()
        name = ".".join([*parts, "celery"])
        if name != "celery" and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
            task = find_celery_task(module, message["task"])
    if not has_broker(task):
        give_up("no Celery app names a broker")
    options = {"queue": message["queue"]} if message["queue"] else {}
    return task.apply_async(message["args"], message["kwargs"], **options).id


def find_celery_task(module, name):
    from celery.app.task import Task
    from celery.local import Proxy

    for value in list_values(module):
        if isinstance(value, (Task, Proxy)) and getattr(value, "name", None) == name:
            return value
    return None


def has_broker(task):
    conf = task.app.conf
    return bool(conf.broker_url or conf.broker_write_url)


def list_values(module):
    """What stands at the top of a module, and in its classes."""
    for value in list(vars(module).values()):
        yield value
        if isinstance(value, type):
            yield from list(vars(value).values())


def give_up(reason):
    sys.exit(f"Nothing was published: {reason}.")


if __name__ == "__main__":
    main(sys.argv[1])
