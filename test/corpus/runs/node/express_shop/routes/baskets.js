const express = require("express");
const { trace } = require("@opentelemetry/api");

const router = express.Router({ mergeParams: true });
const tracer = trace.getTracer("baskets");
const URL_ITEMS = "/items";

router.get("/baskets/:id", show);
router.post("/baskets/:id/merge", merge);
router.get("/baskets/:id/total", async (req, res) => {
  here();
  const answer = await fetch(process.env.SHOP_URL + URL_ITEMS);
  res.json(await answer.json());
});

function show(req, res) {
  here();
  res.json({ id: req.params.id });
}

async function merge(req, res) {
  here();
  await tracer.startActiveSpan("merge baskets", async span => {
    span.end();
  });
  res.json({});
}

module.exports = { router };
