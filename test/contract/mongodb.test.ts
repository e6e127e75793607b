/** The MongoDB store against a real server, filled with what a real Funboost wrote and with every shape of id. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BSON, MongoClient, ObjectId, UUID, type Document } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_SPAN, SpanFlag, SpanStatus } from "../../src/model/span.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { openMongoStore, type MongoStoreOptions } from "../../src/stores/mongodb/mongoStore.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { startMongo } from "../peers/mongo.ts";
import { traceSpellings } from "../unit/model/spellings.ts";
import { describePeer } from "../peers/describePeer.ts";
import { readRecorded, readRecordedDocuments } from "./recordedFunboost.ts";
import { describeStoreContract } from "./storeContract.ts";
import { clockStart, createTaskDocument, type TaskDocumentOptions } from "./taskDocuments.ts";
import { asSpan } from "../unit/spanIndex.ts";

const never = new AbortController().signal;
const database = "funboost_task_status";
const peer = await startMongo();

describePeer("the MongoDB store", peer, ({ url }) => {
  const client = new MongoClient(url);
  const stores: TraceStore[] = [];
  const open = (options: Partial<MongoStoreOptions> = {}): TraceStore => {
    const store = openMongoStore({ name: "mongo", url, timeoutMs: 20_000, ...options });
    stores.push(store);
    return store;
  };
  /** A database of the test's own, by collection. */
  const fill = async (
    name: string,
    collections: Record<string, readonly Document[]>,
  ): Promise<string> => {
    for (const [collection, documents] of Object.entries(collections)) {
      await client
        .db(name)
        .collection(collection)
        .insertMany([...documents]);
    }
    return name;
  };
  const task = (
    options: Partial<TaskDocumentOptions> & Pick<TaskDocumentOptions, "id">,
  ): Document =>
    createTaskDocument({
      queue: "orders",
      name: "work",
      published: 0,
      started: 1,
      ended: 2,
      ...options,
    });

  beforeAll(async () => {
    for (const [collection, text] of readRecordedDocuments()) {
      const documents = text.trim().split("\n");
      await client
        .db(database)
        .collection(collection)
        .insertMany(documents.map(line => BSON.EJSON.parse(line) as Document));
    }
  });
  afterAll(async () => {
    for (const store of stores) store.dispose();
    await client.close();
  });

  describeStoreContract("mongodb", () =>
    Promise.resolve({
      store: openMongoStore({ name: "mongo", url, timeoutMs: 20_000, staleAfterMs: 1_000 }),
      expected: readRecorded(),
    }),
  );

  describe("recorded Funboost documents in MongoDB", () => {
    it("say that a task has no trace context, and of a live worker that it lives", async () => {
      const alone = readRecorded().tasks.find(each => each.function === "resize_image")?.id ?? "";
      const store = open({ staleAfterMs: 1e15 });
      expect((await store.readTrace(alone, never))?.problems).toEqual([
        { code: "noTraceContext", spans: [], store: "mongo" },
      ]);
      const running = readRecorded().tasks.find(each => each.status === "running")?.id ?? "";
      expect((await store.findId(running, never))[0]?.brief.noHeartbeat).toBeUndefined();
      expect(
        (await open({ staleAfterMs: 1_000 }).findId(running, never))[0]?.brief.noHeartbeat,
      ).toBe(true);
    });

    it("are found in whatever spelling the document and the question have", async () => {
      const stored = traceSpellings.filter(({ isStored }) => isStored);
      const documents = stored.map(({ text }, index) =>
        task({ id: `task-${index}`, extra: { trace_id: text } }),
      );
      const name = await fill("spelled", { orders: documents });
      const store = open({ database: name });
      for (const { text, name: spelling } of traceSpellings) {
        const part = await store.readTrace(text, never);
        expect([...(part?.spans ?? [])], spelling).toHaveLength(documents.length);
        expect(await store.findId(text, never), spelling).not.toEqual([]);
      }
    });

    it("advise an index on the fields in use, make it when told to, and are then quiet", async () => {
      const name = await fill("advised", {
        orders: [
          task({ id: "first", extra: { trace_id: "t1" } }),
          task({ id: "second", extra: { trace_id: "t1", parent_task_id: "first" } }),
        ],
        mails: [task({ id: "third", queue: "mails", extra: { trace_id: "t1" } })],
      });
      const store = open({ database: name });
      expect(await countCallees(store, "first"), "no index, no count").toBeUndefined();
      const { advice } = await store.checkHealth(never);
      const collections = ["advised.mails", "advised.orders"];
      expect(advice).toEqual([
        { kind: "missingIndex", collections, key: { "msg_dict.extra.trace_id": 1 } },
        { kind: "missingIndex", collections, key: { "msg_dict.extra.parent_task_id": 1 } },
      ]);
      for (const each of advice) await store.createIndexes?.(each, never);
      expect((await store.checkHealth(never)).advice).toEqual([]);
      const indexes = await client.db(name).collection("orders").indexes();
      expect(indexes.map(index => index.key)).toContainEqual({ "msg_dict.extra.trace_id": 1 });
      expect(await countCallees(store, "first")).toBe(1);
      expect((await read(store, "t1")).spanIds).toHaveLength(3);
      expect(await store.findId("t1", never)).toHaveLength(1);
    });
  });

  describe("ids of every shape", () => {
    const seed = "019b4ed4-1a6d-7be3-8516-192449685f00";
    const otel = "f50f7a80f0b8f88b97788093157c4ae2";
    const workflow = "6c1a7ad1-23f5-4b8c-9d0e-5a4b3c2d1e0f";
    let name: string;
    beforeAll(async () => {
      const traceparent = (spanId: string) => ({
        otel_context: { traceparent: `00-${otel}-${spanId}-01` },
      });
      const step = (parent: string | null, depth: number) => ({
        workflow_context: { workflow_id: workflow, parent_task_id: parent, chain_depth: depth },
      });
      name = await fill("shapes", {
        seed_a: [
          task({ id: "A", queue: "seed_a", top: { trace_id: seed, depth: 0, span_id: "sA" } }),
          task({ id: 100005, queue: "seed_a", name: "by_number" }),
          task({ id: "twice", queue: "seed_a", extra: { trace_id: "both" } }),
        ],
        "seed.b-队列:1": [
          task({
            id: "B",
            queue: "seed.b-队列:1",
            top: { trace_id: seed, parent_task_id: "A", depth: 1, span_id: "sB" },
          }),
          task({
            id: "C",
            queue: "seed.b-队列:1",
            top: { trace_id: seed, parent_task_id: "B", depth: 2, span_id: "sC" },
            failed: "ValueError: out of stock",
            attempts: 3,
          }),
        ],
        seed_c: [
          task({ id: "twice", queue: "seed_c", extra: { trace_id: "both" } }),
          task({ id: "under a number", queue: "seed_c", extra: { parent_task_id: 100005 } }),
          task({ id: "grandchild", queue: "seed_c", extra: { parent_task_id: "under a number" } }),
        ],
        otel: [
          task({ id: "o1", queue: "otel", extra: traceparent("c1a5e958ffd61344") }),
          task({
            id: "o2",
            queue: "otel",
            started: 3,
            ended: 4,
            extra: traceparent("c1a5e958ffd61345"),
          }),
          task({ id: "o3", queue: "otel", extra: { otel_context: {} } }),
        ],
        workflow: [
          task({ id: "w1", queue: "workflow", extra: step(null, 1) }),
          task({ id: "w2", queue: "workflow", extra: step("w1", 2) }),
        ],
        unrelated: [{ _id: "A", colour: "red" }],
      });
    });

    it("the seed schema, found by trace, task and span id", async () => {
      const store = open({ database: name });
      const trace = await read(store, seed);
      expect(drawTree(trace)).toEqual(["A", "A > B", "A > B > C"]);
      expect(
        (await store.findId("A", never)).map(({ traceId, spanId }) => [traceId, spanId]),
      ).toEqual([[seed, "A"]]);
      expect((await store.findId("sC", never)).map(each => each.spanId)).toEqual(["C"]);
      expect((await store.findId(seed.toUpperCase(), never))[0]?.brief.spanId).toBe("A");
      expect((await store.findId("C", never))[0]?.brief).toMatchObject({
        status: SpanStatus.error,
        error: "ValueError: out of stock",
        attempts: 3,
        queue: "seed.b-队列:1",
      });
    });

    it("OpenTelemetry's context: one trace without parents", async () => {
      const store = open({ database: name });
      const trace = await read(store, otel);
      expect(drawTree(trace)).toEqual(["o1", "o2"]);
      expect(trace.problems).toEqual([{ code: "noParents", spans: [], store: "mongo" }]);
      expect((await store.findId(otel, never)).map(each => each.brief.spanId)).toEqual(["o1"]);
      expect((await store.findId("c1a5e958ffd61345", never)).map(each => each.spanId)).toEqual([
        "o2",
      ]);
      expect((await store.findId("o3", never))[0]?.traceId).toBe("o3");
    });

    it("Funboost's workflows", async () => {
      const store = open({ database: name });
      expect((await store.findId("w2", never))[0]?.traceId).toBe(workflow);
      expect(drawTree(await read(store, workflow))).toEqual(["w1", "w1 > w2"]);
    });

    it("integers, and parents without any trace id, walked up and down", async () => {
      const store = open({ database: name });
      for (const id of ["100005", "under a number", "grandchild"]) {
        expect((await store.findId(id, never))[0]?.traceId).toBe("100005");
      }
      const trace = await read(store, "100005");
      expect(drawTree(trace)).toEqual([
        "100005",
        "100005 > under a number",
        "100005 > under a number > grandchild",
      ]);
      expect(trace.problems).toEqual([]);
      const detail = await trace.readDetail(trace.findSpan("100005") ?? NO_SPAN, never);
      expect(detail.task?.function).toBe("by_number");
      const children = await store.readChildren("100005", never);
      expect(children.map(child => [child.spanId, child.traceId])).toEqual([
        ["under a number", "100005"],
      ]);
    });

    it("one id in two queues is two tasks", async () => {
      const store = open({ database: name });
      const found = await store.findId("twice", never);
      expect(found.map(each => each.brief.queue).sort()).toEqual(["seed_a", "seed_c"]);
      const trace = await read(store, "both");
      expect(trace.columns.count).toBe(2);
      expect(trace.problems.map(problem => problem.code)).toEqual(["duplicateSpan"]);
      const queues = await Promise.all([0, 1].map(span => trace.readDetail(asSpan(span), never)));
      expect(queues.map(detail => detail.task?.queue).sort()).toEqual(["seed_a", "seed_c"]);
      // Remembered places must not hide one of them.
      expect(await store.findId("twice", never)).toHaveLength(2);
    });

    it("fields of the user's own, under keys of the database's own", async () => {
      const request = new UUID("0f8fad5b-d9cd-469f-a165-70867728950e");
      const own = await fill("own_fields", {
        jobs: [
          { _id: new ObjectId(), job: "j1", function: "start", user_context: { request } },
          { _id: new ObjectId(), job: "j2", function: "go", by: "j1", user_context: { request } },
        ],
      });
      const store = open({
        database: own,
        fields: { taskId: ["job"], parentTaskId: ["by"], traceId: ["user_context.request"] },
      });
      const [found] = await store.findId("j2", never);
      expect(found).toMatchObject({ traceId: request.toString(), spanId: "j2" });
      const trace = await read(store, request.toString());
      expect(drawTree(trace)).toEqual(["j1", "j1 > j2"]);
      expect((await trace.readDetail(asSpan(1), never)).task?.taskId).toBe("j2");
      expect((await store.checkHealth(never)).advice.map(each => each.key)).toContainEqual({
        job: 1,
      });
    });

    it("collections that the user left out stay unread", async () => {
      const store = open({ database: name, collections: { exclude: ["seed*"] } });
      expect(await store.findId("A", never)).toEqual([]);
      const only = open({ database: name, collections: { include: ["otel"] } });
      expect(await only.listServices(never)).toEqual(["otel"]);
    });
  });

  describe("Celery's result backend", () => {
    it("is a tree of points without times of their own", async () => {
      const done = (seconds: number) => new Date((clockStart + seconds) * 1_000);
      await fill("celery", {
        celery_taskmeta: [
          celeryTask({ _id: "root", name: "shop.place", date_done: done(5), result: '{"id": 7}' }),
          celeryTask({ _id: "leaf", parent_id: "mid", status: "FAILURE", date_done: done(3) }),
          celeryTask({ _id: "mid", parent_id: "root", date_done: done(4) }),
          celeryTask({ _id: "waits", parent_id: "root", status: "STARTED", date_done: null }),
        ],
        celery_groupmeta: [{ _id: "group" as never, result: "[]", date_done: done(1) }],
      });
      const store = open();
      expect((await store.findId("leaf", never))[0]).toMatchObject({
        traceId: "root",
        spanId: "leaf",
        brief: { status: SpanStatus.error, state: "FAILURE", error: "ValueError: bad card, 7" },
      });
      const trace = await read(store, "root");
      expect(drawTree(trace)).toEqual(["root", "root > mid", "root > mid > leaf", "root > waits"]);
      expect([...trace.columns.flags].every(flags => flags & SpanFlag.untimed)).toBe(true);
      const detail = await trace.readDetail(trace.findSpan("leaf") ?? NO_SPAN, never);
      expect(detail.error?.stack).toContain('File "/srv/shop/tasks.py", line 12');
      expect((await trace.readDetail(asSpan(0), never)).result).toEqual({ id: 7 });
      const { traces } = await store.searchTraces({ limit: 5, operation: "shop.place" }, never);
      expect(traces.map(each => each.traceId)).toEqual(["root"]);
      await client.db("celery").dropDatabase();
    });
  });

  describe("recorded Celery documents in MongoDB", () => {
    it("are found, read as one tree and listed", async () => {
      const file = join(import.meta.dirname, "../fixtures/celery/celery_taskmeta.ndjson");
      const documents = readFileSync(file, "utf8").trim().split("\n");
      const name = await fill("recorded_celery", {
        // FerretDB cannot hold lists in lists, which is how Celery notes callees; each names its caller too.
        results: documents.map(line => ({ ...(BSON.EJSON.parse(line) as Document), children: [] })),
      });
      const store = open({
        database: name,
        profile: "celery",
        collections: { include: ["results"] },
      });
      const { traces } = await store.searchTraces({ limit: 10 }, never);
      expect(traces).toHaveLength(1);
      const traceId = traces[0]?.traceId ?? "";
      const trace = await read(store, traceId);
      expect(trace.columns.count).toBe(documents.length);
      expect(trace.problems).toEqual([]);
      for (const id of trace.spanIds) {
        expect((await store.findId(id, never))[0]).toMatchObject({ traceId, spanId: id });
      }
      expect(await store.listServices(never)).toEqual(["shop"]);
      expect(await store.listOperations("shop", never)).toContain("shop.pick");
      expect((await store.checkHealth(never)).advice.map(each => each.key)).toEqual([
        { parent_id: 1 },
      ]);
    });
  });

  describe("many queues, much data, little time", () => {
    it("asks fifty queues for a trace that lies in all of them", async () => {
      const collections = Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [
          `queue_${i}`,
          [
            task({
              id: `t${i}`,
              queue: `queue_${i}`,
              started: i,
              ended: i + 1,
              extra: { trace_id: "wide", ...(i > 0 && { parent_task_id: `t${i - 1}` }) },
            }),
          ],
        ]),
      );
      const store = open({ database: await fill("many", collections) });
      expect((await store.findId("t49", never))[0]?.traceId).toBe("wide");
      const trace = await read(store, "wide");
      expect(trace.columns.count).toBe(50);
      expect(drawTree(trace).at(-1)?.split(" > ")).toHaveLength(50);
      const { traces } = await store.searchTraces({ limit: 3 }, never);
      expect(traces.map(each => [each.traceId, each.spanCount])).toEqual([["wide", 50]]);
    });

    it("pages newest first through queues that interleave", async () => {
      const ids = Array.from({ length: 60 }, (_, i) => i);
      const own = (queue: number) =>
        ids
          .filter(i => i % 3 === queue)
          .map(i => task({ id: `p${i}`, queue: `q${queue}`, started: i, ended: i + 1 }));
      const store = open({
        database: await fill("paged", { q0: own(0), q1: own(1), q2: own(2) }),
      });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.searchTraces({ limit: 7, cursor }, never);
        seen.push(...page.traces.map(trace => trace.traceId));
        cursor = page.cursor;
      } while (cursor !== undefined && seen.length < 100);
      expect(seen).toEqual(ids.map(i => `p${i}`).reverse());
    });

    it("cuts a trace that is larger than the limit, and says so", async () => {
      const documents = Array.from({ length: 30 }, (_, i) =>
        task({ id: `c${i}`, top: { trace_id: "long" } }),
      );
      const store = open({ database: await fill("cut", { orders: documents }), limit: 20 });
      const part = await store.readTrace("long", never);
      expect([...(part?.spans ?? [])]).toHaveLength(20);
      expect(part?.problems).toEqual([{ code: "cutAt", spans: [], limit: 20, store: "mongo" }]);
    });

    it("finds what was written long after its id was made", async () => {
      // The id says 2025-12-24; the task waited for a month and ran in the test's January.
      const id = "019b4ed4-1a6d-7be3-8516-192449685f6d";
      const store = open({
        database: await fill("late", {
          orders: [
            task({ id: "other", started: 0 }),
            task({ id: "x", top: { trace_id: id }, started: 86_400 * 30 }),
          ],
        }),
      });
      expect((await read(store, id)).spanIds).toEqual(["x"]);
    });

    it("is empty where nothing is", async () => {
      const store = open({ database: "nothing_here" });
      expect(await store.findId("A", never)).toEqual([]);
      expect(await store.readTrace("A", never)).toBeUndefined();
      expect(await store.searchTraces({ limit: 5 }, never)).toEqual({ traces: [] });
      expect(await store.listServices(never)).toEqual([]);
      expect((await store.checkHealth(never)).advice).toEqual([]);
    });
  });

  async function countCallees(store: TraceStore, id: string): Promise<number | undefined> {
    return (await store.findId(id, never))[0]?.brief.childCount;
  }
});

async function read(store: TraceStore, traceId: string): Promise<Trace> {
  const part = await store.readTrace(traceId, never);
  return buildTrace(traceId, part === undefined ? [] : [part]);
}

/** Each span as its path from the root, in order. */
function drawTree(trace: Trace): readonly string[] {
  return trace.spanIds
    .map((id, span) => {
      let path = id;
      for (
        let at = trace.columns.parent[span] ?? -1;
        at >= 0;
        at = trace.columns.parent[at] ?? -1
      ) {
        path = `${trace.spanIds[at] ?? ""} > ${path}`;
      }
      return path;
    })
    .sort();
}

function celeryTask(fields: Document): Document {
  const isFailed = fields["status"] === "FAILURE";
  return {
    status: "SUCCESS",
    result: isFailed
      ? '{"exc_type": "ValueError", "exc_message": ["bad card", 7], "exc_module": "builtins"}'
      : "null",
    traceback: isFailed
      ? 'Traceback (most recent call last):\n  File "/srv/shop/tasks.py", line 12, in pay\nValueError: bad card'
      : null,
    children: [],
    ...fields,
  };
}
