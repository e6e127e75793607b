"""Trucks on their way."""

from aiohttp import web
from opentelemetry import trace
from recorder import here

tracer = trace.get_tracer("fleet")
routes = web.RouteTableDef()


@routes.get("/trucks")
async def list_trucks(request):
    here()
    with tracer.start_as_current_span("locate trucks"):
        return web.json_response([])


@routes.post("/trucks/{plate}/stops")
async def add_stop(request):
    here()
    return web.json_response({})


@routes.view("/trucks/{plate}")
class TruckView(web.View):
    async def get(self):
        here()
        return web.json_response({})

    async def delete(self):
        here()
        with tracer.start_as_current_span("retire truck"):
            return web.json_response({})


async def drivers(request):
    here()
    return web.json_response([])


class Depots:
    async def show(self, request):
        here()
        return web.json_response({})

    async def close(self, request):
        here()
        with tracer.start_as_current_span("close depot"):
            return web.json_response({})


def create():
    app = web.Application()
    depots = Depots()
    app.add_routes(routes)
    app.router.add_get("/drivers", drivers)
    app.add_routes([web.get("/depots/{name}", depots.show), web.post("/depots/{name}/close", depots.close)])
    return app


REQUESTS = [
    ("GET", "/trucks"),
    ("POST", "/trucks/AB/stops"),
    ("GET", "/trucks/AB"),
    ("DELETE", "/trucks/AB"),
    ("GET", "/drivers"),
    ("GET", "/depots/north"),
    ("POST", "/depots/north/close"),
]
