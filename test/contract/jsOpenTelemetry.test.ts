/** What OpenTelemetry's SDK for JavaScript sends over real sockets, compared field by field with what it says that it made. */

import { describe, expect, it, type TestContext } from "vitest";
import { EdgeKind, SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { AttributeValue } from "../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { deliver, ports, received, runJs, sink, toValues, type Values } from "./tracerReceivers.ts";

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
