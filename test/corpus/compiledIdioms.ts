/** Spans of compiled languages' frameworks, whose parts are wired by types, properties, variables and sidecars. */

import { SpanKind } from "../../src/model/span.ts";
import { route, type Idiom } from "./idiom.ts";

const { client, consumer, internal, producer, server } = SpanKind;

export const compiledIdioms: readonly Idiom[] = [
  {
    title: "Dapr, a request that the asked application's sidecar tells",
    files: {
      "Crates.Api/Controllers/CratesController.cs":
        '[Route("api/v1/[controller]")]\n[ApiController]\npublic class CratesController : ControllerBase\n{\n    [HttpPost("seal")]\n▶    public async Task<IActionResult> SealAsync(string id)\n    {\n        return Ok();\n    }\n}\n',
    },
    name: "CallLocal/crates-api/api/v1/crates/seal",
    service: "crates-api",
    kind: server,
    attributes: { "dapr.api": "CallLocal/crates-api/api/v1/crates/seal" },
  },
  {
    title: "Dapr, a topic that an attribute names by a type",
    files: {
      "Crates.cs":
        "public class CratesController : ControllerBase\n{\n    [Topic(PUBSUB, nameof(CrateSealedEvent))]\n▶    public Task HandleAsync(\n        CrateSealedEvent sealed) => handler.Handle(sealed);\n}\n",
      "CrateSealedEvent.cs": "public record CrateSealedEvent(string Id);\n",
      "CrateSealedHandler.cs":
        "public class CrateSealedHandler\n{\n    public Task Handle(CrateSealedEvent sealed) => Task.CompletedTask;\n}\n",
    },
    name: "pubsub/CrateSealedEvent",
    kind: consumer,
    attributes: { "messaging.system": "pubsub", "messaging.destination": "CrateSealedEvent" },
  },
  {
    title: "Dapr, who asks another application by its sidecar",
    files: {
      "Shop.Web/CratesClient.cs":
        'public class CratesClient\n{\n    public async Task<Crate[]> ListAsync()\n    {\n▶        return await dapr.InvokeMethodAsync<Crate[]>(HttpMethod.Get, "crates", "crates/open");\n    }\n}\n',
      "Shop.Web/StockClient.cs":
        'public class StockClient\n{\n    public async Task<Stock[]> ListAsync()\n    {\n        return await dapr.InvokeMethodAsync<Stock[]>(HttpMethod.Get, "stock", "stock/open");\n    }\n}\n',
    },
    name: "CallLocal/crates/crates/open",
    service: "shop-web",
    kind: client,
    attributes: { "dapr.api": "CallLocal/crates/crates/open", "net.peer.name": "crates" },
  },
  {
    title: "MassTransit, a saga's event in the state that it was in",
    files: {
      "CrateStateMachine.cs":
        "public class CrateStateMachine : MassTransitStateMachine<CrateState>\n{\n    public CrateStateMachine()\n    {\n        Initially(\n            When(Sealing)\n                .TransitionTo(Closed));\n\n        During(Closed,\n▶            When(Sealing)\n                .Finalize());\n    }\n\n    public Event<SealCrate> Sealing { get; private set; }\n}\n",
      "YardStateMachine.cs":
        "public class YardStateMachine : MassTransitStateMachine<YardState>\n{\n    public YardStateMachine()\n    {\n        During(Closed,\n            When(Sealing)\n                .Finalize());\n    }\n\n    public Event<SealCrate> Sealing { get; private set; }\n}\n",
    },
    name: "crate process",
    kind: consumer,
    attributes: {
      "messaging.masstransit.consumer_type": "Depot.CrateStateMachine",
      "messaging.masstransit.begin_state": "Closed",
      "messaging.masstransit.message_types": "urn:message:Depot:SealCrate",
    },
  },
  {
    title: "MassTransit, the answer to a request",
    files: {
      "Seal.cs":
        "public class SealConsumer : IConsumer<SealCrate>\n{\n    public async Task Consume(ConsumeContext<SealCrate> context)\n    {\n▶        await context.RespondAsync<CrateSealed>(context.Message);\n    }\n}\n",
    },
    name: "Depot.Contracts:CrateSealed send",
    kind: producer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.masstransit.message_types": "urn:message:Depot.Contracts:CrateSealed",
    },
  },
  {
    title: "gRPC in Go, the answering method and a wrapper of the client alike in name",
    files: {
      "orders/ports/grpc.go":
        "package ports\n\ntype GrpcServer struct{ app Application }\n\n▶func (g GrpcServer) SealCrate(ctx context.Context, in *crates.SealRequest) (*crates.Empty, error) {\n\treturn &crates.Empty{}, nil\n}\n",
      "shop/adapters/crates_grpc.go":
        "package adapters\n\ntype CratesGrpc struct{ client crates.CratesServiceClient }\n\nfunc (s CratesGrpc) SealCrate(ctx context.Context, id string) error {\n\t_, err := s.client.SealCrate(ctx, &crates.SealRequest{Id: id})\n\treturn err\n}\n",
    },
    name: "crates.CratesService/SealCrate",
    kind: server,
    attributes: {
      "rpc.system": "grpc",
      "rpc.service": "crates.CratesService",
      "rpc.method": "SealCrate",
    },
  },
  {
    title: "A service that compose runs in a mounted folder",
    files: {
      "compose.yml":
        "services:\n  yard-http:\n    build:\n      context: docker/app\n    volumes:\n      - ./internal:/internal\n    working_dir: /internal/yard\n  shop-http:\n    build:\n      context: docker/app\n    volumes:\n      - ./internal:/internal\n    working_dir: /internal/shop\n",
      "internal/yard/main.go":
        'package main\n\nfunc main() {\n\thttp.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {})\n}\n',
      "internal/shop/main.go":
        'package main\n\nfunc main() {\n▶\thttp.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {})\n}\n',
    },
    name: "GET /status",
    service: "shop-http",
    kind: server,
    attributes: { "http.request.method": "GET", "http.route": "/status" },
  },
  route(
    "Ktor, a class that is an address, in another file, below another",
    {
      "src/Resources.kt":
        'import io.ktor.resources.Resource\n\n@Resource("/crates")\nclass Crates {\n    @Resource("{id}")\n    class Id(val parent: Crates = Crates(), val id: Long)\n}\n',
      "src/Crates.kt":
        "import io.ktor.server.resources.*\nimport io.ktor.server.routing.*\n\nfun Route.crates() {\n    get<Crates> {\n    }\n▶    get<Crates.Id> {\n    }\n    delete<Crates.Id> {\n    }\n}\n",
    },
    "GET",
    "/crates/{id}",
  ),
  {
    title: "SmallRye, an emitter of a channel",
    files: {
      "src/Sealing.java":
        'class Sealing {\n  private final Emitter<Crate> emitter;\n\n  Sealing(@Channel("crates") Emitter<Crate> emitter, Stock stock) {\n    this.emitter = emitter;\n  }\n\n  void seal(Crate crate) {\n▶    emitter.send(crate);\n  }\n}\n',
    },
    name: "crates publish",
    kind: producer,
    attributes: { "messaging.system": "kafka", "messaging.destination.name": "crates" },
  },
  {
    title: "OpenTelemetry Java, a name that is handed through two helpers",
    files: {
      "src/Weigh.java":
        'class Weigh {\n  void all() {\n    var spanName = "weigh crates";\n▶    run(child(spanName, 3));\n  }\n\n  private Span child(String spanName, int count) {\n    return make(spanName, count);\n  }\n\n  private Span make(String spanName, int count) {\n    return tracer.spanBuilder(spanName).startSpan();\n  }\n}\n',
    },
    name: "weigh crates",
    kind: internal,
  },
  route(
    "axum, routers in variables that are nested",
    {
      "src/main.rs":
        'async fn main() {\n    let crates = Router::new().route("/{id}", get(show_crate));\n    let v1 = Router::new().nest("/crates", crates);\n    let app = Router::new().route("/{id}", get(show_yard)).nest("/api/v1", v1);\n}\n\nasync fn show_yard() {}\n\n▶async fn show_crate() {}\n',
    },
    "GET",
    "/api/v1/crates/{id}",
  ),
  route(
    "Pekko, a route of another file below a prefix",
    {
      "src/Main.scala":
        'import org.apache.pekko.http.scaladsl.server.Directives._\n\nobject Main {\n  val yards = new YardRoutes()\n  val crates = new CrateRoutes()\n  val routes = pathPrefix("api") {\n    concat(\n      pathPrefix("yards")(yards.routes),\n      pathPrefix("crates") {\n        crates.routes\n      })\n  }\n}\n',
      "src/CrateRoutes.scala":
        "import org.apache.pekko.http.scaladsl.server.Directives._\n\nclass CrateRoutes {\n  val routes = concat(\n    path(Segment) { id =>\n▶      get {\n        complete(id)\n      }\n    })\n}\n",
      "src/YardRoutes.scala":
        "import org.apache.pekko.http.scaladsl.server.Directives._\n\nclass YardRoutes {\n  val routes = concat(\n    path(Segment) { id =>\n      get {\n        complete(id)\n      }\n    })\n}\n",
    },
    "GET",
    "/api/crates/{id}",
  ),
  {
    title: "Vert.x, a gRPC method that is handled by its generated name",
    files: {
      "src/CratesServer.java":
        "class CratesServer {\n  void start() {\n    GrpcServer grpcServer = GrpcServer.server(vertx);\n▶    grpcServer.callHandler(CratesGrpc.getSealCrateMethod(), request -> {\n      request.handler(crate -> request.response().end(reply));\n    });\n    grpcServer.callHandler(CratesGrpc.getOpenCrateMethod(), request -> {});\n  }\n}\n",
    },
    name: "crates.Crates/SealCrate",
    kind: server,
    attributes: { "rpc.system": "grpc", "rpc.service": "crates.Crates", "rpc.method": "SealCrate" },
  },
  {
    title: "Entity Framework, a table by its set and the verb by the method",
    files: {
      "CrateRepository.cs":
        "public class CrateRepository\n{\n    public async Task AddAsync(Crate crate)\n    {\n▶        _db.Crates.Add(crate);\n        await _db.SaveChangesAsync();\n    }\n\n    public Task<Crate?> FindAsync(Guid id)\n    {\n        return _db.Crates.SingleOrDefaultAsync(each => each.Id == id);\n    }\n}\n",
      "DepotContext.cs":
        "public class DepotContext : DbContext\n{\n    public DbSet<Crate> Crates { get; set; }\n}\n",
      "Crate.cs": "public class Crate\n{\n    public Guid Id { get; set; }\n}\n",
    },
    name: "INSERT Crates",
    kind: client,
    attributes: {
      "db.system": "mssql",
      "db.statement": "SET NOCOUNT ON; INSERT INTO [Crates] ([Id], [Name]) VALUES (@p0, @p1);",
    },
  },
  {
    title: "An address that a helper of the class puts together",
    files: {
      "client.go":
        'package shop\n\nfunc (c *Client) address(name string) string {\n\treturn c.base + "/v1/" + name\n}\n\nfunc (c *Client) Crates(ctx context.Context) error {\n▶\tresponse, err := c.http.Get(c.address("crates"))\n\treturn err\n}\n\nfunc (c *Client) Yards(ctx context.Context) error {\n\tresponse, err := c.http.Get(c.address("yards"))\n\treturn err\n}\n',
    },
    name: "HTTP GET",
    kind: client,
    attributes: { "http.request.method": "GET", "url.full": "http://depot:80/v1/crates" },
  },
  {
    title: "A queue that a constructor hands to its parent",
    files: {
      "src/CrateWorker.java":
        'class CrateWorker extends QueueWorker {\n  private static final String NAME = "crate-packing";\n\n  CrateWorker() {\n    super(NAME);\n  }\n\n  @Override\n▶  protected void handle(Message message) {\n  }\n}\n',
      "src/QueueWorker.java":
        "abstract class QueueWorker {\n  QueueWorker(String queue) {\n    this.queue = queue;\n  }\n\n  protected abstract void handle(Message message);\n}\n",
    },
    name: "crate-packing process",
    kind: consumer,
    attributes: { "messaging.system": "rabbitmq", "messaging.destination.name": "crate-packing" },
  },
  route(
    "A contract's operation, answered by a class, and a client's function of that name",
    {
      "openapi.yml":
        "openapi: 3.0.3\npaths:\n  /v1/crates/open:\n    get:\n      operationId: listOpenCrates\n      responses: {}\n",
      "src/main/java/depot/CrateResource.java":
        "class CrateResource implements CratesApi {\n  @Override\n▶  public List<Crate> listOpenCrates() {\n    return List.of();\n  }\n}\n",
      "web/crates.js":
        "export async function listOpenCrates() {\n  const answer = await axios.get(`${base}/v1/crates/open`, { headers });\n  return answer.data;\n}\n",
    },
    "GET",
    "/v1/crates/open",
  ),
  route(
    "Nest, versions of addresses",
    {
      "src/main.ts":
        "const app = await NestFactory.create(AppModule);\napp.enableVersioning({ type: VersioningType.URI });\n",
      "src/crates.controller.ts":
        '@Controller({ path: "crates", version: "2" })\nexport class CratesController {\n  @Get(":id")\n▶  show(@Param("id") id: string) {}\n}\n',
      "src/old.controller.ts":
        '@Controller({ path: "crates", version: "1" })\nexport class OldController {\n  @Get(":id")\n  show(@Param("id") id: string) {}\n}\n',
    },
    "GET",
    "/v2/crates/:id",
  ),
];
