// Reserves every line of an order, and answers before any of it is reserved: forEach waits for nothing.
import { setTimeout as pause } from "node:timers/promises";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("shop");

async function reserveLine(line) {
  return tracer.startActiveSpan("reserveLine", { attributes: { sku: line.sku } }, async span => {
    await pause(30);
    if (line.quantity > 10) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: `only 10 of ${line.sku} left` });
    }
    span.end();
  });
}

async function placeBasket(order) {
  await tracer.startActiveSpan("placeBasket", async span => {
    order.lines.forEach(async line => {
      await reserveLine(line); // fault
    });
    await pause(4);
    span.end();
  });
}

export async function main() {
  await tracer.startActiveSpan("POST /baskets", { kind: SpanKind.SERVER }, async span => {
    await placeBasket({
      lines: [
        { sku: "A1", quantity: 1 },
        { sku: "B2", quantity: 40 },
        { sku: "C3", quantity: 2 },
      ],
    });
    span.setAttribute("http.response.status_code", 201);
    span.end();
  });
  await pause(100);
}
