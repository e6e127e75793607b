/** The filter of the list of traces: what a text asks for, what is wrong with it, what it can become. */

import { describe, expect, test } from "vitest";
import {
  findCompletion,
  parseTraceFilter,
  quoteFilterValue,
  type TraceFilter,
} from "../../../src/analysis/traceFilter.ts";

describe("a text becomes a filter", () => {
  const rows: readonly (readonly [string, TraceFilter])[] = [
    ["", {}],
    ["   ", {}],
    ["checkout", { text: "checkout" }],
    ["place order", { text: "place order" }],
    ['"a  b"', { text: "a  b" }],
    ["service:api", { service: "api" }],
    ['service:"my api"', { service: "my api" }],
    ['operation:"GET /cart/{id}"', { operation: "GET /cart/{id}" }],
    ["SERVICE:api Status:ERROR", { service: "api", status: "error" }],
    ["status:running", { status: "running" }],
    ['session:"my chat" x', { session: "my chat", text: "x" }],
    ["duration:>100ms", { minDurationMs: 100 }],
    ["duration:>=1.5s", { minDurationMs: 1_500 }],
    ["duration:<2s", { maxDurationMs: 2_000 }],
    ["duration:>100ms duration:<2s", { minDurationMs: 100, maxDurationMs: 2_000 }],
    ["duration:100us..2m", { minDurationMs: 0.1, maxDurationMs: 120_000 }],
    ["duration:>250", { minDurationMs: 250 }],
    ["http.method=GET", { tags: { "http.method": "GET" } }],
    ['user="Ann Lee" n=1', { tags: { user: "Ann Lee", n: "1" } }],
    ["query=a=b", { tags: { query: "a=b" } }],
    [String.raw`q="say \"hi\""`, { tags: { q: 'say "hi"' } }],
    ["http://shop/cart", { text: "http://shop/cart" }],
    ["orders:create", { text: "orders:create" }],
    ['"a=b"', { text: "a=b" }],
    ['"service:api"', { text: "service:api" }],
    [":x =y", { text: ":x =y" }],
    [
      "slow service:api status:ok http.status=200 path",
      { text: "slow path", service: "api", status: "ok", tags: { "http.status": "200" } },
    ],
  ];
  test.each(rows)("%s", (text, filter) => {
    expect(parseTraceFilter(text)).toEqual({ filter, problems: [] });
  });
});

describe("a mistake is told, and the rest still counts", () => {
  test.each([
    ["service:", "noValue", {}],
    ["user=", "noValue", {}],
    ["x status:bad", "unknownStatus", { text: "x" }],
    ["duration:100ms", "unreadableDuration", {}],
    ["duration:>fast x", "unreadableDuration", { text: "x" }],
    ["duration:>2s duration:<1s", "emptyDuration", { minDurationMs: 2_000 }],
    ["duration:2s..1s", "emptyDuration", {}],
    ["duration:>1s duration:>2s", "twice", { minDurationMs: 1_000 }],
    ["service:a service:b", "twice", { service: "a" }],
    ["k=1 k=2", "twice", { tags: { k: "1" } }],
    ['x service:"my', "openQuote", { text: "x" }],
  ])("%s", (text, code, filter) => {
    const parsed = parseTraceFilter(text);
    expect(parsed.problems.map(problem => problem.code)).toEqual([code]);
    expect(parsed.filter).toEqual(filter);
  });

  test("a problem says where it is", () => {
    const text = "slow status:bad x";
    const [problem] = parseTraceFilter(text).problems;
    expect(text.slice(problem!.start, problem!.end)).toBe("status:bad");
  });
});

describe("what the caret stands in", () => {
  /** `|` is the caret. */
  const at = (drawn: string) => findCompletion(drawn.replace("|", ""), drawn.indexOf("|"));
  test.each([
    ["|", { kind: "key", typed: "", start: 0, end: 0 }],
    ["ser|", { kind: "key", typed: "ser", start: 0, end: 3 }],
    ["a ser|vice", { kind: "key", typed: "ser", start: 2, end: 9 }],
    ["service:|", { kind: "value", key: "service", typed: "", start: 8, end: 8 }],
    ["x service:ap| y", { kind: "value", key: "service", typed: "ap", start: 10, end: 12 }],
    [
      'operation:"GET /c|',
      { kind: "value", key: "operation", typed: "GET /c", start: 10, end: 17 },
    ],
    ["a  |", { kind: "key", typed: "", start: 3, end: 3 }],
    ["http://x|", { kind: "key", typed: "http://x", start: 0, end: 8 }],
  ])("%s", (drawn, expected) => {
    expect(at(drawn)).toEqual(expected);
  });
});

test("a quoted value is read as it was", () => {
  for (const value of ["plain", "two words", 'a "b" c', String.raw`c:\d e`, "a:b", "x=y"]) {
    expect(parseTraceFilter(`service:${quoteFilterValue(value)}`).filter.service).toBe(value);
  }
});
