// Ten requests find the cache empty at once, and each of them builds the same report.
import { SpanKind, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("reports");
const cache = new Map();

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function sumSales(month) {
  return tracer.startActiveSpan("SELECT sales", { kind: SpanKind.CLIENT }, async span => {
    span.setAttribute("db.query.text", "SELECT sum(amount) FROM sales WHERE month = $1");
    await sleep(40);
    span.end();
    return month.length * 100;
  });
}

async function buildReport(month) {
  return tracer.startActiveSpan("buildReport", async span => {
    span.setAttribute("month", month);
    const sum = await sumSales(month);
    await sleep(30);
    span.end();
    return `${month}: ${sum}`;
  });
}

async function getReport(month) {
  if (!cache.has(month)) {
    cache.set(month, await buildReport(month)); // fault
  }
  return cache.get(month);
}

async function showTile(number) {
  return tracer.startActiveSpan("showTile", async span => {
    span.setAttribute("tile", number);
    const text = await getReport("2026-11");
    span.end();
    return text;
  });
}

export async function main() {
  await tracer.startActiveSpan("GET /dashboard", { kind: SpanKind.SERVER }, async span => {
    await Promise.all(Array.from({ length: 10 }, (_, number) => showTile(number)));
    span.end();
  });
}
