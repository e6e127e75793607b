/** Programs in other languages that answer requests. */

import { route, type Idiom } from "./idiom.ts";

export const routeIdioms: readonly Idiom[] = [
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
  route(
    "ASP.NET Core, groups of constants and extensions",
    {
      "App.cs": 'static class App {\n  public const string Prefix = "api/v1/catalog";\n}\n',
      "Products.cs":
        'static class Products {\n  public const string ProductsUri = $"{App.Prefix}/products";\n\n  static void Map(IEndpointRouteBuilder endpoints) {\n    var products = endpoints.NewVersionedApi("x");\n    var v1 = products.MapGroup(ProductsUri).HasApiVersion(1.0);\n    v1.MapGetProductEndpoint();\n  }\n}\n',
      "GetProduct.cs":
        'static class GetProductEndpoint {\n  internal static RouteHandlerBuilder MapGetProductEndpoint(this IEndpointRouteBuilder app) {\n    return app.MapGet("/{id}", Handle);\n\n▶    async Task<Product> Handle(int id) { return null; }\n  }\n}\n',
    },
    "GET",
    "api/v1/catalog/products/{id}",
  ),
  route(
    "Spring, a constant of another class",
    {
      "Paths.java": 'class Paths {\n  public static final String BOXES = "/v2/boxes";\n}\n',
      "A.java":
        '@RestController\n@RequestMapping(Paths.BOXES)\nclass A {\n  @GetMapping("/{id}")\n▶  Box one(@PathVariable long id) { return null; }\n}\n',
      "B.java":
        '@RestController\nclass B {\n  @GetMapping("/crates/{id}")\n  Box other(@PathVariable long id) { return null; }\n}\n',
    },
    "GET",
    "/v2/boxes/{id}",
  ),
  route(
    "A router of the program's own",
    {
      "A.js":
        'class BoxesRouter extends Router {\n  mount() {\n▶    this.route("GET", "/boxes/:id", req => show(req));\n  }\n}\n',
    },
    "GET",
    "/api/boxes/:id",
  ),
  route(
    "A framework that nobody knows",
    { "a.lua": '▶site:answer("/boxes/heavy", function(r) end)\n' },
    "GET",
    "/v1/boxes/heavy",
  ),
  route(
    "Spring, a star in the path",
    {
      "A.kt":
        'class A {\n  @GetMapping("/owners/{id}/pets/{petId}/visits")\n  fun other(): String = ""\n\n  @GetMapping("/owners/*/pets/{petId}/visits")\n▶  fun visits(): String = ""\n}\n',
    },
    "GET",
    "/owners/*/pets/{petId}/visits",
  ),
];
