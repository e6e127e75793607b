"""The app, whose broker is a folder."""

import os

from celery import Celery

folder = os.environ["QUEUES"]
app = Celery("letters", broker="filesystem://", include=["letters.tasks"])
app.conf.broker_transport_options = {
    "data_folder_in": folder,
    "data_folder_out": folder,
    "control_folder": folder,
}
