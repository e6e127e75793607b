const express = require("express");
const orders = require("./routes/orders");
const { router: baskets } = require("./routes/baskets");
const items = require("./controllers/items");

const app = express();
app.use(express.json());
app.get("/health", (req, res) => {
  here();
  res.json({ ok: true });
});
app.get("/items", items.list);
app.get("/items/:id", items.show);
app.use("/api/orders", orders);
app.use("/api", baskets);

const server = app.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  process.env.SHOP_URL = `http://127.0.0.1:${port}`;
  ask(port, [
    "GET /health",
    "GET /items",
    "GET /items/4",
    "GET /api/orders",
    "POST /api/orders",
    "GET /api/orders/17",
    "DELETE /api/orders/17",
    "PUT /api/orders/17/lines/2",
    "GET /api/baskets/5",
    "POST /api/baskets/5/merge",
    "GET /api/baskets/5/total",
  ]);
});
