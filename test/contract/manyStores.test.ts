/**
 * One trace from several real stores: the recorded order's documents in one and OpenTelemetry's spans of the same tasks
 * in another, and what one SDK sent by four protocols. What is drawn is the same whoever answers first.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildTree } from "../../src/analysis/tree.ts";
import { readDocumentFile } from "../../src/formats/tasks/documentFile.ts";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import { SpanFlag } from "../../src/model/span.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { openLocalStore, type LocalStore } from "../../src/stores/local/localStore.ts";
import { StoreSet } from "../../src/stores/storeSet.ts";
import { workerPath } from "../unit/local/records.ts";
import { readRecorded, readRecordedDocuments } from "./recordedFunboost.ts";
import { needsData, readData } from "../publicTraces.ts";
import { readRecording } from "../sdkRecordings.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-many-"));
const stores: LocalStore[] = [];
afterAll(() => {
  for (const store of stores) store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function openStore(name: string, records: readonly SpanRecord[]): Promise<LocalStore> {
  const file = join(folder, `${name}${String(stores.length)}.db`);
  const store = openLocalStore({ name, file, workerPath });
  stores.push(store);
  await addSpans(store, records);
  return store;
}

async function read(traceId: string, ...from: readonly LocalStore[]): Promise<Trace> {
  const gathering = new StoreSet(from, 10_000).gather(traceId, undefined, () => undefined);
  await gathering.start(AbortSignal.timeout(20_000));
  return buildTrace(traceId, gathering.parts);
}

/** The rows, without what only says where they came from. */
function outline({ columns }: Trace): readonly string[] {
  const { depth } = buildTree(columns);
  return Array.from({ length: columns.count }, (_, span) => {
    const textAt = (column: Int32Array): string => columns.strings[column[span]!]!;
    const name = columns.flags[span]! & SpanFlag.placeholder ? "?" : textAt(columns.name);
    return `${"  ".repeat(depth[span]!)}${name} ${textAt(columns.queue)} ${columns.status[span]!}`;
  });
}

describe("the recorded order", () => {
  const order = readRecorded();
  const context = { store: "mongo", nowUnixMs: Date.UTC(2100, 0) };
  const documents = readDocumentFile(
    [...readRecordedDocuments().values()].join(""),
    context,
  ).records;
  const members = documents.filter(each => each.traceId === order.traceId);

  /**
   * What Funboost's OpenTelemetry mixins export of the same tasks: a `send` of the publisher and a `process` of the
   * worker, both with the id of the message. The recording has the tasks, their times and their callers; the ids of
   * the spans, which it has not, are made from those of the tasks.
   */
  const idOf = (task: string, side: "send" | "process"): string =>
    `${side === "send" ? "5" : "9"}${task.replaceAll("-", "").slice(-15)}`;
  const exportSpans = (tasks: readonly SpanRecord[], traceId: string): readonly SpanRecord[] => {
    const resourceSpans = tasks.map(({ span }) => {
      const common = [
        { key: "messaging.system", value: { stringValue: "funboost" } },
        { key: "messaging.destination", value: { stringValue: span.queue } },
        { key: "messaging.message_id", value: { stringValue: span.spanId } },
      ];
      const sent = span.queuedUnixNs ?? 0n;
      const ended = span.endUnixNs ?? span.startUnixNs ?? 0n;
      return {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "shop-worker" } }] },
        scopeSpans: [
          {
            spans: [
              {
                ...{ traceId, spanId: idOf(span.spanId, "send"), name: `${span.queue!} send` },
                ...(span.parentSpanId && { parentSpanId: idOf(span.parentSpanId, "process") }),
                ...{ kind: 4, attributes: common },
                startTimeUnixNano: String(sent + 1n),
                endTimeUnixNano: String(sent + 1_000_001n),
              },
              {
                ...{
                  traceId,
                  spanId: idOf(span.spanId, "process"),
                  name: `${span.queue!} process`,
                },
                ...{ parentSpanId: idOf(span.spanId, "send"), kind: 5 },
                attributes: [
                  ...common,
                  { key: "messaging.operation", value: { stringValue: "process" } },
                  { key: "funboost.function_params", value: { stringValue: '{"cut": "afte' } },
                ],
                startTimeUnixNano: String((span.startUnixNs ?? 0n) + 1n),
                endTimeUnixNano: String(ended + 1n),
              },
            ],
          },
        ],
      };
    });
    const text = JSON.stringify({ resourceSpans });
    const options = { store: "jaeger", nowUnixMs: 0, path: "otel.json" };
    return readTraceFile(new TextEncoder().encode(text), options).records;
  };
  const spans = exportSpans(members, order.traceId);

  it("is one picture, the same whichever store comes first: each task one row, where its spans say", async () => {
    const mongo = await openStore("mongo", documents);
    const jaeger = await openStore("jaeger", spans);
    const [one, other] = [
      await read(order.traceId, mongo, jaeger),
      await read(order.traceId, jaeger, mongo),
    ];
    expect(outline(one)).toEqual(outline(other));
    const { columns, problems } = one;
    // A sender and a run for each task, and no row for a document.
    expect(columns.count).toBe(members.length * 2);
    expect(problems.filter(({ code }) => code !== "queuedAfterStart")).toEqual([]);
    expect(one.sources).toEqual([
      { store: "mongo", spans: members.length },
      { store: "jaeger", spans: members.length * 2 },
    ]);
    const tasks = order.tasks.filter(task => task.traceId === order.traceId);
    for (const task of tasks) {
      const span = one.findSpan(task.id)!;
      const textAt = (column: Int32Array): string => columns.strings[column[span]!]!;
      expect([textAt(columns.name), textAt(columns.queue), textAt(columns.service)]).toEqual([
        task.function,
        task.queue,
        "shop-worker",
      ]);
      expect(columns.attempts[span]).toBe(task.runTimes);
      expect(one.spanIds[span]).toBe(idOf(task.id, "process"));
      // Its caller is the run below which its message was sent.
      const sender = columns.parent[span]!;
      const caller = columns.parent[sender]!;
      expect(caller < 0 ? undefined : caller).toBe(one.findSpan(task.parent ?? ""));
    }
  });

  it("tells of a task what both know", async () => {
    const trace = await read(
      order.traceId,
      await openStore("jaeger", spans),
      await openStore("mongo", documents),
    );
    const failed = order.tasks.find(task => task.status === "error" && task.traceId)!;
    const detail = await trace.readDetail(trace.findSpan(failed.id)!, AbortSignal.timeout(5_000));
    const own = members.find(({ span }) => span.spanId === failed.id)!.detail;
    expect(detail.stores).toEqual(["jaeger", "mongo"]);
    expect(detail.task).toMatchObject({ taskId: failed.id, function: failed.function });
    expect(detail.parameters).toEqual(own.parameters);
    expect(detail.error).toMatchObject(own.error!);
    const keys = detail.attributes.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(["messaging.system", "run_times"]));
    expect(detail.raw).toMatch(/^\/\/ jaeger\n[^]*\/\/ mongo\n/);
  });

  it("is found from either side: the task's id leads to the spans, a span of the trace to the documents", async () => {
    const stray = documents.find(each => each.traceId !== order.traceId)!;
    // The one whose message lost its context: its document lies under its own id, its run under OpenTelemetry's.
    const lost = "c0ffee00c0ffee00c0ffee00c0ffee00";
    const [send, run] = exportSpans([stray], lost);
    const mongo = await openStore("mongo", [stray]);
    const jaeger = await openStore("jaeger", [send!, run!]);
    for (const id of [stray.traceId, lost]) {
      const trace = await read(id, mongo, jaeger);
      expect(trace.columns.count).toBe(2);
      expect(trace.stores).toEqual(["mongo", "jaeger"]);
      expect(trace.findSpan(stray.span.spanId)).toBe(1);
    }
  });
});

const files = {
  otlp: "otel-js-otlp-http-json-1.json",
  protobuf: "otel-js-otlp-http-protobuf-1.pb",
  zipkin: "otel-js-zipkin-1.json",
};

describe("what one SDK sent", () => {
  /** One of the two traces that are in the file. */
  const readFile = (name: string): readonly SpanRecord[] => {
    const options = { store: name, nowUnixMs: 0, path: name };
    const { records } = readTraceFile(readRecording(name), options);
    return records.filter(({ traceId }) => traceId === records[0]?.traceId);
  };

  it("twice, as in a retry or to two stores, is drawn once", async () => {
    const records = readFile(files.otlp);
    const { traceId } = records[0]!;
    const alone = await read(traceId, await openStore("one", records));
    const twice = await read(
      traceId,
      await openStore("one", [...records, ...records]),
      await openStore("two", records),
    );
    expect(outline(twice)).toEqual(outline(alone));
    expect(twice.columns.startNs).toEqual(alone.columns.startNs);
    expect(twice.problems).toEqual(alone.problems);
  });

  it("to a store that knows half of the trace's id is one trace with what the other has", async () => {
    const records = readFile(files.zipkin);
    const whole = records[0]!.traceId;
    const half = `${"0".repeat(16)}${whole.slice(16)}`;
    const long = await openStore("local", records.slice(0, 3));
    const short = await openStore(
      "zipkin",
      records.slice(2).map(each => ({ ...each, traceId: half })),
    );
    const alone = await read(whole, await openStore("all", records));
    for (const id of [whole, half]) {
      expect(outline(await read(id, long, short)), id).toEqual(outline(alone));
    }
  });
});

/** Jaeger UI's own contract cases: what its page shows, and what is shown here instead, with the reason. */
describe("as Jaeger's page", needsData, () => {
  const open = (name: string): Trace => {
    const file = `jaeger-ui/contract-${name}.legacy.json`;
    const { records } = readTraceFile(Buffer.from(readData(file)), {
      ...{ store: "file", nowUnixMs: 0, path: file },
    });
    const details = { readDetail: () => Promise.reject(new Error("not asked")) };
    const { traceId } = records[0]!;
    return buildTrace(traceId, [{ store: "file", spans: records.map(each => each.span), details }]);
  };
  const names = (trace: Trace): readonly string[] =>
    outline(trace).map(row => row.trimEnd().replace(/ +\d$/, ""));

  // Jaeger draws an orphan as a root and counts it; here it stands below what it misses, and the problem counts it.
  it.each<[string, readonly string[], number]>([
    ["follows-from-orphan", ["?", "  followsOrphanOp", "rootOperation"], 1],
    [
      "multiple-orphans",
      [
        ...["?", "  orphanOp1", "rootOperation", "  someOperationName", "  anotherOperationName"],
        ...["?", "  orphanOp2"],
      ],
      2,
    ],
    ["multiple-roots", ["rootOperation", "secondRootOp"], 0],
    [
      "root-missing-reference",
      ["?", "  rootOperation", "    someOperationName", "    anotherOperationName"],
      1,
    ],
  ])("%s", (name, rows, missing) => {
    const trace = open(name);
    expect(names(trace)).toEqual(rows);
    expect(trace.problems.filter(({ code }) => code === "missingParent")).toHaveLength(missing);
  });

  it("zero-start-times: a start of zero is the parent's, and said to be", () => {
    const trace = open("zero-start-times");
    expect(trace.columns.startNs.every(ns => ns >= 0)).toBe(true);
    expect(trace.problems.map(({ code }) => code)).toContain("noStart");
  });
});
