// A sign-up answers before its mail is sent: nobody waits for it, and nobody hears that it failed.
import { setTimeout as pause } from "node:timers/promises";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("shop");

async function sendMail(to) {
  await tracer.startActiveSpan("sendMail", async span => {
    await pause(40);
    const error = new Error(`550 no such mailbox: ${to}`);
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end();
    throw error;
  });
}

async function saveUser(name) {
  await tracer.startActiveSpan("saveUser", async span => {
    await pause(5);
    span.end();
    return name;
  });
}

async function signUp(name) {
  await saveUser(name);
  sendMail(`${name}@shop.test`).catch(() => undefined); // fault
}

export async function main() {
  await tracer.startActiveSpan("POST /signup", { kind: SpanKind.SERVER }, async span => {
    await signUp("ann");
    span.end();
  });
  await pause(100);
}
