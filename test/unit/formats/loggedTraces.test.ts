/** Traces in what programs printed, out of the logs in which it was kept. */

import { describe, expect, it } from "vitest";
import { parseLoggedJson } from "../../../src/formats/encodings/jsonText.ts";
import { readTraceFile, type TraceFile } from "../../../src/formats/traceFile.ts";
import { outline } from "./outline.ts";

function open(text: string): TraceFile {
  const options = { store: "file", path: "cart.log", nowUnixMs: 0 };
  return readTraceFile(Buffer.from(text), options);
}

const TRACE = "6b1d0c7e2f4a48d59e30b7a1c2d3e4f5";
const span = (spanId: string, name: string, parentSpanId = "") => ({
  ...{ traceId: TRACE, spanId, name, parentSpanId },
  startTimeUnixNano: "1775000000000000000",
  endTimeUnixNano: "1775000000500000000",
});
const group = (...spans: readonly object[]) => ({
  resource: { attributes: [{ key: "service.name", value: { stringValue: "cart" } }] },
  scopeSpans: [{ spans }],
});
const lines = [
  JSON.stringify({ resourceSpans: [group(span("00000000000000a1", "pay"))] }),
  "the till is open",
  JSON.stringify({
    resourceSpans: [group(span("00000000000000a2", "print", "00000000000000a1"))],
  }),
];
const expected = "pay #cart\n  print #cart";

/** Docker's and Kubernetes' drivers cut lines after some thousand bytes; here after fifty. */
const cut = (line: string): readonly string[] => line.match(/.{1,50}/g) ?? [];

describe("lines of JSON", () => {
  it.each<[string, readonly string[]]>([
    ["docker compose", lines.map(line => `till-1       | ${line}`)],
    ["docker compose with colours", lines.map(line => `\u001b[36mtill-1  | \u001b[0m${line}`)],
    [
      "docker compose with timestamps",
      lines.map(line => `till-1  | 2026-04-01T00:00:00.000000001Z ${line}`),
    ],
    ["docker logs --timestamps", lines.map(line => `2026-04-01T00:00:00.123456789Z ${line}`)],
    ["kubectl logs --prefix", lines.map(line => `[pod/till-5d4f7c9b8-x2x7k/till] ${line}`)],
    ["Kubernetes' files", lines.map(line => `2026-04-01T00:00:00.1Z stdout F ${line}`)],
    [
      "Kubernetes' files with lines in parts",
      lines.flatMap(line =>
        cut(line).map(
          (part, i, all) =>
            `2026-04-01T00:00:00.1+02:00 stderr ${i < all.length - 1 ? "P" : "F"} ${part}`,
        ),
      ),
    ],
    [
      "Docker's json-file",
      lines.map(line => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026" })),
    ],
    [
      "Docker's json-file with lines in parts",
      lines.flatMap(line =>
        cut(line).map((part, i, all) =>
          JSON.stringify({ log: i < all.length - 1 ? part : `${part}\n`, stream: "stdout" }),
        ),
      ),
    ],
    ["journald", lines.map(line => `Apr  1 00:00:00 pos-7 till[812]: ${line}`)],
    ["journald with ISO times", lines.map(line => `2026-04-01T00:00:00+0200 pos-7 till: ${line}`)],
    ["journald in JSON", lines.map(line => JSON.stringify({ MESSAGE: line, _PID: "812" }))],
    ["a logger of Java", lines.map(line => `00:00:00.123 [exporter] INFO  o.e.Logging - ${line}`)],
    ["java.util.logging", lines.flatMap(line => ["Apr 01, 2026 io.x.Y export", `INFO: ${line}`])],
    ["Python's logging", lines.map(line => `2026-04-01 00:00:00,123 - till - INFO - ${line}`)],
    ["zap", lines.map(line => `2026-04-01T00:00:00.123Z\tinfo\ttill/main.go:7\tspans: ${line}`)],
    ["text on both sides", lines.map(line => `<6>{a} [b] ${line} (exported)`)],
    [
      "a logger behind docker compose",
      lines.map(line => `till-1  | [till 00:00:00] [worker-1] INFO - ${line}`),
    ],
    [
      "a logger that writes JSON",
      lines.map(line => JSON.stringify({ "@timestamp": "2026", level: "INFO", message: line })),
    ],
  ])("are found behind the prefixes of %s", (_name, log) => {
    const { format, records } = open(log.join("\n"));
    expect(format).toBe("OTLP JSON");
    expect(outline(records)).toBe(expected);
  });

  it("are found as bare groups, one a line, behind a prefix", () => {
    const groups = [
      group(span("00000000000000a1", "pay")),
      group(span("00000000000000a2", "print", "00000000000000a1")),
    ];
    const log = groups.map(each => `[agent 00:00:00] INFO Exporter - ${JSON.stringify(each)}`);
    expect(outline(open(log.join("\n")).records)).toBe(expected);
  });

  it("may go on over lines", () => {
    const value = { resourceSpans: [group(span("00000000000000a1", "pay"))] };
    const log = `00:00:00 INFO Exporter - ${JSON.stringify(value, undefined, 2)}\n00:00:01 INFO bye`;
    expect(outline(open(log).records)).toBe("pay #cart");
    const composed = log.replaceAll(/^/gm, "till-1  | ");
    expect(outline(open(composed).records)).toBe("pay #cart");
  });

  it("are told where they break off", () => {
    const log = [...lines, (lines[0] ?? "").slice(0, 40)].map(line => `INFO - ${line}`);
    expect(open(log.join("\n")).problems).toMatchObject([{ text: "line 4: breaks off" }]);
  });

  it("of nothing but logs are named for what they are", () => {
    const record = JSON.stringify({ resourceLogs: [] });
    expect(() => open(`till-1  | ${record}\ntill-1  | ${record}`)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ reason: "OTLP logs, no traces" }) as unknown,
      }),
    );
  });
});

it.each([
  [
    "the Collector without details",
    '2026-04-01T00:00:00.1Z\tinfo\tTraces\t{"resource spans": 1, "spans": 2}',
    "the Collector's debug exporter",
  ],
  [
    "the Collector, one span a line",
    `2026-04-01T00:00:00.1Z\tinfo\tResourceTraces #0 service.name=till\npay ${TRACE} a1`,
    "the Collector's debug exporter",
  ],
])("what %s prints is named", (_name, text, reason) => {
  expect(() => open(text)).toThrow(
    expect.objectContaining({
      failure: expect.objectContaining({
        reason: expect.stringContaining(reason) as unknown,
      }) as unknown,
    }),
  );
});

describe("text of several lines", () => {
  const printed = [
    "{",
    "  resource: { attributes: { 'service.name': 'till' } },",
    `  traceId: '${TRACE}',`,
    "  id: '00000000000000a1',",
    "  name: 'pay',",
    "  kind: 0,",
    "  timestamp: 1775000000000000,",
    "  duration: 5000,",
    "  status: { code: 0 },",
    "}",
  ];

  it("is found behind prefixes", () => {
    const log = printed.map(line => `till-1  | ${line}`).join("\n");
    expect(outline(open(log).records)).toBe("pay #till");
  });

  it("is found though another container speaks in between", () => {
    const log = printed.flatMap(line => [`till-1  | ${line}`, "redis-1  | * Ready"]).join("\n");
    expect(outline(open(log).records)).toBe("pay #till");
  });
});

describe("looking for JSON in lines", () => {
  it("ends soon in text of nothing but open brackets", () => {
    const text = 'x {"a": [{\n'.repeat(20_000);
    expect(parseLoggedJson(text).values).toEqual([]);
  });

  it("passes over what is none", () => {
    const text = 'a {b} [c] {"d": 1} e [{"f": 2}] {"g"}\n{"h": 3}';
    expect(parseLoggedJson(text)).toEqual({
      values: [{ d: 1 }, [{ f: 2 }], { h: 3 }],
      errors: [],
      failed: 0,
    });
  });
});
