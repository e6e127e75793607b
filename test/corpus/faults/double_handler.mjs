// An order is charged twice, because its event has two handlers.
import { EventEmitter } from "node:events";
import { SpanKind, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("shop");
const bus = new EventEmitter();
const pending = [];

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

function chargeCard(order) {
  return tracer.startActiveSpan(
    "POST /charges",
    { kind: SpanKind.CLIENT, attributes: { "order.id": order.id } },
    async span => {
      await sleep(15);
      span.end();
    },
  );
}

function onPaid(order) {
  pending.push(chargeCard(order));
}

export function registerBilling() {
  bus.on("paid", onPaid);
}

export function registerReceipts() {
  bus.on("paid", order => pending.push(printReceipt(order)));
  bus.on("paid", onPaid); // fault
}

function printReceipt(order) {
  return tracer.startActiveSpan("printReceipt", async span => {
    span.setAttribute("order.id", order.id);
    await sleep(5);
    span.end();
  });
}

export async function main() {
  registerBilling();
  registerReceipts();
  await tracer.startActiveSpan("POST /orders", { kind: SpanKind.SERVER }, async span => {
    bus.emit("paid", { id: "o-17" });
    await Promise.all(pending);
    span.end();
  });
}
