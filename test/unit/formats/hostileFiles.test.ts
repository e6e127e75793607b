/** Files made to be slow or to mislead: refused for a reason before they are parsed, or read as far as they are true. */

import { serialize } from "bson";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readCsvRows } from "../../../src/formats/encodings/csvText.ts";
import { takeSample } from "../../../src/formats/formatScore.ts";
import { listNestedSpans } from "../../../src/formats/plain/nestedSpans.ts";
import { describeStranger } from "../../../src/formats/nonTraceFormats.ts";
import { readTraceFile, type TraceFile } from "../../../src/formats/traceFile.ts";
import type { JsonObject } from "../../../src/formats/values/jsonObject.ts";
import { getFailure } from "../../../src/model/failure.ts";

const startMs = 1_767_261_600_000;

function read(bytes: Uint8Array): TraceFile {
  return readTraceFile(bytes, { store: "file", path: "file", nowUnixMs: startMs });
}

function refusal(bytes: Uint8Array): string {
  try {
    return `read as ${read(bytes).format}`;
  } catch (error) {
    const failure = getFailure(error);
    if (failure?.code !== "unreadableFile") throw error;
    return failure.reason;
  }
}

const span = { trace_id: "7", span_id: "1", name: "x", start_time: startMs, duration_ms: 3 };

describe("text of nothing but brackets or blanks", () => {
  it.each(["[", "[{\n", "{}", "[1],\n", "\n]"])("is refused unread: %j", piece => {
    const text = piece.repeat(Math.ceil(20_000_000 / piece.length));
    expect(refusal(gzipSync(text, { level: 1 }))).toMatch(
      /^(?:hardly more than \d+ brackets and line breaks|an object of more than 10000 fields)$/,
    );
  });

  it.each([" ", "\n", "\t \r\n"])("is an empty file: %j", piece => {
    expect(refusal(Buffer.from(piece.repeat(1_000_000)))).toBe("an empty file");
  });

  it("of one digit is no trace in hexadecimal", () => {
    expect(refusal(Buffer.from("0".repeat(10_000_000)))).not.toMatch(/^read as/);
  });

  it("of nothing but commas is no row of a table", () => {
    expect([...readCsvRows(",".repeat(1_000_000))]).toEqual([]);
    const rows = [...readCsvRows(`a,b\n${"1,".repeat(20_000)}\n3,4\n`)];
    expect(rows.map(([first]) => first)).toEqual(["a", "1", "3"]);
  });

  it("is no obstacle to the spans of a file of ordinary size", () => {
    const { records } = read(Buffer.from(`${JSON.stringify(span)}\n${"[\n".repeat(1_000)}`));
    expect(records).toHaveLength(1);
  });
});

describe("an object with endless fields", () => {
  const fields = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, i]));

  it.each([
    ["a span", [{ ...span, ...fields }]],
    ["its attributes", [{ ...span, attributes: fields }]],
    ["an envelope", { data: fields, spans: [span] }],
  ])("is left out, and said: %s", (_, file) => {
    expect(refusal(Buffer.from(JSON.stringify(file)))).toBe("1 with more than 10000 fields");
    const beside = [file, { ...span, span_id: "2" }];
    const { records, problems } = read(Buffer.from(JSON.stringify(beside)));
    expect(records.map(record => record.span.spanId)).toEqual(["2"]);
    expect(problems).toMatchObject([{ text: "1 with more than 10000 fields" }]);
  });

  it("is refused unread where there is hardly anything else", () => {
    const text = Array.from({ length: 400_000 }, (_, i) => `"key-${i}":1`).join(",");
    expect(refusal(Buffer.from(`{${text}}`))).toBe("an object of more than 10000 fields");
  });
});

describe("calls that lie in their callers", () => {
  const depth = 20_000;
  const open = (call: number): string =>
    `{"trace_id":"7","span_id":"s${call}","name":"c${call}","start_time_unix_nano":` +
    `${BigInt(startMs) * 1_000_000n + BigInt(call)},"duration_ms":5,"children":[`;
  const text = Array.from({ length: depth }, (_, call) => open(call)).join("") + "]}".repeat(depth);

  it("are read deeper than the call stack, each exact to the nanosecond", () => {
    const { records, problems } = read(Buffer.from(text));
    expect(problems).toEqual([]);
    expect(records).toHaveLength(depth);
    expect(records.at(-1)?.span).toMatchObject({
      spanId: `s${depth - 1}`,
      parentSpanId: `s${depth - 2}`,
      startUnixNs: BigInt(startMs) * 1_000_000n + BigInt(depth - 1),
    });
  });

  it("tell their format by the first of them", () => {
    let tree: object = { name: "c", duration_ms: 1 };
    for (let call = 1; call < depth; call += 1) {
      tree = { name: "c", duration_ms: 1, children: [tree] };
    }
    const sample = takeSample({ kind: "json", items: [tree] });
    const { length } = listNestedSpans(
      sample.kind === "json" ? (sample.items[0] as JsonObject) : {},
    );
    expect(length).toBeGreaterThan(20);
    expect(length).toBeLessThan(100);
  });
});

describe("a span among many values of others", () => {
  const lines = (count: number): string => '{"level":"info","message":"up"}\n'.repeat(count);

  it("is found", () => {
    const { records } = read(Buffer.from(lines(5_000) + JSON.stringify(span)));
    expect(records).toHaveLength(1);
  });

  it("is not looked for for ever, and that is said", () => {
    const items = Array<object>(300_000).fill({ level: "info", message: "up" });
    const content = { kind: "json", items } as const;
    expect(describeStranger([{ content, errors: [] }])).toBe(
      "no span among the first 208333 of 300000 values",
    );
  });
});

describe("a dump of MongoDB with hostile lengths", () => {
  const task = (id: string, extra: object = {}): Buffer =>
    Buffer.from(
      serialize({
        ...{ _id: id, function: "work", queue_name: "orders", params: { a: 1 }, success: true },
        ...{ time_start: startMs / 1_000, time_end: startMs / 1_000 + 1, result: "ok" },
        ...extra,
      }),
    );
  const [first, second, third] = [task("a"), task("b"), task("c")] as const;
  const lengths = [0, -1, 1, 4, 5, 0x7fff_ffff, -0x8000_0000, first.length - 1, first.length + 1];

  it.each(lengths)("of %i in its first document is refused", length => {
    const bytes = Buffer.concat([first, second]);
    bytes.writeInt32LE(length);
    expect(refusal(bytes)).toMatch(/^binary of no known|^task documents \(BSON\) without any span/);
  });

  it.each(lengths)(
    "of %i in its second document keeps the first, and says where it ends",
    length => {
      const bytes = Buffer.concat([first, second, third]);
      bytes.writeInt32LE(length, first.length);
      const { records, problems } = read(bytes);
      expect(records.map(record => record.span.spanId)).toEqual(["a"]);
      expect(problems).toMatchObject([
        { text: expect.stringContaining(`byte ${first.length}`) as string },
      ]);
    },
  );

  it("inside of a document lose at most what they stand in", () => {
    let tried = 0;
    for (let at = first.length + 4; at < first.length + second.length - 4; at += 1) {
      for (const length of [0, -1, 0x7fff_ffff, -0x8000_0000, 0x00ff_ffff]) {
        const bytes = Buffer.concat([first, second]);
        bytes.writeInt32LE(length, at);
        const { records } = read(bytes);
        expect(records[0]?.span.spanId).toBe("a");
        for (const record of records) expect(record.detail.raw).toBeTypeOf("string");
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(200);
  });

  it("nested without end keep their neighbours", () => {
    const depth = 100_000;
    const sizes = Array.from({ length: depth }, (_, level) => 5 + 8 * level);
    const heads = sizes.toReversed().map((size, index) => {
      const isLast = index === depth - 1;
      const head = Buffer.alloc(isLast ? 4 : 7);
      head.writeInt32LE(size);
      if (!isLast) head.write("\u0003a\0", 4, "latin1");
      return head;
    });
    const deep = Buffer.concat([...heads, Buffer.alloc(depth)]);
    const { records, problems } = read(Buffer.concat([first, deep, second]));
    expect(records.map(record => record.span.spanId)).toEqual(["a", "b"]);
    expect(problems).toMatchObject([{ text: "1 of 3 are no task documents" }]);
  });
});

describe("a file that was cut short", () => {
  const count = 1_000;
  const micros = startMs * 1_000;
  const chrome = list(index => ({
    ...{ ph: "X", name: `step ${index}`, pid: 1, tid: 1, ts: micros + index * 10, dur: 5 },
    args: { data: { nodes: [{ id: index }], samples: [index] } },
  }));
  const rows = list(index => ({
    ...{ trace_id: "7", span_id: `s${index}`, name: `step ${index}`, tags: [{ a: 1 }] },
    ...{ start_time: startMs, duration_ms: 3 },
  }));
  const files: Readonly<Record<string, unknown>> = {
    "Chrome's trace events": { metadata: { tags: ["a", { b: 1 }] }, traceEvents: chrome },
    "rows of an answer": { status: "ok", data: rows },
    "rows of a search": { took: 3, hits: { hits: rows.map(_source => ({ _source })) } },
    "a list": rows,
  };

  it.each(Object.entries(files))(
    "keeps every whole member, and says that it is cut: %s",
    (_, file) => {
      const text = JSON.stringify(file);
      const last = text.lastIndexOf("step 999");
      for (const cut of [
        text.slice(0, last),
        text.slice(0, last - 5),
        `${text.slice(0, last)}step`,
      ]) {
        const { records, problems } = read(Buffer.from(cut));
        expect(records).toHaveLength(count - 1);
        expect(problems).toContainEqual(
          expect.objectContaining({ text: expect.stringMatching(/JSON/) as string }),
        );
      }
      // With or without the comma that would lead to another.
      const end = text.slice(0, text.lastIndexOf("}]") + 1);
      for (const whole of [end, `${end},`]) {
        expect(read(Buffer.from(whole)).records).toHaveLength(count);
      }
    },
  );

  it("is no reason to drop values that stand in a long line of a log", () => {
    const line = `2026-01-01 INFO spans: ${rows.map(row => JSON.stringify(row)).join(" and ")}`;
    expect(read(Buffer.from(line)).records).toHaveLength(count);
  });

  function list(make: (index: number) => object): readonly object[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
});
