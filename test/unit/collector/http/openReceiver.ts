/** HTTP receivers for tests, and the smallest requests to them. */

import { afterEach } from "vitest";
import {
  openHttpReceiver,
  type HttpReceiverOptions,
} from "../../../../src/collector/http/openHttpReceiver.ts";
import { otlpRoutes } from "../../../../src/collector/http/otlpRoutes.ts";
import { plainSpansRoute } from "../../../../src/collector/http/plainSpansRoute.ts";
import type { Route } from "../../../../src/collector/http/route.ts";
import type { Receiver } from "../../../../src/collector/receiver.ts";
import type { SpanSink } from "../../../../src/model/spanSink.ts";
import { field, message } from "../../formats/protoWriter.ts";
import { createMemorySink, type MemorySink } from "../grpc/memorySink.ts";

/** What a test has opened; closed after it, the newest first. */
export const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A receiver on any port, whose sink keeps in memory what it is given. */
export async function openReceiver(
  routesOf: (target: { sink: SpanSink; store: string }) => readonly Route[],
  options: Partial<HttpReceiverOptions> = {},
  before?: () => void,
): Promise<{ receiver: Receiver; port: number; sink: MemorySink; bugs: unknown[] }> {
  const sink = createMemorySink(before);
  const bugs: unknown[] = [];
  const receiver = await openHttpReceiver({
    name: "test",
    port: 0,
    routes: routesOf({ sink, store: "local" }),
    onBug: error => bugs.push(error),
    ...options,
  });
  closers.push(() => receiver.close());
  return { receiver, port: receiver.port, sink, bugs };
}

export const allRoutes = (target: { sink: SpanSink; store: string }): readonly Route[] => [
  ...otlpRoutes(target),
  plainSpansRoute(target),
];

export const traceId = "5b8efff798038103d269b633813fc60c";
export const spanId = "eee19b7ec3c1b174";
export const jsonRequest = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
export const jsonSpan = { traceId, spanId, name: "work", startTimeUnixNano: "1790000000000000001" };
export const protoSpan = message(
  field(1, Buffer.from(traceId, "hex")),
  field(2, Buffer.from(spanId, "hex")),
  field(5, "work"),
);
export const protoRequest = (...spans: readonly Buffer[]): Buffer =>
  field(1, message(field(2, message(...spans.map(span => field(2, span))))));

export const jsonType = { "Content-Type": "application/json" };
export const protoType = { "Content-Type": "application/x-protobuf" };

/** The same for the same seed, so that what fails fails again. */
export function randomBytes(seed: number, length: number): Buffer {
  let state = seed >>> 0;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}
