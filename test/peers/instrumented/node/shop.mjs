// A shop's order, traced by the module that Traceside puts into projects.
import { AsyncResource } from "node:async_hooks";
import { continued, inject, traced } from "./traceside.mjs";

const chargeCard = traced("chargeCard", async order => {
  await new Promise(resolve => setTimeout(resolve, 5));
  return order;
});
const refund = traced("refund", () => {
  throw new RangeError("no such card");
});
const pickItem = traced("pickItem", order => order);

// Made before there is a trace, so that it brings none along.
const consumer = new AsyncResource("consumer");
const work = message =>
  continued(message.headers, "orders process", async () => pickItem(message.order));

const placeOrder = traced("placeOrder", async order => {
  await chargeCard(order);
  try {
    refund(order);
  } catch {
    // The order stands.
  }
  const message = { order, headers: inject() };
  await consumer.runInAsyncScope(work, undefined, message);
});

const printReceipt = traced("printReceipt", async () => {
  throw new Error("no paper");
});

await (process.argv.includes("crash") ? printReceipt() : placeOrder(7));
