/** What frameworks say of a span and where they keep its code: routes in configuration, functions in clouds, tasks of pipelines. */

import { SpanKind } from "../../src/model/span.ts";
import type { Idiom } from "./idiom.ts";

const { internal, server } = SpanKind;

export const frameworkIdioms: readonly Idiom[] = [
  {
    title: "Symfony, a route of routes.yaml by its name",
    files: {
      "config/routes.yaml":
        "box_show:\n  path: /boxes/{id}\n  controller: App\\Controller\\BoxController::show\n  methods: GET\n",
      "src/Controller/BoxController.php":
        "<?php\nnamespace App\\Controller;\nclass BoxController {\n▶  public function show(int $id): Response {}\n  public function list(): Response {}\n}\n",
    },
    name: "GET box_show",
    kind: server,
    attributes: { "http.request.method": "GET", "http.route": "box_show" },
  },
  {
    title: "Symfony, a route of routes.yaml by its path",
    files: {
      "config/routes.yaml":
        "box_show:\n  path: /boxes/{id}\n  controller: App\\Controller\\BoxController::show\n",
      "src/Controller/BoxController.php":
        "<?php\nnamespace App\\Controller;\nclass BoxController {\n▶  public function show(int $id): Response {}\n  public function list(): Response {}\n}\n",
    },
    name: "GET /boxes/{id}",
    kind: server,
    attributes: { "http.request.method": "GET", "http.route": "/boxes/{id}" },
  },
  {
    title: "ASP.NET, a class's route that names the method",
    files: {
      "BoxesController.cs":
        '[ApiController]\n[Route("api/[controller]/[action]")]\npublic class BoxesController : ControllerBase {\n  [HttpGet]\n▶  public IActionResult Weigh(int id) => Ok();\n}\n',
    },
    name: "GET api/Boxes/Weigh",
    kind: server,
    attributes: { "http.request.method": "GET", "http.route": "api/Boxes/Weigh" },
  },
  {
    title: "FastEndpoints",
    files: {
      "CreateBox.cs":
        'public class CreateBox : Endpoint<Request, Response> {\n  public override void Configure() {\n    Post("/boxes");\n    AllowAnonymous();\n  }\n▶  public override async Task HandleAsync(Request r, CancellationToken c) {}\n}\n',
    },
    name: "POST boxes",
    kind: server,
    attributes: { "http.request.method": "POST", "http.route": "/boxes" },
  },
  {
    title: "Strawberry, a field in camel case",
    files: {
      "s.py":
        "@strawberry.type\nclass Query:\n    @strawberry.field\n▶    def all_boxes(self) -> list[Box]:\n        return []\n",
    },
    name: "GraphQL Resolving: allBoxes",
    kind: internal,
    attributes: { "graphql.parentType": "Query", "graphql.path": "allBoxes" },
  },
  {
    title: "AWS Lambda, a function of serverless.yml",
    files: {
      "serverless.yml":
        "service: shop\nfunctions:\n  packBox:\n    handler: src/pack.handler\n    events: []\n",
      "src/pack.js": "▶exports.handler = async (event) => {\n  return {};\n};\n",
      "src/ship.js": "exports.handler = async (event) => {};\n",
    },
    name: "shop-dev-packBox",
    kind: server,
    attributes: {
      "faas.name": "shop-dev-packBox",
      "faas.trigger": "http",
      "faas.invocation_id": "x",
    },
  },
  {
    title: "AWS Lambda, a function of SAM's template.yaml",
    files: {
      "template.yaml":
        "Resources:\n  PackFunction:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: pack/\n      Handler: app.lambda_handler\n",
      "pack/app.py": "▶def lambda_handler(event, context):\n    return {}\n",
      "ship/app.py": "def lambda_handler(event, context):\n    return {}\n",
    },
    name: "PackFunction",
    service: "PackFunction",
    kind: server,
    attributes: { "faas.name": "PackFunction" },
  },
  {
    title: "Temporal in Java, an activity's method",
    files: {
      "Pack.java":
        "class PackActivitiesImpl implements PackActivities {\n▶  @Override public void sealBox(String id) {}\n}\n",
      "PackActivities.java":
        "@ActivityInterface\ninterface PackActivities {\n  @ActivityMethod\n  void sealBox(String id);\n}\n",
    },
    name: "RunActivity:SealBox",
    kind: internal,
  },
  {
    title: "tRPC, a procedure of a nested router",
    files: {
      "router.ts":
        "export const appRouter = router({\n  boxes: router({\n    list: publicProcedure.query(() => []),\n▶    byId: publicProcedure.input(z.string()).query(({ input }) => input),\n  }),\n});\n",
    },
    name: "trpc boxes.byId",
    kind: server,
    attributes: { "rpc.system": "trpc", "rpc.method": "boxes.byId" },
  },
  {
    title: "tRPC, a procedure by its path",
    files: {
      "boxRouter.ts":
        "export const boxRouter = createTRPCRouter({\n  list: publicProcedure.query(() => []),\n▶  add: publicProcedure.input(x).mutation(async ({ input }) => input),\n});\n",
    },
    name: "trpc/box.add",
    kind: server,
    attributes: { "http.route": "/api/trpc/[trpc]", "rpc.path": "box.add" },
  },
  {
    title: "Next.js, generateMetadata",
    files: {
      "app/boxes/page.tsx":
        "export const x = 1;\n▶export async function generateMetadata() {\n}\nexport default function Page() { return <p/>; }\n",
    },
    name: "generateMetadata /boxes/page",
    kind: internal,
    attributes: {
      "next.page": "/boxes/page",
      "next.span_type": "ResolveMetadata.generateMetadata",
    },
  },
  {
    title: "Airflow, an operator's callable",
    files: {
      "dags/pack.py":
        'with DAG("pack") as dag:\n    t = PythonOperator(task_id="seal_box", python_callable=seal)\n\n▶def seal(**kw):\n    pass\n',
    },
    name: "pack.seal_box",
    kind: internal,
    attributes: { "airflow.dag_id": "pack", "airflow.task_id": "seal_box" },
  },
  {
    title: "Prefect, a counted run of a named task",
    files: {
      "flow.py":
        '@task(name="seal the box")\n▶def seal(box):\n    pass\n\n@flow\ndef pack():\n    seal(1)\n',
    },
    name: "seal the box-0",
    kind: internal,
    attributes: { "prefect.run.type": "task", "prefect.run.name": "seal the box-0" },
  },
  {
    title: "ASP.NET, the conventional route",
    files: {
      "BoxesController.cs":
        "public class BoxesController : Controller {\n  public IActionResult Index() => View();\n▶  public IActionResult Weigh(int id) => View();\n}\n",
      "CratesController.cs":
        "public class CratesController : Controller {\n  public IActionResult Weigh(int id) => View();\n}\n",
    },
    name: "GET {controller=Home}/{action=Index}/{id?}",
    kind: server,
    attributes: {
      "http.request.method": "GET",
      "http.route": "{controller=Home}/{action=Index}/{id?}",
      "url.path": "/Boxes/Weigh/17",
    },
  },
];
