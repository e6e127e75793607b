"""Rooms to talk in."""

import tornado.web
from opentelemetry import trace
from recorder import here

tracer = trace.get_tracer("chat")


class RoomHandler(tornado.web.RequestHandler):
    def get(self, name):
        here()
        self.write({"name": name})

    async def post(self, name):
        here()
        with tracer.start_as_current_span("post message"):
            self.write({})


class RoomsHandler(tornado.web.RequestHandler):
    async def get(self):
        here()
        with tracer.start_as_current_span("list rooms"):
            self.write({})


class PresenceHandler(tornado.web.RequestHandler):
    def put(self, user):
        here()
        self.write({})


def create():
    return tornado.web.Application(
        [
            (r"/rooms", RoomsHandler),
            (r"/rooms/([a-z]+)", RoomHandler),
            (r"/presence/(\w+)", PresenceHandler),
        ]
    )


REQUESTS = [
    ("GET", "/rooms"),
    ("GET", "/rooms/tea"),
    ("POST", "/rooms/tea"),
    ("PUT", "/presence/ann"),
]
