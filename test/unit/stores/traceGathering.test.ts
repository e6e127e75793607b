/** One trace from stores that know it under different names, late, halved or by its messages. */

import { describe, expect, it } from "vitest";
import { TraceError } from "../../../src/model/failure.ts";
import { listTraceIdForms, isSameTraceId } from "../../../src/model/ids.ts";
import { SpanKind, type SpanInput } from "../../../src/model/span.ts";
import { createBrokenStore } from "../../../src/stores/open.ts";
import { StoreSet } from "../../../src/stores/storeSet.ts";
import type { TraceGathering } from "../../../src/stores/traceGathering.ts";
import type { TraceStore } from "../../../src/model/traceStore.ts";

const long = "f50f7a80f0b8f88b97788093157c4ae2";
const short = "000000000000000097788093157c4ae2";
const workflow = "0b5a6a5e-7d9e-4a57-9a0e-8f9d8f3d2c11";
const task = "019b4ed4-1a6d-7be3-8516-192449685f6d";

interface FakeStore extends TraceStore {
  readonly asked: string[];
  readonly traces: Map<string, readonly SpanInput[]>;
}

/** Knows these traces, and the ids of their spans and messages. */
function createStore(
  name: string,
  traces: Readonly<Record<string, readonly SpanInput[]>>,
): FakeStore {
  const known = new Map(Object.entries(traces));
  const asked: string[] = [];
  return {
    ...createBrokenStore({ kind: "mongodb", name }, new Error("not asked")),
    asked,
    traces: known,
    readTrace: traceId => {
      asked.push(traceId);
      const spans = known.get(traceId);
      const details = { readDetail: () => Promise.reject(new Error("not asked")) };
      return Promise.resolve(spans && { store: name, spans, details });
    },
    findId: id => {
      asked.push(`? ${id}`);
      const hits = [...known].filter(([, spans]) =>
        spans.some(span => span.spanId === id || span.messageId === id),
      );
      return Promise.resolve(
        hits.map(([traceId]) => ({
          traceId,
          brief: { traceId, spanId: id, name: "x", status: 0 },
        })),
      );
    },
  };
}

const run: SpanInput = {
  spanId: "40c5",
  name: "process",
  kind: SpanKind.consumer,
  messageId: task,
};
const document: SpanInput = { ...run, spanId: task, name: "place" };

/** The parts as `store: spans`, in their order. */
function list(gathering: TraceGathering): readonly string[] {
  return gathering.parts.map(({ store, spans }) => {
    const names = [...spans].map(span => span.name);
    return `${store}: ${names.join(" ")}`;
  });
}

async function gather(traceId: string, ...stores: readonly TraceStore[]) {
  const told: (readonly string[])[] = [];
  const gathering: TraceGathering = new StoreSet(stores, 200).gather(traceId, undefined, () => {
    told.push(list(gathering));
  });
  await gathering.start(new AbortController().signal);
  return { gathering, told };
}

describe("TraceGathering", () => {
  it("puts parts in the order of the stores, whoever answers first", async () => {
    const slow = createStore("slow", { [long]: [run] });
    const wait = new Promise(resolve => setTimeout(resolve, 10));
    const { readTrace } = slow;
    const late: TraceStore = {
      ...slow,
      readTrace: async (id, signal) => wait.then(() => readTrace(id, signal)),
    };
    const { told } = await gather(long, late, createStore("quick", { [long]: [run] }));
    expect(told).toEqual([["quick: process"], ["slow: process", "quick: process"]]);
  });

  it("asks each store for the forms of the id that it may know, whole before half", async () => {
    const zipkin = createStore("zipkin", { [short]: [run] });
    const local = createStore("local", { [long]: [run] });
    const { gathering } = await gather(long, local, zipkin);
    expect(list(gathering)).toEqual(["local: process", "zipkin: process"]);
    expect(local.asked).toEqual([long]);
    expect(zipkin.asked.slice(0, 2)).toEqual([long, short]);
  });

  it("finds the whole of an id of which only half is known by a span", async () => {
    const local = createStore("local", { [long]: [run] });
    const { gathering } = await gather(short, createStore("zipkin", { [short]: [run] }), local);
    expect(list(gathering)).toEqual(["zipkin: process", "local: process"]);
  });

  it("does not take a span of another trace for half of this one", async () => {
    const strange = createStore("local", { ["1".repeat(32)]: [{ ...run, messageId: undefined }] });
    const spans = [{ ...run, messageId: undefined }];
    const { gathering } = await gather(short, createStore("zipkin", { [short]: spans }), strange);
    expect(list(gathering)).toEqual(["zipkin: process"]);
  });

  it("follows a document's message to the trace that OpenTelemetry keeps it in", async () => {
    const mongo = createStore("mongo", { [workflow]: [{ ...document, messageTraceId: long }] });
    const jaeger = createStore("jaeger", { [long]: [run] });
    const { gathering } = await gather(workflow, mongo, jaeger);
    expect(list(gathering)).toEqual(["mongo: place", "jaeger: process"]);
    expect(gathering.isNamed(long)).toBe(true);
    expect(gathering.isNamed(short)).toBe(true);
  });

  it("finds the document of a span by the id of its message, under whatever name it lies", async () => {
    const jaeger = createStore("jaeger", { [long]: [run] });
    for (const name of [workflow, task]) {
      const { gathering } = await gather(
        long,
        jaeger,
        createStore("mongo", { [name]: [document] }),
      );
      expect(list(gathering)).toEqual(["jaeger: process", "mongo: place"]);
    }
  });

  it("seeks no message whose id another broker may count too", async () => {
    const jaeger = createStore("jaeger", { [long]: [{ ...run, messageId: "17" }] });
    const other = createStore("mongo", { strange: [{ ...document, messageId: "17" }] });
    const { gathering } = await gather(long, jaeger, other);
    expect(list(gathering)).toEqual(["jaeger: process"]);
  });

  it("tells who failed beside who did not, and rejects when nobody has it", async () => {
    const failure = {
      code: "storeUnreachable",
      store: "down",
      address: "x",
      reason: "no",
    } as const;
    const down: TraceStore = {
      ...createStore("down", {}),
      readTrace: () => Promise.reject(new TraceError(failure)),
    };
    const { gathering } = await gather(long, createStore("has", { [long]: [run] }), down);
    expect(gathering.answers.map(({ kind, store }) => `${store} ${kind}`)).toEqual([
      "has found",
      "down failed",
    ]);
    await expect(gather(long, createStore("empty", {}), down)).rejects.toMatchObject({
      failure: { code: "notFound" },
    });
  });

  it("reads again from the stores that it is told, and says so only where something changed", async () => {
    const a = createStore("a", { [long]: [run] });
    const b = createStore("b", { [long]: [run] });
    const { gathering, told } = await gather(long, a, b);
    const before = told.length;
    const { signal } = new AbortController();
    await gathering.reread([a], signal);
    expect(told).toHaveLength(before);
    a.traces.set(long, [run, { ...run, spanId: "9", name: "late" }]);
    const askedB = b.asked.length;
    await gathering.reread([a], signal);
    expect(told.at(-1)).toEqual(["a: process late", "b: process"]);
    expect(b.asked).toHaveLength(askedB);
  });

  it("keeps what a store gave when it fails or has deleted it since", async () => {
    const a = createStore("a", { [long]: [run] });
    const b = createStore("b", { [long]: [run] });
    const { gathering } = await gather(long, a, b);
    a.traces.clear();
    await gathering.reread([a, b], new AbortController().signal);
    expect(list(gathering)).toEqual(["a: process", "b: process"]);
  });

  it("lets a store that had nothing join when it is asked again", async () => {
    const jaeger = createStore("jaeger", { [long]: [run] });
    const mongo = createStore("mongo", {});
    const { gathering } = await gather(long, jaeger, mongo);
    expect(list(gathering)).toEqual(["jaeger: process"]);
    mongo.traces.set(workflow, [document]);
    await gathering.reread([mongo], new AbortController().signal);
    expect(list(gathering)).toEqual(["jaeger: process", "mongo: place"]);
  });

  it("can be asked again after a reading was given up", async () => {
    const a = createStore("a", { [long]: [run] });
    const { gathering } = await gather(long, a);
    await expect(gathering.reread([a], AbortSignal.abort())).rejects.toThrow();
    a.traces.set(long, [run, { ...run, spanId: "9", name: "late" }]);
    await gathering.reread([a], new AbortController().signal);
    expect(list(gathering)).toEqual(["a: process late"]);
  });
});

describe("ids of 64 and 128 bits", () => {
  it.each([
    [long, long, true],
    [long, short, true],
    [short, long, true],
    [long, `${"1".repeat(16)}${long.slice(16)}`, false],
    [short, workflow, false],
    [task, task, true],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(isSameTraceId(a, b)).toBe(expected);
  });

  it("have a short form where they are long", () => {
    expect(listTraceIdForms(long)).toEqual([long, short]);
    expect(listTraceIdForms(long.slice(16))).toEqual([short]);
    expect(listTraceIdForms(workflow)).toEqual([workflow]);
  });
});
