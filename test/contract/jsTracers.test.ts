/**
 * What JavaScript's and Ruby's own tracers send over real sockets, compared field by field with what they say they
 * made. `sameTrace.test.ts` compares the protocols with each other; here each tracer shows everything that it has.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { receiverNames, type CollectorPorts } from "../../src/collector/collectorState.ts";
import { createOpeners } from "../../src/collector/openers.ts";
import type { Receiver } from "../../src/collector/receiver.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { Attribute, AttributeValue } from "../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { findJsSenders, type JsScript } from "../peers/jsSenders.ts";
import { findRubySenders } from "../peers/rubySenders.ts";
import { createMemorySink, type MemorySink } from "../unit/collector/grpc/memorySink.ts";

let sink: MemorySink;
let receivers: readonly Receiver[];
let ports: CollectorPorts;
const bugs: unknown[] = [];

beforeAll(async () => {
  const current = () => sink;
  const openers = createOpeners({
    target: {
      store: "local",
      sink: {
        ingestOtlp: request => current().ingestOtlp(request),
        ingestSpans: records => current().ingestSpans(records),
        ingestLogs: records => current().ingestLogs(records),
      },
    },
    readRoutes: [],
    onBug: bug => bugs.push(bug),
  });
  receivers = await Promise.all(receiverNames.map(name => openers[name].open(0)));
  const entries = receiverNames.map((name, index) => [name, receivers[index]?.port]);
  ports = Object.fromEntries(entries) as CollectorPorts;
});
beforeEach(() => {
  sink = createMemorySink();
});
afterAll(async () => {
  await Promise.all(receivers.map(receiver => receiver.close()));
  expect(bugs).toEqual([]);
});

async function runJs(
  context: TestContext,
  script: JsScript,
  ...args: readonly string[]
): Promise<unknown> {
  const peer = await findJsSenders();
  return peer.kind === "unavailable"
    ? context.skip(`${peer.name}: ${peer.reason}`)
    : peer.run(script, ...args);
}

/** Jaeger's clients leave out the zeros in front. */
const toId = (id: string, digits = 16): string => id.padStart(digits, "0");

/** A datagram is not acknowledged, so we wait until all are there. */
async function received(count: number): Promise<ReadonlyMap<string, SpanRecord>> {
  await expect.poll(() => sink.spans.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  expect(sink.spans).toHaveLength(count);
  return new Map(sink.spans.map(record => [record.span.spanId, record]));
}

/** A flood of datagrams elsewhere on the machine loses those of others, too: what is lost is sent again. */
async function deliver<T extends { readonly spans: readonly unknown[] }>(
  isDatagram: boolean,
  send: () => Promise<T>,
): Promise<readonly [made: T, records: ReadonlyMap<string, SpanRecord>]> {
  for (let left = isDatagram ? 2 : 0; ; left -= 1) {
    sink = createMemorySink();
    const made = await send();
    const receiving = received(made.spans.length);
    if (left === 0) return [made, await receiving];
    const isWhole = await receiving.then(
      () => true,
      () => sink.spans.length >= made.spans.length,
    );
    if (isWhole) return [made, await received(made.spans.length)];
  }
}

type Values = Readonly<Record<string, AttributeValue>>;
const toValues = (attributes: readonly Attribute[]): Values =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value]));

interface MadeByOtel {
  readonly failures: readonly string[];
  readonly spans: readonly OtelSpan[];
  readonly logs: readonly OtelLog[];
}
interface OtelSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUnixNs: string;
  readonly endUnixNs: string;
  readonly status: { readonly code: SpanStatus; readonly message?: string };
  readonly attributes: Values;
  readonly resource: Values;
  readonly scope: { readonly name: string; readonly version?: string };
  readonly events: readonly OtelEvent[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Values;
  }[];
}
interface OtelEvent {
  readonly name: string;
  readonly timeUnixNs: string;
  readonly attributes: Values;
}
interface OtelLog {
  readonly traceId: string;
  readonly spanId: string;
  readonly severityText: string;
  readonly body: AttributeValue;
  readonly eventName?: string;
  readonly attributes?: Values;
}

/** What was received, in the shape in which the sender tells what it made. */
function describeRecord({ traceId, span, detail }: SpanRecord): OtelSpan {
  return {
    traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: span.kind ?? SpanKind.unspecified,
    startUnixNs: String(span.startUnixNs),
    endUnixNs: String(span.endUnixNs),
    status: { code: span.status ?? SpanStatus.unset },
    attributes: toValues(detail.attributes),
    resource: toValues(detail.resource),
    scope: detail.scope ?? { name: "" },
    events: detail.events.map(event => ({ ...event, attributes: toValues(event.attributes) })),
    links: detail.links.map(link => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: toValues(link.attributes),
    })),
  };
}

/** Whose clock counts microseconds, cuts or rounds to this one or the next. */
function nearTimes(span: OtelSpan, made: OtelSpan | undefined): OtelSpan {
  const near = (time: string, told = "0"): string =>
    Math.abs(Number(BigInt(time) - BigInt(told))) <= 1_000 ? told : time;
  return {
    ...span,
    startUnixNs: near(span.startUnixNs, made?.startUnixNs),
    endUnixNs: near(span.endUnixNs, made?.endUnixNs),
    events: span.events.map((event, index) => ({
      ...event,
      timeUnixNs: near(event.timeUnixNs, made?.events[index]?.timeUnixNs),
    })),
  };
}

const describeNear = (records: ReadonlyMap<string, SpanRecord>, { spans }: MadeByOtel) =>
  [...records.values()].map(describeRecord).map(span =>
    nearTimes(
      span,
      spans.find(({ spanId }) => spanId === span.spanId),
    ),
  );
const byId = (spans: readonly OtelSpan[]): readonly OtelSpan[] =>
  [...spans].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));

async function sendOtel(context: TestContext, ...args: readonly string[]): Promise<MadeByOtel> {
  const made = (await runJs(context, "otel.mjs", ...args)) as MadeByOtel;
  expect(made.failures).toEqual([]);
  return made;
}

describe("OpenTelemetry's SDK for JavaScript", () => {
  const ways: readonly (readonly [string, () => string, string])[] = [
    ["http/protobuf", () => `http://localhost:${ports.otlpHttp}/v1/traces`, "none"],
    ["http/protobuf", () => `http://127.0.0.1:${ports.otlpHttp}/v1/traces`, "gzip"],
    ["http/json", () => `http://[::1]:${ports.otlpHttp}/v1/traces`, "none"],
    ["http/json", () => `http://localhost:${ports.otlpHttp}/v1/traces`, "gzip"],
    ["grpc", () => `http://localhost:${ports.otlpGrpc}`, "none"],
    ["grpc", () => `http://localhost:${ports.otlpGrpc}`, "gzip"],
  ];
  it.for(ways)("loses nothing over %s", async ([protocol, endpoint, compression], context) => {
    const made = await sendOtel(context, protocol, endpoint(), compression);
    const records = await received(made.spans.length);
    const expected = made.spans.map(span => ({ ...span, status: { code: span.status.code } }));
    expect(byId([...records.values()].map(describeRecord))).toEqual(byId(expected));
    const failed = sink.spans.find(({ span }) => span.status === SpanStatus.error);
    expect(failed?.detail.error).toMatchObject({
      type: "TypeError",
      message: "no such column: totl",
      stack: expect.stringContaining("otel.mjs:") as string,
    });
  });

  it("loses, through its exporter for Zipkin, types, what is in events, links and scopes", async context => {
    const made = await sendOtel(context, "zipkin", `http://localhost:${ports.zipkin}/api/v2/spans`);
    const records = await received(made.spans.length);
    const toText = (values: Values) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, String(value as string | string[])]),
      );
    const expected = made.spans.map(span => ({
      ...span,
      kind: span.kind === SpanKind.internal ? SpanKind.unspecified : span.kind,
      status: { code: span.status.code },
      attributes: {
        ...toText(span.attributes),
        ...toText(span.resource),
        ...(span.status.code === SpanStatus.error && {
          "otel.status_code": "ERROR",
          error: span.status.message,
        }),
        ...(span.status.code === SpanStatus.ok && { "otel.status_code": "OK" }),
      },
      resource: { "service.name": span.resource["service.name"] },
      scope: { name: "" },
      events: span.events.map(event => ({
        name: event.name,
        timeUnixNs: event.timeUnixNs,
        attributes: {},
      })),
      links: [],
    }));
    expect(byId(describeNear(records, made))).toEqual(byId(expected));
  });

  const jaegerWays: readonly (readonly [string, () => string])[] = [
    ["jaeger/http", () => `http://localhost:${ports.jaegerHttp}/api/traces`],
    ["jaeger/udp", () => `udp://127.0.0.1:${ports.jaegerBinary}`],
  ];
  it.for(jaegerWays)(
    "loses, through its exporter over %s, lists and what is in links",
    async ([protocol, endpoint], context) => {
      const [made, records] = await deliver(protocol === "jaeger/udp", () =>
        sendOtel(context, protocol, endpoint()),
      );
      const flat = (values: Values) =>
        Object.fromEntries(
          Object.entries(values).map(([key, value]) => [
            key,
            Array.isArray(value) ? String(value) : value,
          ]),
        );
      const tagOf: Readonly<Record<number, Values>> = {
        [SpanStatus.error]: { "otel.status_code": "ERROR", error: true },
        [SpanStatus.ok]: { "otel.status_code": "OK" },
      };
      const expected = made.spans.map(span => ({
        ...span,
        status: { code: span.status.code },
        attributes: {
          ...flat(span.attributes),
          ...flat(span.resource),
          ...tagOf[span.status.code],
          ...(span.status.message !== undefined && {
            "otel.status_description": span.status.message,
          }),
          ...(span.kind !== SpanKind.internal && { "span.kind": Object.keys(SpanKind)[span.kind] }),
          "otel.library.name": span.scope.name,
          "otel.library.version": String(span.scope.version),
        },
        resource: { "service.name": span.resource["service.name"] },
        scope: { name: span.scope.name, version: String(span.scope.version) },
        links: span.links.map(link => ({ ...link, attributes: {} })),
      }));
      expect(byId(describeNear(records, made))).toEqual(byId(expected));
      const linked = sink.spans.find(({ span }) => span.name === "orders process");
      expect(linked?.span.refs?.map(({ kind }) => kind)).toEqual([
        EdgeKind.followsFrom,
        EdgeKind.followsFrom,
      ]);
    },
  );

  const logWays: readonly (readonly [string, () => string])[] = [
    ["logs/http/protobuf", () => `http://localhost:${ports.otlpHttp}/v1/logs`],
    ["logs/http/json", () => `http://localhost:${ports.otlpHttp}/v1/logs`],
    ["logs/grpc", () => `http://localhost:${ports.otlpGrpc}`],
  ];
  it.for(logWays)(
    "has its logs kept, those of no trace too, over %s",
    async ([protocol, endpoint], context) => {
      const made = await sendOtel(context, protocol, endpoint());
      await expect.poll(() => sink.logs.length, { timeout: 60_000 }).toBe(made.logs.length + 1);
      const [alone] = sink.logs.filter(({ traceId }) => traceId === "");
      expect(alone).toMatchObject({ event: { name: "of no trace" } });
      const logs = sink.logs.filter(log => log !== alone);
      expect(
        logs.map(({ traceId, spanId, event }) => {
          const attributes = toValues(event.attributes);
          return {
            traceId,
            spanId,
            name: event.name,
            timeUnixNs: event.timeUnixNs,
            severity: attributes["log.severity"],
            body: attributes["log.body"],
            order: attributes["order"],
          };
        }),
      ).toEqual(
        made.logs.map(log => ({
          traceId: log.traceId,
          spanId: log.spanId,
          name: log.eventName ?? log.body,
          timeUnixNs: "1790000000123000000",
          severity: log.severityText,
          body: log.eventName === undefined ? undefined : log.body,
          order: log.attributes?.["order"],
        })),
      );
    },
  );

  it("has its metrics answered and dropped", async context => {
    await sendOtel(
      context,
      "metrics/http/protobuf",
      `http://localhost:${ports.otlpHttp}/v1/metrics`,
    );
    expect(sink.spans).toEqual([]);
  });
});

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
