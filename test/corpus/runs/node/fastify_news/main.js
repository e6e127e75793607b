const { FastifyOtelInstrumentation } = require("@fastify/otel");

const instrumentation = new FastifyOtelInstrumentation();
const fastify = require("fastify")();
const { trace } = require("@opentelemetry/api");
const { showArticle, listArticles } = require("./handlers");

async function main() {
  await fastify.register(instrumentation.plugin());
  fastify.get("/health", async () => {
    here();
    return "ok";
  });
  fastify.register(require("./comments"), { prefix: "/v1/comments" });
  fastify.get("/articles", listArticles);
  fastify.get("/articles/:slug", showArticle);
  fastify.route({
    method: "POST",
    url: "/articles",
    handler: async function publish(request, reply) {
      here();
      trace.getTracer("news").startActiveSpan("publish article", span => span.end());
      return reply.code(201).send({});
    },
  });
  await fastify.listen({ port: 0, host: "127.0.0.1" });
  ask(fastify.server.address().port, [
    "GET /health",
    "GET /articles",
    "GET /articles/tea",
    "POST /articles",
    "GET /v1/comments",
    "DELETE /v1/comments/4",
  ]);
}

main();
