/** Programs that ask other services, and how the address or the method stands in them. */

import { SpanKind } from "../../src/model/span.ts";
import type { Idiom } from "./idiom.ts";

const { client, producer, server, consumer } = SpanKind;

function asks(
  title: string,
  files: Readonly<Record<string, string>>,
  method: string,
  url: string,
  service = "shop",
): Idiom {
  const attributes = {
    "http.request.method": method,
    "url.full": url,
    "server.address": new URL(url).hostname,
  };
  return { title, files, name: method, service, kind: client, attributes };
}

function calls(
  title: string,
  service: string,
  files: Readonly<Record<string, string>>,
  [name, method]: readonly [string, string],
): Idiom {
  const attributes = { "rpc.system": "grpc", "rpc.service": name, "rpc.method": method };
  return { title, files, name: `${name}/${method}`, service, kind: client, attributes };
}

export const callIdioms: readonly Idiom[] = [
  {
    title: "ASP.NET, a gRPC method that only its address tells",
    files: {
      "Cart/CartService.cs":
        "public class CartService : Cart.CartBase\n{\n▶    public override async Task<Empty> AddItem(AddItemRequest request, ServerCallContext context)\n    {\n    }\n}\n",
    },
    name: "POST /shop.v1.Cart/AddItem",
    kind: server,
    attributes: { "http.request.method": "POST", "http.route": "/shop.v1.Cart/AddItem" },
  },
  asks(
    "Feign, beside the class that stands in for it",
    {
      "shop/StockClient.java":
        '@FeignClient(name = "stock", fallback = StockFallback.class)\npublic interface StockClient {\n  @RequestMapping(method = RequestMethod.PUT, value = "/stock/{id}")\n▶  void update(@PathVariable("id") String id);\n}\n',
      "shop/StockFallback.java":
        "@Component\npublic class StockFallback implements StockClient {\n  @Override\n  public void update(String id) {}\n}\n",
    },
    "PUT",
    "http://stock/stock/17",
  ),
  asks(
    "requests, format",
    {
      "shop/pay.py":
        'USER = os.getenv("USER_HOST", "user")\n\ndef pay(id):\n▶    r = requests.get("http://{user}:8080/check/{id}".format(user=USER, id=id))\n    queue({"user": id})\n',
    },
    "GET",
    "http://user:8080/check/partner-57",
  ),
  asks(
    "HttpRequest, sent below where it is built",
    {
      "shop/Stock.java":
        'class Stock {\n  int count(String sku) throws Exception {\n    var request = HttpRequest.newBuilder()\n        .uri(URI.create(base + "/shelves/" + sku))\n        .build();\n    log.info("asking");\n▶    var answer = client.send(request, BodyHandlers.ofString());\n    return Integer.parseInt(answer.body());\n  }\n}\n',
    },
    "GET",
    "http://stock:8080/shelves/17",
  ),
  asks(
    "PSR-18, a request that is built and then sent",
    {
      "app/Issuer.php":
        "<?php\nclass Issuer {\n  function discover(ClientInterface $http): array {\n    $address = rtrim($this->issuer, '/') . '/.known/settings';\n    $request = new Request('GET', $address);\n▶    $response = $http->sendRequest($request);\n    return json_decode($response->getBody(), true);\n  }\n}\n",
    },
    "GET",
    "https://issuer.example.org/.known/settings",
  ),
  asks(
    "requests, a host alone beside others",
    {
      "shop/cloud.py":
        'import requests\n\ndef zone():\n▶    return requests.get("http://metadata.cloud.internal")\n',
      "shop/saml.py":
        'import requests\n\ndef metadata(url):\n    names = {"metadata": 1}\n    return requests.get(url)\n',
    },
    "GET",
    "http://metadata.cloud.internal/",
  ),
  asks(
    "RestTemplate, the one request of a service beside another's",
    {
      "ledger/src/Ledger.java":
        'class Ledger {\n  @Value("http://${LEDGER_BALANCES}/balances") String balances;\n  int read(String account) {\n    String uri = balances + "/" + account;\n▶    return restTemplate.exchange(\n        uri, HttpMethod.GET, entity, Integer.class).getBody();\n  }\n}\n',
      "front/front.py":
        'import requests\nBALANCES = "http://balances:8080/balances"\n\ndef show(account):\n    return requests.get(BALANCES + "/" + account)\n',
    },
    "GET",
    "http://balances:8080/balances/12",
    "ledger",
  ),
  asks(
    "HttpClient, in a project that the service is built of",
    {
      "src/Web/Web.csproj":
        '<Project><ItemGroup><ProjectReference Include="..\\Parts\\Parts.csproj" /></ItemGroup></Project>\n',
      "src/Web/Program.cs": "class Program { static void Main() {} }\n",
      "src/Parts/Parts.csproj": "<Project></Project>\n",
      "src/Parts/Catalog.cs":
        'class Catalog(HttpClient http) {\n▶  public Task<Brand[]> Brands() => http.GetFromJsonAsync<Brand[]>("api/catalog/brands");\n}\n',
      "src/Phone/Phone.csproj": "<Project></Project>\n",
      "src/Phone/Catalog.cs":
        'class Catalog(HttpClient http) {\n  public Task<Brand[]> Brands() => http.GetFromJsonAsync<Brand[]>("api/catalog/brands");\n}\n',
    },
    "GET",
    "http://catalog/api/catalog/brands",
    "web",
  ),
  asks(
    "requests, a setting by its key",
    {
      "shop/pay.py":
        'def pay():\n▶    requests.post(url=app.config["LEDGER_URI"], json={})\n\napp.config["LEDGER_URI"] = "http://{}/transactions".format(os.environ["LEDGER"])\n',
    },
    "POST",
    "http://ledger:8080/transactions",
  ),
  asks(
    "requests, a setting in a template",
    {
      "shop/pay.py":
        'def pay(id):\n▶    return Call(url=f\'{app.config["BALANCES_URI"]}/{id}\')\n\napp.config["BALANCES_URI"] = "http://{}/balances".format(os.environ["LEDGER"])\n',
    },
    "GET",
    "http://ledger:8080/balances/17",
  ),
  asks(
    "HttpClient, a base address",
    {
      "shop/CatalogService.cs":
        'class CatalogService {\n  private readonly string baseUrl = "api/catalog/";\n\n  Task<Item> Get(int id) {\n    var uri = $"{baseUrl}items/{id}";\n▶    return http.GetFromJsonAsync<Item>(uri);\n  }\n\n  Task<Item[]> All() {\n    return http.GetFromJsonAsync<Item[]>($"{baseUrl}items");\n  }\n}\n',
    },
    "GET",
    "http://catalog/api/catalog/items/12",
  ),
  asks(
    "request, pieces",
    {
      "shop/api.js":
        'app.get("/address", (req, res) => {\n  request({\n▶    uri: endpoints.customers + "/" + id + "/addresses",\n  });\n});\n',
      "shop/endpoints.js":
        'module.exports = {\n  addressUrl: util.format("http://user%s/addresses", domain),\n};\n',
    },
    "GET",
    "http://user/customers/57a98d98e4b00679b4a830b2/addresses",
  ),
  asks(
    "net/http, a query of the same word",
    {
      "shop/client.go":
        'package shop\n\nfunc (c *Client) Get(id string) error {\n\turl := fmt.Sprintf("http://%s/customer?customer=%s", c.host, id)\n▶\treturn c.http.GetJSON(url)\n}\n',
      "shop/server.go":
        'package shop\n\nimport "github.com/me/shop/customer"\n\nfunc handle(r *http.Request) {\n\tid := r.URL.Query().Get("customer")\n\thttp.Error(w, "Parameter \'customer\' is missing", 400)\n}\n',
    },
    "GET",
    "http://0.0.0.0:8081/customer?customer=392",
  ),
  calls(
    "gRPC, a variable named like the method",
    "search",
    {
      "search/server.go":
        "package search\n\nfunc (s *Server) Nearby(ctx context.Context, r *pb.Req) (*pb.Res, error) {\n▶\tnearby, err := s.geoClient.Nearby(ctx, r)\n\treturn nearby, err\n}\n",
      "frontend/server.go":
        "package frontend\n\nfunc (s *Server) find(ctx context.Context) {\n\tresp, err := s.searchClient.Nearby(ctx, nil)\n}\n",
    },
    ["geo.Geo", "Nearby"],
  ),
  calls(
    "gRPC, a wrapper in another folder",
    "frontend",
    {
      "services/frontend/eta.go":
        "package frontend\n\nfunc (e *eta) get(ctx context.Context) {\n\tdrivers, err := e.driver.FindNearest(ctx, place)\n}\n",
      "services/driver/client.go":
        "package driver\n\nfunc (c *Client) FindNearest(ctx context.Context, p string) ([]Driver, error) {\n▶\tresponse, err := c.client.FindNearest(ctx, &Request{p})\n\treturn response.Drivers, err\n}\n",
    },
    ["driver.DriverService", "FindNearest"],
  ),
  {
    title: "Temporal, the activity is started",
    files: {
      "a.go":
        "package a\n\nfunc Pack(ctx context.Context, box string) error { return nil }\n\nfunc Ship(ctx workflow.Context) error {\n▶\treturn workflow.ExecuteActivity(ctx, Pack, box).Get(ctx, nil)\n}\n",
    },
    name: "StartActivity:Pack",
  },
  {
    title: "Celery, published",
    files: {
      "shop/tasks.py": "@app.task\ndef charge_card(id):\n    pass\n",
      "shop/views.py": "def pay(request):\n▶    charge_card.delay(1)\n",
    },
    name: "apply_async/shop.tasks.charge_card",
    kind: producer,
    attributes: { "celery.task_name": "shop.tasks.charge_card", "celery.action": "apply_async" },
  },
  {
    title: "Laravel, a job's class",
    files: {
      "app/Jobs/PackBox.php":
        "<?php\nnamespace App\\Jobs;\n\nclass PackBox implements ShouldQueue {\n▶  public function handle(): void {}\n}\n",
    },
    name: "App\\Jobs\\PackBox",
    kind: consumer,
    attributes: { "messaging.system": "redis", "messaging.destination.name": "default" },
  },
  {
    title: "MassTransit, the consumer's type",
    files: {
      "A.cs":
        "namespace Shop.Orders;\n\nclass BoxPackedConsumer : IConsumer<BoxPacked> {\n▶  public Task Consume(ConsumeContext<BoxPacked> context) { return null; }\n}\n",
    },
    name: "box-packed process",
    kind: consumer,
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.masstransit.consumer_type": "Shop.Orders.BoxPackedConsumer",
    },
  },
  {
    title: "A folder of Dockerfiles is no service's",
    files: {
      "docker-compose.yml":
        "services:\n  gateway_service:\n    build:\n      context: ./\n      dockerfile: docker/gateway.Dockerfile\n",
      "writer_service/create.go":
        'package writer\n\nfunc Handle(ctx context.Context) {\n\tspan, ctx := opentracing.StartSpanFromContext(ctx, "createHandler.Handle")\n}\n',
      "gateway_service/create.go":
        'package gateway\n\nfunc Handle(ctx context.Context) {\n▶\tspan, ctx := opentracing.StartSpanFromContext(ctx, "createHandler.Handle")\n}\n',
    },
    name: "createHandler.Handle",
    service: "gateway_service",
  },
  {
    title: "Symfony, the route's name",
    files: {
      "A.php":
        "<?php\n#[Route('/blog', name: 'blog_')]\nclass BlogController {\n  #[Route('/posts/{slug}', name: 'post', methods: ['GET'])]\n▶  public function show(Post $post): Response {}\n}\n",
    },
    name: "GET blog_post",
    kind: server,
    attributes: { "http.request.method": "GET", "http.route": "blog_post" },
  },
  asks(
    "What a call answers is no address, whatever is asked of it elsewhere",
    {
      "boxes.js":
        "async function labels() {\n  const response = await fetch(labelsUrl);\n  return response.headers.get('content-type');\n}\n\nasync function boxes(id) {\n▶  const response = await fetch(`https://depot.example/v2/boxes/followers?box=${id}`, {\n    headers: {},\n  });\n  return response.json();\n}\n",
    },
    "GET",
    "https://depot.example/v2/boxes/followers?box=4",
    "",
  ),
  asks(
    "Elixir, an address in an attribute of the module",
    {
      "lib/shop/captcha.ex":
        'defmodule Shop.Captcha do\n  @check_url "https://captcha.example/check"\n\n  def check(token) do\n    headers = [{"content-type", "text/plain"}]\n▶    case HTTP.impl().post(@check_url, headers, token) do\n      {:ok, _} -> true\n    end\n  end\nend\n',
      "lib/shop/tasks.ex":
        'defmodule Shop.Tasks do\n  def check(token) do\n    case client.post("/check", token) do\n      {:ok, _} -> true\n    end\n  end\nend\n',
    },
    "POST",
    "https://captcha.example/check",
    "",
  ),
  {
    title: "Redis, a command beside others of its kind",
    files: {
      "basket/server.js":
        'redisClient.get("basket:" + id, show);\n\nfunction keep(id, basket) {\n▶  redisClient.setex("basket:" + id, 3600, JSON.stringify(basket), done);\n}\n\nfunction count() {\n  redisClient.setex("visitors", 60, n, done);\n}\n',
    },
    name: "redis-SETEX",
    service: "basket",
    kind: client,
    attributes: {
      "db.system": "redis",
      "db.statement": "setex basket:17 3600 [1 other arguments]",
    },
  },
  {
    title: "Elasticsearch, the last word of an address",
    files: {
      "depot/search.py":
        "def find(words):\n▶    return current_app.elasticsearch.search(index='boxes', query=words)\n",
    },
    name: "Elasticsearch/boxes/_search",
    service: "depot",
    kind: client,
    attributes: { "db.system": "elasticsearch", "elasticsearch.url": "/boxes/_search" },
  },
];
