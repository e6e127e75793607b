"""Runs one program of this folder under OpenTelemetry's own instrumentation, and records its spans.

    python run.py fastapi_orders ../recordings/fastapi_orders.json
"""

import http.client
import json
import os
import sys
import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
import recorder  # noqa: E402

name, target = sys.argv[1:3]
PORT = 18_400 + sum(map(ord, name)) % 900
os.environ["STOCK_URL"] = f"http://127.0.0.1:{PORT}"
recorder.start(os.path.join(here, name))

from opentelemetry.instrumentation.requests import RequestsInstrumentor  # noqa: E402

RequestsInstrumentor().instrument()


def ask(method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    payload = None if body is None else json.dumps(body)
    headers = {} if body is None else {"Content-Type": "application/json"}
    connection.request(method, path, payload, headers)
    response = connection.getresponse()
    text = response.read()
    if response.status >= 400 and "fail" not in path:
        print("ANSWER", method, path, response.status, text[:200])
    connection.close()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def serve_wsgi(app):
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIServer

    class Threading(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    server = make_server("127.0.0.1", PORT, app, Threading, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def run_fastapi():
    import uvicorn
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    HTTPXClientInstrumentor().instrument()
    import main

    FastAPIInstrumentor.instrument_app(main.app)
    server = uvicorn.Server(uvicorn.Config(main.app, port=PORT, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    time.sleep(2)
    return main.REQUESTS


def run_flask():
    from opentelemetry.instrumentation.flask import FlaskInstrumentor

    FlaskInstrumentor().instrument()
    import app

    serve_wsgi(app.create_app())
    return app.REQUESTS


def run_django():
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    from opentelemetry.instrumentation.django import DjangoInstrumentor

    DjangoInstrumentor().instrument()
    import django
    from django.core.wsgi import get_wsgi_application

    serve_wsgi(get_wsgi_application())
    assert django.VERSION
    import settings

    return settings.REQUESTS


def run_falcon():
    from opentelemetry.instrumentation.falcon import FalconInstrumentor

    FalconInstrumentor().instrument()
    import app

    serve_wsgi(app.create())
    return app.REQUESTS


def run_aiohttp():
    import asyncio

    from opentelemetry.instrumentation.aiohttp_server import AioHttpServerInstrumentor

    AioHttpServerInstrumentor().instrument()
    from aiohttp import web

    import app

    def serve():
        asyncio.set_event_loop(asyncio.new_event_loop())
        web.run_app(app.create(), port=PORT, handle_signals=False, print=None)

    threading.Thread(target=serve, daemon=True).start()
    time.sleep(2)
    return app.REQUESTS


def run_tornado():
    import asyncio

    from opentelemetry.instrumentation.tornado import TornadoInstrumentor

    TornadoInstrumentor().instrument()
    import app

    def serve():
        async def forever():
            app.create().listen(PORT)
            await asyncio.Event().wait()

        asyncio.run(forever())

    threading.Thread(target=serve, daemon=True).start()
    time.sleep(2)
    return app.REQUESTS


def run_celery():
    from celery.contrib.testing.worker import start_worker
    from opentelemetry.instrumentation.celery import CeleryInstrumentor

    CeleryInstrumentor().instrument()
    import publisher
    import worker

    with start_worker(worker.app, perform_ping_check=False, pool="solo"):
        publisher.publish_all()
        time.sleep(4)
    return []


def run_grpc():
    from opentelemetry.instrumentation.grpc import GrpcInstrumentorClient, GrpcInstrumentorServer

    GrpcInstrumentorServer().instrument()
    GrpcInstrumentorClient().instrument()
    import server

    started = server.serve(PORT)
    import client

    client.run(PORT)
    started.stop(None)
    return []


requests = globals()[f"run_{name.split('_')[0]}"]()
for request in requests:
    ask(*request)
time.sleep(1)
recorder.write(target, name)
os._exit(0)
