/** Programs of which the path, the handler and the name of one span are written in different places. */

import { SpanKind } from "../../src/model/span.ts";
import { route, type Idiom } from "./idiom.ts";

const graphRouter =
  "export const crates = router({\n  all: publicProcedure.query(() => []),\n});\n";

export const composedIdioms: readonly Idiom[] = [
  route(
    "Express, options in another order, prefixes of classes that mount each other",
    {
      "src/admin/boxes.ts":
        'const PATH = "/";\nexport default class BoxController extends Controller {\n  constructor() {\n    this.route({\n      path: `${PATH}:id`,\n      permission: READ,\n      method: "get",\n      handler: this.getBox,\n    });\n  }\n▶  async getBox(req: Request, res: Response): Promise<void> {\n  }\n}\n',
      "src/admin/crates.ts":
        'export default class CrateController extends Controller {\n  constructor() {\n    this.route({ method: "get", path: "/:id", handler: this.getCrate });\n  }\n  async getCrate(req: Request, res: Response): Promise<void> {\n  }\n}\n',
      "src/admin/index.ts":
        'import BoxController from "./boxes.js";\nimport CrateController from "./crates.js";\nexport default class AdminApi extends Controller {\n  constructor(config) {\n    this.app.use("/boxes", new BoxController(config, services).router);\n    this.app.use("/crates", new CrateController(config, services).router);\n  }\n}\n',
      "src/index.ts":
        'import AdminApi from "./admin/index.js";\nexport default class Index extends Controller {\n  constructor(config) {\n    this.use("/api/admin", new AdminApi(config).router);\n  }\n}\n',
    },
    "GET",
    "/api/admin/boxes/:id",
  ),
  route(
    "Hono, a router of the same file under a prefix",
    {
      "index.ts":
        'const app = new Hono()\nconst box = new Hono()\n▶box.post("/", (c) => c.text("made"))\napp.route("/box", box)\napp.get("/box-list", (c) => c.text(""))\n',
    },
    "POST",
    "/box",
  ),
  route(
    "Flask-RESTX, namespaces of other files under a blueprint",
    {
      "api/__init__.py":
        'from api.boxes import boxes\nbp = Blueprint("api", __name__, url_prefix="/api/v1")\nrest = Api(bp, version="v1")\nrest.add_namespace(boxes, "/boxes")\n',
      "api/boxes.py":
        'boxes = Namespace("boxes")\n\n@boxes.route("")\nclass BoxList(Resource):\n▶    def get(self):\n        pass\n',
      "views.py": '@app.route("/boxes", methods=["GET"])\ndef page():\n    pass\n',
    },
    "GET",
    "/api/v1/boxes",
  ),
  route(
    "FastAPI, two modules whose paths end alike",
    {
      "shop/api.py":
        'from shop.box.views import router as box_router\nfrom shop.audit.box.views import router as audit_router\napi.include_router(box_router, prefix="/boxes")\napi.include_router(audit_router, prefix="/audit/boxes")\n',
      "shop/audit/box/views.py": '@router.post("")\ndef create_audit():\n    pass\n',
      "shop/box/views.py": '@router.post("")\n▶def create_box():\n    pass\n',
    },
    "POST",
    "/boxes",
  ),
  route(
    "Django REST framework, an action that the set has from a mixin",
    {
      "urls.py":
        'router = Router()\nrouter.register("boxes", views.BoxViewSet)\nurlpatterns = [path("api/", include(router.urls))]\n',
      "lib/mixins.py": "class LockedMixin:\n▶    def create(self, request):\n        pass\n",
      "views.py":
        "class BoxViewSet(LockedMixin, ModelViewSet):\n    queryset = Box.objects.all()\n\nclass StatusView(ViewSet):\n    def create(self, request):\n        pass\n",
    },
    "POST",
    "api/^boxes/$",
  ),
  route(
    "Django REST framework, an action that the set has from the library",
    {
      "urls.py":
        'router = Router()\nrouter.register("boxes", views.BoxViewSet)\nurlpatterns = [path("api/", include(router.urls))]\n',
      "views.py":
        "▶class BoxViewSet(ModelViewSet):\n    queryset = Box.objects.all()\n\nclass StatusView(ViewSet):\n    def list(self, request):\n        pass\n",
    },
    "GET",
    "api/^boxes/$",
  ),
  route(
    "Flask, whatever no other route has",
    {
      "a.py":
        '@app.route("/admin", methods=["GET"])\ndef admin():\n    pass\n\n@app.route("/<path:rest>")\n▶def page(rest):\n    pass\n',
    },
    "GET",
    "/<path:rest>",
  ),
  route(
    "Slim, a class whose base calls the method in which it differs",
    {
      "routes.php":
        '<?php\nuse App\\Actions\\ViewBox;\n$app->group("/boxes", function (Group $group) {\n    $group->get("/{id}", ViewBox::class);\n});\n',
      "Actions/ViewBox.php":
        "<?php\nnamespace App\\Actions;\nclass ViewBox extends Action\n{\n▶    protected function action(): Response\n    {\n    }\n}\n",
      "Actions/Action.php":
        "<?php\nnamespace App\\Actions;\nabstract class Action\n{\n    public function __invoke($request, $response, array $args): Response\n    {\n        return $this->action();\n    }\n}\n",
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Laravel, a class of another name that others are called as well",
    {
      "routes/web.php":
        '<?php\nuse App\\Http\\Controllers\\BoxController;\nuse App\\Http\\Controllers\\Admin\\BoxController as AdminBoxController;\nRoute::post("/admin/boxes", [AdminBoxController::class, "store"]);\nRoute::post("/boxes", [BoxController::class, "store"]);\n',
      "app/Http/Controllers/BoxController.php":
        "<?php\nclass BoxController\n{\n    public function store()\n    {\n    }\n}\n",
      "app/Http/Controllers/Admin/BoxController.php":
        "<?php\nclass BoxController\n{\n▶    public function store()\n    {\n    }\n}\n",
    },
    "POST",
    "admin/boxes",
  ),
  route(
    "Symfony, a route that has no name",
    {
      "src/Controller/BoxController.php":
        '<?php\nnamespace App\\Controller;\nclass BoxController\n{\n    #[Route("/boxes/{id}")]\n▶    public function show(int $id): Response\n    {\n    }\n}\n',
    },
    "GET",
    "app_box_show",
  ),
  route(
    "Symfony, a class that is called itself",
    {
      "src/Controller/HealthController.php":
        '<?php\nnamespace App\\Controller;\n#[Route("/health", methods: ["GET"])]\nclass HealthController\n{\n    public function __construct()\n    {\n    }\n▶    public function __invoke(): Response\n    {\n    }\n}\n',
    },
    "GET",
    "/health",
  ),
  route(
    "Grape, verbs without a path in an API that another mounts",
    {
      "api.rb":
        'module Shop\n  class API < Grape::API\n    prefix "api"\n    mount ::Shop::Boxes\n  end\nend\n',
      "boxes.rb":
        "module Shop\n  class Boxes < Grape::API\n    resource :boxes do\n      params do\n        requires :weight\n      end\n▶      post do\n      end\n      route_param :id do\n        get do\n        end\n      end\n    end\n  end\nend\n",
    },
    "POST",
    "/api/boxes",
  ),
  route(
    "Rails, a controller in the modules of its namespaces, options over several lines",
    {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  namespace :api, path: nil do\n    namespace :v2 do\n      resources :boxes,\n        path: 'crates',\n        only: %i[index show],\n        constraints: Known do\n        member do\n          get :labels\n        end\n      end\n    end\n  end\n  resources :boxes, only: [:index]\nend\n",
      "app/controllers/boxes_controller.rb":
        "class BoxesController < ApplicationController\n  def index\n  end\n\n  def labels\n  end\nend\n",
      "app/controllers/api/v2/boxes_controller.rb":
        "class Api::V2::BoxesController < ApplicationController\n  def index\n  end\n\n▶  def labels\n  end\nend\n",
    },
    "GET",
    "/v2/crates/:id/labels(.:format)",
  ),
  route(
    "Rails, a controller that stands in no module, beside one that does",
    {
      "config/routes.rb":
        'Rails.application.routes.draw do\n  namespace :api do\n    resources :open_boxes, only: [:index]\n  end\n  get "/open/:token", to: "open_boxes#index"\nend\n',
      "app/controllers/api/open_boxes_controller.rb":
        "module Api\n  class OpenBoxesController < ApplicationController\n    def index\n    end\n  end\nend\n",
      "app/controllers/open_boxes_controller.rb":
        "class OpenBoxesController < ApplicationController\n▶  def index\n  end\nend\n",
    },
    "GET",
    "/open/:token(.:format)",
  ),
  route(
    "Rails, a collection in one line",
    {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  resources :boxes, only: %i[index show] do\n    collection { get :top }\n    resources :labels, only: %i[index]\n  end\n  get '*path', to: 'application#index'\nend\n",
      "app/controllers/boxes_controller.rb":
        "class BoxesController < ApplicationController\n  def index\n  end\n\n▶  def top\n  end\nend\n",
      "app/controllers/application_controller.rb":
        "class ApplicationController\n  def index\n  end\nend\n",
    },
    "GET",
    "/boxes/top(.:format)",
  ),
  route(
    "Phoenix, the last action of resources",
    {
      "lib/web/router.ex":
        'defmodule Web.Router do\n  use Web, :router\n  scope "/api", Web do\n    resources("/boxes", BoxController, except: [:new, :edit])\n  end\nend\n',
      "lib/web/controllers/box_controller.ex":
        "defmodule Web.BoxController do\n  use Web, :controller\n\n  plug(:authorize when action in [:show, :delete])\n\n  def show(conn, _params) do\n  end\n\n▶  def delete(conn, _params) do\n  end\nend\n",
    },
    "DELETE",
    "/api/boxes/:id",
  ),
  route(
    "Laravel, a class and method as one text, in the namespace of a group",
    {
      "routes/web.php":
        "<?php\nRoute::group(\n    ['namespace' => 'App\\Http\\Controllers', 'prefix' => 'boxes', 'as' => 'boxes.'],\n    static function (): void {\n        Route::get('{box}', ['uses' => 'Account\\ShowController@show', 'as' => 'show']);\n    }\n);\n",
      "app/Http/Controllers/Box/ShowController.php":
        "<?php\nclass ShowController\n{\n    public function show()\n    {\n    }\n}\n",
      "app/Http/Controllers/Account/ShowController.php":
        "<?php\nclass ShowController\n{\n▶    public function show()\n    {\n    }\n}\n",
    },
    "GET",
    "boxes/{box}",
  ),
  route(
    "Next.js, a handler of another file",
    {
      "app/api/boxes/bulk/route.ts": '▶export { PUT } from "@/modules/boxes/bulk";\n',
      "modules/boxes/openapi.ts": 'export const paths = { "/boxes/bulk": {} };\n',
    },
    "PUT",
    "/api/boxes/bulk",
  ),
  {
    title: "Oban, a worker's job is made and inserted",
    files: {
      "lib/shop/registration.ex":
        "defmodule Shop.Registration do\n  def welcome(box) do\n    %{email: box.email}\n▶    |> Shop.Workers.Welcome.new(schedule_in: 60)\n    |> Oban.insert()\n  end\nend\n",
      "lib/shop/workers/welcome.ex":
        "defmodule Shop.Workers.Welcome do\n  use Oban.Worker, queue: :mailers\n\n  def perform(%Oban.Job{}), do: :ok\nend\n",
    },
    name: "mailers send",
    kind: SpanKind.producer,
    attributes: { "messaging.system": "oban", "oban.job.worker": "Shop.Workers.Welcome" },
  },
  {
    title: "Prisma, a client that an object holds",
    files: {
      "box.ts":
        "export async function createBox(data) {\n▶  return prisma.client.box.create({ data });\n}\nexport async function readBox(id) {\n  return prisma.client.box.findUnique({ where: { id } });\n}\n",
    },
    name: "prisma:client:operation",
    kind: SpanKind.client,
    attributes: { model: "Box", method: "create", name: "Box.create" },
  },
  {
    title: "tRPC, a router under a key that is called otherwise",
    files: {
      "root.ts":
        'import { packing } from "./packing";\nimport { crates } from "./crates";\nexport const appRouter = router({\n  boxes: packingRouter,\n  crates: cratesRouter,\n});\n',
      "crates.ts": graphRouter.replace("crates", "cratesRouter"),
      "packing.ts":
        "export const packingRouter = router({\n▶  all: publicProcedure.query(() => []),\n});\n",
      "pages/api/trpc/[trpc].ts": "export default createNextApiHandler({ router: appRouter });\n",
    },
    name: "GET /api/trpc/[trpc]",
    kind: SpanKind.server,
    attributes: { "http.method": "GET", "http.target": "/api/trpc/boxes.all?batch=1" },
  },
  {
    title: "BullMQ, a queue of an enumeration, registered over several lines",
    files: {
      "queues.ts":
        'export enum QueueName {\n  Boxes = "box-queue",\n  Crates = "crate-queue",\n}\n',
      "app.ts":
        "WorkerManager.register(\n  QueueName.Boxes,\n  boxProcessor,\n  { concurrency: 2 },\n);\n",
      "types.ts": "export type Deps = { queue?: Queue<Jobs[QueueName.Boxes]> };\n",
      "boxes.ts": "▶export const boxProcessor = async (job: Job) => {\n  return true;\n};\n",
    },
    name: "process box-queue",
    kind: SpanKind.consumer,
    attributes: { "messaging.destination.name": "box-queue" },
  },
  {
    title: "Dramatiq, an actor's own name is the span's",
    files: {
      "tasks.py": '@actor(actor_name="box.archive")\n▶async def box_archive(id):\n    pass\n',
      "service.py": "def archive(session):\n    pass\n",
    },
    name: "box.archive",
    kind: SpanKind.consumer,
    attributes: { "messaging.system": "dramatiq" },
  },
  {
    title: "Laravel, a job is dispatched",
    files: {
      "app/Http/Controllers/BoxController.php":
        "<?php\nclass BoxController\n{\n    public function store()\n    {\n▶        Dispatcher::dispatch(new PackBox($id));\n    }\n}\n",
      "app/Jobs/PackBox.php":
        "<?php\nclass PackBox\n{\n    public function handle()\n    {\n    }\n}\n",
      "config/cache.php": "<?php\nreturn ['default' => 'file'];\n",
    },
    name: "default publish",
    kind: SpanKind.producer,
    attributes: {
      "messaging.destination.name": "default",
      "messaging.message.job_name": "App\\Jobs\\PackBox",
    },
  },
  {
    title: "Active Job, a job is put into its queue",
    files: {
      "app/controllers/boxes_controller.rb":
        "class BoxesController\n  def create\n▶    PackBoxJob.perform_later(box)\n  end\nend\n",
      "app/jobs/pack_box_job.rb":
        "class PackBoxJob < ApplicationJob\n  def perform(box)\n  end\nend\n",
    },
    name: "PackBoxJob publish",
    kind: SpanKind.producer,
    attributes: { "messaging.system": "active_job", "code.namespace": "PackBoxJob" },
  },
  {
    title: "Oban, a worker behind the name of its queue",
    files: {
      "lib/shop/pack_worker.ex":
        "defmodule Shop.PackWorker do\n  use Oban.Worker, queue: :box_import\n\n  @impl Oban.Worker\n▶  def perform(%Oban.Job{args: args}) do\n    :ok\n  end\nend\n",
      "lib/shop/import.ex":
        'defmodule Shop.Import do\n  def attributes do\n    %{type: "box_import", tasks: 0}\n  end\nend\n',
    },
    name: "box_import process",
    kind: SpanKind.consumer,
    attributes: { "messaging.destination": "box_import", "oban.job.worker": "Shop.PackWorker" },
  },
  {
    title: "Elixir, a function with the count of its arguments",
    files: {
      "lib/shop/crates.ex": "defmodule Shop.Crates do\n  def pack(a, b), do: a\nend\n",
      "lib/shop/boxes.ex":
        "defmodule Shop.Boxes do\n▶  def pack(box, crate) do\n    box\n  end\nend\n",
    },
    name: "Shop.Boxes.pack/2",
    kind: SpanKind.internal,
    attributes: { "code.function.name": "Shop.Boxes.pack/2" },
  },
  {
    title: "Sentry, an operation before the span's name",
    files: {
      "a.py":
        'def check():\n▶    with sentry_sdk.start_span(op="code.block", name="boxes.check"):\n        pass\n',
      "log.py": 'print("boxes.check")\n',
    },
    name: "boxes.check",
    kind: SpanKind.internal,
  },
  {
    title: "request, an address that an object of another file holds",
    files: {
      "endpoints.js":
        'module.exports = {\n  boxesUrl: util.format("http://boxes%s/boxes", domain),\n  cratesUrl: util.format("http://crates%s/crates", domain),\n};\n',
      "api.js":
        'app.delete("/box", function (req, res) {\n  var options = {\n▶    uri: endpoints.boxesUrl + "/" + id,\n    method: "DELETE",\n  };\n  request(options, done);\n});\nhelpers.ask(endpoints.cratesUrl + "/" + id);\n',
    },
    name: "DELETE",
    kind: SpanKind.client,
    attributes: { "http.method": "DELETE", "http.url": "http://boxes/boxes/57a" },
  },
  {
    title: "requests, an address that the program is given",
    files: {
      "views.py":
        "def proxy(request):\n    url = service + request.path\n▶    return requests.get(url, timeout=15)\n",
    },
    name: "GET shop:3000",
    kind: SpanKind.client,
    attributes: { "http.request.method": "GET", "url.full": "http://shop:3000/boxes" },
  },
  {
    title: "node-postgres, a statement in two pieces",
    files: {
      "server.js":
        'function add(box) {\n  const sql = "INSERT INTO boxes (color, weight) " +\n    "VALUES ($1, $2)";\n▶  client.query(sql, [box.color, box.weight]);\n  const other = "INSERT INTO boxes (color, weight) VALUES ($1, $2), ($3, $4)";\n  client.query(other, []);\n}\n'.replace(
          /"/g,
          "'",
        ),
    },
    name: "INSERT boxes",
    kind: SpanKind.client,
    attributes: {
      "db.system": "postgresql",
      "db.statement": "INSERT INTO boxes (color, weight) VALUES ($1, $2)",
    },
  },
  {
    title: "MongoDB, a collection that a variable holds",
    files: {
      "server.js":
        'app.get("/boxes/:id", (req, res) => {\n▶  boxCollection.findOne({ name: req.params.id }).then(box => res.json(box));\n});\nfunction connect() {\n  boxCollection = db.collection("boxes");\n}\n',
    },
    name: "mongodb.find",
    kind: SpanKind.client,
    attributes: {
      "db.system": "mongodb",
      "db.mongodb.collection": "boxes",
      "db.operation": "find",
    },
  },
  {
    title: "MongoDB, an operation among others of one collection",
    files: {
      "server.js":
        'app.get("/boxes", (req, res) => {\n  boxes.find({}).toArray().then(all => res.json(all));\n});\napp.get("/colors", (req, res) => {\n▶  boxes.distinct("color").then(all => res.json(all));\n});\nfunction connect() {\n  boxes = db.collection("boxes");\n}\n',
    },
    name: "mongodb.distinct",
    kind: SpanKind.client,
    attributes: {
      "db.system": "mongodb",
      "db.mongodb.collection": "boxes",
      "db.operation": "distinct",
    },
  },
  {
    title: "knex, a table of a type, in a transaction or not",
    files: {
      "boxes.ts":
        'export const boxes = {\n  stream: () => knex.select("*").from("boxes").stream(),\n  remove(label: string, trx?: Knex) {\n▶    return (trx ?? knex)<Box>("boxes").where({ label }).delete();\n  },\n};\n',
    },
    name: "del boxes",
    kind: SpanKind.client,
    attributes: {
      "db.system": "mysql",
      "db.sql.table": "boxes",
      "db.operation": "del",
      "db.statement": "delete from `boxes` where `label` = ?",
    },
  },
];
