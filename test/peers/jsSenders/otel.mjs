/**
 * A fixed, rich set of spans sent by OpenTelemetry's JavaScript SDK. What was made is printed as JSON, read from the
 * SDK's own spans and not from what an exporter wrote.
 *
 *     node otel.mjs <protocol> <endpoint> [gzip]
 *
 * Protocols: `http/protobuf`, `http/json` and `grpc` (traces), `logs/http/protobuf`, `logs/http/json` and `logs/grpc`,
 * `metrics/http/protobuf`, `zipkin`, `jaeger/udp` and `jaeger/http` (the last two with SDK 2, for which they were made).
 */

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const [protocol, endpoint, compression = "none"] = process.argv.slice(2);
const isJaeger = protocol.startsWith("jaeger/");
const { TracerProvider, BatchSpanProcessor } = await import(
  isJaeger ? "@opentelemetry/sdk-trace-2" : "@opentelemetry/sdk-trace"
);
const { resourceFromAttributes } = await import(
  isJaeger ? "@opentelemetry/resources-2" : "@opentelemetry/resources"
);
const resource = resourceFromAttributes({
  "service.name": "checkout-服务",
  "service.version": "1.2.3",
  "process.pid": 4711,
  "deployment.environment.name": "test",
});

const made = [];
const recorder = {
  onStart() {},
  onEnd: span => made.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};

const failures = [];
/** An exporter that is told of a failure tells only the processor; here the test must hear of it. */
function heard(exporter) {
  const exportSpans = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    exportSpans(items, result => {
      if (result.code !== 0) failures.push(String(result.error));
      done(result);
    });
  return exporter;
}

async function createExporter() {
  const url = endpoint;
  switch (protocol) {
    case "http/protobuf": {
      const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
      return new OTLPTraceExporter({ url, compression });
    }
    case "http/json": {
      const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
      return new OTLPTraceExporter({ url, compression });
    }
    case "grpc": {
      const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
      return new OTLPTraceExporter({ url, compression });
    }
    case "zipkin": {
      const { ZipkinExporter } = await import("@opentelemetry/exporter-zipkin");
      return new ZipkinExporter({ url });
    }
    case "jaeger/http": {
      const { JaegerExporter } = await import("@opentelemetry/exporter-jaeger");
      return new JaegerExporter({ endpoint: url });
    }
    case "jaeger/udp": {
      const { JaegerExporter } = await import("@opentelemetry/exporter-jaeger");
      const { hostname, port } = new URL(url);
      return new JaegerExporter({ host: hostname, port: Number(port) });
    }
    default:
      throw new Error(`unknown protocol ${protocol}`);
  }
}

async function sendSpans() {
  const processor = new BatchSpanProcessor({ exporter: heard(await createExporter()) });
  const provider = new TracerProvider({ resource, spanProcessors: [processor, recorder] });
  const tracer = provider.getTracer("checkout", "0.9.1");
  makeSpans(tracer, provider.getTracer("worker"));
  await provider.forceFlush();
  await provider.shutdown();
}

function makeSpans(tracer, workerTracer) {
  const within = (span, parent = ROOT_CONTEXT) => trace.setSpan(parent, span);
  const root = tracer.startSpan("POST /checkout", {
    kind: SpanKind.SERVER,
    root: true,
    attributes: {
      "http.request.method": "POST",
      "http.response.status_code": 500,
      text: 'quotes " and \\ and\nlines, 日本語, 🧾',
      empty: "",
      int: 42,
      negative: -7,
      large: Number.MAX_SAFE_INTEGER,
      double: 0.1,
      small: -1.5e-7,
      yes: true,
      no: false,
      strings: ["a", "b,c", ""],
      ints: [1, -2, 3],
      doubles: [0.5, 1.25],
      bools: [true, false],
      long: "x".repeat(3000),
    },
  });
  const client = tracer.startSpan(
    "SELECT orders",
    { kind: SpanKind.CLIENT, attributes: { "db.system.name": "postgresql", "server.port": 5432 } },
    within(root),
  );
  client.addEvent("row fetched", { row: 1, cached: false });
  client.addEvent("no attributes");
  client.recordException(new TypeError("no such column: totl"));
  client.setStatus({ code: SpanStatusCode.ERROR, message: "no such column: totl" });
  client.end();
  // Of version 7, whose first 48 bits are the time, as makers of tasks write them.
  const now = Date.now().toString(16).padStart(12, "0");
  const message = {
    "messaging.system": "kafka",
    "messaging.destination.name": "placed",
    "messaging.message.id": `${now.slice(0, 8)}-${now.slice(8)}-76b2-86b0-7d4939fc94dc`,
  };
  const send = tracer.startSpan(
    "orders send",
    { kind: SpanKind.PRODUCER, attributes: message },
    within(root),
  );
  send.setStatus({ code: SpanStatusCode.OK });
  send.end();
  const other = workerTracer.startSpan("cron tick", { root: true });
  const process = workerTracer.startSpan(
    "orders process",
    {
      kind: SpanKind.CONSUMER,
      attributes: message,
      links: [
        { context: send.spanContext(), attributes: { reason: "sent", hops: 2 } },
        { context: other.spanContext() },
      ],
    },
    within(root),
  );
  const inner = workerTracer.startSpan("reserve stock", {}, within(process));
  inner.end();
  process.end();
  other.end();
  root.end();
  return root;
}

async function sendLogs() {
  const { LoggerProvider, BatchLogRecordProcessor } = await import("@opentelemetry/sdk-logs");
  const kind = protocol.slice("logs/".length);
  const packages = { "http/protobuf": "proto", "http/json": "http", grpc: "grpc" };
  const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${packages[kind]}`);
  const exporter = heard(new OTLPLogExporter({ url: endpoint, compression }));
  const provider = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter })],
  });
  const traces = new TracerProvider({ resource, spanProcessors: [recorder] });
  const root = makeSpans(traces.getTracer("checkout"), traces.getTracer("worker"));
  const logger = provider.getLogger("checkout.log", "1.0.0");
  const spanContext = root.spanContext();
  const within = trace.setSpan(ROOT_CONTEXT, root);
  const records = [
    {
      severityNumber: 9,
      severityText: "INFO",
      body: "order placed",
      attributes: { order: 17, paid: true },
    },
    {
      severityNumber: 17,
      severityText: "ERROR",
      body: { code: "E1", parts: [1, "two"] },
      eventName: "order.failed",
    },
  ];
  for (const record of records)
    logger.emit({ ...record, timestamp: 1_790_000_000_123, context: within });
  logger.emit({ severityNumber: 9, body: "of no trace", context: ROOT_CONTEXT });
  await provider.forceFlush();
  await provider.shutdown();
  return records.map(record => ({
    ...record,
    traceId: spanContext.traceId,
    spanId: spanContext.spanId,
  }));
}

async function sendMetrics() {
  const { MeterProvider, PeriodicExportingMetricReader } =
    await import("@opentelemetry/sdk-metrics");
  const { OTLPMetricExporter } = await import("@opentelemetry/exporter-metrics-otlp-proto");
  const reader = new PeriodicExportingMetricReader({
    exporter: heard(new OTLPMetricExporter({ url: endpoint, compression })),
    exportIntervalMillis: 60_000,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  provider.getMeter("checkout").createCounter("orders").add(3, { shop: "a" });
  await provider.forceFlush();
  await provider.shutdown();
  return [];
}

const toNs = ([seconds, nanos]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));

function describe(span) {
  const { traceId, spanId } = span.spanContext();
  const scope = span.instrumentationScope;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    // The API counts from `internal` on, the wire keeps 0 for what was not said.
    kind: span.kind + 1,
    startUnixNs: toNs(span.startTime),
    endUnixNs: toNs(span.endTime),
    status: span.status,
    attributes: span.attributes,
    resource: span.resource.attributes,
    scope: { name: scope.name, version: scope.version },
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      timeUnixNs: toNs(time),
      attributes,
    })),
    links: span.links.map(({ context: to, attributes = {} }) => ({
      traceId: to.traceId,
      spanId: to.spanId,
      attributes,
    })),
  };
}

let records = [];
if (protocol.startsWith("logs/")) records = await sendLogs();
else if (protocol.startsWith("metrics/")) records = await sendMetrics();
else await sendSpans();
process.stdout.write(JSON.stringify({ spans: made.map(describe), logs: records, failures }));
