/** What Zipkin's tracers really sent, with times of now: for the servers that are to keep it. Knows no server. */

import { readZipkinList } from "../../src/formats/zipkin/zipkinV2.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { readRun } from "../sdkRecordings.ts";
import { waitFor } from "./spanStoreContract.ts";

/** The requests of one run of a tracer, together. */
const runs = ["otel-js-zipkin", "otel-js-zipkin-again", "py-zipkin-v2-json"];
/** In which the two sides of a call have one id. */
const sharedRuns = ["zipkin-js-v2"];
/** A task by the id of its message. */
export const zipkinTag = [
  "messaging.message.id",
  /"messaging\.message\.id":"([^"]+)"/.exec(readRun("otel-js-zipkin").join(""))?.[1] ?? "",
] as const;
/** Between the traces, so that their order is plain. */
const STEP_US = 60_000_000;

interface Timed {
  timestamp?: number;
  annotations?: { timestamp: number }[];
}

/** One body of `POST /api/v2/spans` a run, the newest first. */
export function readFreshBodies(nowMs: number, { hasShared = true } = {}): readonly string[] {
  return [...runs, ...(hasShared ? sharedRuns : [])].map((run, index) => {
    const spans = readRun(run).flatMap(body => JSON.parse(body) as Timed[]);
    const earliest = Math.min(...spans.flatMap(({ timestamp }) => timestamp ?? []));
    const shift = nowMs * 1_000 - (index + 1) * STEP_US - earliest;
    for (const span of spans) {
      if (span.timestamp !== undefined) span.timestamp += shift;
      for (const annotation of span.annotations ?? []) annotation.timestamp += shift;
    }
    return JSON.stringify(spans);
  });
}

/** As our own reader sees it, with the names as Zipkin keeps them. */
export function readSent(bodies: readonly string[]): readonly SpanRecord[] {
  return bodies.flatMap(body => {
    const spans = JSON.parse(body) as readonly unknown[];
    return asKept(readZipkinList(spans, { store: "sent" }).records);
  });
}

/** In lower case. */
export function asKept(records: readonly SpanRecord[]): readonly SpanRecord[] {
  return records.map(({ traceId, span, detail }) => {
    const { name, service } = span;
    const kept = { ...span, name: name.toLowerCase(), service: service?.toLowerCase() };
    return { traceId, span: kept, detail };
  });
}

export async function post(
  url: string,
  body: string | Uint8Array,
  contentType = "application/json",
): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": contentType },
    body: body as BodyInit,
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

/** Until the server tells every span of these traces, and its names. */
export async function waitForSpans(url: string, sent: readonly SpanRecord[]): Promise<void> {
  const traces = Map.groupBy(sent, record => record.traceId.replace(/^0{16}/, ""));
  for (const [traceId, records] of traces) {
    const wanted = new Set(records.map(({ span }) => span.spanId.replace(/#.*$/, "")));
    await waitFor(async () => {
      const answer = await fetch(`${url}/api/v2/trace/${traceId}`);
      if (!answer.ok) return false;
      const spans = (await answer.json()) as { readonly id: string }[];
      return new Set(spans.map(({ id }) => id)).size >= wanted.size;
    }, `trace ${traceId}`);
  }
  const services = new Set(sent.flatMap(({ span }) => span.service || []));
  await waitFor(async () => {
    const names = (await (await fetch(`${url}/api/v2/services`)).json()) as string[];
    return names.length >= services.size;
  }, "the names of services");
}
