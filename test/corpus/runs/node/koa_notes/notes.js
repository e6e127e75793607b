const { trace } = require("@opentelemetry/api");

const tracer = trace.getTracer("notes");

async function list(ctx) {
  here();
  ctx.body = [];
}

async function create(ctx) {
  here();
  const span = tracer.startSpan("store note");
  span.end();
  ctx.body = {};
}

module.exports = {
  list,
  create,
  async show(ctx) {
    here();
    ctx.body = { id: ctx.params.id };
  },
};
