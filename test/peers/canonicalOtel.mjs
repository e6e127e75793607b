/**
 * Sends one trace with OpenTelemetry's JavaScript SDK and prints what the SDK made of it. Run where the SDK is
 * installed, which is not here: `node --input-type=module --eval <this> <protocol>`.
 *
 * Standard input: `{"ports": …, "spans": […]}`, each span after its parent. Times are nanoseconds as decimal digits.
 */

import { text } from "node:stream/consumers";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const protocol = process.argv.at(-1);
const { ports, spans } = JSON.parse(await text(process.stdin));
// The exporter for Jaeger was made for version 2 of the SDK.
const version = protocol.startsWith("jaeger") ? "-2" : "";
const { TracerProvider, BatchSpanProcessor } = await import(`@opentelemetry/sdk-trace${version}`);
const { resourceFromAttributes } = await import(`@opentelemetry/resources${version}`);

const exporters = {
  "otlp-grpc": async () => {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
    return new OTLPTraceExporter({ url: `http://localhost:${ports.otlpGrpc}` });
  },
  "otlp-json": async () => {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
    return new OTLPTraceExporter({ url: `http://localhost:${ports.otlpHttp}/v1/traces` });
  },
  "otlp-proto": async () => {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
    return new OTLPTraceExporter({ url: `http://localhost:${ports.otlpHttp}/v1/traces` });
  },
  zipkin: async () => {
    const { ZipkinExporter } = await import("@opentelemetry/exporter-zipkin");
    return new ZipkinExporter({ url: `http://localhost:${ports.zipkin}/api/v2/spans` });
  },
  "jaeger-udp": async () => {
    const { JaegerExporter } = await import("@opentelemetry/exporter-jaeger");
    return new JaegerExporter({ host: "127.0.0.1", port: ports.jaegerBinary });
  },
  "jaeger-http": async () => {
    const { JaegerExporter } = await import("@opentelemetry/exporter-jaeger");
    return new JaegerExporter({ endpoint: `http://localhost:${ports.jaegerHttp}/api/traces` });
  },
};

const failures = [];
async function createExporter() {
  const exporter = await exporters[protocol]();
  // An exporter tells nobody but its processor what became of a request.
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, result => {
      if (result.code !== 0) failures.push(String(result.error));
      done(result);
    });
  return exporter;
}

const toHrTime = ns => [Number(BigInt(ns) / 1_000_000_000n), Number(BigInt(ns) % 1_000_000_000n)];
const toDigits = ([seconds, nanos]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
const toAttributes = list =>
  Object.fromEntries(
    list.map(({ key, type, value }) => [key, type === "int" ? Number(value) : value]),
  );

const providers = {};
const made = {};
for (const span of spans) {
  if (!(span.service in providers)) {
    const exporter = await createExporter();
    providers[span.service] = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": span.service, "host.name": "desk" }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
  }
  const tracer = providers[span.service].getTracer("shop.tracer", "1.2.3");
  const parent = span.parent ? trace.setSpan(ROOT_CONTEXT, made[span.parent]) : ROOT_CONTEXT;
  const one = tracer.startSpan(
    span.name,
    {
      kind: SpanKind[span.kind.toUpperCase()],
      startTime: toHrTime(span.startNs),
      attributes: toAttributes(span.attributes),
      links: span.link
        ? [{ context: made[span.link].spanContext(), attributes: { why: "retry" } }]
        : [],
    },
    parent,
  );
  if (span.error) {
    const { type, message, stack, timeNs } = span.error;
    one.setStatus({ code: SpanStatusCode.ERROR, message });
    one.addEvent(
      "exception",
      {
        "exception.type": type,
        "exception.message": message,
        "exception.stacktrace": stack,
      },
      toHrTime(timeNs),
    );
  }
  made[span.name] = one;
}
for (const { name, endNs } of [...spans].reverse()) made[name].end(toHrTime(endNs));
for (const provider of Object.values(providers)) await provider.shutdown();
if (failures.length > 0) throw new Error(failures.join("; "));

const all = Object.values(made);
console.log(
  JSON.stringify({
    traceId: all[0].spanContext().traceId,
    spans: all.map(one => ({
      name: one.name,
      spanId: one.spanContext().spanId,
      parentId: one.parentSpanContext?.spanId ?? null,
      startNs: toDigits(one.startTime),
      endNs: toDigits(one.endTime),
    })),
  }),
);
