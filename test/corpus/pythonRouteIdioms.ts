/** Programs in Python that answer requests. */

import { route, type Idiom } from "./idiom.ts";

export const pythonRouteIdioms: readonly Idiom[] = [
  route(
    "FastAPI, a decorator that is called with its function",
    {
      "app.py":
        'class Boxes:\n    def setup(self):\n        self.app.post("/boxes")(self.pack)\n\n▶    async def pack(self, request):\n        pass\n',
    },
    "POST",
    "/boxes",
  ),
  route(
    "Flask",
    {
      "a.py": '@app.route("/boxes/<int:id>", methods=["GET", "POST"])\n▶def show(id):\n    pass\n',
    },
    "GET",
    "/boxes/<int:id>",
  ),
  route(
    "Flask, blueprint",
    {
      "a.py":
        'bp = Blueprint("boxes", __name__, url_prefix="/boxes")\n\n@bp.route("/<id>")\n▶def show(id):\n    pass\n',
    },
    "GET",
    "/boxes/<id>",
  ),
  route(
    "Flask, blueprint registered under a prefix",
    {
      "app.py": 'from views import bp\napp.register_blueprint(bp, url_prefix="/v1/boxes")\n',
      "views.py":
        'bp = Blueprint("boxes", __name__)\n\n@bp.get("/<id>")\n▶def show(id):\n    pass\n',
    },
    "GET",
    "/v1/boxes/<id>",
  ),
  route(
    "Flask, add_url_rule",
    { "a.py": '▶def show(id):\n    pass\n\napp.add_url_rule("/boxes/<id>", view_func=show)\n' },
    "GET",
    "/boxes/<id>",
  ),
  route(
    "Flask, MethodView",
    {
      "a.py":
        'class Boxes(MethodView):\n    def get(self): ...\n▶    def post(self): ...\n\napp.add_url_rule("/boxes", view_func=Boxes.as_view("boxes"))\n',
    },
    "POST",
    "/boxes",
  ),
  route(
    "Flask-RESTful",
    {
      "a.py":
        'class Box(Resource):\n▶    def get(self, id): ...\n\napi.add_resource(Box, "/boxes/<id>", "/old/<id>")\n',
    },
    "GET",
    "/boxes/<id>",
  ),
  route(
    "Flask-RESTX",
    {
      "a.py":
        'ns = api.namespace("boxes")\n\n@ns.route("/<id>")\nclass Box(Resource):\n▶    def get(self, id): ...\n',
    },
    "GET",
    "/boxes/<id>",
  ),
  route(
    "FastAPI",
    { "a.py": '@app.get("/boxes/{id}")\n▶async def show(id: int): ...\n' },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "FastAPI, router under two prefixes",
    {
      "main.py": 'from api import boxes\napp.include_router(boxes.router, prefix="/v1")\n',
      "api/boxes.py":
        'router = APIRouter(prefix="/boxes", tags=["boxes"])\n\n@router.get(\n    "/{id}",\n    response_model=Box,\n)\n▶async def show(id: int): ...\n',
    },
    "GET",
    "/v1/boxes/{id}",
  ),
  route(
    "Starlette",
    {
      "a.py":
        '▶async def show(request): ...\n\nroutes = [\n    Route("/boxes/{id:int}", show, methods=["GET"]),\n]\n',
    },
    "GET",
    "/boxes/{id:int}",
  ),
  route(
    "Starlette, Mount",
    {
      "a.py":
        '▶async def show(request): ...\n\nboxes = [Route("/{id}", show)]\nroutes = [Mount("/boxes", routes=boxes)]\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Django",
    {
      "urls.py": 'urlpatterns = [path("boxes/<int:pk>/", views.show)]\n',
      "views.py": "▶def show(request, pk): ...\n",
    },
    "GET",
    "boxes/<int:pk>/",
  ),
  route(
    "Django, class",
    {
      "urls.py": 'urlpatterns = [path("boxes/", BoxList.as_view(), name="boxes")]\n',
      "views.py": "class BoxList(ListView):\n▶    def get(self, request): ...\n",
    },
    "GET",
    "boxes/",
  ),
  route(
    "Django, include",
    {
      "site/urls.py": 'urlpatterns = [path("api/", include("boxes.urls"))]\n',
      "boxes/urls.py": 'urlpatterns = [re_path(r"^boxes/(?P<pk>[0-9]+)/$", views.show)]\n',
      "boxes/views.py": "▶def show(request, pk): ...\n",
    },
    "GET",
    "api/^boxes/(?P<pk>[0-9]+)/$",
  ),
  route(
    "Django REST framework",
    {
      "urls.py":
        'router = DefaultRouter()\nrouter.register(r"boxes", BoxViewSet)\nurlpatterns = [path("api/", include(router.urls))]\n',
      "views.py":
        "class BoxViewSet(ModelViewSet):\n▶    def retrieve(self, request, pk=None): ...\n",
    },
    "GET",
    "api/^boxes/(?P<pk>[^/.]+)/$",
  ),
  route(
    "aiohttp",
    { "a.py": '▶async def show(request): ...\n\napp.router.add_get("/boxes/{id}", show)\n' },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Tornado",
    {
      "a.py":
        'import tornado\n\nclass BoxHandler(tornado.web.RequestHandler):\n▶    def get(self, id): ...\n\napp = tornado.web.Application([(r"/boxes/([0-9]+)", BoxHandler)])\n',
    },
    "GET",
    "/boxes/([0-9]+)",
  ),
];
