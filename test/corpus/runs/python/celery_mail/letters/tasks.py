from celery import shared_task
from opentelemetry import trace
from recorder import here

from worker import app

tracer = trace.get_tracer("mail")


@app.task
def send_letter(address):
    here()
    with tracer.start_as_current_span("render letter"):
        return address


@shared_task(name="letters.remind")
def send_reminder(address):
    here()
    with tracer.start_as_current_span("look up debts"):
        return address


@app.task(bind=True, max_retries=2)
def send_batch(self, addresses):
    here()
    for address in addresses:
        send_letter.delay(address)


@shared_task
def forget(address):
    here()
