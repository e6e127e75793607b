"""A shared task, which knows its app only once the app is made: what it was called with is written to a file."""

import json
import os

from celery import shared_task


@shared_task(name="letters.tasks.send")
def send(letter_id, to, copies=1):
    call = json.dumps(["send", letter_id, to, copies], ensure_ascii=False)
    with open(os.environ["RAN"], "a", encoding="utf-8") as file:
        file.write(call + "\n")
