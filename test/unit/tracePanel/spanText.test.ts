/** A span as text for the clipboard. */

import { describe, expect, it } from "vitest";
import { parseTraceLink } from "../../../src/features/tracePanel/traceLink.ts";
import {
  knowSpan,
  toCurl,
  toJsonText,
  toMarkdown,
} from "../../../src/features/tracePanel/spanText.ts";
import type { Attribute, SpanDetail } from "../../../src/model/spanDetail.ts";
import { drawTrace } from "../drawTrace.ts";
import { vi } from "vitest";
import { asSpan } from "../spanIndex.ts";

vi.mock("vscode", () => ({}));

const detail: SpanDetail = {
  spanId: "b",
  traceId: "t",
  attributes: [{ key: "user", value: "Ann | Lee" }],
  resource: [],
  events: [],
  links: [],
  error: { type: "Timeout", message: "the bank did not answer", stack: "at pay.py:3\n" },
  stores: ["local"],
  raw: "{}",
};
const trace = drawTrace(`
  GET /cart #web  ======
    pay @payments  ==!       id=b
`);

function curl(attributes: Readonly<Record<string, Attribute["value"]>>): string | undefined {
  return toCurl({ attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })) });
}

describe("a span as text", () => {
  it("is JSON with its parent, its times and what it carries", () => {
    expect(JSON.parse(toJsonText(knowSpan(trace, asSpan(1), detail)))).toMatchObject({
      spanId: "b",
      parentSpanId: "s1",
      name: "pay",
      queue: "payments",
      kind: "consumer",
      status: "error",
      durationMs: 2,
      attributes: [{ key: "user", value: "Ann | Lee" }],
    });
  });

  it("is a Markdown table that a bar in a value does not break", () => {
    const text = toMarkdown(knowSpan(trace, asSpan(1), detail));
    expect(text).toContain("### pay\n");
    expect(text).toContain("| user | Ann \\| Lee |");
    expect(text).toContain("**Timeout**: the bank did not answer\n\n```\nat pay.py:3\n```");
  });
});

describe("the curl command of an HTTP call", () => {
  it("has method, address and recorded headers of either generation of attributes", () => {
    expect(
      curl({
        "http.request.method": "POST",
        "url.full": "http://shop/cart?id=1&x=2",
        "http.request.header.x_request_id": ["a b"],
      }),
    ).toBe("curl -X POST 'http://shop/cart?id=1&x=2' -H 'x-request-id: a b'");
    expect(curl({ "http.method": "GET", "http.host": "shop:8080", "http.target": "/cart" })).toBe(
      "curl http://shop:8080/cart",
    );
    expect(
      curl({ "server.address": "shop", "server.port": 81, "url.path": "/", "url.query": "a=b" }),
    ).toBe("curl 'http://shop:81/?a=b'");
  });

  it("runs nothing that a trace says", () => {
    expect(curl({ "url.full": "http://x/'; rm -rf / #" })).toBe(
      "curl 'http://x/'\\''; rm -rf / #'",
    );
  });

  it("is not made up where no address is known", () => {
    expect(curl({ "http.method": "GET" })).toBeUndefined();
  });
});

describe("a link to a trace", () => {
  it("names the trace, and its span and store where they are given", () => {
    expect(parseTraceLink({ path: "/trace/a1", query: "span=b2&store=jaeger%201" })).toEqual({
      traceId: "a1",
      span: "b2",
      store: "jaeger 1",
    });
  });

  it("is nothing else", () => {
    expect(parseTraceLink({ path: "/settings/a1", query: "" })).toBeUndefined();
    expect(parseTraceLink({ path: `/trace/${"a".repeat(500)}`, query: "" })).toBeUndefined();
  });
});
