/** What OpenTelemetry's SDKs really sent, with times of now: for the servers that are to keep it. Knows no server. */

import { readOtlpJson } from "../../src/formats/otlp/otlpJson.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { readRun } from "../sdkRecordings.ts";

/** A body of `POST /v1/traces`. */
export interface OtlpRequest {
  readonly resourceSpans: readonly object[];
}

const MINUTE_MS = 60_000;
/** A trace of three services; then, twice, one with a queue and one of a single span. */
const runs = ["otel-js-canonical-json", "otel-js-otlp-http-json", "otel-js-otlp-again-json"];

const recorded = runs.map(readRun);
const messageId = /"messaging\.message\.id","value":\{"stringValue":"([^"]+)"/;
const recordedTask = messageId.exec(recorded[1]?.[0] ?? "")?.[1] ?? "";
/** Such an id carries the time at which it was made, and must not be older than its spans. */
const freshTask = (Date.now() - 3_600_000)
  .toString(16)
  .padStart(12, "0")
  .replace(/^(.{8})(.{4})$/, `$1-$2${recordedTask.slice(13)}`);

/** A task of the queue, by the id of its message. */
export const otlpTag = ["messaging.message.id", freshTask] as const;

export function readFreshRequests(nowMs: number): readonly OtlpRequest[] {
  return recorded.flatMap((bodies, run) => {
    const text = `[${bodies.join(",")}]`.replaceAll(recordedTask, freshTask);
    return moveTo(nowMs - (run + 1) * MINUTE_MS, text);
  });
}

/** As our own reader sees it. */
export function readSent(requests: readonly OtlpRequest[]): readonly SpanRecord[] {
  return readOtlpJson(requests as readonly object[] as [], { store: "sent" }).records;
}

/** All by the same time, so that the last begins then. */
function moveTo(unixMs: number, text: string): readonly OtlpRequest[] {
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
