/**
 * MongoDB documents and questions of someone hostile, against a real server: what looks like an operator is a value, and
 * what is huge is bounded.
 */

import { MongoClient, type Document } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getFailure } from "../../src/model/failure.ts";
import type { TraceQuery, TraceStore } from "../../src/model/traceStore.ts";
import { openMongoStore } from "../../src/stores/mongodb/mongoStore.ts";
import { startMongo } from "../peers/mongo.ts";
import { clockStart, createTaskDocument } from "./taskDocuments.ts";

const never = new AbortController().signal;
const peer = await startMongo();

/** As ids and as words of a search: each would match everything, or run code, if it were more than text. */
const operators = [
  '{"$gt":""}',
  '{"$ne":null}',
  '{"$regex":".*"}',
  '{"$where":"sleep(10000)"}',
  "$where",
  "$gt",
  "$$ROOT",
  "_id.$gt",
  "__proto__",
  "constructor",
  ".*",
  "^",
  "(a+)+$",
  '"; sleep(10000); "',
  "a\u0000b",
  "\ud800",
  "x".repeat(10_000),
];

if (peer.kind === "unavailable") {
  it("hostile MongoDB documents", context => {
    context.skip(`${peer.name}: ${peer.reason}`);
  });
} else {
  describeWith(peer.url);
}

function describeWith(url: string): void {
  const client = new MongoClient(url);
  const stores: TraceStore[] = [];
  const open = (database: string): TraceStore => {
    const store = openMongoStore({ name: "mongo", url, database, timeoutMs: 20_000 });
    stores.push(store);
    return store;
  };
  const task = (id: string, extra: Document = {}): Document => ({
    ...createTaskDocument({
      ...{ id, queue: "orders", name: "work", published: 0, started: 1, ended: 2 },
    }),
    ...extra,
  });
  const fill = (database: string, documents: readonly Document[]) =>
    client
      .db(database)
      .collection("orders")
      .insertMany([...documents]);

  beforeAll(async () => {
    await fill(
      "plain",
      ["a", "b", "c"].map(id => task(id)),
    );
  });
  afterAll(async () => {
    for (const store of stores) store.dispose();
    await client.close();
    if (peer.kind === "peer") await peer.stop();
  });

  describe.each(operators.map(text => [text.slice(0, 40), text]))("%j is text", (_name, text) => {
    it("to who opens, hovers or follows an id", async () => {
      const store = open("plain");
      expect(await store.findId(text, never)).toEqual([]);
      expect(await store.readTrace(text, never)).toBeUndefined();
      expect(await store.readChildren(text, never)).toEqual([]);
    });

    it("to who searches", async () => {
      const store = open("plain");
      const queries: Partial<TraceQuery>[] = [
        { text },
        { service: text },
        { operation: text },
        { tags: { [text]: "x" } },
        { tags: { function: text } },
      ];
      for (const query of queries) {
        const page = await store.searchTraces({ limit: 10, ...query }, never).catch(getFailure);
        const isRefused = page !== undefined && "code" in page;
        // What cannot stand in a field's name is refused with a reason, and matches nothing.
        if (isRefused) expect(page).toMatchObject({ code: "storeRefused" });
        else expect(page).toMatchObject({ traces: [] });
      }
      expect(await store.listOperations(text, never)).toEqual([]);
    });
  });

  it("keys and values like operators in documents are shown as they are", async () => {
    const extra = { task_id: "op", trace_id: "t-op" };
    const odd = task("op", { msg_dict: { extra }, params: { where: { gt: "" } } });
    const keyed = { ...task("x"), _id: { k: { v: "" } }, task_id: "y" };
    await fill("odd", [odd, keyed, task("z")]);
    const store = open("odd");
    const trace = await store.readTrace("t-op", never);
    const [span] = [...(trace?.spans ?? [])];
    const detail = await trace?.details.readDetail(span?.detailKey ?? "", never);
    expect(detail?.raw).toContain('"where"');
    const page = await store.searchTraces({ limit: 10 }, never);
    expect(page.traces.length).toBeGreaterThanOrEqual(2);
  });

  it("huge documents are listed without what is huge", async () => {
    const text = "x".repeat(2 ** 18);
    const documents = Array.from({ length: 4 }, (_, i) =>
      task(`huge-${i}`, {
        result: text,
        params: { text },
        ...{ success: false, exception: text, exception_msg: text, exception_type: "E" },
        insert_time: new Date((clockStart + i) * 1_000),
      }),
    );
    for (const document of documents) await fill("huge", [document]);
    const store = open("huge");
    const page = await store.searchTraces({ limit: 50 }, never);
    expect(page.traces).toHaveLength(4);
    expect(JSON.stringify(page).length).toBeLessThan(10_000);
    expect(JSON.stringify(await store.findId("huge-3", never)).length).toBeLessThan(10_000);
    const trace = await store.readTrace("huge-3", never);
    const [span] = [...(trace?.spans ?? [])];
    expect(
      JSON.stringify(span, (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      ).length,
    ).toBeLessThan(10_000);
    const detail = await trace?.details.readDetail(span?.detailKey ?? "", never);
    expect(detail?.raw.length).toBeGreaterThan(text.length);
  });
}
