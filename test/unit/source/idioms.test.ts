/**
 * How frameworks' own documentation starts spans, declares routes and consumes messages, in every language.
 * `▶` marks the line where the span's click must land, and is taken out of the text.
 */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import type { SpanDetail } from "../../../src/model/spanDetail.ts";
import { getCodeHints } from "../../../src/source/codeHints.ts";
import { resolveSource } from "../../../src/source/resolveSource.ts";
import { createWorkspace } from "./indexFiles.ts";

interface Idiom {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes?: Readonly<Record<string, string>>;
}

const consumer = SpanKind.consumer;
const server = SpanKind.server;

function span(title: string, path: string, text: string, name: string): Idiom {
  return { title, files: { [path]: text }, name };
}

function route(
  title: string,
  files: Readonly<Record<string, string>>,
  method: string,
  path: string,
): Idiom {
  const attributes = { "http.request.method": method, "http.route": path };
  return { title, files, name: `${method} ${path}`, kind: server, attributes };
}

function queue(title: string, path: string, text: string, name: string): Idiom {
  return {
    title,
    files: { [path]: text },
    name: `${name} process`,
    kind: consumer,
    attributes: { "messaging.system": "x", "messaging.destination.name": name },
  };
}

const spans: readonly Idiom[] = [
  span(
    "OpenTelemetry Python",
    "a.py",
    '▶with tracer.start_as_current_span("pack box"):\n    pass\n',
    "pack box",
  ),
  span(
    "OpenTelemetry Python, decorator",
    "a.py",
    '@tracer.start_as_current_span("pack box")\n▶def pack():\n    pass\n',
    "pack box",
  ),
  span(
    "OpenTelemetry Python, keyword",
    "a.py",
    'with trace.get_tracer(__name__).start_as_current_span(\n▶    name="pack box", kind=SpanKind.INTERNAL\n):\n    pass\n'
      .replace("▶", "")
      .replace("with", "▶with"),
    "pack box",
  ),
  span(
    "Python, constant",
    "a.py",
    'SPAN = "pack box"\n\ndef pack():\n▶    with tracer.start_as_current_span(SPAN):\n        pass\n',
    "pack box",
  ),
  span(
    "Sentry Python",
    "a.py",
    '▶with sentry_sdk.start_span(op="task", name="pack box"):\n    pass\n',
    "pack box",
  ),
  span(
    "Sentry Python, description",
    "a.py",
    '▶with sentry_sdk.start_span(op="task", description="pack box"):\n    pass\n',
    "pack box",
  ),
  span(
    "Sentry Python, transaction",
    "a.py",
    '▶with sentry_sdk.start_transaction(op="task", name="pack box"):\n    pass\n',
    "pack box",
  ),
  span(
    "Logfire",
    "a.py",
    '▶with logfire.span("pack box {id}", id=1):\n    pass\n',
    "pack box {id}",
  ),
  span(
    "Logfire, filled in",
    "a.py",
    '▶with logfire.span("pack box {id=}", id=1):\n    pass\n',
    "pack box id=1",
  ),
  span(
    "Logfire, instrument",
    "a.py",
    '@logfire.instrument("pack box")\n▶def pack():\n    pass\n',
    "pack box",
  ),
  span(
    "Datadog Python",
    "a.py",
    '▶with tracer.trace("pack.box", resource="x"):\n    pass\n',
    "pack.box",
  ),
  span(
    "Datadog Python, wrap",
    "a.py",
    '@tracer.wrap(name="pack.box")\n▶def pack():\n    pass\n',
    "pack.box",
  ),
  span(
    "Elastic APM Python",
    "a.py",
    '@elasticapm.capture_span("pack box")\n▶def pack():\n    pass\n',
    "pack box",
  ),
  span(
    "New Relic Python",
    "a.py",
    '@newrelic.agent.background_task(name="pack box")\n▶def pack():\n    pass\n',
    "pack box",
  ),
  span(
    "SkyWalking Python",
    "a.py",
    '▶with SpanContext().new_local_span(op="pack box") as span:\n    pass\n',
    "pack box",
  ),
  span("Langfuse", "a.py", '@observe(name="pack box")\n▶def pack():\n    pass\n', "pack box"),
  span("OpenLLMetry", "a.py", '@workflow(name="pack_box")\n▶def run():\n    pass\n', "pack_box"),
  span("Prefect flow", "a.py", '@flow(name="pack box")\n▶def run():\n    pass\n', "pack box"),
  span(
    "OpenTracing Python",
    "a.py",
    '▶with tracer.start_active_span("pack box") as scope:\n    pass\n',
    "pack box",
  ),
  span(
    "OpenTelemetry JS",
    "a.ts",
    '▶tracer.startActiveSpan("pack box", span => span.end());\n',
    "pack box",
  ),
  span(
    "OpenTelemetry JS, lines",
    "a.ts",
    '▶return await tracer.startActiveSpan(\n  "pack box",\n  async span => {},\n);\n',
    "pack box",
  ),
  span(
    "OpenTelemetry JS, trace API",
    "a.ts",
    "▶const span = trace.getTracer('x').startSpan('pack box', { kind: 1 });\n",
    "pack box",
  ),
  span(
    "JS, constant of an object",
    "a.ts",
    'const SPANS = { PACK: "pack box" };\n▶tracer.startActiveSpan(SPANS.PACK, span => span.end());\n',
    "pack box",
  ),
  span(
    "JS, template",
    "a.ts",
    "▶tracer.startActiveSpan(`pack box ${id}`, span => span.end());\n",
    "pack box 12",
  ),
  span(
    "Sentry JS",
    "a.ts",
    '▶Sentry.startSpan({ name: "pack box", op: "task" }, () => {});\n',
    "pack box",
  ),
  span(
    "Sentry JS, op first",
    "a.ts",
    '▶Sentry.startSpan({ op: "task", name: "pack box" }, () => {});\n',
    "pack box",
  ),
  span(
    "Sentry JS, lines",
    "a.ts",
    '▶await Sentry.startSpan(\n  {\n    name: "pack box",\n  },\n  async () => {},\n);\n',
    "pack box",
  ),
  span(
    "Datadog JS",
    "a.js",
    "▶tracer.trace('pack.box', { resource: 'x' }, () => {});\n",
    "pack.box",
  ),
  span(
    "Datadog JS, wrap",
    "a.js",
    "▶const pack = tracer.wrap('pack.box', () => {});\n",
    "pack.box",
  ),
  span(
    "Elastic APM JS",
    "a.js",
    "▶const t = apm.startTransaction('pack box', 'task');\n",
    "pack box",
  ),
  span("X-Ray JS", "a.js", "▶AWSXRay.captureAsyncFunc('pack box', sub => {});\n", "pack box"),
  span("Effect", "a.ts", '▶const pack = run.pipe(Effect.withSpan("pack box"));\n', "pack box"),
  span("Nest decorator", "a.ts", 'class A {\n  @Span("pack box")\n▶  pack() {}\n}\n', "pack box"),
  span(
    "Go, Tracer by name",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tctx, span := otel.Tracer("x").Start(ctx, "pack box")\n}\n',
    "pack box",
  ),
  span(
    "Go, Start over lines",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tctx, span := tr.Start(\n\t\tctx,\n\t\t"pack box",\n\t\ttrace.WithSpanKind(1),\n\t)\n}\n',
    "pack box",
  ),
  span(
    "Go, Sprintf",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tctx, span := tracer.Start(ctx, fmt.Sprintf("pack box %d", id))\n}\n',
    "pack box 12",
  ),
  span(
    "Go, OpenTracing",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tspan, ctx := opentracing.StartSpanFromContext(ctx, "pack box")\n}\n',
    "pack box",
  ),
  span(
    "Go, Datadog",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tspan, ctx := tracer.StartSpanFromContext(ctx, "pack.box")\n}\n',
    "pack.box",
  ),
  span(
    "Go, Elastic",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tspan, ctx := apm.StartSpan(ctx, "pack box", "task")\n}\n',
    "pack box",
  ),
  span(
    "Go, New Relic",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\tdefer txn.StartSegment("pack box").End()\n}\n',
    "pack box",
  ),
  span(
    "Go, X-Ray",
    "a.go",
    'package a\n\nfunc Pack(ctx context.Context) {\n▶\txray.Capture(ctx, "pack box", func(ctx context.Context) error { return nil })\n}\n',
    "pack box",
  ),
  span(
    "Go, constant",
    "a.go",
    'package a\n\nconst packSpan = "pack box"\n\nfunc Pack(ctx context.Context) {\n▶\tctx, span := tracer.Start(ctx, packSpan)\n}\n',
    "pack box",
  ),
  span(
    "Java, spanBuilder",
    "A.java",
    'class A {\n  void pack() {\n▶    Span span = tracer.spanBuilder("pack box").startSpan();\n  }\n}\n',
    "pack box",
  ),
  span(
    "Java, buildSpan",
    "A.java",
    'class A {\n  void pack() {\n▶    Span span = tracer.buildSpan("pack box").start();\n  }\n}\n',
    "pack box",
  ),
  span(
    "Java, WithSpan",
    "A.java",
    'class A {\n  @WithSpan("pack box")\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Java, WithSpan with value",
    "A.java",
    'class A {\n  @WithSpan(value = "pack box", kind = SpanKind.CLIENT)\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Micrometer, Observed",
    "A.java",
    'class A {\n  @Observed(name = "pack.box", contextualName = "pack box")\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Micrometer, Observation",
    "A.java",
    'class A {\n  void pack() {\n▶    Observation.createNotStarted("pack box", registry).observe(() -> {});\n  }\n}\n',
    "pack box",
  ),
  span(
    "Micrometer, nextSpan",
    "A.java",
    'class A {\n  void pack() {\n▶    Span s = tracer.nextSpan().name("pack box").start();\n  }\n}\n',
    "pack box",
  ),
  span(
    "Sleuth, NewSpan",
    "A.java",
    'class A {\n  @NewSpan("pack box")\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Brave, ScopedSpan",
    "A.java",
    'class A {\n  void pack() {\n▶    ScopedSpan s = tracer.startScopedSpan("pack box");\n  }\n}\n',
    "pack box",
  ),
  span(
    "SkyWalking Java",
    "A.java",
    'class A {\n  @Trace(operationName = "pack box")\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Datadog Java",
    "A.java",
    'class A {\n  @Trace(operationName = "pack.box", resourceName = "x")\n▶  void pack() {}\n}\n',
    "pack.box",
  ),
  span(
    "MicroProfile, Traced",
    "A.java",
    'class A {\n  @Traced(operationName = "pack box")\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Elastic Java",
    "A.java",
    'class A {\n  @CaptureSpan("pack box")\n▶  void pack() {}\n}\n',
    "pack box",
  ),
  span(
    "Kotlin",
    "a.kt",
    'fun pack() {\n▶    val span = tracer.spanBuilder("pack box").startSpan()\n}\n',
    "pack box",
  ),
  span(
    "Scala, otel4s",
    "a.scala",
    'object A {\n▶  def pack = Tracer[F].span("pack box").surround(run)\n}\n',
    "pack box",
  ),
  span(
    "C#, StartActivity",
    "A.cs",
    'class A {\n  void Pack() {\n▶    using var a = Source.StartActivity("pack box");\n  }\n}\n',
    "pack box",
  ),
  span(
    "C#, StartActivity with kind",
    "A.cs",
    'class A {\n  void Pack() {\n▶    using var a = Source.StartActivity("pack box", ActivityKind.Internal);\n  }\n}\n',
    "pack box",
  ),
  span(
    "C#, named argument",
    "A.cs",
    'class A {\n  void Pack() {\n▶    using var a = Source.StartActivity(name: "pack box");\n  }\n}\n',
    "pack box",
  ),
  span(
    "C#, tracer shim",
    "A.cs",
    'class A {\n  void Pack() {\n▶    using var s = tracer.StartActiveSpan("pack box");\n  }\n}\n',
    "pack box",
  ),
  span(
    "C#, Datadog",
    "A.cs",
    'class A {\n  void Pack() {\n▶    using var s = Tracer.Instance.StartActive("pack.box");\n  }\n}\n',
    "pack.box",
  ),
  span(
    "C#, interpolated",
    "A.cs",
    'class A {\n  void Pack() {\n▶    using var a = Source.StartActivity($"pack box {id}");\n  }\n}\n',
    "pack box 12",
  ),
  span(
    "PHP, spanBuilder",
    "a.php",
    "<?php\nfunction pack() {\n▶    $span = $tracer->spanBuilder('pack box')->startSpan();\n}\n",
    "pack box",
  ),
  span(
    "PHP, attribute",
    "a.php",
    "<?php\nclass A {\n    #[WithSpan('pack box')]\n▶    public function pack() {}\n}\n",
    "pack box",
  ),
  span(
    "PHP, Sentry",
    "a.php",
    "<?php\nfunction pack() {\n▶    $c = \\Sentry\\Tracing\\SpanContext::make()->setOp('task')->setDescription('pack box');\n}\n",
    "pack box",
  ),
  span(
    "Ruby, in_span",
    "a.rb",
    "def pack\n▶  tracer.in_span('pack box') do |span|\n  end\nend\n",
    "pack box",
  ),
  span(
    "Ruby, Datadog",
    "a.rb",
    "def pack\n▶  Datadog::Tracing.trace('pack.box') do |span|\n  end\nend\n",
    "pack.box",
  ),
  span(
    "Ruby, ActiveSupport",
    "a.rb",
    "def pack\n▶  ActiveSupport::Notifications.instrument('pack.box') do\n  end\nend\n",
    "pack.box",
  ),
  span(
    "Rust, info_span",
    "a.rs",
    'fn pack() {\n▶    let span = info_span!("pack box");\n}\n',
    "pack box",
  ),
  span(
    "Rust, span with level",
    "a.rs",
    'fn pack() {\n▶    let span = tracing::span!(Level::INFO, "pack box", id);\n}\n',
    "pack box",
  ),
  span(
    "Rust, instrument",
    "a.rs",
    "#[instrument(skip(self))]\n▶pub async fn pack_box() {}\n",
    "pack_box",
  ),
  span(
    "Rust, instrument with a name",
    "a.rs",
    '#[tracing::instrument(name = "pack box", skip_all)]\n▶pub async fn pack() {}\n',
    "pack box",
  ),
  span(
    "Rust, OpenTelemetry",
    "a.rs",
    'fn pack() {\n▶    tracer.in_span("pack box", |cx| {});\n}\n',
    "pack box",
  ),
  span(
    "C++",
    "a.cpp",
    'void pack() {\n▶  auto span = tracer->StartSpan("pack box");\n}\n',
    "pack box",
  ),
  span(
    "Swift",
    "a.swift",
    'func pack() {\n▶  let span = tracer.spanBuilder(spanName: "pack box").startSpan()\n}\n',
    "pack box",
  ),
  span(
    "Elixir",
    "a.ex",
    'defmodule A do\n  def pack do\n▶    Tracer.with_span "pack box" do\n    end\n  end\nend\n',
    "pack box",
  ),
  span(
    "Dart",
    "a.dart",
    "void pack() {\n▶  final span = tracer.startSpan('pack box');\n}\n",
    "pack box",
  ),
];

const routes: readonly Idiom[] = [
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
  route(
    "Express, named handler",
    {
      "routes/box.js":
        "const { show } = require('../controllers/box');\nrouter.get('/boxes/:id', auth, show);\n",
      "controllers/box.js": "▶exports.show = (req, res) => {};\n",
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "Express, mounted twice",
    {
      "app.js": "const api = require('./api');\napp.use('/api', api);\n",
      "api/index.js": "const boxes = require('./boxes');\nrouter.use('/boxes', boxes);\n",
      "api/boxes.js": "▶router.get('/:id', (req, res) => {});\n",
      "api/shelves.js": "router.get('/:id', (req, res) => {});\n",
    },
    "GET",
    "/api/boxes/:id",
  ),
  route(
    "Express, class",
    {
      "a.ts":
        'class BoxController {\n▶  show = (req: Request, res: Response) => {};\n}\nconst box = new BoxController();\nrouter.get("/boxes/:id", box.show);\n',
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "Express, route chain",
    {
      "a.js":
        "▶function show(req, res) {}\nfunction save(req, res) {}\nrouter.route('/boxes/:id').get(show).put(save);\n",
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "Koa",
    {
      "a.js":
        "const router = new Router({ prefix: '/boxes' });\n▶router.get('/:id', async ctx => {});\n",
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "Fastify",
    { "a.js": "▶fastify.get('/boxes/:id', { schema }, async (request, reply) => {});\n" },
    "GET",
    "/boxes/:id",
  ),
  route(
    "Fastify, plugin",
    {
      "app.js": "const boxes = require('./boxes');\nfastify.register(boxes, { prefix: '/v1' });\n",
      "boxes.js":
        "module.exports = async function (app) {\n▶  app.get('/boxes/:id', async () => {});\n};\n",
    },
    "GET",
    "/v1/boxes/:id",
  ),
  route(
    "Fastify, route object",
    {
      "a.js":
        "▶function show() {}\nfastify.route({ method: 'GET', url: '/boxes/:id', handler: show });\n",
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "Hapi",
    {
      "a.js": "▶server.route({ method: 'GET', path: '/boxes/{id}', handler: () => {} });\n".replace(
        "▶server.route(",
        "server.route(▶",
      ),
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Hono",
    { "a.ts": "const app = new Hono();\n▶app.get('/boxes/:id', c => c.json({}));\n" },
    "GET",
    "/boxes/:id",
  ),
  route(
    "NestJS",
    {
      "a.ts":
        "@Controller({ path: 'boxes', version: '1' })\nexport class BoxController {\n  @Get(':id')\n  @UseGuards(Guard)\n▶  show() {}\n}\n",
    },
    "GET",
    "/v1/boxes/:id",
  ),
  route(
    "Next.js, app",
    {
      "app/(shop)/boxes/[id]/page.tsx":
        "▶export default async function Page() {\n  return null;\n}\n",
    },
    "GET",
    "/boxes/[id]",
  ),
  route(
    "Next.js, route",
    {
      "src/app/api/boxes/[id]/route.ts":
        "export async function GET() {}\n▶export async function POST() {}\n",
    },
    "POST",
    "/api/boxes/[id]",
  ),
  route(
    "Nuxt",
    { "server/api/boxes/[id].get.ts": "▶export default defineEventHandler(() => {});\n" },
    "GET",
    "/api/boxes/:id",
  ),
  route(
    "SvelteKit",
    { "src/routes/boxes/[id]/+server.ts": "▶export const GET = () => {};\n" },
    "GET",
    "/boxes/[id]",
  ),
  route(
    "Remix",
    { "app/routes/boxes.$id.tsx": "▶export async function loader() {}\n" },
    "GET",
    "/boxes/:id",
  ),
  route(
    "net/http",
    {
      "a.go":
        'package a\n\n▶func show(w http.ResponseWriter, r *http.Request) {}\n\nfunc main() {\n\tmux.HandleFunc("GET /boxes/{id}", show)\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "net/http, wrapped",
    {
      "a.go":
        'package a\n\n▶func show(w http.ResponseWriter, r *http.Request) {}\n\nfunc main() {\n\tmux.Handle("/boxes", otelhttp.NewHandler(http.HandlerFunc(show), "boxes"))\n}\n',
    },
    "GET",
    "/boxes",
  ),
  route(
    "gin, groups",
    {
      "a.go":
        'package a\n\n▶func show(c *gin.Context) {}\n\nfunc Init(r *gin.Engine) {\n\tv1 := r.Group("/v1")\n\t{\n\t\tboxes := v1.Group("/boxes")\n\t\tboxes.GET("/:id", auth(), show)\n\t}\n}\n',
    },
    "GET",
    "/v1/boxes/:id",
  ),
  route(
    "gin, group handed over",
    {
      "main.go": 'package main\n\nfunc main() {\n\tboxes.Register(r.Group("/boxes"))\n}\n',
      "boxes/routes.go":
        'package boxes\n\nfunc Register(g *gin.RouterGroup) {\n\tg.GET("/:id", Show)\n}\n\n▶func Show(c *gin.Context) {}\n',
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "echo",
    {
      "a.go":
        'package a\n\nimport "github.com/labstack/echo/v4"\n\n▶func (h *Handler) Show(c echo.Context) error { return nil }\n\nfunc (h *Handler) Init(e *echo.Echo) {\n\te.GET("/boxes/:id", h.Show, middleware.JWT())\n}\n',
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "fiber",
    {
      "a.go":
        'package a\n\nfunc Init(app *fiber.App) {\n\tapi := app.Group("/api")\n▶\tapi.Get("/boxes/:id", func(c *fiber.Ctx) error { return nil })\n}\n',
    },
    "GET",
    "/api/boxes/:id",
  ),
  route(
    "chi",
    {
      "a.go":
        'package a\n\n▶func show(w http.ResponseWriter, r *http.Request) {}\n\nfunc Init(r chi.Router) {\n\tr.Route("/boxes", func(r chi.Router) {\n\t\tr.Get("/{id}", show)\n\t})\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "gorilla",
    {
      "a.go":
        'package a\n\n▶func show(w http.ResponseWriter, r *http.Request) {}\n\nfunc Init(r *mux.Router) {\n\ts := r.PathPrefix("/v1").Subrouter()\n\ts.HandleFunc("/boxes/{id:[0-9]+}", show).Methods("GET")\n}\n',
    },
    "GET",
    "/v1/boxes/{id:[0-9]+}",
  ),
  route(
    "Spring",
    {
      "A.java":
        '@RestController\n@RequestMapping("/boxes")\nclass A {\n  @GetMapping(value = "/{id}", produces = "application/json")\n▶  Box show(@PathVariable long id) { return null; }\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Spring, RequestMapping with a verb",
    {
      "A.java":
        '@Controller\nclass A {\n  @RequestMapping(path = {"/boxes", "/crates"}, method = RequestMethod.POST)\n▶  String save() { return null; }\n}\n',
    },
    "POST",
    "/crates",
  ),
  route(
    "Spring, functional",
    {
      "A.java":
        'class A {\n  RouterFunction<ServerResponse> routes(BoxHandler handler) {\n    return route().GET("/boxes/{id}", handler::show).build();\n  }\n}\n',
      "BoxHandler.java":
        "class BoxHandler {\n▶  Mono<ServerResponse> show(ServerRequest r) { return null; }\n}\n",
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "JAX-RS",
    {
      "A.java":
        '@Path("/boxes")\npublic class A {\n  @GET\n  @Path("{id}")\n  @Produces("application/json")\n▶  public Box show(@PathParam("id") long id) { return null; }\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Micronaut",
    {
      "A.java":
        '@Controller("/boxes")\nclass A {\n  @Get("/{id}")\n▶  Box show(long id) { return null; }\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Spring in Kotlin",
    {
      "A.kt":
        '@RestController\n@RequestMapping("/boxes")\nclass A {\n    @GetMapping("/{id}")\n▶    fun show(@PathVariable id: Long): Box = TODO()\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Ktor",
    {
      "a.kt":
        'import io.ktor.server.routing.*\n\nfun Application.module() {\n    routing {\n        route("/boxes") {\n▶            get("/{id}") {\n            }\n        }\n    }\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Javalin",
    {
      "A.java":
        'import io.javalin.Javalin;\nclass A {\n  void init() {\n    app.get("/boxes/{id}", BoxController::show);\n  }\n}\n',
      "BoxController.java": "class BoxController {\n▶  static void show(Context ctx) {}\n}\n",
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "ASP.NET controller",
    {
      "A.cs":
        '[ApiController]\n[Route("api/[controller]")]\npublic class BoxesController : ControllerBase\n{\n    [HttpGet("{id:int}")]\n▶    public ActionResult<Box> Show(int id) => null;\n}\n',
    },
    "GET",
    "api/Boxes/{id:int}",
  ),
  route(
    "ASP.NET minimal",
    {
      "A.cs":
        'class A {\n  void Init(WebApplication app) {\n    var boxes = app.MapGroup("/boxes");\n    boxes.MapGet("/{id}", Show);\n  }\n▶  static Box Show(int id) => null;\n}\n',
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Laravel",
    {
      "routes/api.php":
        "<?php\nRoute::prefix('v1')->middleware('auth')->group(function () {\n    Route::get('/boxes/{id}', [BoxController::class, 'show']);\n});\n",
      "app/BoxController.php":
        "<?php\nclass BoxController {\n▶    public function show($id) {}\n}\n",
    },
    "GET",
    "/api/v1/boxes/{id}",
  ),
  route(
    "Symfony",
    {
      "A.php":
        "<?php\n#[Route('/boxes')]\nclass A {\n    #[Route('/{id}', name: 'box', methods: ['GET'])]\n▶    public function show($id) {}\n}\n",
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Slim",
    { "a.php": "<?php\n▶$app->get('/boxes/{id}', function ($request, $response) {});\n" },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "Rails",
    {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  namespace :api do\n    resources :boxes, only: [:index, :show]\n  end\nend\n",
      "app/controllers/api/boxes_controller.rb":
        "class Api::BoxesController < ApplicationController\n▶  def show\n  end\nend\n",
    },
    "GET",
    "/api/boxes/:id",
  ),
  route(
    "Rails, to",
    {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  get '/crates/:id', to: 'boxes#show'\nend\n",
      "app/controllers/boxes_controller.rb":
        "class BoxesController < ApplicationController\n▶  def show\n  end\nend\n",
    },
    "GET",
    "/crates/:id",
  ),
  route(
    "Sinatra",
    { "a.rb": "require 'sinatra'\n\n▶get '/boxes/:id' do\nend\n" },
    "GET",
    "/boxes/:id",
  ),
  route(
    "actix",
    { "a.rs": '#[get("/boxes/{id}")]\n▶async fn show() -> impl Responder {}\n' },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "axum",
    {
      "a.rs":
        '▶async fn show() {}\n\nfn app() -> Router {\n    Router::new().route("/boxes/:id", get(show).post(save))\n}\n',
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "axum, nested",
    {
      "main.rs": 'fn app() -> Router {\n    Router::new().nest("/v1", boxes::router())\n}\n',
      "boxes.rs":
        '▶async fn show() {}\n\npub fn router() -> Router {\n    Router::new().route("/boxes/{id}", get(show))\n}\n',
    },
    "GET",
    "/v1/boxes/{id}",
  ),
  route(
    "Rocket",
    { "a.rs": '#[get("/boxes/<id>")]\n▶fn show(id: u32) {}\n' },
    "GET",
    "/boxes/<id>",
  ),
  route(
    "Phoenix",
    {
      "router.ex":
        'defmodule R do\n  scope "/api", App do\n    get "/boxes/:id", BoxController, :show\n  end\nend\n',
      "box_controller.ex":
        "defmodule App.BoxController do\n▶  def show(conn, params) do\n  end\nend\n",
    },
    "GET",
    "/api/boxes/:id",
  ),
];

const consumers: readonly Idiom[] = [
  queue(
    "Spring Kafka",
    "A.java",
    'class A {\n  @KafkaListener(topics = "boxes", groupId = "x")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "Spring Kafka, constant",
    "A.java",
    'class A {\n  static final String TOPIC = "boxes";\n\n  @KafkaListener(topics = TOPIC)\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "Spring AMQP",
    "A.java",
    'class A {\n  @RabbitListener(queues = "boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "JMS",
    "A.java",
    'class A {\n  @JmsListener(destination = "boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "SQS",
    "A.java",
    'class A {\n  @SqsListener("boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "MicroProfile",
    "A.java",
    'class A {\n  @Incoming("boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "confluent-kafka",
    "a.py",
    'consumer = Consumer(conf)\n▶consumer.subscribe(["boxes"])\n',
    "boxes",
  ),
  queue(
    "kafka-python",
    "a.py",
    '▶consumer = KafkaConsumer("boxes", bootstrap_servers=servers)\n',
    "boxes",
  ),
  queue(
    "pika",
    "a.py",
    '▶def pack(ch, method, properties, body): ...\n\nchannel.basic_consume(queue="boxes", on_message_callback=pack)\n',
    "boxes",
  ),
  queue(
    "FastStream",
    "a.py",
    '@broker.subscriber("boxes")\n▶async def pack(message): ...\n',
    "boxes",
  ),
  queue("dramatiq", "a.py", '@dramatiq.actor(queue_name="boxes")\n▶def pack(box): ...\n', "boxes"),
  queue("RQ", "a.py", '@job("boxes")\n▶def pack(box): ...\n', "boxes"),
  queue(
    "KafkaJS",
    "a.js",
    "▶await consumer.subscribe({ topic: 'boxes', fromBeginning: true });\n",
    "boxes",
  ),
  queue("amqplib", "a.js", "▶channel.consume('boxes', message => {});\n", "boxes"),
  queue(
    "amqplib, named handler",
    "a.js",
    "▶function pack(message) {}\nchannel.consume('boxes', pack);\n",
    "boxes",
  ),
  queue("BullMQ", "a.ts", "▶const worker = new Worker('boxes', async job => {});\n", "boxes"),
  queue(
    "BullMQ, named processor",
    "a.ts",
    "▶async function pack(job: Job) {}\nnew Worker('boxes', pack, { connection });\n",
    "boxes",
  ),
  queue(
    "Bull",
    "a.js",
    "const boxes = new Queue('boxes');\n▶boxes.process(async job => {});\n",
    "boxes",
  ),
  queue(
    "Nest Bull",
    "a.ts",
    "@Processor('boxes')\nexport class BoxProcessor extends WorkerHost {\n▶  async process(job: Job) {}\n}\n",
    "boxes",
  ),
  queue(
    "Nest microservice",
    "a.ts",
    "@Controller()\nclass A {\n  @EventPattern('boxes')\n▶  async pack(data: Box) {}\n}\n",
    "boxes",
  ),
  queue(
    "Nest message",
    "a.ts",
    "class A {\n  @MessagePattern({ cmd: 'boxes' })\n▶  async pack(data: Box) {}\n}\n",
    "boxes",
  ),
  queue(
    "NATS, Go",
    "a.go",
    'package a\n\n▶func pack(m *nats.Msg) {}\n\nfunc Init() {\n\tnc.Subscribe("boxes", pack)\n}\n',
    "boxes",
  ),
  queue(
    "asynq",
    "a.go",
    'package a\n\nconst TypePack = "box:pack"\n\n▶func HandlePack(ctx context.Context, t *asynq.Task) error { return nil }\n\nfunc Init() {\n\tmux.HandleFunc(TypePack, HandlePack)\n}\n',
    "box:pack",
  ),
  queue(
    "kafka-go",
    "a.go",
    'package a\n\nfunc Init() {\n\tr := kafka.NewReader(kafka.ReaderConfig{\n▶\t\tTopic: "boxes",\n\t})\n}\n',
    "boxes",
  ),
  queue(
    "amqp, Go",
    "a.go",
    'package a\n\nfunc Init() {\n▶\tmsgs, err := ch.Consume("boxes", "", true, false, false, false, nil)\n}\n',
    "boxes",
  ),
  queue(
    "Confluent .NET",
    "A.cs",
    'class A {\n  void Run() {\n▶    consumer.Subscribe("boxes");\n  }\n}\n',
    "boxes",
  ),
  queue(
    "Azure Functions",
    "A.cs",
    'class A {\n  [Function("Pack")]\n▶  public void Run([ServiceBusTrigger("boxes")] string box) {}\n}\n',
    "boxes",
  ),
  queue(
    "Ruby Bunny",
    "a.rb",
    "def run\n  queue = channel.queue('boxes')\n▶  queue.subscribe { |info, props, body| }\nend\n",
    "boxes",
  ),
  queue(
    "lapin",
    "a.rs",
    'fn run() {\n▶    let consumer = channel.basic_consume("boxes", "x", options, table);\n}\n',
    "boxes",
  ),
  queue("rdkafka", "a.rs", 'fn run() {\n▶    consumer.subscribe(&["boxes"]);\n}\n', "boxes"),
  {
    title: "Celery",
    files: { "shop/tasks.py": "@shared_task\n▶def pack(box): ...\n" },
    name: "run/shop.tasks.pack",
    kind: consumer,
    attributes: { "celery.task_name": "shop.tasks.pack", "messaging.destination": "celery" },
  },
  {
    title: "Celery, named",
    files: { "a.py": '@app.task(name="boxes.pack", bind=True)\n▶def pack_box(self, box): ...\n' },
    name: "run/boxes.pack",
    kind: consumer,
    attributes: { "celery.task_name": "boxes.pack" },
  },
  {
    title: "Celery, class",
    files: {
      "shop/tasks.py":
        'class Pack(Task):\n    name = "boxes.pack"\n\n▶    def run(self, box): ...\n',
    },
    name: "run/boxes.pack",
    kind: consumer,
    attributes: { "celery.task_name": "boxes.pack" },
  },
  {
    title: "huey",
    files: { "a.py": "@huey.task()\n▶def pack(box): ...\n" },
    name: "pack",
    kind: consumer,
  },
  {
    title: "arq",
    files: {
      "a.py": "▶async def pack(ctx, box): ...\n\nclass WorkerSettings:\n    functions = [pack]\n",
    },
    name: "pack",
    kind: consumer,
  },
  {
    title: "Sidekiq",
    files: { "a.rb": "class PackJob\n  include Sidekiq::Job\n\n▶  def perform(box)\n  end\nend\n" },
    name: "PackJob process",
    kind: consumer,
    attributes: {
      "messaging.system": "sidekiq",
      "messaging.sidekiq.job_class": "PackJob",
      "messaging.destination": "default",
    },
  },
  {
    title: "Active Job",
    files: { "a.rb": "class PackJob < ApplicationJob\n▶  def perform(box)\n  end\nend\n" },
    name: "PackJob process",
    kind: consumer,
    attributes: { "messaging.destination": "default", "code.namespace": "PackJob" },
  },
  {
    title: "Laravel job",
    files: {
      "a.php":
        "<?php\nnamespace App\\Jobs;\nclass PackBox implements ShouldQueue {\n▶    public function handle() {}\n}\n",
    },
    name: "App\\Jobs\\PackBox process",
    kind: consumer,
    attributes: { "messaging.system": "database" },
  },
  {
    title: "Hangfire",
    files: { "A.cs": "public class BoxJobs {\n▶  public void Pack(int id) {}\n}\n" },
    name: "JOB BoxJobs.Pack",
    kind: SpanKind.internal,
    attributes: { "job.id": "1" },
  },
  {
    title: "Quartz",
    files: {
      "A.cs":
        "public class PackJob : IJob {\n▶  public Task Execute(IJobExecutionContext c) => null;\n}\n",
    },
    name: "execute PackJob",
    kind: SpanKind.internal,
  },
  {
    title: "MassTransit",
    files: {
      "A.cs":
        "public class PackConsumer : IConsumer<PackBox> {\n▶  public Task Consume(ConsumeContext<PackBox> c) => null;\n}\n",
    },
    name: "PackConsumer process",
    kind: consumer,
    attributes: { "messaging.system": "rabbitmq" },
  },
  {
    title: "Temporal",
    files: {
      "a.go": "package a\n\n▶func PackBox(ctx context.Context, box string) error { return nil }\n",
    },
    name: "RunActivity:PackBox",
    kind: SpanKind.internal,
  },
  {
    title: "AWS Lambda",
    files: { "a.py": "▶def handler(event, context): ...\n" },
    name: "a.handler",
    kind: server,
    attributes: { "faas.trigger": "pubsub" },
  },
  {
    title: "GraphQL resolver",
    files: {
      "a.ts": "@Resolver()\nclass BoxResolver {\n  @Query(() => [Box])\n▶  async boxes() {}\n}\n",
    },
    name: "graphql.resolve boxes",
    kind: SpanKind.internal,
    attributes: { "graphql.field.name": "boxes" },
  },
  {
    title: "Spring Scheduled",
    files: { "A.java": "class A {\n  @Scheduled(fixedRate = 1000)\n▶  void packAll() {}\n}\n" },
    name: "A.packAll",
    kind: SpanKind.internal,
    attributes: { "code.namespace": "shop.A", "code.function": "packAll" },
  },
];

test.each([...spans, ...routes, ...consumers])(
  "$title",
  async ({ files, name, kind, attributes = {} }) => {
    const marked = Object.entries(files).find(([, text]) => text.includes("▶"));
    const expected = `${marked![0]}:${marked![1].split("▶")[0]!.split("\n").length}`;
    const plain = Object.entries(files).map(([path, text]) => [
      `/ws/${path}`,
      text.replace("▶", ""),
    ]);
    const workspace = await createWorkspace(Object.fromEntries(plain) as Record<string, string>);
    const detail: SpanDetail = {
      spanId: "1",
      traceId: "2",
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
      resource: [],
      events: [],
      links: [],
      stores: [],
      raw: "",
    };
    const hints = getCodeHints(detail, {
      name,
      service: "",
      queue: "",
      ...(kind !== undefined && { kind }),
    });
    const { locations } = await resolveSource(hints, workspace);
    const [first] = locations;
    expect(first === undefined ? "nothing" : `${first.path.slice(4)}:${first.line0 + 1}`).toBe(
      expected,
    );
  },
);
