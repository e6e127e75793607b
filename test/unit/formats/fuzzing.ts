/** Trace files gone wrong: samples of every format, ways to spoil them, and a reading that looks at all that was read. */

import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { EJSON, serialize } from "bson";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { dataFolder, listData } from "../../publicTraces.ts";
import { buildTraces } from "./outline.ts";
import { field, message } from "./protoWriter.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
/** Small ones are spoilt more thoroughly in the same time. */
const MAX_SAMPLE_BYTES = 12_000;
const MAX_FILE_BYTES = 400_000;
const MAX_SAMPLES = 8;
const context = { store: "fuzz", path: "fuzz", nowUnixMs: 1_795_000_000_000 };

/** Format to small files of it; fewer formats where the folder of real traces is absent. */
export function listSamples(): ReadonlyMap<string, readonly Uint8Array[]> {
  const samples = new Map<string, Uint8Array[]>();
  for (const bytes of [...listOwnSamples(), ...listFiles()]) {
    const format = readFormat(bytes);
    if (format === undefined) continue;
    const known = samples.get(format) ?? [];
    samples.set(format, known);
    const isSmall = bytes.length <= MAX_SAMPLE_BYTES;
    if (known.length === 0 || (isSmall && known.length < MAX_SAMPLES)) known.push(bytes);
  }
  return samples;
}

/** The smallest first. */
function listFiles(): readonly Uint8Array[] {
  const files = [
    ...globSync("{funboost/documents,celery,otel,chrome,products}/*", { cwd: fixtures }).map(file =>
      join(fixtures, file),
    ),
    ...listData().map(file => join(dataFolder, file)),
  ];
  return files
    .filter(file => statSync(file).size < MAX_FILE_BYTES)
    .map(file => readFileSync(file))
    .map(bytes => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes))
    .sort((a, b) => a.length - b.length);
}

/** Of formats of which there are no small files. */
function listOwnSamples(): readonly Uint8Array[] {
  const documents = readFileSync(join(fixtures, "funboost/documents/shop_orders.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map(line => EJSON.parse(line) as Record<string, unknown>);
  const plain = [
    { trace_id: "t1", span_id: "a", name: "ask", start_time: 1_795_000_000.25, duration_ms: 12.5 },
    {
      trace_id: "t1",
      span_id: "b",
      parent_id: "a",
      tool_name: "search",
      input: { q: "x" },
      output: [1],
    },
  ];
  // As wide as the rows of Alibaba's traces of 2021.
  const row = (time: number, rpcId: string, from: string, kind: string, to: string): string =>
    `0b133c1915919238193454000e5d37,${time},${rpcId},${from.padEnd(40, "0")},${kind},${to.padEnd(40, "1")},` +
    `${"c".repeat(40)},${time % 40}\n`;
  const eagleEye =
    "traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n" +
    row(100, "0", "USER", "http", "front") +
    row(101, "0.1", "front", "rpc", "cart") +
    row(102, "0.1.1", "cart", "db", "mysql");
  return [
    Buffer.concat(documents.map(document => serialize(document))),
    Buffer.from(plain.map(line => JSON.stringify(line)).join("\n")),
    Buffer.from(eagleEye),
    ...Object.values(listRareSamples()).map(sample =>
      typeof sample === "string" ? Buffer.from(sample) : sample,
    ),
  ];
}

function listRareSamples(): Readonly<Record<string, string | Uint8Array>> {
  const [traceId, a, b] = [
    "5af7183fb1d4cf5f463ac35c9f6413ad",
    "352bff9a74ca9ad2",
    "6b221d5bc9e6496c",
  ];
  const tags = [{ key: "http.method", value: "GET" }];
  const times = { startTime: 1_586_097_228_454, endTime: 1_586_097_230_551 };
  const segment = {
    ...{
      traceId: "9da5.44.1",
      traceSegmentId: "b7b8.19.2",
      service: "cart",
      serviceInstance: "cart@1",
    },
    spans: [
      {
        ...{ spanId: 0, parentSpanId: -1, ...times, operationName: "/cart", peer: "", tags },
        ...{ spanType: "Entry", spanLayer: "Http", componentId: 19, isError: true },
        refs: [
          {
            ...{ refType: "CrossProcess", traceId: "9da5.44.1", parentTraceSegmentId: "9da5.44.3" },
            ...{ parentSpanId: 1, parentService: "front", parentEndpoint: "/" },
          },
        ],
        logs: [{ time: times.startTime, data: [{ key: "error.kind", value: "Timeout" }] }],
      },
      { spanId: 1, parentSpanId: 0, ...times, operationName: "SELECT", spanType: "Exit", tags },
    ],
  };
  const javaScript = {
    ...{ traceId, id: a, parentSpanContext: { traceId, spanId: b }, name: "load", kind: 2 },
    ...{ timestamp: 1_795_262_188_594_000, duration: 471.06, attributes: { n: 1 } },
    ...{
      status: { code: 2, message: "gone" },
      resource: { attributes: { "service.name": "cart" } },
    },
    events: [
      { name: "exception", time: [1_795_262_188, 5], attributes: { "exception.type": "E" } },
    ],
    links: [{ context: { traceId, spanId: b }, attributes: {} }],
  };
  const call = (name: string, ...children: readonly object[]): object => ({
    ...{ span_id: name, name, start_time: "2026-01-05T02:00:00.25Z", duration: "PT0.5S", children },
  });
  const zipkin = message(
    field(1, Buffer.from(traceId, "hex")),
    field(2, Buffer.from(b, "hex")),
    field(3, Buffer.from(a, "hex")),
    ...[field(4, 1), field(5, "get /api"), field(6, 1_556_604_172_355_737n), field(7, 5_000)],
    field(
      8,
      message(field(1, "backend"), field(2, Buffer.from([192, 168, 99, 1])), field(4, 3306)),
    ),
    field(10, message(field(1, 1_556_604_172_355_800n), field(2, "foo"))),
    field(11, message(field(1, "http.method"), field(2, "GET"))),
  );
  return {
    "SkyWalking JSON": JSON.stringify(segment),
    "OpenTelemetry JavaScript spans": JSON.stringify(javaScript),
    "plain spans": JSON.stringify({
      data: [
        { trace_id: "t9", spans: [call("ask", call("search", call("read")), call("answer"))] },
      ],
    }),
    "OTLP YAML": [
      "resourceSpans:",
      "  - resource:",
      "      attributes: [{ key: service.name, value: { stringValue: cart } }]",
      "    scopeSpans:",
      "      - scope: { name: web }",
      "        spans:",
      ...[a, b].map(
        id =>
          `          - { traceId: ${traceId}, spanId: "${id}", name: load, kind: 2, ` +
          `startTimeUnixNano: 1544712660300000000, endTimeUnixNano: "1544712660600000000", ` +
          `attributes: [{ key: n, value: { intValue: 7 } }], events: [{ name: e }], links: [{ spanId: "${a}" }] }`,
      ),
    ].join("\n"),
    "Zipkin protobuf": message(field(1, zipkin), field(1, zipkin)),
  };
}

function readFormat(bytes: Uint8Array): string | undefined {
  try {
    return readTraceFile(bytes, context).format;
  } catch (error) {
    if (getFailure(error)?.code !== "unreadableFile") throw error;
    return undefined;
  }
}

/** Reads all that a panel would ever ask for, but for the traces themselves where they are not wanted. Whether it was a trace; any other error than a refusal is thrown. */
export function readAll(bytes: Uint8Array, isBuilt = true): boolean {
  try {
    const { records } = readTraceFile(bytes, context);
    for (const { detail } of records) detail.raw.charCodeAt(0);
    for (const trace of isBuilt ? buildTraces(records) : []) trace.findSpan("");
    return true;
  } catch (error) {
    if (getFailure(error)?.code !== "unreadableFile") throw error;
    return false;
  }
}

export type Random = () => number;

/** Xorshift, whole numbers of 32 bits: the seed tells the way, so that what failed can be run again. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

export function spoil(bytes: Uint8Array, random: Random): Uint8Array {
  const values = random() % 2 === 0 ? parse(bytes) : undefined;
  if (values === undefined) return spoilBytes(bytes, random);
  for (let left = 1 + (random() % 4); left > 0; left -= 1) spoilValue(values, random);
  return Buffer.from(values.map(value => JSON.stringify(value)).join("\n"));
}

function parse(bytes: Uint8Array): unknown[] | undefined {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return undefined;
  const text = Buffer.from(bytes).toString();
  return parseLines([text]) ?? parseLines(text.trim().split("\n"));
}

function parseLines(lines: readonly string[]): unknown[] | undefined {
  try {
    return lines.map(line => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

function spoilBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let spoilt = Buffer.from(bytes);
  for (let left = 1 + (random() % 6); left > 0; left -= 1) {
    const at = random() % Math.max(1, spoilt.length);
    const length = random() % 64;
    const before = spoilt.subarray(0, at);
    const after = spoilt.subarray(at);
    switch (random() % 7) {
      case 0:
        spoilt[at] = random() & 0xff;
        break;
      case 1:
        spoilt[at] = (spoilt[at] ?? 0) ^ (1 << (random() % 8));
        break;
      case 2:
        spoilt = Buffer.concat([before, after.subarray(length)]);
        break;
      case 3:
        spoilt = Buffer.concat([before, after.subarray(0, length), after]);
        break;
      case 4:
        spoilt = Buffer.concat([before, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), after]);
        break;
      case 5:
        spoilt = Buffer.concat([before, Buffer.from(pick(hostileTexts, random)), after]);
        break;
      default:
        spoilt = Buffer.from(before);
    }
  }
  return spoilt;
}

const hostileTexts = [
  "[[[[",
  "{{{{",
  '"',
  ",",
  "\u0000",
  "-",
  "1e999",
  "99999999999999999999",
  "\ud800",
  "0x",
  "[".repeat(20_000),
  '{"a":'.repeat(5_000),
  "? ".repeat(5_000),
  "\n- ".repeat(5_000),
];

/** What no writer meant to write, in place of any value. */
const hostileValues: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 1.5e300,
  () => "99999999999999999999999999",
  () => "",
  () => "x".repeat(5_000),
  () => "\u0000\ud800",
  () => "__proto__",
  () => [],
  () => ({}),
  () => [[[[[[[[null]]]]]]]],
  () => JSON.parse(`${'{"a":'.repeat(300)}1${"}".repeat(300)}`) as unknown,
  () => JSON.parse("[".repeat(3_000) + "]".repeat(3_000)) as unknown,
  () => Array.from({ length: 200 }, () => ({})),
];

/** Walks down a random way, and leaves there another value, none, or two of it. */
function spoilValue(values: unknown[], random: Random): void {
  let parent: Record<string | number, unknown> = values as unknown as Record<number, unknown>;
  for (;;) {
    const keys = Object.keys(parent);
    if (keys.length === 0) return;
    const key = pick(keys, random);
    const child = parent[key];
    if (typeof child === "object" && child !== null && random() % 6 !== 0) {
      parent = child as Record<string, unknown>;
      continue;
    }
    switch (random() % 4) {
      case 0:
        if (Array.isArray(parent)) parent.push(child);
        else parent[pick(keys, random)] = child;
        return;
      case 1:
        Reflect.deleteProperty(parent, key);
        return;
      default:
        parent[key] = pick(hostileValues, random)();
        return;
    }
  }
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random() % values.length] as T;
}
