/** Times in another unit than their format has are read in that, or said to have no date: nothing is silently of 1970. */

import { describe, expect, it } from "vitest";
import { otlpRoutes } from "../../../src/collector/http/otlpRoutes.ts";
import { zipkinRoutes } from "../../../src/collector/http/zipkinRoutes.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { never, useStores } from "../local/records.ts";
import { field, message } from "./protoWriter.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";

const traceId = "7f0c3a5d91e2b4466d1e8a9c20f7b353";
const startMs = Date.UTC(2026, 1, 3, 4, 5, 6);
/** A request of 50 ms, and what it called after 10 ms for 20. */
const times = [
  { id: "00000000000000a1", parent: undefined, at: 0, took: 50 },
  { id: "00000000000000a2", parent: "00000000000000a1", at: 10, took: 20 },
];
/** How many of a unit are a millisecond. */
const units = { s: 0.001, ms: 1, us: 1_000, ns: 1_000_000 } as const;
type Unit = keyof typeof units;
const count = (ms: number, unit: Unit): string =>
  unit === "s" ? String(Math.floor(ms / 1_000)) : String(BigInt(ms) * BigInt(units[unit]));

type Write = (unit: Unit, lengths: Unit, some?: typeof times) => unknown;

const zipkin: Write = (unit, lengths, some = times) =>
  some.map(({ id, parent, at, took }) => ({
    ...{ traceId, id, parentId: parent, name: "work", localEndpoint: { serviceName: "shop" } },
    timestamp: Number(count(startMs + at, unit)),
    duration: took * units[lengths],
    annotations: [{ timestamp: Number(count(startMs + at, unit)), value: "began" }],
  }));
const zipkinV1: Write = (unit, lengths, some = times) =>
  some.map(({ id, parent, at, took }) => ({
    ...{ traceId, id, parentId: parent, name: "work", annotations: [] },
    timestamp: Number(count(startMs + at, unit)),
    duration: took * units[lengths],
    binaryAnnotations: [{ key: "lc", value: "", endpoint: { serviceName: "shop" } }],
  }));
const jaeger: Write = (unit, lengths, some = times) => ({
  data: [
    {
      traceID: traceId,
      spans: some.map(({ id, parent, at, took }) => ({
        ...{ traceID: traceId, spanID: id, operationName: "work", processID: "p1" },
        startTime: Number(count(startMs + at, unit)),
        duration: took * units[lengths],
        references:
          parent === undefined ? [] : [{ refType: "CHILD_OF", traceID: traceId, spanID: parent }],
      })),
      processes: { p1: { serviceName: "shop" } },
    },
  ],
});
const otlp: Write = (unit, _, some = times) => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: some.map(({ id, parent, at, took }) => ({
            ...{ traceId, spanId: id, parentSpanId: parent, name: "work" },
            startTimeUnixNano: count(startMs + at, unit),
            endTimeUnixNano: count(startMs + at + took, unit),
            events: [{ name: "began", timeUnixNano: count(startMs + at, unit) }],
          })),
        },
      ],
    },
  ],
});

const read = (value: unknown) =>
  readTraceFile(Buffer.from(JSON.stringify(value)), { store: "file", path: "a", nowUnixMs: 0 });
/** In milliseconds behind the start of the request. */
const show = (records: readonly SpanRecord[]): readonly (readonly number[])[] =>
  records.map(({ span: { startUnixNs = 0n, endUnixNs = 0n } }) => [
    Number(startUnixNs - BigInt(startMs) * 1_000_000n) / 1e6,
    Number(endUnixNs - startUnixNs) / 1e6,
  ]);
const right = [
  [0, 50],
  [10, 20],
];

describe.each([
  ["Zipkin", zipkin, ["ms", "ns"]],
  ["Zipkin's first version", zipkinV1, ["ms", "ns"]],
  ["Jaeger", jaeger, ["ms", "ns"]],
  ["OTLP", otlp, ["ms", "us"]],
] as const)("%s", (_, write, wrong) => {
  it.each(wrong)("is read in %s", unit => {
    const { records, problems } = read(write(unit, unit));
    expect(show(records)).toEqual(right);
    expect(problems).toMatchObject([{ text: expect.stringContaining("2 of 2 spans") as unknown }]);
  });
});

it.each([
  ["ms", "us"],
  ["ns", "us"],
] as const)("reads moments in %s beside lengths in %s, where children tell", (unit, lengths) => {
  const { records, problems } = read(zipkin(unit, lengths));
  expect(show(records)).toEqual(right);
  expect(problems).toMatchObject([{ text: expect.stringContaining("own") as unknown }]);
});

it("reads moments in seconds, and says so", () => {
  const { records, problems } = read(zipkin("s", "s", times.slice(0, 1)));
  expect(show(records)[0]?.[0]).toBe(0);
  expect(problems).toHaveLength(1);
});

it("moves events with their span", () => {
  const events = read(otlp("ms", "ms")).records[1]?.detail.events;
  expect(events?.[0]?.timeUnixNs).toBe(String(BigInt(startMs + 10) * 1_000_000n));
});

it("reads one service's milliseconds beside the microseconds of the others", () => {
  const [request, call] = times.map(each => [each]);
  const both = [zipkin("us", "us", request), zipkin("ms", "ms", call)].flat();
  const { records, problems } = read(both);
  expect(show(records)).toEqual(right);
  expect(problems).toMatchObject([{ text: expect.stringContaining("1 of 2 spans") as unknown }]);
});

it("does not date what lies elsewhere than the rest", () => {
  const [request] = times.map(each => [each]);
  const late = [{ id: "00000000000000a2", parent: "00000000000000a1", at: 9e8, took: 20 }];
  const both = [zipkin("us", "us", request), zipkin("ms", "ms", late)].flat();
  const { records, problems } = read(both);
  expect(records[1]?.span.startUnixNs).toBe(BigInt(startMs + 9e8) * 1_000n);
  expect(problems).toMatchObject([
    { text: "the times count from an unknown moment, not from 1970" },
  ]);
});

it.each([
  ["plain spans", [{ trace_id: "t", span_id: "s", name: "work", start: 12.5, end: 13.75 }]],
  ["Zipkin", [{ traceId, id: "a1", name: "work", timestamp: 12, duration: 5, localEndpoint: {} }]],
])("says of %s that count from something else that they have no date", (_, value) => {
  expect(read(value).problems).toMatchObject([
    { text: expect.stringContaining("unknown moment") as unknown },
  ]);
});

it("says nothing of times as the format has them", () => {
  expect([zipkin("us", "us"), jaeger("us", "us"), otlp("ns", "ns")].map(read)).toMatchObject(
    Array.from({ length: 3 }, () => ({ problems: [] })),
  );
});

it.each([
  ["/v1/traces", otlpRoutes, otlp("ms", "ms")],
  ["/api/v2/spans", zipkinRoutes, zipkin("ms", "ms")],
] as const)("keeps what %s is sent in milliseconds at its time", async (path, open, value) => {
  const kept: SpanRecord[] = [];
  const ingestSpans = (records: readonly SpanRecord[]) => {
    kept.push(...records);
    return Promise.resolve({ stored: records.length, rejected: 0 });
  };
  const none = () => Promise.reject(new Error("these are not kept as they are"));
  const sink = { ingestSpans, ingestOtlp: none, ingestLogs: none };
  const route = open({ sink, store: "local" }).find(each => each.path === path);
  await route?.keep(Buffer.from(JSON.stringify(value)), {
    contentType: "application/json",
  } as never);
  expect(show(kept)).toEqual(right);
});

describe("OTLP in protobuf", () => {
  const { newFile, open } = useStores();

  it.each(["ms", "us", "ns"] as const)("is kept as moments of today in %s", async unit => {
    const spans = times.map(({ id, parent, at, took }) => {
      const [startAt, endAt] = [at, at + took].map(ms => BigInt(count(startMs + ms, unit)));
      const own = [field(1, Buffer.from(traceId, "hex")), field(2, Buffer.from(id, "hex"))];
      const above = parent === undefined ? [] : [field(4, Buffer.from(parent, "hex"))];
      return message(...own, ...above, field(5, "work"), field(7, startAt!), field(8, endAt!));
    });
    const request = field(1, field(2, message(...spans.map(span => field(2, span)))));
    const file = newFile();
    const log = openSpanLog({ file, capBytes: 2 ** 30 });
    const { notes } = await log.ingestOtlp(request);
    expect(notes?.length).toBe(unit === "ns" ? undefined : 1);
    if (unit === "us") {
      expect(notes?.[0]).toMatch(/^the times of \d of \d spans are in a unit 1,000 /);
    }
    await log.close();
    const kept = await open(file).readTrace(traceId, never);
    const records = [...(kept?.spans ?? [])].map(span => ({ span }) as SpanRecord);
    expect(show(records.toSorted((a, b) => (a.span.spanId < b.span.spanId ? -1 : 1)))).toEqual(
      right,
    );
  });
});

it("a length beside a time in words that ends in zeros is in the unit of the others of its file", () => {
  const span = { trace_id: traceId, name: "work", service: "shop" };
  const file = [
    { ...span, span_id: "a", "@timestamp": "2026-02-03T04:05:06.000000000Z", duration: 50_000_000 },
    {
      ...{ ...span, span_id: "b", parent_span_id: "a" },
      ...{ "@timestamp": "2026-02-03T04:05:06.01Z", duration: 20_000_000 },
    },
  ];
  const { records } = readTraceFile(Buffer.from(JSON.stringify(file)), {
    ...{ store: "file", path: "a", nowUnixMs: startMs },
  });
  const lengths = records.map(({ span: { startUnixNs = 0n, endUnixNs = 0n } }) =>
    Number(endUnixNs - startUnixNs),
  );
  expect(lengths).toEqual([50_000_000, 20_000_000]);
});
