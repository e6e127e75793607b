/** A format is known by what makes it that format; of several that fit, the one that explains more is taken. */

import { describe, expect, it } from "vitest";
import { takeSample } from "../../../src/formats/formatScore.ts";
import { scoreFormat } from "../../../src/formats/formatScore.ts";
import { readTraceFile, type TraceFile } from "../../../src/formats/traceFile.ts";
import { textFormat } from "../../../src/formats/traceFormat.ts";
import { outline } from "./outline.ts";

function open(value: unknown): TraceFile {
  const options = { store: "file", path: "a.json", nowUnixMs: 0 };
  return readTraceFile(Buffer.from(JSON.stringify(value)), options);
}

function listNotes({ problems }: TraceFile): readonly string[] {
  return problems.flatMap(each => (each.code === "storeNote" ? [each.text] : []));
}

const ids = { traceID: "3f1c2b4a5d6e7f80", spanID: "0a1b2c3d4e5f6071" };
const jaegerSpan = {
  ...ids,
  operationName: "GET /",
  startTime: 1_750_000_000_000_000,
  duration: 5,
};

describe("rows with ids as Jaeger spells them", () => {
  const row = {
    ...ids,
    ...{ spanName: "checkout", serviceName: "shop", spanKind: "Server", duration: 1_500_000 },
    timestamp: "2026-03-01T08:00:00.000000001Z",
  };

  it("are not Jaeger's without anything else of Jaeger's", () => {
    const file = open([row]);
    expect(file.format).toBe("plain spans");
    expect(outline(file.records)).toBe("checkout #shop");
  });

  it("are read by who explains more of them, where both fit", () => {
    const file = open([{ ...row, process: null }]);
    expect(file.format).toBe("plain spans");
    expect(outline(file.records)).toBe("checkout #shop");
  });

  it("are Jaeger's where it explains more", () => {
    const processes = { p1: { serviceName: "shop", tags: [] } };
    const file = open({ data: [{ spans: [{ ...jaegerSpan, processID: "p1" }], processes }] });
    expect(file.format).toBe("Jaeger JSON");
    expect(outline(file.records)).toBe("GET / #shop");
  });
});

describe("fields that nobody read", () => {
  it("are told, each once", () => {
    const spans = [1, 2].map(id => ({ ...jaegerSpan, spanID: `${id}`, tenant: "a", empty: "" }));
    expect(listNotes(open(spans))).toEqual(["fields not read: tenant"]);
  });

  it("are none where what nobody knows becomes an attribute", () => {
    const span = { trace_id: "t", span_id: "s", name: "x", start: 1_767_261_600, tenant: "a" };
    expect(listNotes(open([span]))).toEqual([]);
  });

  it("are told of raw documents, which are shown and not read", () => {
    const span = { traceId: "1".repeat(32), id: "2".repeat(16), timestamp: 1_767_261_600_000_000 };
    const localEndpoint = { serviceName: "shop" };
    expect(listNotes(open([{ ...span, tenant: "a", localEndpoint }]))).toEqual([
      "fields not read: tenant",
    ]);
  });
});

describe("the sample", () => {
  const countLists = (value: unknown): number =>
    typeof value !== "object" || value === null
      ? 0
      : Object.values(value).reduce<number>(
          (sum, each) => sum + countLists(each),
          Array.isArray(value) ? value.length : 0,
        );

  it("stays small, however many lists are in lists", () => {
    const list = (depth: number): unknown =>
      depth === 0 ? 1 : Array.from({ length: 100 }, () => list(depth - 1));
    const items = [{ spans: list(3) }];
    const sample = takeSample({ kind: "json", items });
    expect(countLists(sample.kind === "json" ? sample.items : [])).toBeLessThan(10_000);
  });

  it("is enough to find what stands behind it", () => {
    const strangers = Array.from({ length: 1_000 }, (_, i) => ({ line: i }));
    const file = open([...strangers, jaegerSpan]);
    expect(file.format).toBe("Jaeger JSON");
    expect(file.records).toHaveLength(1);
  });
});

it("reads the first rows of a long table to tell formats apart, and not all of it", () => {
  let lines = 0;
  const format = textFormat(
    "counted",
    () => true,
    text => {
      lines = text.split("\n").length;
      return { records: [], problems: [] };
    },
  );
  scoreFormat(format, { kind: "text", text: `trace.id,id,name\n${"1\n".repeat(5_000)}` });
  expect(lines).toBe(500);
});
