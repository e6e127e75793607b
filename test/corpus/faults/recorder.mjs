// Does for the programs of JavaScript what recorder.py does for those of Python. By hand, in a copy of this folder:
//
//     npm install @opentelemetry/api @opentelemetry/sdk-trace-base @opentelemetry/context-async-hooks @opentelemetry/resources
//     node recorder.mjs FOLDER
import { readdirSync, writeFileSync } from "node:fs";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

const exporter = new InMemorySpanExporter();
const resource = resourceFromAttributes({ "service.name": "shop" });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);

const toNs = ([seconds, ns]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(ns));
const toValue = value =>
  Array.isArray(value)
    ? { arrayValue: { values: value.map(toValue) } }
    : typeof value === "number"
      ? Number.isInteger(value)
        ? { intValue: value }
        : { doubleValue: value }
      : typeof value === "boolean"
        ? { boolValue: value }
        : { stringValue: value };
const toAttributes = values =>
  Object.entries(values).map(([key, value]) => ({ key, value: toValue(value) }));

const toSpan = span => ({
  ...span.spanContext(),
  parentSpanId: span.parentSpanContext?.spanId,
  name: span.name,
  kind: span.kind + 1,
  startTimeUnixNano: toNs(span.startTime),
  endTimeUnixNano: toNs(span.endTime),
  attributes: toAttributes(span.attributes),
  events: span.events.map(({ name, time, attributes }) => ({
    name,
    timeUnixNano: toNs(time),
    attributes: toAttributes(attributes ?? {}),
  })),
  status: span.status,
});

for (const file of readdirSync(import.meta.dirname)) {
  if (!file.endsWith(".mjs") || file === "recorder.mjs") continue;
  exporter.reset();
  await (await import(`./${file}`)).main();
  const scopeSpans = [{ scope: { name: "shop" }, spans: exporter.getFinishedSpans().map(toSpan) }];
  const told = JSON.stringify({
    resourceSpans: [
      { resource: { attributes: toAttributes({ "service.name": "shop" }) }, scopeSpans },
    ],
  });
  // Where the programs were deployed, which is not where the workspace has them.
  writeFileSync(
    `${process.argv[2]}/${file.replace(".mjs", ".json")}`,
    told.replaceAll(import.meta.dirname, "/srv/app"),
  );
}
