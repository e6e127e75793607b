/**
 * Shows this program's work in Traceside: HTTP, databases and queues by OpenTelemetry's own instrumentations, and your
 * functions where you say so.
 *
 *     npm install @opentelemetry/sdk-node @opentelemetry/auto-instrumentations-node
 *     node --import ./traceside.mjs app.mjs
 *
 * Your own functions:
 *
 *     import { traced, inject, continued } from "./traceside.mjs";
 *
 *     const chargeCard = traced("chargeCard", async orderId => { … });
 *
 * A message takes its trace along: put `inject()` into its headers where it is sent, and begin with `continued` where
 * it is taken.
 *
 *     queue.push({ order: 7, headers: inject() });
 *     await continued(message.headers, "orders process", async () => { … });
 *
 * Each test is a trace that is named as the test: of Vitest (4.1 or later) with `test: { setupFiles: ["./traceside.mjs"] }`
 * in its configuration, of Mocha with `mocha --require ./traceside.mjs`.
 *
 * A program that was started with TRACEPARENT (by an agent, a test, or `traceside run`) hangs below the call that
 * started it.
 *
 * Spans go to OTEL_EXPORTER_OTLP_ENDPOINT, by default the port on this machine where Traceside listens; where nobody
 * does, the program runs as it would without. MIT licence.
 */

import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { getNodeAutoInstrumentations } from "@opentelemetry/auto-instrumentations-node";
import { NodeSDK } from "@opentelemetry/sdk-node";

process.env.OTEL_EXPORTER_OTLP_ENDPOINT ??= "http://127.0.0.1:4318";
process.env.OTEL_EXPORTER_OTLP_PROTOCOL ??= "http/protobuf";
process.env.OTEL_TRACES_EXPORTER ??= "otlp";
process.env.OTEL_METRICS_EXPORTER ??= "none";
process.env.OTEL_LOGS_EXPORTER ??= "otlp";
process.env.OTEL_SERVICE_NAME ??= basename(dirname(fileURLToPath(import.meta.url)));
// A debugger wants to see a span soon after it ended.
process.env.OTEL_BSP_SCHEDULE_DELAY ??= "500";
process.env.OTEL_BLRP_SCHEDULE_DELAY ??= "500";

// A program that ends waits no longer than this for whoever receives its spans. Programs that this one starts do not
// inherit it: to some of them it would be seconds.
const hasTimeout = process.env.OTEL_EXPORTER_OTLP_TIMEOUT !== undefined;
process.env.OTEL_EXPORTER_OTLP_TIMEOUT ??= "2000";
const sdk = new NodeSDK({
  instrumentations: [
    getNodeAutoInstrumentations({
      // Every file that is opened would be a span.
      "@opentelemetry/instrumentation-fs": { enabled: false },
    }),
  ],
});
sdk.start();
if (!hasTimeout) delete process.env.OTEL_EXPORTER_OTLP_TIMEOUT;

let isDone = false;
/** What has ended is sent before the program ends. */
export async function shutdown() {
  if (isDone) return;
  isDone = true;
  // Where nobody listens the program ends as it would without.
  await sdk.shutdown().catch(() => undefined);
}
process.once("beforeExit", () => void shutdown());
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    void shutdown().finally(() => process.kill(process.pid, signal));
  });
}

// What ends the program is told too, but where the program itself takes care of such errors.
process.on("uncaughtException", error => {
  if (process.listenerCount("uncaughtException") > 1) return;
  void shutdown().finally(() => {
    process.removeAllListeners("uncaughtException");
    throw error;
  });
});

const tracer = trace.getTracer("traceside");

/** The function with a span for every call, and its place, so that a click leads to it. */
export function traced(name, run) {
  const place = findCaller();
  const attributes = { "code.function.name": name, ...place };
  return (...args) => inSpan(name, { attributes }, getAround(), () => run(...args));
}

/** Headers that take the current trace along; into `headers` where some are given. */
export function inject(headers = {}) {
  propagation.inject(getAround(), headers);
  return headers;
}

/** Runs in a span of the consumer's, below the span that sent the message. */
export function continued(headers, name, run) {
  const parent = propagation.extract(ROOT_CONTEXT, headers ?? {});
  return inSpan(name, { kind: SpanKind.CONSUMER }, parent, run);
}

/** What is current; where nothing is, what the environment says of who started this program. */
function getAround() {
  const active = context.active();
  if (trace.getSpan(active) !== undefined) return active;
  const { TRACEPARENT: traceparent, TRACESTATE: tracestate, BAGGAGE: baggage } = process.env;
  return propagation.extract(active, {
    ...(traceparent && { traceparent }),
    ...(tracestate && { tracestate }),
    ...(baggage && { baggage }),
  });
}

function inSpan(name, options, parent, run) {
  return tracer.startActiveSpan(name, options, parent, span => {
    const fail = error => {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error?.message ?? error) });
      span.end();
      throw error;
    };
    try {
      const result = run();
      if (typeof result?.then !== "function") {
        span.end();
        return result;
      }
      return result.then(value => {
        span.end();
        return value;
      }, fail);
    } catch (error) {
      return fail(error);
    }
  });
}

/** Runs a test in a span, and says which trace tells of a failure: what `run` throws, or answers with. */
function inTest(name, attributes, run) {
  return inSpan(name, { attributes }, getAround(), async () => {
    const span = trace.getActiveSpan();
    const tellFailure = () => {
      span.setAttribute("test.case.result.status", "fail");
      console.error(`${attributes["test.case.name"]} failed: trace_id=${span.spanContext().traceId}`);
    };
    try {
      const failure = await run();
      if (failure === undefined) {
        span.setAttribute("test.case.result.status", "pass");
        return;
      }
      span.recordException(failure);
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      tellFailure();
    } catch (error) {
      tellFailure();
      throw error;
    }
  });
}

/** What ran so far is sent; a worker of a test runner is ended without a word. */
const flush = () => trace.getTracerProvider().getDelegate?.().forceFlush?.().catch(() => undefined);

if (globalThis.__vitest_worker__ !== undefined) {
  const { afterAll, aroundEach } = await import("vitest");
  aroundEach((runTest, { task }) => {
    const attributes = {
      "test.case.name": task.fullTestName ?? task.name,
      "test.suite.name": task.file.name,
      "code.file.path": task.file.filepath,
      ...(task.location && { "code.line.number": task.location.line }),
    };
    return inTest(task.name, attributes, async () => {
      await runTest();
      return task.result?.errors?.[0];
    });
  });
  afterAll(flush);
}

/** The function that a test of Mocha was written with, by the one that runs it in a span: a retry takes over the latter. */
const written = new WeakMap();

/** Hooks of Mocha, which takes them from the files that it requires. */
export const mochaHooks = {
  beforeEach() {
    const test = this.currentTest;
    const { title, file } = test;
    const fn = written.get(test.fn) ?? test.fn;
    // One with a callback is its own.
    if (typeof fn !== "function" || fn.length > 0) return;
    const attributes = {
      "test.case.name": test.fullTitle(),
      "test.suite.name": test.parent?.fullTitle() || file,
      "code.file.path": file,
    };
    test.fn = function () {
      return inTest(title, attributes, async () => {
        await fn.call(this);
      });
    };
    written.set(test.fn, fn);
  },
  afterAll: flush,
};

/** Where `traced` was called: the file and line of the function that it was given. */
function findCaller() {
  const line = new Error().stack?.split("\n")[3] ?? "";
  const found = /(?:file:\/\/)?(\/[^()]+|[A-Z]:[^()]+):(\d+):\d+\)?$/.exec(line);
  return found === null ? {} : { "code.file.path": found[1], "code.line.number": Number(found[2]) };
}
