/**
 * What JavaScript's and Ruby's own tracers send over real sockets, compared field by field with what they say they
 * made. `sameTrace.test.ts` compares the protocols with each other; here each tracer shows everything that it has.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { AttributeValue } from "../../src/model/spanDetail.ts";
import { findRubySenders } from "../peers/rubySenders.ts";
import { deliver, ports, received, runJs, sink, toValues } from "./tracerReceivers.ts";

/** Jaeger's clients leave out the zeros in front. */
const toId = (id: string, digits = 16): string => id.padStart(digits, "0");

describe("Jaeger's client for Node", () => {
  interface Made {
    readonly failures: readonly string[];
    readonly spans: readonly {
      readonly traceId: string;
      readonly spanId: string;
      readonly parentSpanId?: string;
      readonly name: string;
      readonly startUs: number;
      readonly durationUs: number;
      readonly tags: readonly (readonly [string, AttributeValue])[];
      readonly logs: readonly {
        readonly timeUs: number;
        readonly fields: readonly (readonly [string, AttributeValue])[];
      }[];
      readonly references: readonly { readonly type: string; readonly spanId: string }[];
    }[];
  }
  const ways: readonly (readonly [string, () => readonly string[]])[] = [
    ["UDP, binary", () => ["udp", "127.0.0.1", String(ports.jaegerBinary)]],
    [
      "UDP, binary, on the port of compact",
      () => ["udp", "127.0.0.1", String(ports.jaegerCompact)],
    ],
    ["HTTP", () => ["http", `http://localhost:${ports.jaegerHttp}/api/traces`]],
  ];
  it.for(ways)("loses nothing over %s", async ([, args], context) => {
    const [made, records] = await deliver(args()[0] === "udp", async () => {
      const sent = (await runJs(context, "jaegerClient.mjs", ...args())) as Made;
      expect(sent.failures).toEqual([]);
      return sent;
    });
    for (const span of made.spans) {
      const record = records.get(toId(span.spanId))!;
      expect(record.traceId).toBe(toId(span.traceId, 32));
      expect(record.span).toMatchObject({
        name: span.name,
        service: "legacy-ot",
        startUnixNs: BigInt(span.startUs) * 1000n,
        endUnixNs: BigInt(span.startUs + span.durationUs) * 1000n,
      });
      const [first] = span.references.filter(({ type }) => type === "child_of");
      // An ordinary parent is no reference of the client's own, and only goes out as an id.
      const parentId = first?.spanId ?? span.parentSpanId;
      expect(record.span.parentSpanId).toBe(parentId && toId(parentId));
      const followed = span.references.filter(({ type }) => type === "follows_from");
      expect(record.detail.links.map(({ spanId }) => spanId)).toEqual(
        followed.map(({ spanId }) => toId(spanId)),
      );
      expect(toValues(record.detail.attributes)).toMatchObject(Object.fromEntries(span.tags));
      expect(toValues(record.detail.resource)).toMatchObject({
        "service.name": "legacy-ot",
        "deployment.zone": "b",
        "jaeger.version": "Node-3.19.0",
      });
      expect(
        record.detail.events.map(({ name, timeUnixNs, attributes }) => ({
          timeUnixNs,
          fields: { event: name, ...toValues(attributes) },
        })),
      ).toEqual(
        span.logs.map(log => ({
          timeUnixNs: `${log.timeUs}000`,
          fields: Object.fromEntries(log.fields),
        })),
      );
    }
    const failed = sink.spans.filter(({ span }) => span.status === SpanStatus.error);
    expect(failed.map(({ detail }) => detail.error)).toEqual([
      { message: "boom", stack: "Error: boom\n    at x.js:1:1" },
    ]);
  });
});

describe("Jaeger's client for Ruby", () => {
  interface Made {
    readonly spans: readonly {
      readonly traceId: string;
      readonly spanId: string;
      readonly name: string;
      readonly startUs: number;
      readonly durationUs: number;
      readonly tags: readonly (readonly [string, AttributeValue])[];
    }[];
  }
  const ways: readonly (readonly [string, () => readonly string[]])[] = [
    ["UDP, compact", () => ["udp", "127.0.0.1", String(ports.jaegerCompact)]],
    ["UDP, compact, on the port of binary", () => ["udp", "127.0.0.1", String(ports.jaegerBinary)]],
    ["HTTP", () => ["http", `http://localhost:${ports.jaegerHttp}/api/traces`]],
  ];
  it.for(ways)("loses nothing over %s", async ([, args], context) => {
    const peer = await findRubySenders();
    if (peer.kind === "unavailable") {
      context.skip(`${peer.name}: ${peer.reason}`);
      return;
    }
    const [made, records] = await deliver(
      args()[0] === "udp",
      async () => (await peer.sendJaeger(...args())) as Made,
    );
    for (const span of made.spans) {
      const record = records.get(toId(span.spanId))!;
      expect(record.traceId).toBe(toId(span.traceId, 32));
      expect(record.span).toMatchObject({ name: span.name, service: "ruby-svc" });
      // It cuts a float of seconds, whose last microsecond is a matter of luck.
      const startNs = record.span.startUnixNs ?? 0n;
      expect(Math.abs(Number(startNs) / 1000 - span.startUs)).toBeLessThanOrEqual(1);
      const durationUs = Number((record.span.endUnixNs ?? 0n) - startNs) / 1000;
      expect(Math.abs(durationUs - span.durationUs)).toBeLessThanOrEqual(1);
      expect(toValues(record.detail.attributes)).toEqual(Object.fromEntries(span.tags));
      expect(toValues(record.detail.resource)).toMatchObject({
        "service.name": "ruby-svc",
        zone: "b",
      });
    }
    const [child, root] = made.spans.map(({ spanId }) => records.get(toId(spanId))!);
    expect(child?.span).toMatchObject({
      parentSpanId: root?.span.spanId,
      kind: SpanKind.client,
      status: SpanStatus.error,
    });
    expect(
      child?.detail.events.map(({ name, attributes }) => [name, toValues(attributes)]),
    ).toEqual([["error", { message: "boom", attempt: 2 }]]);
  });
});

describe("Zipkin's tracer for JavaScript", () => {
  interface Made {
    readonly failures: readonly string[];
    readonly spans: readonly {
      readonly traceId: string;
      readonly id: string;
      readonly parentId?: string;
      readonly name: string;
      readonly kind?: string;
      readonly timestamp: number;
      readonly duration: number;
      readonly localEndpoint: { readonly serviceName: string };
      readonly tags?: Readonly<Record<string, string>>;
      readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
    }[];
  }
  it.for(["v2", "v1"])(
    "shares its ids between the sides of a call, in version %s",
    async (version, context) => {
      const endpoint = `http://localhost:${ports.zipkin}/api/${version}/spans`;
      const made = (await runJs(context, "zipkinJs.mjs", endpoint, version)) as Made;
      expect(made.failures).toEqual([]);
      const records = await received(made.spans.length);
      const inner = made.spans.find(({ name }) => name === "count items")!;
      for (const span of made.spans) {
        const isShared = span.kind === "SERVER" && span.parentId !== undefined;
        const record = records.get(isShared ? `${span.id}#server` : span.id)!;
        expect(record.traceId).toBe(span.traceId);
        const isBare = version === "v1" && span === inner;
        expect(record.span).toMatchObject({
          name: span.name,
          kind: SpanKind[(span.kind?.toLowerCase() ?? "unspecified") as keyof typeof SpanKind],
          // Version 1 names a service by its annotations and tags, and this span has none.
          service: isBare ? "" : span.localEndpoint.serviceName,
          startUnixNs: BigInt(span.timestamp) * 1000n,
          endUnixNs: BigInt(span.timestamp + span.duration) * 1000n,
        });
        expect(toValues(record.detail.attributes)).toMatchObject(span.tags ?? {});
        expect(record.detail.events.map(({ name, timeUnixNs }) => [name, timeUnixNs])).toEqual(
          (span.annotations ?? []).map(({ value, timestamp }) => [value, `${timestamp}000`]),
        );
      }
      const shared = made.spans.find(
        span => span.kind === "SERVER" && span.parentId !== undefined,
      )!;
      expect(records.get(`${shared.id}#server`)?.span.parentSpanId).toBe(shared.id);
      expect(records.get(shared.id)?.span).toMatchObject({
        kind: SpanKind.client,
        status: SpanStatus.error,
      });
      expect(records.get(inner.id)?.span.parentSpanId).toBe(`${shared.id}#server`);
    },
  );
});

describe("X-Ray's SDK for Node", () => {
  interface Made {
    readonly failures: readonly string[];
    readonly sampled: number;
    readonly spans: readonly {
      readonly traceId: string;
      readonly spanId: string;
      readonly parentSpanId?: string;
      readonly name: string;
      readonly startMs: number;
      readonly endMs: number;
    }[];
  }
  it("loses nothing over UDP", async context => {
    const [made, records] = await deliver(
      true,
      async () => (await runJs(context, "xray.mjs", `127.0.0.1:${ports.xray}`)) as Made,
    );
    expect(made.failures).toEqual([]);
    expect(made.sampled).toBe(100);
    for (const { traceId, spanId, parentSpanId, name, startMs, endMs } of made.spans) {
      const record = records.get(spanId)!;
      expect(record.traceId).toBe(traceId.replace(/^1-/, "").replace("-", ""));
      expect(record.span).toMatchObject({
        name,
        service: name === "payments" ? name : "shop",
        startUnixNs: BigInt(startMs) * 1_000_000n,
        endUnixNs: BigInt(endMs) * 1_000_000n,
      });
      expect(record.span.parentSpanId).toBe(parentSpanId);
    }
    const find = (name: string) => sink.spans.find(({ span }) => span.name === name)!;
    const { span, detail } = find("pay");
    expect(span).toMatchObject({ kind: SpanKind.client, status: SpanStatus.error });
    expect(detail.error).toMatchObject({ type: "TypeError", message: "no money" });
    expect(toValues(find("shop").detail.attributes)).toMatchObject({ order: "o-1", items: 3 });
    expect(toValues(find("payments").detail.attributes)).toMatchObject({
      "http.response.status": 402,
    });
  });
});

describe("SkyWalking's agent for Node", () => {
  it("has its segments joined to one trace", async context => {
    await runJs(context, "skywalking.mjs", `127.0.0.1:${ports.skywalking}`);
    const records = await received(5);
    const nameOf = (spanId = ""): string | undefined => records.get(spanId)?.span.name;
    const shown = sink.spans.map(({ span }) => [span.name, span.kind, nameOf(span.parentSpanId)]);
    expect(shown.sort()).toEqual([
      ["/cart", SpanKind.client, undefined],
      ["/stock/cart", SpanKind.client, "GET:/cart"],
      ["GET:/cart", SpanKind.server, "/cart"],
      ["GET:/stock/cart", SpanKind.server, "/stock/cart"],
      ["count items", SpanKind.internal, "GET:/cart"],
    ]);
    expect(new Set(sink.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(sink.spans.map(({ span }) => span.service))).toEqual(new Set(["sw-front"]));
    const local = sink.spans.find(({ span }) => span.name === "count items");
    expect(toValues(local?.detail.attributes ?? [])).toMatchObject({ items: "3" });
  });
});

it("Apache's thrift writes what the readers of thrift are tested with", async context => {
  const fixture = join(import.meta.dirname, "../fixtures/thrift/oracle.json");
  const oracle = await runJs(context, "thriftOracle.mjs");
  expect(oracle).toEqual(JSON.parse(readFileSync(fixture, "utf8")));
});
