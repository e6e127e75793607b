/**
 * Segments sent by AWS X-Ray's SDK: a service with what it does and calls, and the service that it calls. What was made
 * is printed as JSON, from the SDK's own objects, with how many of a hundred requests it would send.
 *
 *     node xray.mjs 127.0.0.1:2000
 */

import xray from "aws-xray-sdk-core";

const failures = [];
const fail = text => failures.push(String(text));
xray.setLogger({ debug() {}, info() {}, warn: fail, error: fail });
xray.setDaemonAddress(process.argv[2]);

// The rules are asked for by the first decision, and hold for those after them.
const { sampler } = xray.middleware;
let rule;
for (let i = 0; typeof rule !== "string" && i < 600; i += 1) {
  rule = sampler.shouldSample({});
  if (typeof rule !== "string") await new Promise(resolve => setTimeout(resolve, 100));
}
const sampled = Array.from({ length: 100 }, () => sampler.shouldSample({})).filter(Boolean).length;

const made = [];
const shop = new xray.Segment("shop");
shop.addAnnotation("order", "o-1");
shop.addAnnotation("items", 3);
shop.addMetadata("cart", { currency: "EUR" });
const count = shop.addNewSubsegment("count");
const read = count.addNewSubsegment("read 日本語");
close(read, count);
close(count, shop);
const pay = shop.addNewSubsegment("pay");
pay.namespace = "remote";
pay.addError(new TypeError("no money"));
close(pay, shop);
close(shop);
const payments = new xray.Segment("payments", shop.trace_id, pay.id);
payments.http = { request: { method: "POST", url: "http://payments/" }, response: { status: 402 } };
close(payments, pay);

// The SDK tells nobody when its datagrams are sent; its sockets keep the process until then.
process.on("exit", () => process.stdout.write(JSON.stringify({ spans: made, failures, sampled })));

function close(part, parent) {
  part.close();
  made.push({
    traceId: shop.trace_id,
    spanId: part.id,
    parentSpanId: parent?.id,
    name: part.name,
    startMs: Math.round(part.start_time * 1000),
    endMs: Math.round(part.end_time * 1000),
  });
}
