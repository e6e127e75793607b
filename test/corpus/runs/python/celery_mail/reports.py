from celery import Task
from recorder import here

from worker import app


class Report(Task):
    name = "reports.monthly"

    def run(self, month):
        here()
        return month


app.register_task(Report())


@app.task(name="reports.daily", queue="mail")
def build_daily(day):
    here()
    return day
