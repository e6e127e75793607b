const { trace } = require("@opentelemetry/api");

const tracer = trace.getTracer("items");

exports.list = (req, res) => {
  here();
  tracer.startActiveSpan("load items", span => {
    res.json([]);
    span.end();
  });
};

exports.show = async function (req, res) {
  here();
  const span = tracer.startSpan("load one item");
  res.json({ id: req.params.id });
  span.end();
};
