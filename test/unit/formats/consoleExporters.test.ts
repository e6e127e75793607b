/** What OpenTelemetry's console exporters print in .NET, Ruby and C++. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseInspectedValue } from "../../../src/formats/encodings/inspectedText.ts";
import { attributesOf, detailOf, snapshot, toObject } from "./fileSnapshot.ts";

const dotnet = `info: Shop[0] started
Activity.TraceId:            d3b8f3a3d0d94a0c8a5e1f0b1c2d3e4f
Activity.SpanId:             1122334455667788
Activity.TraceFlags:         Recorded
Activity.ParentSpanId:       8877665544332211
Activity.DisplayName:        SELECT shop
Activity.Kind:               Client
Activity.StartTime:          2026-03-01T10:00:00.1234567Z
Activity.Duration:           00:00:00.0500001
Activity.Tags:
    db.system: mssql
    db.statement: SELECT *
  FROM cart
StatusCode: Error
Activity.StatusDescription:  timeout
Activity.Events:
    exception [3/1/2026 10:00:00 AM +00:00]
        exception.type: System.TimeoutException
        exception.stacktrace: System.TimeoutException: timeout
   at Shop.Orders.Place(Int32 id) in /src/Orders.cs:line 12
        exception.message: timeout
Activity.Links:
    0af7651916cd43dd8448eb211c80319c b7ad6b7169203331
        why: batch
Instrumentation scope (ActivitySource):
    Name: Shop
    Version: 1.2.0
Resource associated with Activity:
    service.name: shop

LogRecord.Timestamp:               2026-03-01T10:00:00.2Z
LogRecord.Body:                    placed
Resource associated with LogRecord:
service.name: shop

Activity.TraceId:            d3b8f3a3d0d94a0c8a5e1f0b1c2d3e4f
Activity.SpanId:             8877665544332211
Activity.ActivitySourceName: Microsoft.AspNetCore
Activity.DisplayName:        GET /cart
Activity.Kind:               Server
Activity.StartTime:          2026-03-01T10:00:00.1230000Z
Activity.Duration:           00:00:01
Activity.TagObjects:
    http.status_code: 500
    StatusCode : ERROR
Resource associated with Activity:
    service.name: shop

Request finished in 12ms
`;

describe(".NET", () => {
  it("is read between other lines, and logs are counted", () => {
    expect(snapshot(dotnet)).toBe(
      [
        "OpenTelemetry .NET console @ 2026-03-01T10:00:00.123Z",
        "! 1 log records are no spans, and left out",
        "GET /cart #shop server error 0+1000000",
        "  SELECT shop #shop client error !System.TimeoutException: timeout 456.7+50000.1 [exception] <~ b7ad6b7169203331",
      ].join("\n"),
    );
  });

  it("keeps values of several lines, events, links and the scope", () => {
    const detail = detailOf(dotnet, "SELECT shop");
    expect(toObject(detail.attributes)["db.statement"]).toBe("SELECT *\n  FROM cart");
    expect(detail.error?.stack).toMatch(/\n {3}at Shop\.Orders\.Place\(.*:line 12$/);
    expect(detail.events[0]!.timeUnixNs).toBe("1772359200000000000");
    expect(toObject(detail.links[0]!.attributes)).toEqual({ why: "batch" });
    expect(detail.scope).toEqual({ name: "Shop", version: "1.2.0" });
  });

  it("has its parent in the id of old activities", () => {
    const old = `Activity.Id:          00-d3b8f3a3d0d94a0c8a5e1f0b1c2d3e4f-1122334455667788-01
Activity.ParentId:    00-d3b8f3a3d0d94a0c8a5e1f0b1c2d3e4f-8877665544332211-01
Activity.DisplayName: load
Activity.StartTime:   2026-03-01T10:00:00.0000000Z
Activity.Duration:    00:00:00.0000010
`;
    expect(snapshot(old)).toContain("(8877665544332211) load 0+1");
  });
});

describe("Ruby", () => {
  const text = readFileSync(
    join(import.meta.dirname, "../../fixtures/otel/ruby-console.txt"),
    "utf8",
  );

  it("is read as pp prints it, with ids of bytes", () => {
    expect(snapshot(`Puma starting\n${text}done\n`)).toBe(
      [
        "OpenTelemetry Ruby console @ 2024-05-01T10:00:00.123Z",
        "GET /cart #ruby-shop server 0+1000",
        "  SELECT #ruby-shop client error !ArgumentError: dead lock 456.789+56 [exception] <~ b7ad6b7169203331",
      ].join("\n"),
    );
    expect(attributesOf(text, "GET /cart")).toEqual({
      "http.method": "GET",
      "http.status_code": 500,
      ratio: 0.5,
      flag: true,
    });
    const { error, resource, scope } = detailOf(text, "SELECT");
    expect(error?.stack).toContain('\tfrom /srv/shop.rb:20:in "block"\n');
    expect(toObject(resource)).toMatchObject({ "service.name": "ruby-shop", "process.pid": 21 });
    expect(scope).toEqual({ name: "shop", version: "0.1" });
  });

  it("says what breaks off", () => {
    const cut = text.slice(0, text.lastIndexOf("resource="));
    expect(snapshot(cut)).toContain("! 1 spans break off");
  });
});

const cpp = `starting
{
  name          : SELECT
  trace_id      : 0af7651916cd43dd8448eb211c80319c
  span_id       : c8be7c8270314442
  tracestate    : 
  parent_span_id: b7ad6b7169203331
  start         : 1714557600123456789
  duration      : 1000
  description   : dead lock
  span kind     : Client
  status        : Error
  attributes    : 
\tdb.system: pg
\tdb.statement: SELECT *
FROM cart
\tids: [1,2]
  events        : 
\t{
\t  name          : retry
\t  timestamp     : 1714557600123456800
\t  attributes    : 
\t\twhy: a: b
\t}
  links         : 
\t{
\t  trace_id      : 0af7651916cd43dd8448eb211c80319c
\t  span_id       : b7ad6b7169203331
\t  tracestate    : 
\t  attributes    : 
\t\tk: v
\t}
  resources     : 
\tservice.name: cart
  instr-lib     : pg-client-1.2.0
}
{
  name          : GET /
  trace_id      : 0af7651916cd43dd8448eb211c80319c
  span_id       : b7ad6b7169203331
  tracestate    : 
  parent_span_id: 0000000000000000
  start         : 1714557600123456000
  duration      : 56000
  description   : 
  span kind     : Server
  status        : Unset
  attributes    : 
  events        : 
  links         : 
  resources     : 
\tservice.name: cart
  instr-lib     : http
}
`;

describe("C++", () => {
  it("is read, though it looks like JSON", () => {
    expect(snapshot(cpp)).toBe(
      [
        "OpenTelemetry C++ console @ 2024-05-01T10:00:00.123Z",
        "GET / #cart server 0+56",
        "  SELECT #cart client error !: dead lock 0.789+1 [retry] <~ b7ad6b7169203331",
      ].join("\n"),
    );
    const { attributes, events, scope } = detailOf(cpp, "SELECT");
    expect(toObject(attributes)).toEqual({
      "db.system": "pg",
      "db.statement": "SELECT *\nFROM cart",
      ids: "[1,2]",
    });
    expect(toObject(events[0]!.attributes)).toEqual({ why: "a: b" });
    expect(scope).toEqual({ name: "pg-client", version: "1.2.0" });
  });
});

describe("a printed value", () => {
  it("may be Python's or ClickHouse's, and is nothing where it is neither", () => {
    expect(parseInspectedValue("{'a': None, 'b': [True, 1.5], 'n': 1714557600123456789}")).toEqual({
      a: undefined,
      b: [true, 1.5],
      n: "1714557600123456789",
    });
    expect(parseInspectedValue("{'http.method':'GET','q':'it\\'s'}")).toEqual({
      "http.method": "GET",
      q: "it's",
    });
    expect(parseInspectedValue("{'a': datetime(2026, 1, 1)}")).toEqual({
      a: "2026-01-01T00:00:00.000000Z",
    });
    expect(parseInspectedValue("{'a': lambda: 1}")).toBeUndefined();
    expect(parseInspectedValue("hello, world")).toBeUndefined();
    expect(parseInspectedValue("[1, }")).toBeUndefined();
  });
});
