/** What tools put around traces: archives, data frames, messages of logs, JSON in JSON, several formats in one file. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { getFailure } from "../../../src/model/failure.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { attributesOf, detailOf, open, snapshot } from "./fileSnapshot.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const [root, child] = ["00f067aa0ba902b7", "53995c3f42cd8ad8"];
const startMs = Date.UTC(2026, 2, 1, 10);
const draw = (...drawn: readonly string[]): string => drawn.join("\n");
const rows = [
  {
    trace_id: trace,
    span_id: root,
    parent_id: null,
    name: "pay",
    start_time: startMs,
    duration_ms: 9,
  },
  {
    trace_id: trace,
    span_id: child,
    parent_id: root,
    name: "ask",
    start_time: startMs + 1,
    duration_ms: 3,
  },
];
const [first, second] = rows.map(row => JSON.stringify(row));
const lines = `${first}\n${second}\n`;
const read = (bytes: Uint8Array) =>
  readTraceFile(bytes, { store: "file", path: "a", nowUnixMs: 0 });
const payment = draw(`plain spans @ 2026-03-01T10:00:00.000Z`, "pay 0+9000", "  ask 1000+3000");
const otlp = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "till" } }] },
      scopeSpans: [
        {
          spans: [
            {
              ...{ traceId: trace, spanId: root, name: "pay", kind: 2 },
              ...{ startTimeUnixNano: `${startMs}000000`, endTimeUnixNano: `${startMs + 9}000000` },
            },
          ],
        },
      ],
    },
  ],
};

describe("an archive", () => {
  const pack = (command: string, ...args: readonly string[]): Uint8Array => {
    const folder = mkdtempSync(join(tmpdir(), "traceside-archive-"));
    try {
      writeFileSync(join(folder, "till.json"), JSON.stringify(otlp));
      writeFileSync(join(folder, "bank.jsonl"), second ?? "");
      writeFileSync(join(folder, "notes.txt"), "hello");
      execFileSync(command, args, { cwd: folder });
      return readFileSync(join(folder, "out"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const files = ["till.json", "bank.jsonl", "notes.txt"];
  const zip =
    "import zipfile\nwith zipfile.ZipFile('out', 'w', zipfile.ZIP_DEFLATED) as z:\n" +
    files.map(file => ` z.write('${file}')\n`).join("");
  /** Packs the archive into another. */
  const nestZip =
    "import os\nos.rename('out', 'inner')\nwith zipfile.ZipFile('out', 'w') as z:\n" +
    " z.write('inner')\n";
  it.each([
    ["tar", "tar", ["cf", "out", ...files]],
    ["tar and gzip", "tar", ["czf", "out", ...files]],
    ["zip", "python3", ["-c", zip]],
  ])("of %s opens as one, and a member that is no trace is told", (_, command, args) => {
    const { format, records, problems } = read(pack(command, ...args));
    expect(format).toBe("OTLP JSON and plain spans");
    expect(records.map(({ span }) => span.name)).toEqual(["pay", "ask"]);
    expect(JSON.stringify(problems)).toContain("notes.txt: text of no known trace format");
  });

  it("that breaks off has what came before", () => {
    const whole = pack("tar", "cf", "out", ...files);
    expect(read(whole.subarray(0, 1_560)).records).toHaveLength(1);
  });

  it("in an archive opens, and no more is unpacked than is allowed", () => {
    const tar = pack("tar", "cf", "out", ...files);
    const options = { store: "file", path: "a", nowUnixMs: 0, maxBytes: 4_096 };
    expect(() => readTraceFile(gzipSync(tar), options)).toThrow("unreadableFile");
    expect(read(gzipSync(tar)).records).toHaveLength(2);
  });

  it("in archives is read so deep as people pack, because one may hold itself", () => {
    const nest = (levels: number): Uint8Array =>
      pack("python3", "-c", `${zip}${nestZip.repeat(levels)}`);
    expect(read(nest(2)).records).toHaveLength(2);
    const readFailure = (): unknown => {
      try {
        return read(nest(3));
      } catch (error) {
        return getFailure(error);
      }
    };
    const reason =
      "an archive: inner: an archive: inner: an archive: inner: archives in more than 2 others";
    expect(readFailure()).toMatchObject({ reason });
  });

  it("may hold a member that is nearly as large as is allowed", () => {
    const large = ` z.writestr('large', open('till.json').read() + ' ' * 20000)\n`;
    const bytes = pack("python3", "-c", zip + large);
    const options = { store: "file", path: "a", nowUnixMs: 0, maxBytes: 30_000 };
    expect(readTraceFile(bytes, options).records).toHaveLength(3);
  });

  it("of too many members says how many are read", () => {
    const many = `${zip} for i in range(10000): z.writestr(str(i), '')\n`;
    const { records, problems } = read(pack("python3", "-c", many));
    expect(records).toHaveLength(2);
    expect(JSON.stringify(problems)).toContain("only the first 10000 of 10003 members");
  });
});

it("Zstandard is unpacked", () => {
  expect(read(zstdCompressSync(Buffer.from(lines))).records).toHaveLength(2);
});

it("several formats in one file are all read", () => {
  const zipkin = {
    traceId: trace,
    id: child,
    parentId: root,
    name: "ask",
    timestamp: startMs * 1_000,
    duration: 3,
  };
  const log = { level: "info", msg: "placed", time: startMs };
  const { format, records, problems } = open(
    [otlp, { ...zipkin, localEndpoint: { serviceName: "bank" } }, log]
      .map(each => JSON.stringify(each))
      .join("\n"),
  );
  expect(format).toBe("OTLP JSON and Zipkin JSON");
  expect(records.map(({ span }) => [span.name, span.service])).toEqual([
    ["pay", "till"],
    ["ask", "bank"],
  ]);
  expect(JSON.stringify(problems)).toContain("1 of 2 are not Zipkin JSON");
});

const columns = Object.keys(rows[0]!);
const cell = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
const each = (of: (row: (typeof rows)[number]) => unknown): Record<string, unknown> =>
  Object.fromEntries(rows.map((row, index) => [String(index), of(row)]));

it.each<[string, unknown]>([
  [
    "a data frame by columns",
    Object.fromEntries(columns.map(name => [name, each(row => row[name as "name"])])),
  ],
  ["a data frame by rows", each(row => row)],
  ["a data frame in parts", { columns, index: [0, 1], data: rows.map(row => Object.values(row)) }],
  ["texts in a list", [first, second]],
  ["a text", JSON.stringify(JSON.stringify(rows))],
  ["events of CloudWatch", { events: [first, second].map(message => ({ timestamp: 1, message })) }],
  [
    "results of CloudWatch",
    { results: [first, second].map(value => [{ field: "@message", value }]), status: "Complete" },
  ],
  [
    "an answer of Loki",
    {
      data: {
        result: [
          {
            values: [
              ["1", first],
              ["2", second],
            ],
          },
        ],
      },
    },
  ],
  [
    "Serilog",
    lines
      .trim()
      .split("\n")
      .map(text => JSON.stringify({ "@t": "x", "@m": text }))
      .join("\n"),
  ],
  [
    "zap",
    [first, second]
      .map(body => `2026-03-01T10:00:00Z\tINFO\tsent\t${JSON.stringify({ body })}`)
      .join("\n"),
  ],
  ["Splunk", { preview: false, result: { _raw: JSON.stringify(rows) } }],
  ["cells of a table", `time,line\n1,${cell(first)}\n2,${cell(second)}\n`],
  ["commas behind the last", `[${first},\n${second?.replace(/}$/, ",}")},]`],
])("%s is unwrapped", (_, content) => {
  expect(snapshot(content)).toBe(payment);
});

it("numbers that are none are shown as they are written", () => {
  const text = `${first?.replace(/}$/, ',"score":NaN,"note":"is NaN, or -Infinity","least":-Infinity}')}\n${second}`;
  expect(attributesOf(text, "pay")).toEqual({
    score: "NaN",
    note: "is NaN, or -Infinity",
    least: "-Infinity",
  });
});

it("what MongoDB's tools write of numbers and times is read at any depth", () => {
  const text = JSON.stringify({
    ...{ _id: { $oid: "65a000000000000000000001" }, ...rows[0] },
    start_time: { $date: { $numberLong: String(startMs) } },
    duration_ms: { $numberDouble: "9.0" },
    attributes: { n: { $numberInt: "3" }, at: { $date: "2026-03-01T10:00:00Z" } },
  });
  expect(snapshot(text)).toContain("pay 0+9000");
  expect(attributesOf(text, "pay")).toMatchObject({ n: 3, at: "2026-03-01T10:00:00Z" });
});

it("Langfuse's parts of an observation are one span", () => {
  const part = (type: string, body: object): object => ({ id: `e-${type}`, type, body });
  const batch = [
    part("trace-create", { id: trace, name: "chat" }),
    part("span-create", {
      id: "o1",
      traceId: trace,
      name: "plan",
      startTime: "2026-03-01T10:00:00Z",
      input: { q: 1 },
    }),
    part("span-update", { id: "o1", endTime: "2026-03-01T10:00:01Z", output: "done" }),
  ];
  expect(snapshot({ batch })).toBe(
    draw("plain spans @ 2026-03-01T10:00:00.000Z", "plan 0+1000000"),
  );
  expect(detailOf({ batch }, "plan")).toMatchObject({ parameters: { q: 1 }, result: "done" });
});

it("Langfuse's page tells the observations in the trace and beside it; they are read once", () => {
  const observations = rows.map(({ span_id: id, parent_id: parentObservationId, ...row }) => ({
    ...{ id, parentObservationId, traceId: trace, name: row.name, type: "SPAN" },
    ...{ startTime: row.start_time, endTime: row.start_time + row.duration_ms },
  }));
  const file = open({ trace: { id: trace, name: "pay", observations }, observations });
  expect(file.records.map(({ span }) => [span.name, span.parentSpanId])).toEqual([
    ["pay", undefined],
    ["ask", root],
  ]);
});

it("what Braintrust's SDKs tell of a span later is added to it", () => {
  const row = (id: string, more: object): object => ({
    id,
    span_id: id,
    root_span_id: root,
    ...more,
  });
  const name = (told: string): object => ({ _is_merge: false, span_attributes: { name: told } });
  const sent = [
    row(root, { ...name("pay"), metrics: { start: startMs / 1_000 } }),
    row(child, {
      ...{ ...name("ask"), span_parents: [root] },
      metrics: { start: (startMs + 1) / 1_000, tokens: 7 },
    }),
    row(child, { _is_merge: true, metrics: { end: (startMs + 4) / 1_000 }, error: "refused" }),
    row(root, { _is_merge: true, metrics: { end: (startMs + 9) / 1_000 }, output: "done" }),
  ];
  expect(snapshot({ rows: sent, api_version: 2 })).toBe(
    draw("Braintrust @ 2026-03-01T10:00:00.000Z", "pay 0+9000", "  ask error !: refused 1000+3000"),
  );
  expect(detailOf({ rows: sent }, "ask").attributes).toContainEqual({ key: "tokens", value: 7 });
});

describe("an evaluation by Inspect", () => {
  const event = (kind: string, ms: number, more: object): object => ({
    ...{ event: kind, timestamp: new Date(startMs + ms).toISOString(), working_start: ms / 1_000 },
    ...more,
  });
  const events = [
    event("span_begin", 0, { id: "s1", span_id: "s1", name: "solvers", type: "solvers" }),
    event("span_begin", 1, { id: "s2", span_id: "s2", parent_id: "s1", name: "react" }),
    event("info", 1, { span_id: "s2", data: "x" }),
    event("model", 2, {
      ...{ span_id: "s2", model: "gpt-4o", output: "hi" },
      completed: new Date(startMs + 5).toISOString(),
    }),
    event("span_end", 6, { id: "s2", span_id: "s2" }),
    event("span_end", 9, { id: "s1", span_id: "s1" }),
  ];
  const sample = (uuid: string): object => ({ id: 1, epoch: 1, uuid, events, messages: [] });

  it("is a trace a sample, with the calls in the spans around them", () => {
    const { records, problems } = open({
      ...{ version: 2, status: "success", eval: { task: "t" } },
      samples: [sample("a"), sample("b")],
    });
    expect(
      records.map(({ traceId, span }) => [traceId, span.name, span.parentSpanId ?? ""].join(" ")),
    ).toEqual(["a", "b"].flatMap(id => [`${id} solvers `, `${id} react s1`, `${id} gpt-4o s2`]));
    const [, , call] = records;
    expect((call?.span.endUnixNs ?? 0n) - (call?.span.startUnixNs ?? 0n)).toBe(3_000_000n);
    expect(problems).toContainEqual(
      expect.objectContaining({ text: "2 of 8 are not plain spans" }),
    );
  });
});

describe("messages that the Collector's file exporter compressed, each for itself", () => {
  const frame = (message: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    return Buffer.concat([length, message]);
  };
  const message = frame(zstdCompressSync(Buffer.from(JSON.stringify(otlp))));

  it("are unpacked", () => {
    const { format, records } = read(Buffer.concat([message, message]));
    expect([format, records.length]).toEqual(["OTLP JSON", 2]);
  });

  it("are bounded together", () => {
    const bomb = frame(zstdCompressSync(Buffer.alloc(2 ** 20, " ")));
    const bytes = Buffer.concat(Array<Buffer>(8).fill(bomb));
    const options = { store: "file", path: "a", nowUnixMs: 0, maxBytes: 2 ** 22 };
    expect(() => readTraceFile(bytes, options)).toThrow(/unreadableFile/);
  });
});
