// A pattern that backtracks without end on a name that nearly matches.
import { SpanKind, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("signups");
const NAME = /^([a-z]+[ -]?)+$/i; // fault

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function saveCustomer(name) {
  return tracer.startActiveSpan("INSERT customers", { kind: SpanKind.CLIENT }, async span => {
    await sleep(8);
    span.end();
    return name;
  });
}

function checkName(name) {
  return tracer.startActiveSpan("checkName", span => {
    const isValid = NAME.test(name);
    span.setAttribute("valid", isValid);
    span.end();
    return isValid;
  });
}

function checkAge(age) {
  return tracer.startActiveSpan("checkAge", span => {
    span.end();
    return age > 17;
  });
}

export async function main() {
  await tracer.startActiveSpan("POST /signups", { kind: SpanKind.SERVER }, async span => {
    checkAge(31);
    checkName("Maria Theresia Walburga Ama!");
    await saveCustomer("Maria");
    span.end();
  });
}
