/** Routes, calls and jobs whose parts lie in several files of one project. */

import { SpanKind } from "../../src/model/span.ts";
import { route, type Idiom } from "./idiom.ts";

const { client, consumer, server } = SpanKind;

export const projectIdioms: readonly Idiom[] = [
  route(
    "Django, lists of addresses spread into a package, and a twin application under /v1",
    {
      "depot/urls.py":
        'urlpatterns = [\n    path("api/", include("depot.app.urls")),\n    path("api/v1/", include("depot.public.urls")),\n]\n',
      "depot/app/urls/__init__.py":
        "from .crate import urlpatterns as crate_urls\n\nurlpatterns = [\n    *crate_urls,\n]\n",
      "depot/app/urls/crate.py":
        'from depot.app.views import CrateViewSet\n\nurlpatterns = [\n    path(\n        "yards/<str:slug>/crates/<uuid:pk>/",\n        CrateViewSet.as_view(\n            {\n                "get": "retrieve",\n                "delete": "destroy",\n            }\n        ),\n    ),\n]\n',
      "depot/app/views.py":
        "class CrateViewSet:\n    def list(self, request):\n        pass\n\n▶    def retrieve(self, request, pk):\n        pass\n\n    def destroy(self, request, pk):\n        pass\n",
      "depot/public/urls/__init__.py":
        "from .crate import urlpatterns as crate_urls\n\nurlpatterns = [\n    *crate_urls,\n]\n",
      "depot/public/urls/crate.py":
        'from depot.public.views import CrateDetail\n\nurlpatterns = [\n    path("yards/<str:slug>/crates/<uuid:pk>/", CrateDetail.as_view()),\n]\n',
      "depot/public/views.py":
        "class CrateDetail:\n    def get(self, request, pk):\n        pass\n",
      "web/crates.ts":
        "export class Crates {\n  show(yard: string, id: string) {\n    return this.get(`/api/yards/${yard}/crates/${id}/`, { params });\n  }\n}\n",
    },
    "GET",
    "api/yards/<str:slug>/crates/<uuid:pk>/",
  ),
  route(
    "actix, a function of another folder, beside a method that is called so",
    {
      "src/startup.rs":
        'use crate::routes::{list_crates, ship};\nfn run() {\n    App::new().route("/ship", web::post().to(ship))\n}\n',
      "src/crates.rs": "impl Crates {\n    pub fn ship(self) {}\n}\n",
      "src/routes/yard/ship.rs": "▶pub async fn ship() -> HttpResponse {}\n",
    },
    "POST",
    "/ship",
  ),
  route(
    "Django, two templates of one shape behind a prefix that is a variable",
    {
      "depot/urls.py":
        'prefix = get_prefix()\nurlpatterns = [path(prefix, include("depot.api.urls"))]\n',
      "depot/api/urls.py":
        'from depot.api import views\n\nby_code = [path("<int:status>", views.scan)]\nurlpatterns = [\n    path("scan/<uuid:code>/", include(by_code)),\n    path("scan/<slug:yard>/<slug:crate>", views.scan_by_name),\n]\n',
      "depot/api/views.py":
        "def scan(request):\n    pass\n\n\n▶def scan_by_name(request):\n    pass\n",
    },
    "GET",
    "scan/<slug:yard>/<slug:crate>",
  ),
  {
    title: "A service of TypeScript that asks, beside the server",
    files: {
      "web/crates.service.ts":
        "export class CrateService extends Base {\n  async add(yard: string, crate: Crate) {\n    return this.post(`/api/yards/${yard}/crates/`, crate);\n  }\n}\n",
      "api/urls.py": 'urlpatterns = [path("api/yards/<str:yard>/crates/", views.add_crate)]\n',
      "api/views.py": "▶def add_crate(request, yard):\n    pass\n",
    },
    name: "POST api/yards/<str:yard>/crates/",
    service: "depot",
    kind: server,
    attributes: { "http.method": "POST", "http.route": "api/yards/<str:yard>/crates/" },
  },
  route(
    "Express, a table of routers",
    {
      "routes/index.js":
        "const crateRoute = require('./crate.route');\nconst rows = [\n  {\n    path: '/crates',\n    route: crateRoute,\n  },\n];\nrows.forEach((row) => {\n  router.use(row.path, row.route);\n});\n",
      "routes/crate.route.js":
        "const crates = require('../controllers/crates');\nrouter\n  .route('/:id')\n  .get(auth('read'), crates.showCrate)\n  .patch(auth('write'), crates.changeCrate);\n",
      "controllers/crates.js":
        "const showCrate = wrap(async (req, res) => {});\n▶const changeCrate = wrap(async (req, res) => {});\n",
    },
    "PATCH",
    "/crates/:id",
  ),
  route(
    "Fastify, plugins of a folder",
    {
      "src/app.ts":
        "fastify.register(fastifyAutoload, {\n  dir: path.join(import.meta.dirname, 'routes'),\n  options: { ...opts }\n})\n",
      "src/routes/index.ts": "fastify.get('/', async () => ({}))\n",
      "src/routes/api/crates/index.ts":
        "const plugin = async fastify => {\n  fastify.get('/', async () => list())\n▶  fastify.get('/:id', async request => show(request.params.id))\n}\n",
    },
    "GET",
    "/api/crates/:id",
  ),
  route(
    "Remix, a page whose loader runs for the request",
    {
      "app/routes/crates/$crateId.tsx":
        "▶export async function loader({ params }) {\n  return find(params.crateId)\n}\n\nexport default function Crate() {\n  return <p />\n}\n",
    },
    "GET",
    "/crates/:crateId",
  ),
  route(
    "Remix, a dot in the name of a file",
    { "app/routes/_seo/sitemap[.]xml.ts": "▶export async function loader() {}\n" },
    "GET",
    "/sitemap.xml",
  ),
  {
    title: "Remix, the loader of a module",
    files: {
      "app/root.tsx": "export async function loader() {}\n",
      "app/routes/crates.tsx": "▶export async function loader() {}\n",
    },
    name: "LOADER routes/crates",
    attributes: { "code.function": "loader", "match.route.id": "routes/crates" },
  },
  route(
    "go-zero, a generated table of routes",
    {
      "internal/handler/routes.go":
        '// Code generated by goctl. DO NOT EDIT.\npackage handler\n\nfunc RegisterHandlers(server *rest.Server, ctx *svc.ServiceContext) {\n\tserver.AddRoutes(\n\t\t[]rest.Route{\n\t\t\t{\n\t\t\t\tMethod:  http.MethodPost,\n\t\t\t\tPath:    "/crate/seal",\n\t\t\t\tHandler: crate.SealHandler(ctx),\n\t\t\t},\n\t\t},\n\t\trest.WithPrefix("/depot/v1"),\n\t)\n}\n',
      "internal/handler/crate/sealHandler.go":
        "package crate\n\n▶func SealHandler(ctx *svc.ServiceContext) http.HandlerFunc {\n\treturn nil\n}\n",
    },
    "POST",
    "/depot/v1/crate/seal",
  ),
  route(
    "gorilla/mux, the method before the path, and go-kit's server",
    {
      "transport.go":
        'package crates\n\nfunc MakeHandler(s Service) http.Handler {\n\tr.Methods("GET").Path("/crates/{id}/").Handler(httptransport.NewServer(\n\t\te.List,\n\t\tdecodeList,\n\t\tencodeResponse,\n\t))\n▶\tr.Methods("POST").Path("/crates/{id}/").Handler(httptransport.NewServer(\n\t\te.Add,\n\t\tdecodeAdd,\n\t\tencodeResponse,\n\t))\n}\n\nfunc encodeResponse(w http.ResponseWriter) error {\n\treturn nil\n}\n',
    },
    "POST",
    "/crates/{id}/",
  ),
  {
    title: "asynq, a handler that a function makes",
    files: {
      "jobs/types.go": 'package jobs\n\nconst CloseCrate = "defer:crate:close"\n',
      "logic/routes.go":
        "package logic\n\nfunc Register(ctx *svc.ServiceContext) *asynq.ServeMux {\n\tmux := asynq.NewServeMux()\n\tmux.Handle(jobs.CloseCrate, NewCloseCrateHandler(ctx))\n\treturn mux\n}\n",
      "logic/closeCrate.go":
        "package logic\n\ntype CloseCrateHandler struct{}\n\nfunc NewCloseCrateHandler(ctx *svc.ServiceContext) *CloseCrateHandler {\n\treturn &CloseCrateHandler{}\n}\n\n▶func (h *CloseCrateHandler) ProcessTask(ctx context.Context, t *asynq.Task) error {\n\treturn nil\n}\n",
    },
    name: "defer:crate:close",
    kind: consumer,
    attributes: { "asynq.task.type": "defer:crate:close" },
  },
  {
    title: "go-kit, the server's span of two with one name",
    files: {
      "endpoints.go":
        'package crates\n\nfunc Sum(a, b int) int { return a + b }\n\nfunc New(t Tracer) {\n▶\tsum = opentracing.TraceServer(t, "Sum")(sum)\n}\n',
      "client.go":
        'package crates\n\nfunc NewClient(t Tracer) {\n\tsum = opentracing.TraceClient(t, "Sum")(sum)\n}\n',
    },
    name: "Sum",
    kind: server,
  },
  route(
    "Minimal API, a parameter in an interpolated text, and a handler called as its message",
    {
      "Web/Paths.cs":
        'public class Paths { public const string Base = "api/v{version:apiVersion}"; }\n',
      "Crates/SealCrate.cs":
        'public record SealCrate(Guid Id);\n\npublic class SealCrateEndpoint : IEndpoint\n{\n    public void Map(IEndpointRouteBuilder builder)\n    {\n        builder.MapPost($"{Paths.Base}/crates/{{id}}", SealCrate)\n            .RequireAuthorization();\n    }\n\n▶    private async Task<IResult> SealCrate(Guid id)\n    {\n        return Results.Ok();\n    }\n}\n',
    },
    "POST",
    "api/v{version:apiVersion}/crates/{id}",
  ),
  {
    title: "Conventional MVC, an action that the address leaves out",
    files: {
      "Web/Controllers/CrateController.cs":
        "public class CrateController : Controller\n{\n▶    public IActionResult Index()\n    {\n        return View();\n    }\n}\n",
      "Web/Controllers/YardController.cs":
        "public class YardController : Controller\n{\n    public IActionResult Index()\n    {\n        return View();\n    }\n}\n",
    },
    name: "GET {controller=Home}/{action=Index}/{id?}",
    kind: server,
    attributes: {
      "http.request.method": "GET",
      "http.route": "{controller=Home}/{action=Index}/{id?}",
      "url.path": "/Crate",
    },
  },
  {
    title: "Refit, one of two interfaces with the same path",
    files: {
      "Web/Clients/ICrateAPI.cs":
        'public interface ICrateAPI\n{\n    [Get("/items/{id}")]\n▶    Task<Item> GetItem(string id);\n}\n',
      "Web/Clients/IYardAPI.cs":
        'public interface IYardAPI\n{\n    [Get("/items/{id}")]\n    Task<Item> GetItem(string id);\n}\n',
    },
    name: "GET",
    kind: client,
    attributes: { "http.request.method": "GET", "url.full": "http://crateapi:5100/items/17" },
  },
  route(
    "actix, scopes in scopes, an empty path, and a name that another crate has as well",
    {
      "routes/src/lib.rs":
        'use depot_api::{\n  crates::{read::get_crate, search::search},\n  yards::read::get_yard,\n};\n\npub fn config(cfg: &mut ServiceConfig) {\n  cfg.service(\n    scope("/api/v4")\n      .service(\n        scope("/crate")\n          .route("", get().to(get_crate))\n          .route("/list", get().to(list_crates)),\n      )\n      .service(\n        resource("/search")\n          // Few at a time.\n          .wrap(limit.search())\n          .route(get().to(search)),\n      ),\n  );\n}\n',
      "api/src/crates/read.rs": "▶pub async fn get_crate() {}\n",
      "api/src/crates/search.rs": "pub async fn search() {}\n",
      "other/api/src/yards/search.rs": "pub async fn search() {}\n",
    },
    "GET",
    "/api/v4/crate",
  ),
  route(
    "Laravel, one path for the pages and, behind a prefix, for the API",
    {
      "routes/api.php":
        "<?php\nRoute::post('crates', [Controllers\\CrateApiController::class, 'create']);\n",
      "routes/web.php":
        "<?php\nRoute::post('/crates', [Controllers\\CrateController::class, 'store']);\n",
      "app/Controllers/CrateController.php":
        "<?php\nclass CrateController\n{\n▶    public function store() {}\n}\n",
      "app/Controllers/CrateApiController.php":
        "<?php\nclass CrateApiController\n{\n    public function create() {}\n}\n",
    },
    "POST",
    "crates",
  ),
  {
    title: "requests in Python, an address in a line of its own",
    files: {
      "depot/translate.py":
        "import requests\n\ndef translate(text):\n▶    answer = requests.post(\n        'https://translator.example.com'\n        '/translate?from={}&to={}'.format(a, b), json=text)\n    return answer.json()\n",
    },
    name: "POST",
    kind: client,
    attributes: {
      "http.method": "POST",
      "http.url": "https://translator.example.com/translate?from=en&to=de",
    },
  },
];

/** Statements of mappers: a place is among those offered, and none is sure. */
export const mappedIdioms: readonly Idiom[] = [
  statement(
    "SQLAlchemy",
    {
      "models.py": 'class BoxLabel(Base):\n    __tablename__ = "box_labels"\n',
      "shop.py":
        "def find(owner_id):\n▶    return session.query(BoxLabel).filter_by(owner_id=owner_id).first()\n",
    },
    "SELECT box_labels.id AS box_labels_id FROM box_labels WHERE box_labels.owner_id = ?",
  ),
  statement(
    "Django",
    {
      "depot/models.py": "class Crate(models.Model):\n    code = models.UUIDField()\n",
      "depot/views.py": "def scan(request, code):\n▶    return Crate.objects.get(code=code)\n",
    },
    'SELECT "depot_crate"."id" FROM "depot_crate" WHERE "depot_crate"."code" = %s LIMIT 21',
  ),
  statement(
    "Hibernate",
    {
      "src/Owners.java":
        "class Owners {\n  Owner show(int id) {\n▶    return ownerRepository.findById(id);\n  }\n}\n",
      "src/Owner.java": "@Entity\nclass Owner {}\n",
    },
    "select o1_0.id from owners o1_0 where o1_0.id=?",
  ),
  statement(
    "Active Record",
    {
      "app/models/parcel.rb": "class Parcel < ApplicationRecord\nend\n",
      "app/controllers/parcels_controller.rb":
        "class ParcelsController\n  def show\n▶    Parcel.find_by(code: params[:code])\n  end\nend\n",
    },
    'SELECT "parcels".* FROM "parcels" WHERE "parcels"."code" = $1 LIMIT $2',
  ),
  statement(
    "Entity Framework",
    {
      "Shop.Api/Program.cs": "var app = builder.Build();\n",
      "Shop/GetCrate.cs":
        "class GetCrate\n{\n    Task<Crate> Get(Guid id)\n    {\n▶        return _context.Crates.SingleOrDefaultAsync(each => each.Id == id);\n    }\n}\n",
    },
    'SELECT c."Id" FROM "Crates" AS c WHERE c."Id" = @__id_0',
    "Shop.Api",
  ),
  statement(
    "GORM",
    {
      "crates.go":
        "package crates\n\nfunc Show(db *gorm.DB, id int) (c Crate) {\n▶\tdb.First(&Crate{}, id)\n\treturn\n}\n",
    },
    "SELECT * FROM `crates` WHERE `crates`.`id` = 1",
  ),
  statement(
    "squirrel",
    {
      "store.go":
        'package store\n\nfunc (s *Store) Drop() {\n\ts.Builder.\n\t\tInsert("crates")\n}\n\nfunc (s *Store) Close() {\n\ts.Builder.\n▶\t\tDelete("crates")\n}\n',
    },
    "DELETE FROM crates WHERE id = $1",
  ),
  {
    ...statement(
      "Prisma",
      {
        "crates.ts":
          "export function show(id) {\n▶  return prisma.boxCrate.findUnique({ where: { id } })\n}\n",
      },
      "",
    ),
    name: "prisma:client:operation",
    attributes: { method: "findUnique", model: "BoxCrate" },
  },
  {
    ...statement(
      "mongoose",
      {
        "crates.js":
          "const list = () => Crate.find({});\nconst show = name =>\n▶  Crate.findOne({ name });\n",
      },
      "",
    ),
    name: "mongoose.Crate.findOne",
    attributes: {
      "db.system": "mongoose",
      "db.operation": "findOne",
      "db.mongodb.collection": "crates",
    },
  },
];

function statement(
  title: string,
  files: Readonly<Record<string, string>>,
  text: string,
  service = "",
): Idiom {
  const attributes = { "db.system": "postgresql", "db.statement": text };
  return { title, files, name: "depot", service, kind: client, attributes };
}
