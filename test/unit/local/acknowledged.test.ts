/** What is answered as kept is on disk, whatever was sent, and whatever became of what was sent before. */

import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { shortId } from "../../../src/stores/local/log/traceState.ts";
import { CommitTraces } from "../../../src/stores/local/log/commitTables.ts";
import { hashWords } from "../../../src/stores/local/log/idHash.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { SpanEntries, writeIdWords } from "../../../src/stores/local/log/spanEntries.ts";
import type { AttributeValue } from "../../../src/model/spanDetail.ts";
import { createRandom } from "../formats/fuzzing.ts";
import { otlpBytes } from "./otlpBytes.ts";
import { never, readSpans, record, start, traceId, useStores } from "./records.ts";

const { newFile, open } = useStores();
const openLog = (file: string, capBytes = Infinity) => openSpanLog({ file, capBytes });
const hex = (value: number, length: number): string => value.toString(16).padStart(length, "0");
const request = (spanId: string, trace = traceId): Buffer =>
  otlpBytes([
    { resource: {}, spans: [{ traceId: trace, spanId, startNs: start, endNs: start + 1n }] },
  ]);

describe("bytes that are sent again", () => {
  const bytes = request("00000000000000a1");

  it("are stored again after their trace was deleted", async () => {
    const file = newFile();
    const log = openLog(file);
    const store = open(file);
    await log.ingestOtlp(bytes);
    await log.ingestOtlp(request("00000000000000a2", "b".repeat(32)));
    await store.deleteTraces([traceId], never);
    expect(await log.ingestOtlp(bytes)).toEqual({ stored: 1, rejected: 0 });
    expect(await readSpans(store)).toHaveLength(1);
    await log.close();
  });

  it("are stored again after all was cleared, and after a restart", async () => {
    const file = newFile();
    const first = openLog(file);
    const store = open(file);
    await first.ingestOtlp(bytes);
    await store.clear(never);
    await first.ingestOtlp(bytes);
    expect(await readSpans(store)).toHaveLength(1);
    await first.close();
    await store.clear(never);
    const second = openLog(file);
    await second.ingestOtlp(bytes);
    expect(await readSpans(store)).toHaveLength(1);
    await second.close();
  });

  it("are stored again after they were the oldest and had to go", async () => {
    const file = newFile();
    const log = openLog(file, 2 ** 20);
    const store = open(file);
    await log.ingestOtlp(bytes);
    const random = createRandom(3);
    const noise = (): string => Buffer.from(Array.from({ length: 3_000 }, random)).toString("hex");
    for (let i = 1; (await readSpans(store)).length > 0; i += 1) {
      await log.ingestSpans([record({ spanId: `s${i}` }, { raw: noise() }, hex(i, 32))]);
      for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve));
    }
    expect(await log.ingestOtlp(bytes)).toEqual({ stored: 1, rejected: 0 });
    expect(await readSpans(store)).toHaveLength(1);
    await log.close();
  });
});

describe("ids as tracers of one's own make them", () => {
  it("count from 0, and nothing of it is dropped", async () => {
    const file = newFile();
    const log = openLog(file);
    const zero = "0".repeat(32);
    expect(await log.ingestOtlp(request("0000000000000000", zero))).toEqual({
      stored: 1,
      rejected: 0,
    });
    expect(
      await log.ingestSpans([record({ spanId: "0" }, {}, "0"), record({ spanId: "1" }, {}, "0")]),
    ).toEqual({ stored: 2, rejected: 0 });
    await log.close();
    const store = open(file);
    expect(await readSpans(store, zero)).toHaveLength(1);
    expect((await readSpans(store, "0")).map(span => span.spanId)).toEqual(["0", "1"]);
    const { traces } = await store.searchTraces({ limit: 9 }, never);
    expect(traces.map(trace => trace.spanCount).sort()).toEqual([1, 2]);
  });

  it("are told where there are none", async () => {
    const log = openLog(newFile());
    const reason = "a span needs a trace id and a span id";
    const inOtlp = `${reason}, of 16 and 8 bytes in OTLP`;
    expect(await log.ingestOtlp(request(""))).toEqual({ stored: 0, rejected: 1, reason: inOtlp });
    expect(await log.ingestOtlp(request("a1"))).toEqual({ stored: 0, rejected: 1, reason: inOtlp });
    expect(await log.ingestSpans([record({ spanId: "" }), record({ spanId: "b" })])).toEqual({
      stored: 1,
      rejected: 1,
      reason,
    });
    await log.close();
  });
});

describe("what one request becomes", () => {
  it("is written by several commits where it is more than one may hold", async () => {
    const file = newFile();
    const log = openLog(file);
    const records = Array.from({ length: 5 }, (_, i) =>
      record({ spanId: `s${i}` }, { raw: String(i).repeat(20 * 2 ** 20) }),
    );
    expect(await log.ingestSpans(records)).toEqual({ stored: 5, rejected: 0 });
    await log.close();
    const sql = new DatabaseSync(file);
    const lengths = sql.prepare("SELECT length FROM batch").all();
    sql.close();
    expect(lengths.length).toBeGreaterThan(1);
    expect(await readSpans(open(file))).toHaveLength(5);
  });

  it("is refused where a single span is larger than the store keeps, and the others are kept", async () => {
    const file = newFile();
    const log = openLog(file);
    const huge = record({ spanId: "huge" }, { raw: "x".repeat(65 * 2 ** 20) });
    expect(await log.ingestSpans([record({ spanId: "a" }), huge, record({ spanId: "b" })])).toEqual(
      {
        ...{ stored: 2, rejected: 1, reason: "a span may take 64 MiB" },
      },
    );
    await log.close();
    expect((await readSpans(open(file))).map(span => span.spanId)).toEqual(["a", "b"]);
  });

  it("does not lock a store in which an earlier version wrote too large a batch", async () => {
    const file = newFile();
    const first = openLog(file);
    await first.ingestOtlp(request("00000000000000a1"));
    await first.close();
    // As a batch of 300 MB had left it: its last blocks have the numbers of the next batch.
    const sql = new DatabaseSync(file);
    const batch = sql.prepare("SELECT max(id) AS id FROM batch").get()?.["id"] as number;
    sql.prepare("INSERT INTO block (id, body) VALUES (?, x'00')").run((batch + 1) * 4_096);
    sql.close();
    const second = openLog(file);
    expect(await second.ingestOtlp(request("00000000000000a2"))).toEqual({
      stored: 1,
      rejected: 0,
    });
    await second.close();
    expect(await readSpans(open(file))).toHaveLength(2);
  });

  it("costs the index no more for a list of numbers than for a text", async () => {
    const file = newFile();
    const log = openLog(file);
    const value: AttributeValue = Array.from({ length: 50_000 }, (_, i) => i * 7);
    await log.ingestSpans([record({ spanId: "a" }, { attributes: [{ key: "list", value }] })]);
    await log.close();
    const sql = new DatabaseSync(file);
    const entries = sql.prepare("SELECT sum(entry_count) AS sum FROM segment").get()?.["sum"];
    sql.close();
    expect(entries).toBeLessThan(5_000);
  });
});

describe("ids that count", () => {
  const COUNT = 50_000;
  const random = createRandom(5);
  const forms = {
    counting: (i: number) => hex(i + 1, 16),
    "counting in the first half": (i: number) => hex(i + 1, 8).padEnd(16, "0"),
    random: () => hex(random(), 8) + hex(random(), 8),
  };

  it.each(Object.entries(forms))("are told apart at once: %s", (_name, toId) => {
    const entries = new SpanEntries(COUNT);
    for (let i = 0; i < COUNT; i += 1) {
      const at = entries.add();
      writeIdWords(toId(i), entries.words, at);
    }
    const short = new Set(Array.from({ length: COUNT }, (_, i) => shortId(entries.words, i)));
    expect(short.size).toBe(COUNT);
    const hashId = (i: number): number =>
      hashWords(entries.words[i * 8]!, entries.words[i * 8 + 1]!);
    expect(countOfFullestSlot(hashId)).toBeLessThan(16);
  });

  it("of traces are found in a few steps, too", () => {
    const words = (i: number): readonly [number, number, number, number] => {
      const bytes = Buffer.from(hex(i, 32), "hex");
      return [0, 4, 8, 12].map(at => bytes.readInt32LE(at)) as [number, number, number, number];
    };
    expect(countOfFullestSlot(i => hashWords(...words(i)))).toBeLessThan(16);
    const traces = new CommitTraces();
    for (let i = 0; i < COUNT; i += 1) traces.addText(hex(i, 32));
    expect(traces.take().count).toBe(COUNT);
  });

  /** Of as many slots as there are ids, by the lowest bits, as the tables take them. */
  function countOfFullestSlot(toHash: (i: number) => number): number {
    const slots = new Map<number, number>();
    for (let i = 0; i < COUNT; i += 1) {
      const slot = toHash(i) & 0xffff;
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
    }
    return Math.max(...slots.values());
  }
});
