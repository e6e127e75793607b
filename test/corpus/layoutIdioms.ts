/** Layouts of whole applications: routes in classes, lists, files and predicates that stand apart from their handlers. */

import { SpanKind } from "../../src/model/span.ts";
import { route, type Idiom } from "./idiom.ts";

const { internal, producer, server } = SpanKind;

export const layoutIdioms: readonly Idiom[] = [
  route(
    "Litestar, a controller's path",
    {
      "boxes.py":
        'class BoxController(Controller):\n    tags = ["Boxes"]\n    path = "/api/boxes"\n\n    @get(operation_id="ListBoxes", path="/")\n    async def list_boxes(self) -> list[Box]:\n        return []\n\n    @get(operation_id="GetBox", path="/{box_id:uuid}")\n▶    async def get_box(self, box_id: UUID) -> Box:\n        return Box()\n',
    },
    "GET",
    "/api/boxes/{box_id}",
  ),
  {
    title: "Litestar, an address that is the span's name",
    files: {
      "boxes.py":
        'class BoxController(Controller):\n    @delete(operation_id="DeleteBox", path="/api/boxes/{box_id:uuid}", guards=[is_owner])\n▶    async def delete_box(self, box_id: UUID) -> None:\n        pass\n',
    },
    name: "DELETE /api/boxes/17",
    kind: server,
    attributes: { "http.request.method": "DELETE", "url.path": "/api/boxes/17" },
  },
  route(
    "FastAPI, a router class of the project's own",
    {
      "routes/__init__.py":
        'from . import boxes\n\nrouter = StaffAPIRouter(prefix="/staff")\nrouter.include_router(boxes.router)\n',
      "routes/boxes.py":
        'router = APIRouter(prefix="/boxes")\n\n\n@controller(router)\nclass Boxes:\n    @router.get("")\n▶    def all(self):\n        return []\n',
      "front/pages/staff/boxes.vue": "<script>\nexport default {};\n</script>\n",
    },
    "GET",
    "/api/staff/boxes",
  ),
  route(
    "Flask-RESTful, a method of the base class",
    {
      "a.py":
        'class BaseBoxes(Resource):\n▶    def get(self):\n        return []\n\n\nclass Boxes(BaseBoxes):\n    def post(self):\n        return {}\n\n\napi.add_org_resource(Boxes, "/api/boxes")\n',
    },
    "GET",
    "/api/boxes",
  ),
  route(
    "aiohttp, the method before the path",
    {
      "routes.py":
        "def init_routes(app, handler):\n    add_route = app.router.add_route\n    add_route('POST', '/seal', handler.seal, name='seal')\n",
      "views.py":
        "class BoxHandler:\n▶    async def seal(self, request):\n        pass\n\n    async def show(self, request):\n        pass\n",
    },
    "POST",
    "/seal",
  ),
  route(
    "ASP.NET, a class of endpoints that puts the handler first",
    {
      "Endpoints/Boxes.cs":
        'public class Boxes : IEndpointGroup\n{\n    public static void Map(RouteGroupBuilder group)\n    {\n        group.MapGet(GetBoxes);\n        group.MapPut(UpdateBox, "{id}");\n    }\n\n    public static async Task<Ok> GetBoxes(ISender sender) => null;\n\n▶    public static async Task<NoContent> UpdateBox(ISender sender, int id) => null;\n}\n',
    },
    "PUT",
    "/api/Boxes/{id}",
  ),
  route(
    "Rocket, a query in the template and a mounted list",
    {
      "src/main.rs":
        'fn launch() {\n  rocket.mount([base, "/"].concat(), web::routes()).mount([base, "/api"].concat(), core::routes());\n}\n',
      "src/web.rs":
        'pub fn routes() -> Vec<Route> {\n  routes![seal]\n}\n\n#[get("/seal?<token>")]\nfn seal(token: String) {}\n',
      "src/core.rs":
        'pub fn routes() -> Vec<Route> {\n  routes![seal]\n}\n\n#[get("/seal?<token>")]\n▶fn seal(token: String) {}\n',
    },
    "GET",
    "/api/seal?<token>",
  ),
  route(
    "Rails, an action by another name, with rockets",
    {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  resources :boxes, :only => [:index] do\n    member do\n      delete :lid, action: :destroy_lid\n    end\n    resources :logs, :only => [:index] do\n      collection do\n        delete :clear\n      end\n    end\n  end\nend\n",
      "app/controllers/boxes_controller.rb":
        "class BoxesController\n  def index\n  end\n\n▶  def destroy_lid\n  end\nend\n",
    },
    "DELETE",
    "/boxes/:id/lid(.:format)",
  ),
  route(
    "Rails, a collection's action of nested resources",
    {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  resources :boxes do\n    resources :logs, :only => [:index] do\n      collection do\n        delete :clear\n      end\n    end\n  end\nend\n",
      "app/controllers/logs_controller.rb":
        "class LogsController\n  def index\n  end\n\n▶  def clear\n  end\nend\n",
    },
    "DELETE",
    "/boxes/:box_id/logs/clear(.:format)",
  ),
  route(
    "Phoenix, a controller of the scope's module",
    {
      "lib/web/router.ex":
        'defmodule Web.Router do\n  scope "/", Web do\n    get "/boxes/:name", BoxController, :show\n  end\n\n  scope "/api", Web.API, as: :api do\n    get "/crates/:name", BoxController, :show\n  end\nend\n',
      "lib/web/controllers/api/box_controller.ex":
        "defmodule Web.API.BoxController do\n  def show(conn, _), do: conn\nend\n",
      "lib/web/controllers/box_controller.ex":
        "defmodule Web.BoxController do\n▶  def show(conn, _), do: conn\nend\n",
    },
    "GET",
    "/boxes/:name",
  ),
  route(
    "Phoenix, a live view",
    {
      "lib/web/router.ex":
        'defmodule Web.Router do\n  scope "/", Web do\n    live "/boxes", BoxLive.Index, :index\n  end\nend\n',
      "lib/web/live/box_live/index.ex":
        "defmodule Web.BoxLive.Index do\n▶  def mount(_params, _session, socket), do: {:ok, socket}\nend\n",
      "lib/web/live/lid_live.ex":
        "defmodule Web.LidLive do\n  def mount(_params, _session, socket), do: {:ok, socket}\nend\n",
    },
    "GET",
    "/boxes",
  ),
  route(
    "Spring, a function of a predicate",
    {
      "depot/Routes.java":
        'class Routes {\n  RouterFunction<ServerResponse> routes() {\n    return route(GET("/boxes"), this.handler::all)\n      .andRoute(POST("/boxes").and(accept(JSON)), this.handler::pack);\n  }\n}\n',
      "depot/BoxHandler.java":
        "class BoxHandler {\n  Mono<ServerResponse> all(ServerRequest request) { return null; }\n\n▶  Mono<ServerResponse> pack(ServerRequest request) { return null; }\n}\n",
    },
    "POST",
    "/boxes",
  ),
  route(
    "Spring, a handler whose variable is called as another module's class",
    {
      "depot/App.java":
        'class App {\n  RouterFunction<ServerResponse> routes(BoxHandler boxController) {\n    return route(GET("/boxes"), boxController::all);\n  }\n}\n',
      "depot/BoxHandler.java":
        "class BoxHandler {\n▶  Mono<ServerResponse> all(ServerRequest request) { return null; }\n}\n",
      "other/BoxController.java": "class BoxController {\n  Flux<Box> all() { return null; }\n}\n",
    },
    "GET",
    "/boxes",
  ),
  route(
    "Play, a file of routes",
    {
      "conf/routes":
        "# Boxes\nGET     /boxes                 controllers.BoxController.list(page: Int ?= 0)\nPOST    /boxes/:id/seal        controllers.BoxController.seal(id: Long)\n",
      "app/controllers/BoxController.java":
        "public class BoxController extends Controller {\n  public Result list(int page) { return ok(); }\n\n▶  public Result seal(Long id) { return ok(); }\n}\n",
    },
    "POST",
    "/boxes/$id<[^/]+>/seal",
  ),
  {
    title: "Play, a router that a file of routes mounts",
    files: {
      "conf/routes": "-> /v1/boxes box.BoxRouter\n",
      "app/box/BoxRouter.scala":
        'package box\n\nimport play.api.routing.sird._\n\nclass BoxRouter(controller: BoxController) extends SimpleRouter {\n  override def routes: Routes = {\n    case GET(p"/") =>\n      controller.index\n\n    case GET(p"/$id") =>\n      controller.show(id)\n  }\n}\n',
      "app/box/BoxController.scala":
        "package box\n\nclass BoxController {\n  def index: Action[AnyContent] = Action { Ok }\n\n▶  def show(id: String): Action[AnyContent] = Action { Ok }\n}\n",
    },
    name: "GET",
    kind: server,
    attributes: { "http.request.method": "GET", "url.path": "/v1/boxes/17" },
  },
  route(
    "gin, a function that a variable holds, and a path without a slash",
    {
      "boxes.go":
        'package api\n\nfunc Boxes(router *gin.RouterGroup) {\n▶\tseal := func(c *gin.Context) {\n\t\tc.Status(200)\n\t}\n\n\trouter.POST("boxes/seal", seal)\n}\n',
    },
    "POST",
    "/boxes/seal",
  ),
  {
    title: "gin, a path with a variable behind it",
    files: {
      "lids.go":
        'package api\n\nfunc Lids(router *gin.RouterGroup, kind string) {\n▶\thandler := func(c *gin.Context) {\n\t}\n\n\trouter.GET("/lids/"+kind, handler)\n}\n',
    },
    name: "GET",
    kind: server,
    attributes: { "http.request.method": "GET", "url.path": "/lids/round" },
  },
  route(
    "utoipa, an attribute of many lines",
    {
      "src/boxes.rs":
        '#[utoipa::path(\n    get,\n    path = "/api/boxes/{name}",\n    params(BoxPath),\n    responses((status = 200, description = "Boxes")),\n)]\n▶pub async fn find_box(path: BoxPath) -> Json<Box> {\n}\n',
      "web/src/routes/boxes/[name]/+page.svelte": "<h1>Box</h1>\n",
    },
    "GET",
    "/api/boxes/{name}",
  ),
  route(
    "Koa, a mounted router whose addresses are names",
    {
      "web.ts": 'import api from "./api";\n\napp.use(mount("/api", api));\n',
      "api.ts":
        'const router = new Router();\n\nrouter.post(\n  "boxes.seal",\n  auth(),\n▶  async (ctx) => {\n    ctx.body = {};\n  }\n);\n\nexport default router;\n',
    },
    "POST",
    "/api/boxes.seal",
  ),
  {
    title: "Nest with Bull, a queue's name below its constant",
    files: {
      "config.ts": "export const SNAPSHOT_QUEUE =\n  'SNAPSHOT_QUEUE_OF_BOXES';\n",
      "processor.ts":
        "@Processor(SNAPSHOT_QUEUE)\nexport class SnapshotProcessor {\n  constructor(private readonly boxes: Boxes) {}\n\n  @Process({ name: JOB })\n▶  public async takeSnapshot(job: Job) {\n    return job;\n  }\n}\n",
    },
    name: "SNAPSHOT_QUEUE_OF_BOXES process",
    kind: SpanKind.consumer,
    attributes: {
      "messaging.system": "bull",
      "messaging.destination.name": "SNAPSHOT_QUEUE_OF_BOXES",
    },
  },
  {
    title: "BullMQ, a job that is called by its class",
    files: {
      "SweepTask.ts":
        "export default class SweepBoxesTask extends CronTask {\n▶  public async perform(props: Props) {\n  }\n}\n",
    },
    name: "process tasks",
    kind: SpanKind.consumer,
    attributes: {
      "messaging.system": "bullmq",
      "messaging.destination.name": "tasks",
      "job.name": "SweepBoxesTask",
    },
  },
  {
    title: "Temporal in Python, the workflow's run",
    files: {
      "workflows.py":
        "@workflow.defn\nclass PackBoxes:\n    @workflow.run\n▶    async def run(self, name: str) -> str:\n        return name\n",
    },
    name: "RunWorkflow:PackBoxes",
    kind: internal,
  },
  {
    title: "Temporal in Python, who starts a workflow, over several lines",
    files: {
      "workflows.py":
        "@workflow.defn\nclass PackBoxes:\n    @workflow.run\n    async def run(self, name: str) -> str:\n        return name\n",
      "starter.py":
        'from workflows import PackBoxes\n\n\nasync def main():\n▶    handle = await client.start_workflow(\n        PackBoxes.run,\n        id="17",\n    )\n',
    },
    name: "StartWorkflow:PackBoxes",
    kind: producer,
  },
  {
    title: "tRPC, a procedure of another file, by its address",
    files: {
      "server/box-router/router.ts":
        "import { sealBoxRoute } from './seal-box';\n\nexport const boxRouter = router({\n  seal: sealBoxRoute,\n});\n",
      "server/box-router/seal-box.ts":
        "▶export const sealBoxRoute = ownerProcedure\n  .input(z.string())\n  .mutation(async ({ input }) => input);\n",
    },
    name: "POST",
    kind: server,
    attributes: { "http.method": "POST", "http.target": "/api/trpc/box.seal?batch=1" },
  },
  {
    title: "Kratos, an operation as a span's name behind HTTP",
    files: {
      "boxes/service.go":
        "package service\n\ntype BoxService struct {\n\tpb.UnimplementedBoxServiceServer\n}\n\n▶func (s *BoxService) SealBox(ctx context.Context, req *pb.SealBoxRequest) (*pb.SealBoxReply, error) {\n\treturn nil, nil\n}\n",
    },
    name: "/api.box.v1.BoxService/SealBox",
    kind: server,
    attributes: { "http.method": "POST", "http.route": "/v1/boxes/{id}/seal" },
  },
];
