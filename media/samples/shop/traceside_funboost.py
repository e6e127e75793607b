"""Gives Funboost tasks their parents.

Stock Funboost stores what became of a task, but not which task published it. With this module each
message carries three more keys in ``extra``, which Funboost stores with the result under
``msg_dict.extra``:

    trace_id         the same for all tasks that one first task set off
    parent_task_id   the task that published this one (absent for the first)
    depth            0 for the first task, 1 for its children, and so on

Two lines change, the import and the decorator:

    from traceside_funboost import TracedBoosterParams

    @boost(TracedBoosterParams(queue_name="orders"))

Your own parameter class, or one with mixins of its own, keeps what it does:

    @boost(traced(OtelBoosterParams(queue_name="orders")))

A link follows ``push``, ``publish``, ``delay``, ``aio_push`` and ``aio_publish``, coroutines,
``FctContextThread`` and Funboost's own timeouts. Python's plain threads and thread pools drop every
context; say ``carry`` where a task hands publishing over to one:

    executor.submit(carry(charge_card.push), order_id)

Everything here is best effort: if a link cannot be made, the message goes out as it would without.
It needs no configuration and no package but Funboost (tested with 54.8 and 55.0). MIT licence.
"""

import contextvars
import functools
import hashlib
import json
import re
import threading

from funboost import BoosterParams
from funboost.core.loggers import flogger

try:
    from funboost.core.current_task import get_fct_context
except ImportError:  # An older or newer Funboost: no task knows that it runs, so none has a parent.

    def get_fct_context():
        return None


__all__ = [
    "MAX_DEPTH",
    "TracedBoosterParams",
    "TracedConsumerMixin",
    "TracedPublisherMixin",
    "carry",
    "traced",
]

# A task that publishes itself for ever would make one endless trace. Below this depth the next task
# begins a new trace, whose first message names its publisher as `continues_task_id`.
MAX_DEPTH = 64


def trace_id_of_root(task_id):
    """The trace id of a first task: its own id in 32 hex digits.

    It is computed, not drawn, so that every child of a task that has no trace id yet finds the same.
    """
    text = str(task_id)
    digits = text.replace("-", "").lower()
    if re.fullmatch("[0-9a-f]{32}", digits):
        return digits
    return hashlib.md5(text.encode("utf-8")).hexdigest()


def carry(function):
    """`function`, bound to the running task, so that another thread may call it, any number of times."""
    context = contextvars.copy_context()

    @functools.wraps(function)
    def carried(*args, **kwargs):
        # A context can be entered only once at a time, so every call has its own copy.
        return context.copy().run(function, *args, **kwargs)

    return carried


class TracedPublisherMixin:
    """Writes the link into each message.

    `_convert_msg` is the one step that all ways of publishing have in common: in Funboost 54.5 and
    later `push` does not pass through `publish`.
    """

    def _convert_msg(self, *args, **kwargs):
        converted = super()._convert_msg(*args, **kwargs)
        try:
            message, task_id = converted[0], converted[-1]
            _add_link(message["extra"], task_id, self.queue_name)
        except Exception as error:  # Publishing matters more than tracing.
            _warn_once("publish", "The trace link could not be added to a message: %r" % (error,))
        return converted

    # The two asynchronous ways publish from another thread, where the running task is not known: the
    # link is made here, on the task's side, and travels in the message itself.

    async def aio_push(self, *args, **kwargs):
        link = _link_from_running_task(self.queue_name)
        if link:
            kwargs["extra"] = {**link, **(kwargs.get("extra") or {})}
        return await super().aio_push(*args, **kwargs)

    async def aio_publish(self, msg, *args, **kwargs):
        link = _link_from_running_task(self.queue_name)
        if link:
            body = json.loads(msg) if isinstance(msg, str) else dict(msg)
            extra = body.get("extra") or {}
            if not _is_linked(extra) and not _is_running_task(extra.get("task_id")):
                body["extra"] = {**link, **extra}
                msg = body
        return await super().aio_publish(msg, *args, **kwargs)


class TracedConsumerMixin:
    """Gives a trace to messages that came from a publisher without this module."""

    def _convert_msg_before_run(self, *args, **kwargs):
        message = super()._convert_msg_before_run(*args, **kwargs)
        try:
            extra = message["extra"]
            if not _is_linked(extra):
                extra.setdefault("trace_id", trace_id_of_root(extra["task_id"]))
                extra["depth"] = 0
        except Exception as error:  # Running the task matters more than tracing.
            _warn_once("consume", "The trace of a message could not be read: %r" % (error,))
        return message


def traced(params):
    """`params` with the two mixins before whatever overrides it has already."""
    params.publisher_override_cls = _with_mixin(TracedPublisherMixin, params.publisher_override_cls)
    params.consumer_override_cls = _with_mixin(TracedConsumerMixin, params.consumer_override_cls)
    return params


class TracedBoosterParams(BoosterParams):
    """`BoosterParams` whose tasks know their parents; takes the same arguments."""

    def __init__(self, **data):
        super().__init__(**data)
        traced(self)


def _with_mixin(mixin, override):
    if override is None:
        return mixin
    if issubclass(override, mixin):
        return override
    return type("Traced" + override.__name__, (mixin, override), {})


def _add_link(extra, task_id, queue_name):
    # A message that is sent again (requeued, delayed, dead-lettered) keeps the link it has.
    if not _is_linked(extra):
        link = None if _is_running_task(task_id) else _link_from_running_task(queue_name)
        for key, value in (link or {"depth": 0}).items():
            extra.setdefault(key, value)
    extra.setdefault("trace_id", trace_id_of_root(task_id))


def _link_from_running_task(queue_name):
    """What a child of the running task inherits; None where no task runs."""
    try:
        context = get_fct_context()
        if context is None:
            return None
        status = context.function_result_status
        parent_id = status.task_id
        extra = status.msg_dict.get("extra") or {}
        depth = int(extra.get("depth") or 0) + 1
    except Exception as error:  # A Funboost whose inside has changed.
        _warn_once("context", "The running task could not be read: %r" % (error,))
        return None
    if depth > MAX_DEPTH:
        _warn_once(
            "depth " + queue_name,
            "Tasks are nested more than %d deep at the queue %r; is a task publishing itself without "
            "end? A new trace begins here." % (MAX_DEPTH, queue_name),
        )
        return {"continues_task_id": parent_id, "depth": 0}
    return {
        "trace_id": extra.get("trace_id") or trace_id_of_root(parent_id),
        "parent_task_id": parent_id,
        "depth": depth,
    }


def _is_linked(extra):
    # `depth` is written with every link, also with a first task's.
    return "depth" in extra


def _is_running_task(task_id):
    context = get_fct_context()
    return (
        task_id is not None
        and context is not None
        and context.function_result_status.task_id == task_id
    )


_warned = set()
_warned_lock = threading.Lock()


def _warn_once(key, text):
    with _warned_lock:
        if key in _warned:
            return
        _warned.add(key)
    flogger.warning("traceside_funboost: " + text)
