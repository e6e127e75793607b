const { Router } = require("express");
const { trace, SpanKind } = require("@opentelemetry/api");
const { listOrders, OrderController } = require("../controllers/orders");

const router = Router();
const controller = new OrderController();

router.get("/", listOrders);
router.post("/", (req, res) => {
  here();
  trace.getTracer("orders").startActiveSpan("place order", { kind: SpanKind.INTERNAL }, async span => {
    await controller.reserve();
    span.end();
    res.status(201).json({});
  });
});
router
  .route("/:id")
  .get((req, res) => controller.show(req, res))
  .delete(async (req, res) => {
    here();
    res.status(204).end();
  });
router.put("/:id/lines/:line", controller.changeLine.bind(controller));

module.exports = router;
