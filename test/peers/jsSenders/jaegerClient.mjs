/**
 * Spans sent by `jaeger-client`, the tracer that the samples of old use. What was made is printed as JSON, from the
 * client's own spans.
 *
 *     node jaegerClient.mjs udp 127.0.0.1 6832
 *     node jaegerClient.mjs http http://localhost:14268/api/traces
 */

import jaeger from "jaeger-client";
import opentracing from "opentracing";

const [kind, ...address] = process.argv.slice(2);
const made = [];
const errors = [];
const reporter =
  kind === "udp"
    ? { agentHost: address[0], agentPort: Number(address[1]) }
    : { collectorEndpoint: address[0] };
const tracer = jaeger.initTracer(
  {
    serviceName: "legacy-ot",
    sampler: { type: "const", param: 1 },
    reporter: { ...reporter, flushIntervalMs: 100 },
  },
  {
    traceId128bit: true,
    tags: { "deployment.zone": "b" },
    logger: { info() {}, error: text => errors.push(String(text)) },
  },
);

const root = tracer.startSpan("GET /legacy", {
  tags: { "span.kind": "server", "http.status_code": 200, ratio: 0.25, big: 2 ** 40, flag: true },
});
root.setBaggageItem("user", "alice");
root.log({ event: "cache miss", key: "k1", attempt: 2 });
const child = tracer.startSpan("call db", {
  childOf: root,
  tags: { "span.kind": "client", "peer.service": "db" },
});
child.setTag("error", true);
child.log({ event: "error", message: "boom", stack: "Error: boom\n    at x.js:1:1" });
child.finish();
const follower = tracer.startSpan("async_job", {
  references: [opentracing.followsFrom(root.context()), opentracing.childOf(child.context())],
});
follower.setTag("text", '日本語 "quoted"');
follower.finish();
root.finish();
for (const span of [child, follower, root]) made.push(describe(span));
await new Promise(resolve => {
  tracer.close(resolve);
});
process.stdout.write(JSON.stringify({ spans: made, failures: errors }));

function describe(span) {
  const context = span.context();
  return {
    traceId: context.traceIdStr,
    spanId: context.spanIdStr,
    parentSpanId: context.parentIdStr ?? undefined,
    name: span._operationName,
    startUs: Math.round(span._startTime * 1000),
    durationUs: Math.round(span._duration * 1000),
    tags: span._tags.map(({ key, value }) => [key, value]),
    logs: span._logs.map(({ timestamp, fields }) => ({
      timeUs: Math.round(timestamp * 1000),
      fields: fields.map(({ key, value }) => [key, value]),
    })),
    references: span._references.map(reference => ({
      type: reference.type(),
      spanId: reference.referencedContext().spanIdStr,
    })),
  };
}
