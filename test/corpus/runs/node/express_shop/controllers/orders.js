const { trace } = require("@opentelemetry/api");

function listOrders(req, res) {
  here();
  res.json([]);
}

class OrderController {
  tracer = trace.getTracer("orders");

  show(req, res) {
    res.json({ id: req.params.id });
  }

  async reserve() {
    const answer = await fetch(`${process.env.SHOP_URL}/items/4`);
    return answer.json();
  }

  changeLine(req, res) {
    here();
    this.tracer.startActiveSpan("change line", span => {
      span.end();
      res.json({});
    });
  }
}

module.exports = { listOrders, OrderController };
