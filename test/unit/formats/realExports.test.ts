/** Shapes that files of public repositories have, and that documentation does not show. */

import { describe, expect, it } from "vitest";
import { attributesOf, snapshot } from "./fileSnapshot.ts";

const trace = "5f0c8e21b7a94d3390e1c2d4a6b8f017";

describe("documents that a search of Elastic APM listed by fields", () => {
  const fields = {
    "@timestamp": ["2026-01-01T10:00:00.000Z"],
    "processor.event": ["span"],
    "trace.id": [trace],
    "span.id": ["a1b2c3d4e5f60718"],
    "span.name": ["SELECT"],
    "span.name.text": ["SELECT"],
    "span.type": ["db"],
    "span.duration.us": [2500],
    "service.name": ["shop"],
    "event.outcome": ["failure"],
    "labels.shards": ["a", "b"],
  };

  it.each([
    ["alone", [fields]],
    ["in hits without ids", { hits: { hits: [{ fields }] } }],
  ])("are read %s", (_, content) => {
    expect(snapshot(content)).toMatchInlineSnapshot(`
      "Elastic APM @ 2026-01-01T10:00:00.000Z
      SELECT #shop client error 0+2500"
    `);
    expect(attributesOf(content, "SELECT")).toEqual({
      ...{ "span.type": "db", "event.outcome": "failure", "labels.shards": ["a", "b"] },
    });
  });
});

describe("lines of Elastic's agents", () => {
  it("count an error that names no span", () => {
    const lines = [
      { metadata: { service: { name: "shop", agent: { name: "go", version: "1" } } } },
      { error: { id: "0102030405060708", log: { message: "no stock" } } },
      {
        transaction: {
          ...{ id: "a1b2c3d4e5f60718", trace_id: trace, name: "GET /", type: "request" },
          ...{ timestamp: 1767261600000000, duration: 4.5 },
        },
      },
    ];
    expect(snapshot(lines.map(line => JSON.stringify(line)).join("\n"))).toMatchInlineSnapshot(`
      "Elastic APM @ 2026-01-01T10:00:00.000Z
      ! 1 errors belong to no span of this file
      GET / #shop server 0+4500"
    `);
  });
});

describe("Chrome's ends in the order of the beginnings", () => {
  it("end each what has their name", () => {
    const at = (ph: string, name: string, ts: number) => ({ ph, name, ts, pid: 1, tid: 1 });
    const traceEvents = [
      at("B", "outer", 1000),
      at("B", "inner", 1000),
      at("E", "outer", 1500),
      at("E", "inner", 1500),
      at("E", "inner", 1600),
    ];
    expect(snapshot({ traceEvents })).toMatchInlineSnapshot(`
      "Chrome trace events @ 1970-01-01T00:00:00.001Z
      ! 1 ends without a beginning were left out
      ! the times count from an unknown moment, not from 1970
      outer 0+500
        inner 0+500"
    `);
  });
});

describe("spans as MongoDB's tools export them", () => {
  it.each([
    ["relaxed", "2026-01-01T10:00:00.000Z", "2026-01-01T10:00:00.004Z"],
    ["canonical", { $numberLong: "1767261600000" }, { $numberLong: "1767261600004" }],
  ])("have times in %s extended JSON", (_, start, end) => {
    const span = {
      _id: { $oid: "65a000000000000000000001" },
      ...{ name: "GET /", trace_id: trace, span_id: "a1b2c3d4e5f60718" },
      ...{ start_time: { $date: start }, end_time: { $date: end }, attributes: { a: 1 } },
    };
    const child = { ...span, name: "SELECT", span_id: "1827364554637281" };
    const content = [span, { ...child, parent_span_id: "a1b2c3d4e5f60718" }];
    expect(snapshot(content)).toMatchInlineSnapshot(`
      "plain spans @ 2026-01-01T10:00:00.000Z
      GET / 0+4000
        SELECT 0+4000"
    `);
  });
});

describe("spans in a trace of their own kind", () => {
  it("count their times from its start", () => {
    const content = [
      {
        ...{ traceId: "t1", service: "shop", method: "POST" },
        ...{ startTime: 1767261600000, duration: 120 },
        spans: [
          { name: "query", start: 0, duration: 30 },
          { name: "call", start: 30.5, end: 120 },
        ],
      },
    ];
    expect(snapshot(content)).toMatchInlineSnapshot(`
      "plain spans @ 2026-01-01T10:00:00.000Z
      POST #shop 0+120000
        query 0+30000
        call 30500+89500"
    `);
  });

  it("keep a start of their own", () => {
    const spans = [{ name: "query", startTime: 1767261600010, duration: 30 }];
    const content = { traceId: "t1", name: "POST", startTime: 1767261600000, duration: 120, spans };
    expect(snapshot(content)).toMatchInlineSnapshot(`
      "plain spans @ 2026-01-01T10:00:00.000Z
      POST 0+120000
        query 10000+30000"
    `);
  });

  it("are named for their type, and counted where they have neither", () => {
    const time = { timestamp: "2026-01-01T10:00:00.000Z" };
    const content = {
      trace_id: "t1",
      spans: [
        { ...time, span_type: "reasoning", span_id: "01aa", text: "hm" },
        { ...time, span_type: "tool_call", span_id: "02aa", tool_name: "search" },
        { ...time, span_id: "03aa" },
      ],
    };
    expect(snapshot(content)).toMatchInlineSnapshot(`
      "plain spans @ 2026-01-01T10:00:00.000Z
      ! 1 in the lists of spans have no name or no time, and were left out
      reasoning 0+0
      search 0+0"
    `);
  });
});
