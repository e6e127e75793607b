from letters.tasks import forget, send_batch, send_letter, send_reminder
from worker import app


def publish_all():
    send_letter.delay("ann@example.org")
    send_reminder.apply_async(args=["bob@example.org"])
    send_batch.delay(["cid@example.org"])
    forget.s("ann@example.org").apply_async()
    app.send_task("reports.daily", args=["monday"])
    app.tasks["reports.monthly"].delay("may")
