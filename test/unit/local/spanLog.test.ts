import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { WireError } from "../../../src/formats/encodings/protoReader.ts";
import { readOtlpProto } from "../../../src/formats/otlp/otlpProto.ts";
import { tryLockStore } from "../../../src/stores/local/file/ownerLock.ts";
import { openSpanLog, type SpanLogOptions } from "../../../src/stores/local/log/spanLog.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { readRecording } from "../../sdkRecordings.ts";
import { makeRequests, made } from "../../perf/makeRequests.ts";
import { SpanKind } from "../../../src/model/span.ts";
import { message, otlpBytes, varint, type TestSpan } from "./otlpBytes.ts";
import { compact, never, readSpans, record, start, traceId, useStores } from "./records.ts";
import { addSpans } from "./addSpans.ts";

const { newFile, open } = useStores();
const keeper = join(import.meta.dirname, "keepForever.ts");
/** A thousand by `npm run bench -- attack`; a few seconds here. */
const KILLS = Number(process.env["TRACESIDE_KILLS"] ?? 15);

function openLog(file: string, options: Partial<SpanLogOptions> = {}) {
  return openSpanLog({ file, capBytes: Infinity, ...options });
}

const span = (spanId: string, more: Partial<TestSpan> = {}): TestSpan => ({
  ...{ traceId, spanId, startNs: start, endNs: start + 1_000n },
  ...more,
});
const request = (...spans: readonly TestSpan[]): Buffer =>
  otlpBytes([{ resource: { "service.name": "shop" }, spans }]);

describe("keeping requests", () => {
  it("gives back what a real SDK sent, as from a file", async () => {
    for (const name of ["otel-js-otlp-http-protobuf-1.pb", "otel-js-otlp-grpc-Export-1.bin"]) {
      const bytes = readRecording(name);
      const file = newFile();
      const log = openLog(file);
      const wanted = readOtlpProto(bytes, { store: "local" }).records;
      expect(await log.ingestOtlp(bytes)).toEqual({ stored: wanted.length, rejected: 0 });
      const store = open(file);
      for (const { traceId: id, span: written, detail } of wanted) {
        const stored = await store.readTrace(id, never);
        const read = [...(stored?.spans ?? [])].find(each => each.spanId === written.spanId);
        expect(compact(read ?? written)).toEqual(compact(written));
        expect(await stored?.details.readDetail(written.spanId, never)).toEqual(detail);
      }
      await log.close();
    }
  });

  it("joins what comes late and in any order to its trace", async () => {
    const file = newFile();
    const log = openLog(file);
    const store = open(file);
    const [root, child, leaf] = ["00000000000000a1", "00000000000000a2", "00000000000000a3"];
    await log.ingestOtlp(request(span(leaf, { parentId: child })));
    await log.ingestOtlp(request(span(child, { parentId: root, status: 2 })));
    const before = await store.searchTraces({ limit: 1 }, never);
    expect(before.traces).toMatchObject([{ spanCount: 2, errorCount: 1 }]);
    await log.ingestOtlp(request(span(root, { startNs: start - 5n, name: "root" })));
    const { traces } = await store.searchTraces({ limit: 1 }, never);
    expect(traces).toMatchObject([{ spanCount: 3, root: { name: "root", spanId: root } }]);
    const stored = await store.readTrace(traceId, never);
    expect(buildTrace(traceId, stored === undefined ? [] : [stored]).problems).toEqual([]);
    await log.close();
  });

  it("does not double what is sent again: whole, in other pieces, at once, after a restart", async () => {
    const file = newFile();
    const spans = Array.from({ length: 40 }, (_, i) => span(String(i + 1).padStart(16, "0")));
    const whole = request(...spans);
    const first = openLog(file);
    expect(
      await Promise.all([first.ingestOtlp(whole), first.ingestOtlp(Buffer.from(whole))]),
    ).toEqual([
      { stored: 40, rejected: 0 },
      { stored: 40, rejected: 0 },
    ]);
    await first.ingestOtlp(whole);
    await first.close();
    const second = openLog(file);
    expect(await second.ingestOtlp(whole)).toEqual({ stored: 40, rejected: 0 });
    const bytes = second.readStats().bytes;
    expect(await second.ingestOtlp(request(...spans.slice(7, 31)))).toEqual({
      stored: 24,
      rejected: 0,
    });
    await second.ingestOtlp(request(...spans.slice(30), span("00000000000000ff")));
    expect(second.readStats().bytes).toBe(bytes);
    await second.close();
    const store = open(file);
    const { traces } = await store.searchTraces({ limit: 9 }, never);
    expect(traces).toMatchObject([{ spanCount: 41 }]);
    expect(await readSpans(store)).toHaveLength(41);
  });

  it("refuses what is no request, keeps nothing of it, and goes on", async () => {
    const file = newFile();
    const log = openLog(file);
    const good = request(span("00000000000000a1"));
    const bad = [
      good.subarray(0, good.length - 3),
      Buffer.from("these are the times"),
      Buffer.from([0x0b, 0x0c]),
      Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
      message(1, [message(2, [message(2, [message(9, [message(2, [Buffer.from([0x0a, 9])])])])])]),
    ];
    for (const bytes of bad) {
      await expect(log.ingestOtlp(bytes)).rejects.toBeInstanceOf(WireError);
      await expect(log.ingestOtlp(bytes)).rejects.toBeInstanceOf(WireError);
    }
    expect(await log.ingestOtlp(Buffer.alloc(0))).toEqual({ stored: 0, rejected: 0 });
    expect(await log.ingestOtlp(good)).toEqual({ stored: 1, rejected: 0 });
    await log.close();
    expect(await readSpans(open(file))).toHaveLength(1);
  });

  it("passes over fields that it does not know, in any order", async () => {
    const file = newFile();
    const log = openLog(file);
    const unknown = message(77, [Buffer.from("later versions")]);
    const plain = request(span("00000000000000a1", { name: "known" }));
    const inner = plain.subarray(2);
    await log.ingestOtlp(
      Buffer.concat([unknown, message(1, [unknown, varint(9, 7), inner, unknown])]),
    );
    await log.close();
    expect(await readSpans(open(file))).toMatchObject([{ name: "known", service: "shop" }]);
  });

  it("tells the sides of a call apart that came in requests of their own", async () => {
    const file = newFile();
    const log = openLog(file);
    const at = { startUnixNs: start, endUnixNs: start + 9n };
    await log.ingestSpans([
      record({ spanId: "b", parentSpanId: "a", kind: SpanKind.server, service: "stock", ...at }),
    ]);
    await log.ingestSpans([record({ spanId: "c", parentSpanId: "b", service: "stock", ...at })]);
    await log.ingestSpans([
      record({ spanId: "b", parentSpanId: "a", kind: SpanKind.client, service: "shop", ...at }),
    ]);
    await log.close();
    const spans = await readSpans(open(file));
    expect(spans.map(each => [each.spanId, each.parentSpanId])).toEqual([
      ["b", "a"],
      ["b#server", "b"],
      ["c", "b#server"],
    ]);
  });

  it("shows logs among the events of their span, whichever comes first", async () => {
    const file = newFile();
    const log = openLog(file);
    const store = open(file);
    const logOf = (spanId: string | undefined, name: string) => ({
      traceId,
      ...(spanId !== undefined && { spanId }),
      event: {
        name,
        timeUnixNs: String(start),
        attributes: [{ key: "log.severity", value: "INFO" }],
      },
    });
    expect(await log.ingestLogs([logOf("00000000000000a1", "kettle is on")])).toEqual({
      stored: 1,
      rejected: 0,
    });
    expect((await store.searchTraces({ limit: 5 }, never)).traces).toEqual([]);
    expect(await store.findId(traceId, never)).toEqual([]);
    await log.ingestOtlp(
      request(span("00000000000000a1"), span("00000000000000a2", { parentId: "00000000000000a1" })),
    );
    await log.ingestLogs([
      logOf("00000000000000a1", "kettle is on"),
      logOf("00000000000000a2", "of the child"),
      logOf(undefined, "of the trace"),
    ]);
    const stored = await store.readTrace(traceId, never);
    const read = async (id: string): Promise<unknown> =>
      (await stored?.details.readDetail(id, never))?.events.map(event => event.name);
    expect(await read("00000000000000a1")).toEqual(["kettle is on", "of the trace"]);
    expect(await read("00000000000000a2")).toEqual(["of the child"]);
    const { traces } = await store.searchTraces({ limit: 5, text: "KETTLE is" }, never);
    expect(traces).toMatchObject([{ traceId, spanCount: 2 }]);
    await log.close();
  });

  it("is seen by other windows within a second", async () => {
    const file = newFile();
    const log = openLog(file);
    const store = open(file);
    const seen: string[] = [];
    await store.readFacts(never);
    store.watch(traceIds => seen.push(...traceIds));
    await store.readFacts(never);
    const sentAt = performance.now();
    await log.ingestOtlp(request(span("00000000000000a1")));
    for (let i = 0; i < 500 && seen.length === 0; i += 1) await sleep(10);
    expect(seen).toEqual([traceId]);
    // Six hundred for the wait of the one that looks, and as much for a busy machine.
    expect(performance.now() - sentAt).toBeLessThan(5_000);
    await log.close();
  });
});

describe("the size of the file", () => {
  it(
    "stays below the cap under load: the oldest go, the pinned stay",
    { timeout: 120_000 },
    async () => {
      const file = newFile();
      const capBytes = 5 * 2 ** 20;
      const log = openLog(file, { capBytes });
      const store = open(file);
      const pinnedId = made.traceId(5, 3);
      let largest = 0;
      let number = 0;
      for (const { bytes } of makeRequests({ spans: 70_000, seed: 5 })) {
        await log.ingestOtlp(Buffer.from(bytes));
        if (number === 8) expect(await store.pinTrace(pinnedId, true, never)).toBe(true);
        number += 1;
        largest = Math.max(largest, log.readStats().bytes);
      }
      for (let i = 0; i < 200; i += 1) await new Promise(resolve => setImmediate(resolve));
      await log.close();
      // The log beside it, and what one commit adds before the oldest go.
      expect(largest).toBeLessThan(capBytes * 1.8);
      const facts = await store.readFacts(never);
      expect(facts.spanCount).toBeGreaterThan(10_000);
      expect(facts.spanCount).toBeLessThan(60_000);
      expect(await store.readTrace(made.traceId(5, 2), never)).toBeUndefined();
      const pinned = await store.readTrace(pinnedId, never);
      expect([...(pinned?.spans ?? [])].length).toBeGreaterThan(7);
      const { traces } = await store.searchTraces(
        { limit: 9, tags: { "customer.id": made.customer(3) } },
        never,
      );
      expect(traces.find(each => each.traceId === pinnedId)).toMatchObject({
        isPinned: true,
        spanCount: [...(pinned?.spans ?? [])].length,
      });
      const newest = (await store.searchTraces({ limit: 1 }, never)).traces[0];
      expect(await store.findId(newest?.traceId ?? "", never)).toHaveLength(1);
      expect(await store.listServices(never)).toContain("shop");
    },
  );

  it(
    "shrinks when all but the pinned is cleared, or the cap is set lower",
    { timeout: 60_000 },
    async () => {
      const file = newFile();
      const log = openLog(file);
      for (const { bytes } of makeRequests({ spans: 30_000, seed: 6 })) {
        await log.ingestOtlp(Buffer.from(bytes));
      }
      await log.close();
      const store = open(file);
      const before = await store.readFacts(never);
      await store.setCap(before.bytes / 2, never);
      for (let i = 0; i < 200; i += 1) {
        const { spanCount } = await store.readFacts(never);
        if (spanCount < before.spanCount * 0.6) break;
        await sleep(50);
      }
      const { traces } = await store.searchTraces({ limit: 3 }, never);
      const [kept] = traces;
      const stored = await store.readTrace(kept?.traceId ?? "", never);
      await store.pinTrace(kept?.traceId ?? "", true, never);
      await store.clear(never);
      const after = await store.searchTraces({ limit: 9 }, never);
      expect(after.traces).toEqual([{ ...kept, isPinned: true }]);
      const again = await store.readTrace(kept?.traceId ?? "", never);
      expect([...(again?.spans ?? [])]).toEqual([...(stored?.spans ?? [])]);
      let bytes = Infinity;
      for (let i = 0; i < 200 && bytes > before.bytes / 2; i += 1) {
        await sleep(50);
        ({ bytes } = await store.readFacts(never));
      }
      expect(bytes).toBeLessThan(before.bytes / 2);
      await store.pinTrace(kept?.traceId ?? "", false, never);
      await store.clear(never);
      expect((await store.searchTraces({ limit: 9 }, never)).traces).toEqual([]);
      expect(await store.listServices(never)).toEqual([]);
    },
  );

  it("keeps the rest of a batch of which most was deleted", async () => {
    const file = newFile();
    const store = open(file);
    const id = (i: number): string => String(i).padStart(32, "b");
    await addSpans(
      store,
      Array.from({ length: 50 }, (_, i) =>
        record(
          { spanId: `s${i}`, service: "shop", startUnixNs: start + BigInt(i) },
          { raw: `${i}` },
          id(i),
        ),
      ),
    );
    const doomed = Array.from({ length: 47 }, (_, i) => id(i));
    expect(await store.deleteTraces(doomed, never)).toEqual(doomed);
    const { traces } = await store.searchTraces({ limit: 50, service: "shop" }, never);
    expect(traces.map(each => each.root.spanId)).toEqual(["s49", "s48", "s47"]);
    const stored = await store.readTrace(id(48), never);
    expect((await stored?.details.readDetail("s48", never))?.raw).toBe("48");
  });
});

describe("a killed process", () => {
  it("misses no acknowledged span, and leaves the file well", { timeout: 600_000 }, async () => {
    const file = newFile();
    const acknowledged = new Set<string>();
    for (let round = 0; round < KILLS; round += 1) {
      const child = spawn(process.execPath, [keeper, file, String(round)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let rest = "";
      let count = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) acknowledged.add(line);
        count += lines.length;
      });
      const most = 1 + ((round * 37) % 60);
      while (count < most) await once(child.stdout, "data");
      await sleep((round * 13) % 9);
      child.kill("SIGKILL");
      await once(child, "close");
    }
    const sql = new DatabaseSync(file);
    expect(sql.prepare("PRAGMA quick_check").all()).toEqual([{ quick_check: "ok" }]);
    sql.close();
    const store = open(file);
    let missing = 0;
    for (const id of acknowledged) {
      const stored = await store.readTrace(id, never);
      if (stored === undefined || [...stored.spans].length !== 3) missing += 1;
    }
    expect([missing, acknowledged.size > KILLS]).toEqual([0, true]);
    const orders = await store.searchTraces({ limit: 50, tags: { "order.id": "0" } }, never);
    expect(orders.traces.length).toBe(Math.min(50, KILLS));
  });
});

describe("the owner", () => {
  it("is one process at a time, and another when it dies", { timeout: 60_000 }, async () => {
    const file = newFile();
    const own = tryLockStore(file);
    expect(own).toBeDefined();
    expect(tryLockStore(file)).toBeUndefined();
    own?.dispose();
    const code = `const { tryLockStore } = await import(${JSON.stringify(new URL("../../../src/stores/local/file/ownerLock.ts", import.meta.url).href)});
      // What nobody refers to may be collected, and the lock with it.
      globalThis.own = tryLockStore(${JSON.stringify(file)});
      console.log(globalThis.own !== undefined); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    expect(line.toString()).toContain("true");
    expect(tryLockStore(file)).toBeUndefined();
    child.kill("SIGKILL");
    await once(child, "close");
    const mine = tryLockStore(file);
    expect(mine).toBeDefined();
    mine?.dispose();
  });
});
