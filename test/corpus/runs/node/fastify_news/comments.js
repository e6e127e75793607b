const { trace } = require("@opentelemetry/api");

module.exports = async function comments(fastify) {
  fastify.get("/", async () => {
    here();
    return [];
  });
  fastify.delete("/:id", remove);
};

async function remove(request, reply) {
  here();
  const span = trace.getTracer("comments").startSpan("remove comment");
  span.end();
  return reply.code(204).send();
}
