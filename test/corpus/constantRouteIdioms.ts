/** Routes whose parts stand in constants of objects, classes and properties. */

import { route, type Idiom } from "./idiom.ts";

const paths =
  'export const ROUTES = {\n  users: { root: "/users", byId: "/users/:id" },\n  orders: { root: "/orders", byId: "/orders/:id" },\n} as const;\n';

export const constantRouteIdioms: readonly Idiom[] = [
  route(
    "Express, a constant object's nested key",
    {
      "routes.ts": paths,
      "app.ts":
        'import { ROUTES } from "./routes";\napp.get(ROUTES.users.byId, async (req, res) => res.json({}));\n▶app.get(ROUTES.orders.byId, async (req, res) => res.json({}));\n',
    },
    "GET",
    "/orders/:id",
  ),
  route(
    "NestJS, a controller under a constant object's key",
    {
      "paths.ts":
        'export const Paths = {\n  shop: {\n    base: "shop",\n    cart: "cart/:id",\n  },\n};\n',
      "cart.controller.ts":
        "@Controller(Paths.shop.base)\nexport class CartController {\n  @Get()\n  all() {}\n\n  @Get(Paths.shop.cart)\n▶  one() {}\n}\n",
      "stock.controller.ts":
        '@Controller("stock")\nexport class StockController {\n  @Get("cart/:id")\n  one() {}\n}\n',
    },
    "GET",
    "/shop/cart/:id",
  ),
  route(
    "Spring, constants of classes in classes",
    {
      "Paths.java":
        'public final class Paths {\n  public static final class V1 {\n    public static final String BOXES = "/v1/boxes";\n  }\n\n  public static final class V2 {\n    public static final String BOXES = "/v2/boxes";\n  }\n}\n',
      "OldController.java":
        "@RestController\n@RequestMapping(Paths.V1.BOXES)\nclass OldController {\n  @GetMapping\n  String all() { return null; }\n}\n",
      "NewController.java":
        "@RestController\n@RequestMapping(Paths.V2.BOXES)\nclass NewController {\n  @GetMapping\n▶  String all() { return null; }\n}\n",
    },
    "GET",
    "/v2/boxes",
  ),
  route(
    "Spring, the constants of an interface in a list",
    {
      "Paths.java": 'interface Paths {\n  String BOXES = "/boxes";\n}\n',
      "A.java":
        '@RestController\nclass A {\n  @GetMapping({Paths.BOXES + "/heavy/{id}", Paths.BOXES + "/old/{id}"})\n▶  String heavy(@PathVariable long id) { return null; }\n}\n',
      "B.java":
        '@RestController\nclass B {\n  @GetMapping("/crates/heavy/{id}")\n  String heavy(@PathVariable long id) { return null; }\n}\n',
    },
    "GET",
    "/boxes/heavy/{id}",
  ),
  route(
    "Spring, the interface declares and the class answers",
    {
      "BoxApi.java":
        '@RequestMapping("/boxes")\npublic interface BoxApi {\n  @GetMapping("/{id}")\n  Box getBox(@PathVariable long id);\n}\n',
      "BoxController.java":
        "@RestController\npublic class BoxController extends Base implements BoxApi {\n  @Override\n▶  public Box getBox(long id) { return null; }\n}\n",
    },
    "GET",
    "/boxes/{id}",
  ),
  route(
    "ASP.NET, a group under the prefix that a property holds",
    {
      "CatalogModule.cs":
        'public class CatalogModule\n{\n    protected override string Prefix => "api/v1/catalog";\n\n    public void AddRoutes(IEndpointRouteBuilder app)\n    {\n        var group = app.MapGroup(Prefix);\n▶        group.MapGet("/items", () => Results.Ok());\n    }\n}\n',
      "StockModule.cs":
        'public class StockModule\n{\n    public static string Root { get; } = "api/v1/stock";\n\n    public void AddRoutes(IEndpointRouteBuilder app)\n    {\n        var group = app.MapGroup(Root);\n        group.MapGet("/items", () => Results.Ok());\n    }\n}\n',
    },
    "GET",
    "/api/v1/catalog/items",
  ),
  route(
    "Ktor, verbs without a path under blocks",
    {
      "Routes.kt":
        'import io.ktor.server.routing.*\n\nfun Route.boxes() = route("/v1") {\n  route("/boxes") {\n    get {\n      call.respondText("all")\n    }\n▶    post {\n      call.respondText("new")\n    }\n  }\n}\n',
    },
    "POST",
    "/v1/boxes",
  ),
  route(
    "actix, services of a function that is configured under a scope",
    {
      "main.rs":
        'fn main() {\n  App::new().service(web::scope("/boxes").configure(boxes::configure)).service(web::scope("/crates").configure(crates::configure))\n}\n',
      "boxes.rs":
        'pub fn configure(config: &mut web::ServiceConfig) {\n  config.service(show);\n}\n\n#[get("/{id}")]\n▶async fn show(id: web::Path<u32>) -> HttpResponse { todo!() }\n',
      "crates.rs":
        'pub fn configure(config: &mut web::ServiceConfig) {\n  config.service(open);\n}\n\n#[get("/{id}")]\nasync fn open(id: web::Path<u32>) -> HttpResponse { todo!() }\n',
    },
    "GET",
    "/boxes/{id}",
  ),
];
