// A second attempt is made at once by everybody else; here it waits for far longer than the first took.
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("mail");
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
let calls = 0;

async function postMail(attempt) {
  return tracer.startActiveSpan("POST /mails", { kind: SpanKind.CLIENT }, async span => {
    span.setAttribute("http.request.resend_count", attempt);
    try {
      await sleep(4);
      calls += 1;
      if (calls < 3) throw new Error("503 Service Unavailable");
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function deliver() {
  return tracer.startActiveSpan("deliver", async span => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await postMail(attempt);
        break;
      } catch {
        await sleep(250 * (attempt + 1)); // fault
      }
    }
    span.end();
  });
}

export async function main() {
  await tracer.startActiveSpan("welcome", { kind: SpanKind.CONSUMER }, async span => {
    await deliver();
    span.end();
  });
}
