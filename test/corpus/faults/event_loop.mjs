// A password is hashed on the event loop, and everything else stands still meanwhile.
import { pbkdf2Sync } from "node:crypto";
import { SpanKind, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("logins");

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function readPrices(page) {
  return tracer.startActiveSpan("SELECT prices", { kind: SpanKind.CLIENT }, async span => {
    span.setAttribute("page", page);
    await sleep(10);
    span.end();
  });
}

function hashPassword(password) {
  return pbkdf2Sync(password, "salt", 400_000, 64, "sha512").toString("hex"); // fault
}

async function logIn(name) {
  return tracer.startActiveSpan("logIn", async span => {
    span.setAttribute("name", name);
    await sleep(3);
    const hash = hashPassword(`${name}-secret`);
    span.setAttribute("hash.length", hash.length);
    span.end();
  });
}

export async function main() {
  await tracer.startActiveSpan("POST /batch", { kind: SpanKind.SERVER }, async span => {
    await Promise.all([readPrices(1), readPrices(2), logIn("ann"), readPrices(3), readPrices(4)]);
    span.end();
  });
}
