/** What OpenTelemetry's SDKs really sent, with times of now: for the servers that are to keep it. Knows no server. */

import { readOtlpJson } from "../../src/formats/otlpJson.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { readData } from "../unit/formats/outline.ts";

/** A body of `POST /v1/traces`. */
export interface OtlpRequest {
  readonly resourceSpans: readonly ResourceSpans[];
}

interface ResourceSpans {
  readonly scopeSpans: readonly { readonly spans: readonly { readonly traceId: string }[] }[];
}

/** The OpenTelemetry Demo: services in five languages, as a Collector wrote them down. */
const demo = "otel-tui/test_data.otlp.jsonl";
/** A small shop with a queue, captured from the SDK of JavaScript. */
const shop = "captured/otel-js-otlp-http-json-1.json";
const DEMO_TRACES = 24;
const MINUTE_MS = 60_000;

const capturedTask = "019b4ed4-144d-76b2-86b0-7d4939fc94dc";
/** Such an id carries the time at which it was made, and must not be older than its spans. */
const freshTask = (Date.now() - 3_600_000)
  .toString(16)
  .padStart(12, "0")
  .replace(/^(.{8})(.{4})$/, `$1-$2${capturedTask.slice(13)}`);

/** A task of the small shop, by the id of its message. */
export const otlpTag = ["messaging.message_id", freshTask] as const;

export function readFreshRequests(nowMs: number): readonly OtlpRequest[] {
  const all = readData(demo)
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as Partial<OtlpRequest>)
    .filter((line): line is OtlpRequest => line.resourceSpans !== undefined);
  const largest = [...Map.groupBy(readSent(all), record => record.traceId)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, DEMO_TRACES);
  const chosen = new Set(largest.map(([traceId]) => traceId));
  return [
    ...moveTo(
      nowMs - MINUTE_MS,
      all.map(request => keepTraces(request, chosen)),
    ),
    ...moveTo(nowMs - 2 * MINUTE_MS, [
      JSON.parse(readData(shop).replaceAll(capturedTask, freshTask)) as OtlpRequest,
    ]),
  ];
}

/** As our own reader sees it. */
export function readSent(requests: readonly OtlpRequest[]): readonly SpanRecord[] {
  return readOtlpJson(requests as readonly object[] as [], { store: "sent" }).records;
}

function keepTraces(request: OtlpRequest, chosen: ReadonlySet<string>): OtlpRequest {
  return {
    ...request,
    resourceSpans: request.resourceSpans.map(group => ({
      ...group,
      scopeSpans: group.scopeSpans.map(scoped => ({
        ...scoped,
        spans: scoped.spans.filter(span => chosen.has(span.traceId)),
      })),
    })),
  };
}

/** All by the same time, so that the last begins then. */
function moveTo(unixMs: number, requests: readonly OtlpRequest[]): readonly OtlpRequest[] {
  const text = JSON.stringify(requests);
  const starts = [...text.matchAll(/"startTimeUnixNano":"(\d+)"/g)].map(([, ns = "0"]) =>
    BigInt(ns),
  );
  const latest = starts.reduce((a, b) => (a > b ? a : b), 0n);
  const shift = BigInt(unixMs) * 1_000_000n - latest;
  return JSON.parse(
    text.replace(
      /"((?:start|end)?[tT]imeUnixNano)":"(\d+)"/g,
      (_, key: string, ns: string) => `"${key}":"${BigInt(ns) + shift}"`,
    ),
  ) as OtlpRequest[];
}
