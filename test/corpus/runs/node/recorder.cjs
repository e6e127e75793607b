/**
 * Records the spans of a program that really runs, each with the line that it comes from: the innermost line of the
 * program on the stack when a span starts, and for a server's span the function whose first line calls `here()`.
 *
 *     node --require ./recorder.cjs --import tsx express_shop/main.js
 */

const { writeFileSync } = require("node:fs");
const { basename, dirname, join, resolve } = require("node:path");
const { fileURLToPath } = require("node:url");
const { trace, SpanKind } = require("@opentelemetry/api");
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
const { KoaInstrumentation } = require("@opentelemetry/instrumentation-koa");
const { HapiInstrumentation } = require("@opentelemetry/instrumentation-hapi");
const { NestInstrumentation } = require("@opentelemetry/instrumentation-nestjs-core");
const { UndiciInstrumentation } = require("@opentelemetry/instrumentation-undici");

const folder = dirname(resolve(process.argv[1] ?? ".")) + "/";
const started = new Map();
const spans = [];
process.setSourceMapsEnabled(true);
Error.stackTraceLimit = 60;

/** The program's own lines on the stack, innermost first. */
function listLines() {
  const stack = new Error().stack ?? "";
  return [...stack.matchAll(/\(?((?:file:\/\/)?\/[^\s()]+):(\d+):\d+\)?$/gm)]
    .map(([, path, line]) => ({
      path: path.startsWith("file:") ? fileURLToPath(path.replace(/\?.*$/, "")) : path,
      line: Number(line),
    }))
    .filter(({ path }) => path.startsWith(folder));
}

class Recorder {
  onStart(span) {
    const { spanId } = span.spanContext();
    const own = { span, parent: span.parentSpanContext?.spanId ?? span.parentSpanId };
    started.set(spanId, own);
    if (span.kind === SpanKind.SERVER) return;
    // What a framework does when it is asked for a route is no start of a span by the program.
    const [first] = listLines();
    if (first !== undefined) own.at = `${first.path.slice(folder.length)}:${first.line}`;
  }
  onEnd(span) {
    const { at } = started.get(span.spanContext().spanId) ?? {};
    if (at === undefined) return;
    const kind = SpanKind[span.kind].toLowerCase();
    spans.push({ name: span.name, kind, attributes: span.attributes, at });
  }
  forceFlush() {
    return Promise.resolve();
  }
  shutdown() {
    return Promise.resolve();
  }
}

/** `offset`: how far the function's own line is from this call. */
global.here = (offset = -1) => {
  const [first] = listLines();
  for (let id = trace.getActiveSpan()?.spanContext().spanId; id !== undefined; ) {
    const own = started.get(id);
    if (own === undefined) return;
    const isHandler = own.span.kind === SpanKind.SERVER || own.at === undefined;
    if (isHandler) own.at = `${first.path.slice(folder.length)}:${first.line + offset}`;
    if (own.span.kind === SpanKind.SERVER) return;
    id = own.parent;
  }
};

new NodeTracerProvider({ spanProcessors: [new Recorder()] }).register();
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    new ExpressInstrumentation(),
    new KoaInstrumentation(),
    new HapiInstrumentation(),
    new NestInstrumentation(),
    new UndiciInstrumentation(),
  ],
});

/** Sends the requests to the port, one after the other, writes what was recorded, and ends. */
global.ask = async (port, requests) => {
  const { request } = require("node:http");
  const { context } = require("@opentelemetry/api");
  const { suppressTracing } = require("@opentelemetry/core");
  for (const each of requests) {
    const [method, path] = each.split(" ");
    await context.with(suppressTracing(context.active()), () => new Promise(done => {
      const sent = request({ port, method, path, host: "127.0.0.1" }, response => {
        if (response.statusCode >= 400) console.log("ANSWER", each, response.statusCode);
        response.resume().on("end", done);
      });
      sent.end();
    }));
  }
  await new Promise(done => setTimeout(done, 500));
  const seen = new Set();
  const unique = spans
    .filter(({ name, kind, at }) => {
      const key = name + kind + at;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => a.at.localeCompare(b.at, "en", { numeric: true }) || a.name.localeCompare(b.name));
  const framework = basename(folder);
  const rows = unique
    .map(span => JSON.stringify(span))
    .join(",\n")
    .replaceAll(folder, "/app/");
  const target = join(__dirname, "../recordings", `${framework}.json`);
  writeFileSync(target, `{"framework":${JSON.stringify(framework)},"spans":[\n${rows}\n]}\n`);
  console.log(`${framework}: ${unique.length} spans`);
  process.exit(0);
};
