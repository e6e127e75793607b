/** Find looks through all spans of a trace in one pass, and finds what reading each of them finds. */

import { describe, expect, it } from "vitest";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { TextSearch } from "../../../src/stores/local/read/textSearch.ts";
import { makeRandom } from "../../perf/makeTrace.ts";
import { findAll } from "../tracePanel/findAll.ts";
import { otlpBytes, type TestSpan } from "./otlpBytes.ts";
import { never, record, start, traceId, useStores } from "./records.ts";
import { addSpans } from "./addSpans.ts";

const { newFile, open } = useStores();

const parts: readonly Partial<TestSpan>[] = [
  { name: "GET /cart", attributes: { tenant: "Tenant-042", "http.status_code": 503 } },
  { name: "SELECT", attributes: { statement: 'SELECT "a" FROM Körbe', rows: -7, share: 0.25 } },
  { name: "charge", attributes: { list: ["x", "needle-in-list", true], big: 9007199254740993n } },
  { name: "send", attributes: { "Deep.Key": "v" }, kind: 4 },
  { name: "plain", attributes: {} },
];
const otlpSpans: readonly TestSpan[] = parts.map((span, i) => ({
  ...{ traceId, spanId: `000000000000000${i + 1}`, startNs: start, endNs: start + 5n },
  ...span,
}));

async function readOtlp(): Promise<Trace> {
  const file = newFile();
  const log = openSpanLog({ file, capBytes: Infinity });
  await log.ingestOtlp(otlpBytes([{ resource: { "service.name": "shop" }, spans: otlpSpans }]));
  await log.close();
  return buildTrace(traceId, [(await open(file).readTrace(traceId, never))!]);
}

async function find(trace: Trace, text: string): Promise<readonly string[]> {
  const found = await findAll(trace, text);
  expect(found.unread).toBe(0);
  return found.spans.map(span => trace.columns.strings[trace.columns.name[span]!]!);
}

const found: readonly (readonly [string, readonly string[]])[] = [
  ["tenant-042", ["GET /cart"]],
  ["TENANT", ["GET /cart"]],
  ["503", ["GET /cart"]],
  ["http.status", ["GET /cart"]],
  ['"a"', ["SELECT"]],
  ["KÖRBE", ["SELECT"]],
  ["-7", ["SELECT"]],
  ["0.25", ["SELECT"]],
  ["needle-in", ["charge"]],
  ["9007199254740993", ["charge"]],
  ["true", ["charge"]],
  ["deep.key", ["send"]],
  ["0000000000000005", ["plain"]],
  ["stringValue", []],
  ["nowhere", []],
];

it("finds names, keys and values of every type in a trace of OTLP", async () => {
  const trace = await readOtlp();
  for (const [text, names] of found) {
    expect([...(await find(trace, text))].sort(), text).toEqual([...names].sort());
  }
});

describe("find in a trace of records", () => {
  it("looks into the raw document, or what is told where there is none", async () => {
    const store = open();
    await addSpans(store, [
      record({ spanId: "a", name: "one" }, { raw: JSON.stringify({ path: 'C:\\"x"', n: 12.5 }) }),
      record({ spanId: "b", name: "two" }, { attributes: [{ key: "user", value: "Ada" }] }),
      record({ spanId: "c", name: "three" }, { raw: "Straße, plain text" }),
    ]);
    const trace = buildTrace(traceId, [(await store.readTrace(traceId, never))!]);
    expect(await find(trace, 'c:\\"X"')).toEqual(["one"]);
    expect(await find(trace, "12.5")).toEqual(["one"]);
    expect(await find(trace, "ada")).toEqual(["two"]);
    expect(await find(trace, "STRASSE")).toEqual([]);
    expect(await find(trace, "straße")).toEqual(["three"]);
  });

  it("tells spans of one id apart", async () => {
    const store = open();
    await addSpans(store, [
      record({ spanId: "a", name: "first" }, { raw: "left" }),
      record({ spanId: "a", name: "second", startUnixNs: start + 9n }, { raw: "right" }),
    ]);
    const trace = buildTrace(traceId, [(await store.readTrace(traceId, never))!]);
    expect(await find(trace, "left")).toEqual(["first"]);
    expect(await find(trace, "right")).toEqual(["second"]);
  });

  it("says what could not be looked into where the store has gone", async () => {
    const store = open();
    await addSpans(store, [record({ spanId: "a" }), record({ spanId: "b" })]);
    const trace = buildTrace(traceId, [(await store.readTrace(traceId, never))!]);
    store.dispose();
    expect(await findAll(trace, "x")).toEqual({ spans: [], unread: 2 });
  });
});

it("finds drawn texts wherever they begin and end, whatever their case and length", () => {
  const random = makeRandom(11);
  const draw = (most: number): string =>
    Array.from(
      { length: Math.floor(random() * most) },
      () => "abAB-é"[Math.floor(random() * 6)],
    ).join("");
  for (let run = 0; run < 4_000; run += 1) {
    const needle = draw(run % 50 === 0 ? 600 : 5) || "a";
    const text = draw(run % 50 === 0 ? 900 : 40) + (run % 3 === 0 ? needle + draw(9) : "");
    // A span with nothing but its name.
    const name = Buffer.from(text);
    const head = [0x2a, (name.length & 0x7f) | 0x80, name.length >> 7];
    const bytes = Buffer.concat([Buffer.from(head), name]);
    const isThere = text.toLowerCase().includes(needle.toLowerCase());
    expect(new TextSearch(needle).isInOtlp(bytes, 0, bytes.length), `${needle} in ${text}`).toBe(
      isThere,
    );
  }
});
