/** Values as languages, libraries and people write them: moments, lengths, ids as bytes, encodings of whole files. */

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { EdgeKind, SpanFlag } from "../../../src/model/span.ts";
import { detailOf, open, snapshot, toObject } from "./fileSnapshot.ts";

const trace = "7a1e0c5d93b24f68a0d1e2c3b4958677";
const [first, second] = ["a1b2c3d4e5f60718", "1827364554637281"];
const startMs = Date.UTC(2026, 2, 1, 10);
const row = (more: object): object => ({
  ...{ trace_id: trace, span_id: first, name: "pay" },
  ...{ start_time: "2026-03-01T10:00:00Z", end_time: "2026-03-01T10:00:01Z" },
  ...more,
});
const spanOf = (content: unknown) => open(content).records[0]?.span;
const notesOf = (content: unknown): readonly string[] =>
  open(content).problems.flatMap(each => (each.code === "storeNote" ? [each.text] : []));

describe("a moment is read in nanoseconds", () => {
  it.each<[string, unknown, number]>([
    ["ISO 8601 by weeks", "2026-W09-7T10:00:00Z", 0],
    ["ISO 8601 by days", "2026-060T11:00:00+01:00", 0],
    ["ISO 8601 without hyphens", "20260301T100000.5Z", 500_000_000],
    ["ISO 8601 to the minute", "2026-03-01T10:00Z", 0],
    ["with the name of a zone", "2026-03-01T11:00:00+01:00[Europe/Berlin]", 0],
    ["of mail", "Sun, 01 Mar 2026 10:00:00 GMT", 0],
    ["of mail with a distance", "Sun, 1 Mar 2026 11:30:00 +0130", 0],
    ["of C", "Sun Mar  1 10:00:00 2026", 0],
    ["of date", "Sun Mar  1 10:00:00 UTC 2026", 0],
    ["of JavaScript", "Sun Mar 01 2026 11:00:00 GMT+0100 (Central European Standard Time)", 0],
    ["of Apache", "01/Mar/2026:10:00:00 +0000", 0],
    ["of Kibana", "Mar 1, 2026 @ 10:00:00.250", 250_000_000],
    ["of Azure's portal", "3/1/2026, 10:00:00.123 AM", 123_000_000],
    ["with slashes", "2026/03/01 10:00:00.123", 123_000_000],
    ["of .NET", "/Date(1772359200000+0100)/", 0],
    ["of JavaScript's clock", [1_772_359_200, 5_000], 5_000],
    ["of protocol buffers", { seconds: "1772359200", nanos: 5_000 }, 5_000],
    ["of Firestore", { _seconds: 1_772_359_200, _nanoseconds: 5_000 }, 5_000],
    ["of Java's instants", { epochSecond: 1_772_359_200, nano: 5_000 }, 5_000],
    ["of Java's calendar", [2026, 3, 1, 10, 0, 0, 5_000], 5_000],
    ["of Rust", { secs_since_epoch: 1_772_359_200, nanos_since_epoch: 5_000 }, 5_000],
    ["in halves", { low: -1_462_293_248, high: 412, unsigned: true }, 0],
    ["with its unit", "1772359200000ms", 0],
    ["in thousands", "1,772,359,200,000", 0],
  ])("%s", (_, start_time, nanos) => {
    const span = spanOf([row({ start_time })]);
    expect((span?.startUnixNs ?? 0n) - BigInt(startMs) * 1_000_000n).toBe(BigInt(nanos));
  });

  it("and is none where day and month may be each other", () => {
    expect(() => open([row({ start_time: "3/1/2026 10:00:00" })])).toThrow();
    expect(spanOf([row({ start_time: "13/1/2026 10:00:00" })])?.startUnixNs).toBe(
      BigInt(Date.UTC(2026, 0, 13, 10)) * 1_000_000n,
    );
  });

  it("in OTLP, or is counted where it cannot be", () => {
    const file = (startTimeUnixNano: unknown): object => ({
      resourceSpans: [
        {
          scopeSpans: [
            { spans: [{ traceId: trace, spanId: first, name: "a", startTimeUnixNano }] },
          ],
        },
      ],
    });
    const nanos = BigInt(startMs) * 1_000_000n;
    for (const time of [
      [startMs / 1_000, 7],
      "2026-03-01T10:00:00.000000007Z",
      `${startMs}000007`,
    ]) {
      expect(spanOf(file(time))?.startUnixNs).toBe(nanos + 7n);
    }
    expect(notesOf(file("soon"))).toEqual([
      `1 values could not be read, the first at span ${first}.startTimeUnixNano`,
    ]);
  });
});

describe("a length is read", () => {
  it.each<[unknown, number]>([
    ["1m2.5s", 62_500_000_000],
    ["1h2m3s", 3_723_000_000_000],
    ["1 day, 0:00:01", 86_401_000_000_000],
    ["1.5 seconds", 1_500_000_000],
    ["1,234,567 ms", 1_234_567_000_000],
    ["5,5 ms", 5_500_000],
    [[1, 5_000], 1_000_005_000],
    [{ secs: 1, nanos: 5 }, 1_000_000_005],
  ])("%j", (duration, nanos) => {
    const span = spanOf([row({ end_time: undefined, duration })]);
    expect((span?.endUnixNs ?? 0n) - (span?.startUnixNs ?? 0n)).toBe(BigInt(nanos));
  });

  it("by names that end in a unit behind `in`", () => {
    const span = spanOf([row({ end_time: undefined, durationInMillis: 5 })]);
    expect((span?.endUnixNs ?? 0n) - (span?.startUnixNs ?? 0n)).toBe(5_000_000n);
  });

  it.each(["1,500 ms", "a while", { of: "unknown" }])(
    "or is unknown, and said to be: %j",
    duration => {
      const content = [row({ end_time: undefined, duration })];
      expect(spanOf(content)).toMatchObject({ flags: SpanFlag.untimed });
      expect(spanOf(content)?.endUnixNs).toBeUndefined();
      expect(notesOf(content)).toContain(
        "1 spans have an end that cannot be read, the first in duration",
      );
      expect(detailOf(content, "pay").attributes.map(({ key }) => key)).toEqual(["duration"]);
    },
  );

  it("in whole microseconds of Kibana's tables", () => {
    const csv = `"@timestamp","trace.id","span.id","span.name","span.duration.us","service.name","processor.event"\n"Mar 1, 2026 @ 10:00:00.000","${trace}","${first}","SELECT","1,500","shop","span"\n`;
    expect(snapshot(csv)).toBe(
      "Elastic APM CSV @ 2026-03-01T10:00:00.000Z\nSELECT #shop internal 0+1500",
    );
  });
});

describe("ids that were printed as bytes are digits", () => {
  const bytes = (hex: string): readonly number[] => [...Buffer.from(hex, "hex")];
  it.each<[string, (hex: string) => unknown]>([
    ["a list", bytes],
    ["Node's Buffer", hex => Buffer.from(hex, "hex").toJSON()],
    ["a typed array", hex => Object.assign({}, bytes(hex))],
    [
      "MongoDB's",
      hex => ({ $binary: { base64: Buffer.from(hex, "hex").toString("base64"), subType: "00" } }),
    ],
  ])("%s", (_, write) => {
    const times = { startTimeUnixNano: `${startMs}000000`, endTimeUnixNano: `${startMs}000009` };
    const ids = { traceId: write(trace), spanId: write(first), parentSpanId: write(second) };
    const links = [{ traceId: write(trace), spanId: write(second) }];
    const span = { name: "pay", ...ids, ...times, links };
    const plain = { name: "pay", ...ids, start: startMs, end: startMs + 1, links };
    for (const file of [{ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }, [plain]]) {
      const [record] = open(file).records;
      expect([record?.traceId, record?.span.spanId, record?.span.parentSpanId]).toEqual([
        ...[trace, first, second],
      ]);
      expect(record?.detail.links[0]).toMatchObject({ traceId: trace, spanId: second });
    }
  });
});

describe("a file is read in its encoding", () => {
  const lines = [row({}), row({ span_id: second })].map(each => JSON.stringify(each));
  const text = lines.join("\n");
  const utf16 = Buffer.from(text, "utf16le");
  const zeros = "\u0000".repeat(700);
  const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString("base64");
  it.each<[string, string | Uint8Array]>([
    ["UTF-16 without a mark", utf16],
    ["UTF-16 without a mark, the other way round", Buffer.from(utf16).swap16()],
    ["marks of the byte order inside", lines.map(line => `\ufeff${line}\n`).join("")],
    ["RFC 7464", lines.map(line => `\u001e${line}\n`).join("")],
    ["zeros of a crash inside", lines.join(`\n${zeros}`)],
    ["zeros before a log that was emptied", `${zeros}${text}`],
    ["zlib", deflateSync(text)],
    ["gzip in gzip", gzipSync(gzipSync(text))],
    ["gzip in Zstandard", zstdCompressSync(gzipSync(text))],
    [
      "records of Kinesis",
      JSON.stringify({ Records: lines.map(line => ({ kinesis: { data: base64(line) } })) }),
    ],
    [
      "a log of CloudWatch",
      JSON.stringify({ awslogs: { data: base64(gzipSync(`[${lines.join()}]`)) } }),
    ],
  ])("%s", (_, content) => {
    const file = readTraceFile(Buffer.from(content), { store: "file", path: "a", nowUnixMs: 0 });
    expect(file.problems).toEqual([]);
    expect(file.records.map(({ span }) => span.spanId)).toEqual([first, second]);
  });

  it("as far as it goes where Zstandard breaks off", () => {
    const many = Array.from({ length: 3_000 }, (_, at) => row({ span_id: `s-${Math.sin(at)}` }));
    const packed = zstdCompressSync(many.map(each => JSON.stringify(each)).join("\n"));
    const bytes = packed.subarray(0, packed.length - 20);
    const { records, problems } = readTraceFile(bytes, { store: "f", path: "a", nowUnixMs: 0 });
    expect(records.length).toBeGreaterThan(100);
    expect(JSON.stringify(problems)).toContain("the packed file breaks off");
  });

  it("in a table that tells Excel its separator", () => {
    const table = `\ufeffsep=;\r\ntrace_id;span_id;name;start_time;duration_ms\r\n${trace};${first};a,b,c,d,e,f;2026-03-01T10:00:00Z;5,5\r\n`;
    expect(snapshot(table)).toBe("CSV @ 2026-03-01T10:00:00.000Z\na,b,c,d,e,f 0+5500");
  });

  it("and refused where it does not say what it is", () => {
    expect(() =>
      readTraceFile(brotliCompressSync(text), { store: "f", path: "a", nowUnixMs: 0 }),
    ).toThrow();
  });
});

describe("spans lie in the envelopes of APIs", () => {
  it.each<[string, unknown]>([
    ["GraphQL", { data: { node: { trace: { rootSpans: { edges: [{ span: row({}) }] } } } } }],
    ["tRPC", { result: { data: { json: { generations: [row({})] } } } }],
  ])("%s", (_, content) => {
    expect(snapshot(content)).toBe("plain spans @ 2026-03-01T10:00:00.000Z\npay 0+1000000");
  });

  it("of Tempo's searches, which tell no parents", () => {
    const span = { spanID: first, name: "pay", startTimeUnixNano: `${startMs}000000` };
    const spans = [{ ...span, durationNanos: "5000" }];
    const content = {
      traces: [{ traceID: trace, spanSets: [{ spans, matched: 1 }] }],
      metrics: {},
    };
    expect(notesOf(content)).toEqual([
      "a search tells no parents of the spans that it found: fetch the trace by its id",
    ]);
    expect(open(content).records[0]).toMatchObject({ traceId: trace, span: { spanId: first } });
  });
});

describe("a plain span tells", () => {
  const attributes = (written: unknown) =>
    toObject(detailOf([row({ attributes: written })], "pay").attributes);

  it.each<[string, unknown]>([
    [
      "pairs",
      [
        ["a", 1],
        ["b", "x"],
      ],
    ],
    [
      "names and values",
      [
        { name: "a", val: 1 },
        { name: "b", value: "x", type: "text" },
      ],
    ],
    [
      "values by their types",
      [
        { key: "a", vType: "LONG", vLong: 1 },
        { key: "b", vStr: "x" },
      ],
    ],
  ])("its attributes as %s", (_, written) => {
    expect(attributes(written)).toEqual({ a: 1, b: "x" });
  });

  it("its parent among references, and what it follows", () => {
    const reference = (refType: string, spanID: string) => ({ refType, traceID: trace, spanID });
    const references = [reference("FOLLOWS_FROM", "aa"), reference("CHILD_OF", second)];
    const [record] = open([row({ references })]).records;
    expect(record?.span.parentSpanId).toBe(second);
    expect(record?.span.refs).toEqual([
      { kind: EdgeKind.followsFrom, traceId: trace, spanId: "aa" },
    ]);
  });

  it("several parents, of which it is drawn below the first", () => {
    const [record] = open([row({ parent_ids: [second, "aa"] })]).records;
    expect(record?.span.parentSpanId).toBe(second);
    expect(record?.span.refs).toEqual([{ kind: EdgeKind.link, traceId: trace, spanId: "aa" }]);
  });

  it("its events by their names, with their messages", () => {
    const { events } = detailOf([row({ events: { retry: { message: "again", n: 1 } } })], "pay");
    expect(events.map(each => [each.name, toObject(each.attributes)])).toEqual([
      ["retry", { message: "again", n: 1 }],
    ]);
  });

  it("a stack in lines, and an error by gRPC's code", () => {
    const raised = { type: "Closed", message: "no", traceback: ["at a", "at b"] };
    expect(detailOf([row({ exception: raised })], "pay").error?.stack).toBe("at a\nat b");
    expect(detailOf([row({ status: { code: 14, message: "down" } })], "pay").error).toEqual({
      message: "down",
    });
  });

  it("its service in a resource of objects", () => {
    expect(spanOf([row({ resource: { service: { name: "till" } } })])?.service).toBe("till");
  });

  it.each<[string, unknown]>([
    [
      "of a trace",
      { [trace]: [{ span_id: first, name: "pay", start: startMs, end: startMs + 1 }] },
    ],
    ["of its own", { [first]: { trace_id: trace, name: "pay", start: startMs, end: startMs + 1 } }],
  ])("what it is below an id %s", (_, content) => {
    expect(open(content).records).toMatchObject([{ traceId: trace, span: { spanId: first } }]);
  });
});
