/** Forms that whole applications write, where more than one service lies in the workspace. */

import { SpanKind } from "../../src/model/span.ts";
import type { Idiom } from "./idiom.ts";

const { client, consumer, internal, producer, server } = SpanKind;

export const applicationIdioms: readonly Idiom[] = [
  {
    title: "gorilla/mux, the root behind a base that nobody knows, beside another service's",
    files: {
      "front/main.go":
        'package main\n\nfunc main() {\n\tr.HandleFunc(baseUrl+"/", svc.homeHandler).Methods("GET")\n\tr.HandleFunc(baseUrl+"/box", svc.boxHandler).Methods("GET")\n}\n',
      "front/handlers.go":
        "package main\n\nfunc (s *front) boxHandler(w http.ResponseWriter, r *http.Request) {}\n\n▶func (s *front) homeHandler(w http.ResponseWriter, r *http.Request) {}\n",
      "crates/Startup.cs":
        'app.MapGet("/", async context => { await context.Response.WriteAsync("gRPC"); });\n',
    },
    name: "front",
    service: "front",
    kind: server,
    attributes: { "http.method": "GET", "http.target": "/" },
  },
  {
    title:
      "Spring, a route of values alone below the path that a server of settings gives the service",
    files: {
      "box-service/pom.xml": "<project><artifactId>box-service</artifactId></project>\n",
      "box-service/src/BoxController.java":
        '@RestController\nclass BoxController {\n  @RequestMapping(path = "/{name}", method = RequestMethod.GET)\n▶  Box show(@PathVariable String name) {\n    return null;\n  }\n}\n',
      "crate-service/pom.xml": "<project><artifactId>crate-service</artifactId></project>\n",
      "crate-service/src/CrateController.java":
        '@RestController\nclass CrateController {\n  @RequestMapping(path = "/{id}", method = RequestMethod.GET)\n  Crate show(@PathVariable String id) {\n    return null;\n  }\n}\n',
      "config/shared/box-service.yml":
        "server:\n  servlet:\n    context-path: /boxes\n  port: 6000\n",
    },
    name: "GET /boxes/{name}",
    service: "box-service",
    kind: server,
    attributes: { "http.request.method": "GET", "http.route": "/boxes/{name}" },
  },
  {
    title: "gRPC in Go, a client of a short name, beside another service's wrapper",
    files: {
      "checkout/main.go":
        "package main\n\nfunc (s *checkout) prepare(ctx context.Context) {\n\tcl := pb.NewCatalogServiceClient(s.conn)\n\tfor i, each := range items {\n\t\tid := each.GetBoxId()\n\t\tlog.Info(id)\n▶\t\tbox, err := cl.GetBox(ctx, &pb.GetBoxRequest{Id: id})\n\t}\n}\n",
      "front/rpc.go":
        "package main\n\nfunc (f *front) getBox(ctx context.Context, id string) (*pb.Box, error) {\n\treturn pb.NewCatalogServiceClient(f.conn).\n\t\tGetBox(ctx, &pb.GetBoxRequest{Id: id})\n}\n",
    },
    name: "shop.CatalogService/GetBox",
    service: "checkout",
    kind: client,
    attributes: {
      "rpc.system": "grpc",
      "rpc.service": "shop.CatalogService",
      "rpc.method": "GetBox",
    },
  },
  {
    title: "gRPC in JavaScript, a bound method of a class",
    files: {
      "pay/server.js":
        "class PayServer {\n▶  static ChargeHandler(call, callback) {\n    callback(null, charge(call.request));\n  }\n  load() {\n    this.server.addService(\n      this.shop.PayService.service,\n      {\n        charge: PayServer.ChargeHandler.bind(this)\n      }\n    );\n  }\n}\n",
    },
    name: "shop.PayService/Charge",
    service: "pay",
    kind: server,
    attributes: { "rpc.system": "grpc", "rpc.service": "shop.PayService", "rpc.method": "Charge" },
  },
  {
    title: "A service whose folder has one word more",
    files: {
      "box-depot-recorder/index.js": "app.get('/metrics', async (req, res) => {});\n",
      "box-depot-server/index.js": "▶app.get('/metrics', async (req, res) => {});\n",
    },
    name: "GET /metrics",
    service: "box-server",
    kind: server,
    attributes: { "http.method": "GET", "http.route": "/metrics" },
  },
  {
    title: "A statement whose table is filled in, JavaScript",
    files: {
      "a.js":
        "const find = async (what) => {\n  if (what.isAdded) {\n    return db.query(`INSERT INTO ${what.table}(name) VALUES ($1)`, [what.name]);\n  }\n▶  const rows = await db.query(`SELECT name FROM ${what.table}`);\n  return db.query(`SELECT name, weight FROM ${what.table}`);\n};\n",
    },
    name: "pg.query:SELECT shop",
    kind: client,
    attributes: { "db.system": "postgresql", "db.statement": "SELECT name FROM crates" },
  },
  {
    title: "A statement whose table is filled in, Java",
    files: {
      "Store.java":
        'class Store {\n  void drop(String table, long id) {\n    jdbc.execute("DROP TABLE " + table);\n▶    jdbc.update("DELETE FROM " + table + " WHERE id = ?", id);\n  }\n}\n',
    },
    name: "DELETE shop.crates",
    kind: client,
    attributes: { "db.system.name": "h2", "db.query.text": "DELETE FROM crates WHERE id = ?" },
  },
  {
    title: "axios, no part of the address stands in the program",
    files: {
      "asker/index.js":
        'let server = "depot-server:4000";\nconst ask = async () => {\n  await axios.get(`http://${server}/${name}`, { headers });\n▶  await axios.delete(`http://${server}/${name}`, { headers });\n};\n',
      "load/test.js": "http.get('http://depot-server:4000/boxes');\n",
    },
    name: "DELETE",
    service: "asker",
    kind: client,
    attributes: { "http.method": "DELETE", "http.url": "http://depot-server:4000/boxes" },
  },
  {
    title: "amqplib, the default exchange's routing key",
    files: {
      "queue.js":
        "const queueName = 'boxes';\nawait channel.assertQueue(queueName);\nconst send = async text => {\n▶  channel.sendToQueue(queueName, Buffer.from(text));\n};\n",
    },
    name: "publish <default>",
    kind: producer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.destination": "",
      "messaging.rabbitmq.routing_key": "boxes",
    },
  },
  {
    title: "amqplib, who takes from a queue and not who makes it",
    files: {
      "queue.js":
        "const queueName = 'boxes';\nawait channel.assertQueue(queueName);\nconst take = async done => {\n▶  await channel.consume(queueName, async message => done(message));\n};\n",
    },
    name: "boxes process",
    kind: consumer,
    attributes: { "messaging.system": "rabbitmq", "messaging.destination": "boxes" },
  },
  {
    title: "RestClient, the method in a line of its own",
    files: {
      "depot/Owners.java":
        'class Owners {\n  List<Owner> all() {\n    return client.get()\n      .uri(getBase() + "/owners")\n      .retrieve();\n  }\n  Owner add(Owner owner) {\n    return client\n      .post()\n▶      .uri(getBase() + "/owners")\n      .body(owner);\n  }\n}\n',
    },
    name: "POST",
    service: "depot",
    kind: client,
    attributes: { "http.request.method": "POST", "url.full": "http://10.0.0.7:8081/owners" },
  },
  {
    title: "The tool that a model called",
    files: {
      "BoxTools.java":
        'class BoxTools {\n  @Tool(description = "List the boxes")\n▶  public List<Box> listBoxes() { return null; }\n}\n',
    },
    name: "execute_tool listBoxes",
    kind: internal,
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "listBoxes" },
  },
  {
    title: "gRPC behind an HTTP route, a package in capitals",
    files: {
      "Boxes/BoxService.cs":
        "class BoxService : Boxes.BoxesBase\n{\n▶    public override async Task<BoxReply> GetBox(GetBoxRequest request, ServerCallContext context) => null;\n}\n",
    },
    name: "POST /BoxApi.Boxes/GetBox",
    kind: server,
    attributes: { "http.request.method": "POST", "http.route": "/BoxApi.Boxes/GetBox" },
  },
  {
    title: "StartActivity, the name in a variable",
    files: {
      "Bus.cs":
        'class Bus\n{\n    public void Publish(Message it)\n    {\n        var activityName = $"{it.Key} publish";\n▶        using var activity = source.StartActivity(activityName, ActivityKind.Client);\n    }\n    private void Take(Message it)\n    {\n        var activityName = $"{it.Key} receive";\n        using var activity = source.StartActivity(activityName, ActivityKind.Client, parent);\n    }\n}\n',
    },
    name: "BoxPacked publish",
    kind: client,
    attributes: { "messaging.system": "rabbitmq", "messaging.operation": "publish" },
  },
  {
    title: "startSpan in TypeScript, the name in a constant above",
    files: {
      "a.ts":
        "const spanName = 'pack the boxes';\nexport function pack() {\n▶  const span = tracer.startSpan(spanName, { kind: SpanKind.INTERNAL });\n  span.end();\n}\n",
    },
    name: "pack the boxes",
    kind: internal,
  },
  {
    title: "HttpClient, a field holds the address",
    files: {
      "web/OrderingService.cs":
        'class OrderingService(HttpClient http)\n{\n    private readonly string remoteBase = "/api/Orders/";\n\n▶    public Task<Order[]> All() => http.GetFromJsonAsync<Order[]>(remoteBase)!;\n\n    public Task Add(Order order) => http.SendAsync(new HttpRequestMessage(HttpMethod.Post, remoteBase));\n}\n',
    },
    name: "GET",
    service: "web",
    kind: client,
    attributes: { "http.request.method": "GET", "url.full": "https://ordering:7002/api/Orders/" },
  },
  {
    title: "HttpClient, the method in the name of a generic extension",
    files: {
      "web/Hooks.cs":
        'class Hooks(HttpClient http)\n{\n    public Task Add(Hook hook) => http.PostAsJsonAsync("/api/hooks", hook);\n\n▶    public Task<Hook[]> All() => http.GetFromJsonAsync<IEnumerable<Hook>>("/api/hooks");\n}\n',
    },
    name: "GET",
    service: "web",
    kind: client,
    attributes: { "http.request.method": "GET", "url.full": "http://hooks/api/hooks" },
  },
  {
    title: "SkyWalking, an endpoint's name",
    files: {
      "BoxController.java":
        '@RestController\n@RequestMapping("/boxes")\nclass BoxController {\n  @PostMapping\n  Box add(@RequestBody Box box) { return null; }\n\n  @GetMapping("/{id}")\n▶  Box one(@PathVariable long id) { return null; }\n}\n',
    },
    name: "GET:/boxes/{id}",
    kind: server,
    attributes: { url: "http://depot:8080/boxes/17" },
  },
  {
    title: "SkyWalking, an endpoint's name with the method in braces",
    files: {
      "BoxController.java":
        '@RestController\n@RequestMapping("/boxes")\nclass BoxController {\n  @PostMapping\n▶  Box add(@RequestBody Box box) { return null; }\n\n  @GetMapping\n  List<Box> all() { return null; }\n}\n',
    },
    name: "{POST}/boxes",
    kind: server,
  },
  {
    title: "MassTransit, a queue called by its consumer",
    files: {
      "BoxPackedConsumer.cs":
        "class BoxPackedConsumer : IConsumer<BoxPacked>\n{\n▶    public async Task Consume(ConsumeContext<BoxPacked> context) {}\n}\n",
      "BoxPacked.cs": "interface BoxPacked { Guid Id { get; } }\n",
    },
    name: "box-packed receive",
    kind: consumer,
    attributes: { "messaging.system": "rabbitmq", "messaging.destination.name": "box-packed" },
  },
  {
    title: "MassTransit, the message's type alone",
    files: {
      "Packing.cs":
        "class Packing : IConsumer<PackBox>, IConsumer<SealBox>\n{\n    public Task Consume(ConsumeContext<PackBox> context) => Task.CompletedTask;\n\n▶    public Task Consume(ConsumeContext<SealBox> context) => Task.CompletedTask;\n}\n",
      "Messages.cs": "class SealBox {}\nclass PackBox {}\n",
    },
    name: "SealBox process",
    kind: consumer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.masstransit.message_types": "urn:message:Depot.Contracts:SealBox",
    },
  },
  {
    title: "MassTransit, who publishes a message",
    files: {
      "Packing.cs":
        "class Packing : IConsumer<PackBox>\n{\n    public async Task Consume(ConsumeContext<PackBox> context)\n    {\n▶        await context.Publish<BoxPacked>(new { context.Message.Id });\n    }\n}\n",
      "BoxPacked.cs": "interface BoxPacked {}\n",
    },
    name: "Depot.Contracts:BoxPacked send",
    kind: producer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.destination.name": "Depot.Contracts:BoxPacked",
    },
  },
  {
    title: "NServiceBus, the enclosed message's type",
    files: {
      "Seal.cs":
        "class SealHandler : IHandleMessages<SealBox>\n{\n▶    public Task Handle(SealBox message, IMessageHandlerContext context) { return Task.CompletedTask; }\n}\nclass PackHandler : IHandleMessages<PackBox>\n{\n    public Task Handle(PackBox message, IMessageHandlerContext context) { return Task.CompletedTask; }\n}\n",
    },
    name: "process message",
    kind: consumer,
    attributes: {
      "messaging.system": "nservicebus",
      "nservicebus.enclosed_message_types":
        "Depot.SealBox, Depot, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null",
    },
  },
  {
    title: "Symfony Messenger, the message's class",
    files: {
      "src/SealHandler.php":
        "<?php\n#[AsMessageHandler]\nclass SealHandler {\n▶  public function __invoke(SealBox $message): void {}\n}\n",
      "src/PackHandler.php":
        "<?php\n#[AsMessageHandler]\nclass PackHandler {\n  public function __invoke(PackBox $message): void {}\n}\n",
    },
    name: "CONSUME App\\Message\\SealBox",
    kind: consumer,
    attributes: {
      "messaging.system": "symfony",
      "messaging.symfony.message": "App\\Message\\SealBox",
    },
  },
  {
    title: "Temporal in Go, the options before the workflow",
    files: {
      "boxes/workflow.go":
        "package boxes\n\nfunc PackBoxes(ctx workflow.Context, id string) error { return nil }\n",
      "start/main.go":
        'package main\n\nfunc main() {\n▶\trun, err := c.ExecuteWorkflow(context.Background(), options, boxes.PackBoxes, "17")\n}\n',
    },
    name: "StartWorkflow:PackBoxes",
    kind: internal,
  },
  {
    title: "MassTransit, a consumer in another project than the service's",
    files: {
      "Ordering/Ordering.API/Program.cs": "var app = builder.Build();\n",
      "Ordering/Ordering.Application/BoxCheckoutEventHandler.cs":
        "class BoxCheckoutEventHandler : IConsumer<BoxCheckoutEvent>\n{\n▶    public async Task Consume(ConsumeContext<BoxCheckoutEvent> context)\n    {\n    }\n}\n",
    },
    name: "box-checkout-event receive",
    service: "Ordering.API",
    kind: consumer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.destination.name": "box-checkout-event",
    },
  },
  {
    title: "MassTransit, a message made in one line and published in another",
    files: {
      "Checkout.cs":
        "class Checkout\n{\n    public async Task Handle(Command it)\n    {\n        var packed = it.Box.Adapt<BoxPacked>();\n        packed.Weight = 3;\n\n▶        await endpoint.Publish(packed);\n    }\n}\n",
    },
    name: "Depot.Contracts:BoxPacked send",
    kind: producer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.destination.name": "Depot.Contracts:BoxPacked",
    },
  },
  {
    title: "Istio, a service with its namespace and a router that nobody knows",
    files: {
      "details/details.rb":
        "server = WEBrick::HTTPServer.new\n▶server.mount_proc '/details' do |request, response|\nend\n",
      "web/links.rb": "puts '/details'\n",
    },
    name: "details.default.svc.cluster.local:9080/*",
    service: "details.default",
    kind: server,
    attributes: { "http.method": "GET", "http.url": "http://details:9080/details/0" },
  },
  {
    title: "A router that nobody knows, an expression for each method",
    files: {
      "ratings/ratings.js":
        "dispatcher.onPost(/^\\/ratings\\/[0-9]*/, function (req, res) {});\n▶dispatcher.onGet(/^\\/ratings\\/[0-9]*/, function (req, res) {});\n",
    },
    name: "GET",
    service: "ratings",
    kind: server,
    attributes: { "http.method": "GET", "http.url": "http://ratings:9080/ratings/7" },
  },
];
