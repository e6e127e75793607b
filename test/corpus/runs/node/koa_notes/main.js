const Koa = require("koa");
const Router = require("@koa/router");
const { trace } = require("@opentelemetry/api");
const notes = require("./notes");

const app = new Koa();
const router = new Router({ prefix: "/v1" });

router.get("/health", async ctx => {
  here();
  ctx.body = "ok";
});
router.get("/notes", notes.list);
router.post("/notes", notes.create);
router.get("/notes/:id", notes.show);
router.delete("/notes/:id", async ctx => {
  here();
  trace.getTracer("notes").startActiveSpan("delete note", span => span.end());
  ctx.body = "";
});
app.use(router.routes());

const server = app.listen(0, "127.0.0.1", () =>
  ask(server.address().port, ["GET /v1/health", "GET /v1/notes", "POST /v1/notes", "GET /v1/notes/4", "DELETE /v1/notes/4"]),
);
