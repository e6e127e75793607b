// Thumbnails are aborted long before the image service can answer.
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("gallery");

function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function scaleImage(name, signal) {
  return tracer.startActiveSpan("scaleImage", { kind: SpanKind.CLIENT }, async span => {
    span.setAttribute("image.name", name);
    try {
      await wait(name.endsWith(".tiff") ? 120 : 10, signal);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function makeThumbnails(names) {
  return tracer.startActiveSpan("makeThumbnails", async span => {
    const signal = AbortSignal.timeout(60); // fault
    const made = await Promise.allSettled(names.map(name => scaleImage(name, signal)));
    span.setAttribute("made", made.filter(({ status }) => status === "fulfilled").length);
    span.end();
  });
}

export async function main() {
  await tracer.startActiveSpan("GET /gallery", { kind: SpanKind.SERVER }, async span => {
    await makeThumbnails(["a.png", "b.png", "c.tiff", "d.tiff"]);
    span.end();
  });
}
