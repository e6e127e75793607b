/** Routes and spans of languages without a grammar or a framework of many, each registered by one call with its handler. */

import { route, type Idiom } from "./idiom.ts";

export const registeredIdioms: readonly Idiom[] = [
  route(
    "Vapor, a collection with groups in closures",
    {
      "Sources/App/routes.swift":
        'import Vapor\n\nfunc routes(_ app: Application) throws {\n    let api = app.grouped("api")\n    try api.register(collection: BoxController())\n}\n',
      "Sources/App/BoxController.swift":
        'import Vapor\n\nstruct BoxController: RouteCollection {\n    func boot(routes: RoutesBuilder) throws {\n        let boxes = routes.grouped("boxes")\n        boxes.get(use: index)\n        boxes.group(":boxID") { box in\n            box.delete(use: self.drop)\n        }\n    }\n\n    func index(req: Request) async throws -> [Box] {\n        []\n    }\n\n▶    func drop(req: Request) async throws -> HTTPStatus {\n        .noContent\n    }\n}\n',
    },
    "DELETE",
    "/api/boxes/:boxID",
  ),
  route(
    "Vapor, a closure with parts of the path",
    {
      "Sources/App/routes.swift":
        'import Vapor\n\nfunc routes(_ app: Application) throws {\n    app.get("boxes", "packed") { req in\n        "packed"\n    }\n▶    app.get("boxes", ":id", "label") { req -> String in\n        "label"\n    }\n}\n',
    },
    "GET",
    "/boxes/:id/label",
  ),
  route(
    "Hummingbird, a chain of groups",
    {
      "Sources/App/Application.swift":
        'import Hummingbird\n\nfunc build() {\n    let router = Router()\n    BoxController<Context>(store: store).addRoutes(to: router.group("api/boxes"))\n}\n',
      "Sources/App/BoxController.swift":
        'import Hummingbird\n\nstruct BoxController {\n    func addRoutes(to group: RouterGroup<Context>) {\n        group\n            .add(middleware: Guard())\n            .get(use: self.list)\n            .group(":id")\n            .patch("label", use: self.rename)\n    }\n\n    func list(_ request: Request) async throws -> [Box] {\n        []\n    }\n\n▶    func rename(_ request: Request) async throws -> Box {\n    }\n}\n',
    },
    "PATCH",
    "/api/boxes/{id}/label",
  ),
  route(
    "shelf, a router that another mounts",
    {
      "bin/server.dart":
        "import 'package:shelf_router/shelf_router.dart';\n\nfinal app = Router()..mount('/api/', BoxApi().router.call);\n",
      "lib/box_api.dart":
        "import 'package:shelf_router/shelf_router.dart';\n\nclass BoxApi {\n  Router get router {\n    final router = Router();\n    router.get('/boxes', _list);\n    router.put('/boxes/<id>', _rename);\n    return router;\n  }\n\n  Response _list(Request request) {\n    return Response.ok('');\n  }\n\n▶  Future<Response> _rename(Request request, String id) async {\n    return Response.ok('');\n  }\n}\n",
    },
    "PUT",
    "/api/boxes/<id>",
  ),
  route(
    "shelf, an annotated method",
    {
      "lib/box_api.dart":
        "import 'package:shelf_router/shelf_router.dart';\n\nclass BoxApi {\n  @Route.get('/boxes')\n  Future<Response> list(Request request) async {\n    return Response.ok('');\n  }\n\n  @Route.post('/boxes/<id>/seal')\n▶  Future<Response> seal(Request request, String id) async {\n    return Response.ok('');\n  }\n}\n",
    },
    "POST",
    "/boxes/<id>/seal",
  ),
  route(
    "oatpp, an endpoint's macro",
    {
      "src/BoxController.hpp":
        'class BoxController : public oatpp::web::server::api::ApiController {\npublic:\n  ENDPOINT("PUT", "boxes/{boxId}", putBox, PATH(Int32, boxId))\n  {\n    return createResponse(Status::CODE_200);\n  }\n  ENDPOINT_INFO(getBox) {\n    info->summary = "A box";\n  }\n  ENDPOINT("POST", "boxes", addBox, BODY_DTO(Object<BoxDto>, box))\n  {\n    return createResponse(Status::CODE_200);\n  }\n▶  ENDPOINT("GET", "boxes/{boxId}", getBox, PATH(Int32, boxId))\n  {\n    return createResponse(Status::CODE_200);\n  }\n  ENDPOINT("DELETE", "boxes/{boxId}", dropBox, PATH(Int32, boxId))\n  {\n    return createResponse(Status::CODE_200);\n  }\n};\n',
    },
    "GET",
    "/boxes/{boxId}",
  ),
  route(
    "drogon, a controller's method",
    {
      "controllers/Boxes.h":
        'class Boxes : public drogon::HttpController<Boxes> {\n public:\n  METHOD_LIST_BEGIN\n  ADD_METHOD_TO(Boxes::list, "/boxes", Get);\n  ADD_METHOD_TO(Boxes::seal, "/boxes/{1}/seal", Post);\n  METHOD_LIST_END\n  void list(const HttpRequestPtr &req, Callback &&callback);\n  void seal(const HttpRequestPtr &req, Callback &&callback, int id);\n};\n',
      "controllers/Boxes.cc":
        '#include "Boxes.h"\n\nvoid Boxes::list(const HttpRequestPtr &req, Callback &&callback) {\n}\n\n▶void Boxes::seal(const HttpRequestPtr &req, Callback &&callback, int id) {\n}\n',
    },
    "POST",
    "/boxes/{1}/seal",
  ),
  route(
    "http4s, a case of a class that a router mounts",
    {
      "src/Server.scala":
        'object Server {\n  val app = Router(\n    "/boxes" -> BoxEndpoints.endpoints[F](service),\n    "/labels" -> LabelEndpoints.endpoints[F](service),\n  ).orNotFound\n}\n',
      "src/BoxEndpoints.scala":
        'class BoxEndpoints[F[_]] extends Http4sDsl[F] {\n  private def listEndpoint(service: BoxService[F]): HttpRoutes[F] = {\n    case GET -> Root => Ok()\n  }\n  private def sealEndpoint(service: BoxService[F]): HttpRoutes[F] = {\n▶    case req @ POST -> Root / LongVar(id) / "seal" asAuthed _ =>\n      Ok()\n  }\n}\n',
      "src/LabelEndpoints.scala":
        'class LabelEndpoints[F[_]] {\n  def endpoints: HttpRoutes[F] = HttpRoutes.of[F] {\n    case req @ POST -> Root / LongVar(id) / "seal" => Ok()\n  }\n}\n',
    },
    "POST",
    "/boxes/{id}/seal",
  ),
  route(
    "Vert.x in Kotlin, a handler that runs in a coroutine",
    {
      "src/App.kt":
        'import io.vertx.ext.web.Router\n\nclass App : CoroutineVerticle() {\n  override suspend fun start() {\n    val router = Router.router(vertx)\n    router.get("/boxes").coroutineHandler { ctx -> list(ctx) }\n▶    router.get("/boxes/:id").coroutineHandler { ctx -> show(ctx) }\n  }\n}\n',
    },
    "GET",
    "/boxes/:id",
  ),
  route(
    "YARP, a group that is forwarded",
    {
      "Api.cs":
        'public static class Api\n{\n    public static RouteGroupBuilder MapBoxes(this IEndpointRouteBuilder routes)\n    {\n        var group = routes.MapGroup("/boxes");\n▶        group.MapForwarder("{*path}", "http://depot", new ForwarderRequestConfig(), b => { });\n        return group;\n    }\n}\n',
    },
    "GET",
    "/boxes/{**path}",
  ),
  {
    title: "A span that a helper names by its argument",
    files: {
      "depot/Store.java":
        'class Store {\n  private static <T> T traced(SpanContext parent, String operation, Supplier<T> supplier) {\n    Span span = begin(parent, operation);\n    return supplier.get();\n  }\n\n  private static Span begin(SpanContext parent, String operation) {\n    return GlobalTracer.get().buildSpan(operation).asChildOf(parent).start();\n  }\n\n  List<Box> list(SpanContext parent) {\n▶    return traced(parent, "store::list", () -> {\n      return rows();\n    });\n  }\n\n  List<Box> rows() {\n    return null;\n  }\n}\n',
      "depot/Other.java": "class Other {\n  void list() {\n  }\n}\n",
    },
    name: "store::list",
    service: "depot",
  },
  {
    title: "A helper of Go with a context before the name",
    files: {
      "depot/store.go":
        'package depot\n\nfunc (s *Store) observe(ctx context.Context, name string, run func() error) error {\n\tctx, span := s.tracer.Start(ctx, name)\n\tdefer span.End()\n\treturn run()\n}\n\nfunc (s *Store) Seal(ctx context.Context) error {\n▶\treturn s.observe(ctx, "store seal", func() error {\n\t\treturn nil\n\t})\n}\n',
    },
    name: "store seal",
    service: "depot",
  },
  {
    title: "C++, a method that returns nested templates",
    files: {
      "src/BoxService.cpp":
        "shop::Object<Page<shop::Object<Box>>> BoxService::list(const shop::UInt32& offset) {\n  return nullptr;\n}\n\n▶shop::Object<Page<shop::Object<Box>>> BoxService::listPacked(const shop::UInt32& offset) {\n  return nullptr;\n}\n",
      "src/BoxService.hpp":
        "class BoxService {\npublic:\n  shop::Object<Page<shop::Object<Box>>> listPacked(const shop::UInt32& offset);\n};\n",
    },
    name: "listPacked",
    service: "depot",
    attributes: { "code.function.name": "BoxService::listPacked" },
  },
  route(
    "shelf, an annotation of one's own",
    {
      "lib/api.dart":
        "class Api {\n  @Address.get('/api/boxes/<box>')\n▶  Future<Response> showBox(Request request, String box) async {\n    return ok();\n  }\n\n  @Address.get('/boxes/<box>')\n  Future<Response> page(Request request, String box) async {\n    return ok();\n  }\n}\n",
    },
    "GET",
    "/api/boxes/<box>",
  ),
  route(
    "A call that nobody knows, with an address and a function",
    {
      "src/main.swift":
        'func start() {\n    depot.answer("/boxes/{id}/seal", with: sealBox)\n}\n\n▶func sealBox(request: Request) -> Response {\n    Response()\n}\n',
    },
    "POST",
    "/boxes/{id}/seal",
  ),
  route(
    "drogon, an address with its query",
    {
      "controllers/Boxes.h":
        'class Boxes : public drogon::HttpController<Boxes> {\n public:\n  METHOD_LIST_BEGIN\n  ADD_METHOD_TO(Boxes::find, "/boxes?label={label}", Get);\n  METHOD_LIST_END\n};\n',
      "controllers/Boxes.cc":
        "▶void Boxes::find(const HttpRequestPtr &req, Callback &&callback, std::string label) {\n}\n",
    },
    "GET",
    "/boxes",
  ),
  route(
    "Pekko in Scala, a verb around a path",
    {
      "src/Routes.scala":
        'import org.apache.pekko.http.scaladsl.server.Directives._\n\nobject Routes {\n  val route =\n    pathPrefix("boxes") {\n      concat(\n        get {\n          path(Segment) { id =>\n            complete(show(id))\n          }\n        },\n        post {\n▶          path(Segment / "seal") { id =>\n            complete(seal(id))\n          }\n        })\n    }\n}\n',
    },
    "POST",
    "/boxes/{}/seal",
  ),
  route(
    "Pekko in Java, verbs inside of a path",
    {
      "src/Routes.java":
        'import org.apache.pekko.http.javadsl.server.Route;\n\nclass Routes {\n  public Route boxes() {\n    return path(segment("boxes").slash().concat(longSegment()), id ->\n      concat(\n        get(() ->\n          complete("box")\n        ),\n▶        post(() ->\n          entity(unmarshaller, box -> complete("done"))\n        )\n      )\n    );\n  }\n}\n',
    },
    "POST",
    "/boxes/{}",
  ),
  route(
    "gin, a group that is chained in one line",
    {
      "router.go":
        'package router\n\nfunc Create(g *gin.Engine) {\n\tg.Group("/boxes").Use(guard.Optional).POST("", boxes.Add)\n\tg.Group("/labels").Use(guard.Optional).POST("", labels.Add)\n}\n',
      "boxes/boxes.go": "package boxes\n\n▶func Add(c *gin.Context) {\n}\n",
      "labels/labels.go": "package labels\n\nfunc Add(c *gin.Context) {\n}\n",
    },
    "POST",
    "/boxes",
  ),
  route(
    "FastEndpoints, an address in a constant of the request",
    {
      "Boxes/GetById.cs":
        "public class GetById(IMediator mediator)\n  : Endpoint<GetBoxRequest, BoxRecord>\n{\n  public override void Configure()\n  {\n    Get(GetBoxRequest.Route);\n    AllowAnonymous();\n  }\n\n▶  public override async Task<BoxRecord> ExecuteAsync(GetBoxRequest request, CancellationToken ct)\n  {\n    return null;\n  }\n}\n",
      "Boxes/GetBoxRequest.cs":
        'public class GetBoxRequest\n{\n  public const string Route = "/Boxes/{BoxId:int}";\n}\n',
      "Boxes/DropBoxRequest.cs":
        'public class DropBoxRequest\n{\n  public const string Route = "/Boxes/{BoxId:int}";\n}\n',
    },
    "GET",
    "/Boxes/{BoxId:int}",
  ),
  route(
    "drogon, a method that is called like a verb",
    {
      "controllers/Boxes.h":
        'class Boxes : public drogon::HttpController<Boxes> {\n public:\n  METHOD_LIST_BEGIN\n  METHOD_ADD(Boxes::get, "/{1}", Get);\n  METHOD_ADD(Boxes::post, "/{1}", Post);\n  METHOD_LIST_END\n};\n',
      "controllers/Boxes.cc":
        "void Boxes::get(const HttpRequestPtr &req, Callback &&callback, std::string key) {\n}\n\n▶void Boxes::post(const HttpRequestPtr &req, Callback &&callback, std::string key) {\n}\n",
    },
    "POST",
    "/Boxes/{1}",
  ),
  route(
    "Rust, a macro that lists addresses with what answers them",
    {
      "src/routes/mod.rs":
        'pub mod boxes;\n\n#[routes::routes(\n    routes(\n        "/health" => get(get_health),\n        "/boxes" => sub(boxes::BoxApi),\n    ),\n)]\npub struct Api;\n\npub async fn get_health() {}\n',
      "src/routes/boxes.rs":
        '#[routes::routes(\n    routes(\n        "" => [get(list_boxes), post(add_box)],\n        "/{id}/seal" => post(seal_box),\n    ),\n)]\npub struct BoxApi;\n\n#[routes::path(responses((status = 200)))]\npub async fn list_boxes() {}\n\npub async fn add_box() {}\n\n▶pub async fn seal_box() {}\n',
    },
    "POST",
    "/boxes/{id}/seal",
  ),
  route(
    "A handler that is made with arguments, one of which is called like a type",
    {
      "boxes/api.go":
        'package boxes\n\nfunc Register(r *routing.RouteGroup, service Service, logger log.Logger) {\n\tr.Post("/seal", seal(service, logger))\n}\n\n▶func seal(service Service, logger log.Logger) routing.Handler {\n\treturn nil\n}\n',
      "log/logger.go": "package log\n\ntype logger struct {\n}\n",
    },
    "POST",
    "/seal",
  ),
];
