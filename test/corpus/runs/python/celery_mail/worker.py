"""Letters, sent later."""

from celery import Celery

app = Celery("mail", broker="memory://", backend="cache+memory://")
app.conf.update(task_default_queue="mail", worker_hijack_root_logger=False)

import letters.tasks  # noqa: E402, F401
import reports  # noqa: E402, F401
