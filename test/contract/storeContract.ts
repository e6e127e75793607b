/**
 * What every store must do, whatever it is made of, shown on one recorded order of the sample shop. A store's own test
 * file opens it with that order in it and adds what is special about it.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_SPAN, SpanFlag, SpanStatus } from "../../src/model/span.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import type { TraceBrief, TraceQuery, TraceStore } from "../../src/model/traceStore.ts";
import type { Recorded, RecordedTask } from "./recordedFunboost.ts";
import { expectToStop } from "./stopped.ts";

export interface StoreUnderTest {
  readonly store: TraceStore;
  /** What was put into it, and nothing else. */
  readonly expected: Recorded;
}

const never = new AbortController().signal;
const statuses = { ok: SpanStatus.ok, error: SpanStatus.error, running: SpanStatus.unset };

export function describeStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store contract: ${name}`, () => {
    let store: TraceStore;
    let expected: Recorded;
    let members: readonly RecordedTask[];
    beforeAll(async () => {
      ({ store, expected } = await open());
      members = expected.tasks.filter(task => task.traceId === expected.traceId);
    });
    afterAll(() => store.dispose());

    const read = async (traceId: string): Promise<Trace> => {
      const part = await store.readTrace(traceId, never);
      return buildTrace(traceId, part === undefined ? [] : [part]);
    };
    const find = (name: string): RecordedTask => {
      const task = expected.tasks.find(each => each.function === name);
      if (task === undefined) throw new Error(`No task of ${name} was recorded.`);
      return task;
    };

    it("has something to be asked for", () => {
      expect(members.length).toBeGreaterThan(10);
      expect(new Set(members.map(task => task.status))).toEqual(
        new Set(["ok", "error", "running"]),
      );
      expect(Math.max(...members.map(task => task.depth ?? 0))).toBe(4);
    });

    it("finds every task by its id, with what a hover shows", async () => {
      for (const task of expected.tasks) {
        const found = (await store.findId(task.id, never)).find(each => each.spanId === task.id);
        expect(found?.traceId).toBe(task.traceId ?? task.id);
        const brief = found?.brief;
        expect(brief).toMatchObject({
          name: task.function,
          queue: task.queue,
          status: statuses[task.status],
          state: task.status === "running" ? "running" : "finish",
          attempts: task.runTimes,
        });
        expect(brief?.parentSpanId).toBe(task.parent ?? undefined);
        expect(brief?.endUnixMs === undefined).toBe(task.status === "running");
        // A task that went well in the end has no error, though its document still tells of the first.
        const error = task.status === "error" ? task.exception.replace(/ {4}/, ": ") : undefined;
        expect(brief?.error).toBe(error);
        if (brief?.childCount !== undefined) {
          expect(brief.childCount).toBe(members.filter(each => each.parent === task.id).length);
        }
      }
    });

    it("finds a trace by its own id, shown by its root", async () => {
      const found = await store.findId(expected.traceId, never);
      expect(found).toHaveLength(1);
      expect(found[0]?.traceId).toBe(expected.traceId);
      expect(found[0]?.brief.spanId).toBe(expected.rootTaskId);
    });

    it("finds nothing for ids of every shape that nobody has", async () => {
      const unknown = [
        "01a1fdcd-0000-7000-8000-000000000000",
        "4a1b2c3d-0000-4000-8000-000000000000",
        "f50f7a80f0b8f88b97788093157c4ae2",
        "c1a5e958ffd61344",
        "orders_result:4a1b2c3d-0000-4000-8000-000000000000",
        "424242",
        "订单",
        "$where",
        "",
      ];
      for (const id of unknown) expect(await store.findId(id, never), id).toEqual([]);
      expect(await store.readTrace("f50f7a80f0b8f88b97788093157c4ae2", never)).toBeUndefined();
      expect(await store.readChildren("c1a5e958ffd61344", never)).toEqual([]);
    });

    it("reads the whole tree: parents, queues, statuses, attempts, and nothing else", async () => {
      const trace = await read(expected.traceId);
      expect([...trace.spanIds].sort()).toEqual(members.map(task => task.id).sort());
      expect(trace.problems).toEqual([]);
      const { columns } = trace;
      for (const task of members) {
        const span = trace.findSpan(task.id) ?? -1;
        const parent = columns.parent[span] ?? -1;
        expect(parent < 0 ? undefined : trace.spanIds[parent]).toBe(task.parent ?? undefined);
        expect(columns.strings[columns.name[span] ?? 0]).toBe(task.function);
        expect(columns.strings[columns.queue[span] ?? 0]).toBe(task.queue);
        expect(columns.status[span]).toBe(statuses[task.status]);
        expect(columns.attempts[span]).toBe(task.runTimes);
        expect(Number.isNaN(columns.endNs[span])).toBe(task.status === "running");
        expect(depthOf(trace, span)).toBe(task.depth);
      }
    });

    it("tells the wait in the queue apart from the run, and a dead worker from a live one", async () => {
      const { columns, spanIds } = await read(expected.traceId);
      for (let span = 0; span < columns.count; span += 1) {
        expect(columns.queuedNs[span]).toBeLessThan(columns.startNs[span] ?? Number.NaN);
        const isRunning = Number.isNaN(columns.endNs[span]);
        if (!isRunning) expect(columns.endNs[span]).toBeGreaterThan(columns.startNs[span] ?? 0);
        // The worker was killed when the order was recorded, long ago.
        expect(((columns.flags[span] ?? 0) & SpanFlag.noHeartbeat) !== 0).toBe(isRunning);
      }
      expect(spanIds[0]).toBe(expected.rootTaskId);
    });

    it("reads the detail of every span", async () => {
      const trace = await read(expected.traceId);
      for (const task of members) {
        const detail = await trace.readDetail(trace.findSpan(task.id) ?? NO_SPAN, never);
        expect(detail).toMatchObject({
          spanId: task.id,
          traceId: expected.traceId,
          stores: [store.name],
          task: {
            taskId: task.id,
            function: task.function,
            queue: task.queue,
            state: task.status === "running" ? "running" : "finish",
            script: "worker.py",
          },
        });
        expect(detail.parameters).toBeTypeOf("object");
        const [type, message] = task.exception === "" ? [] : task.exception.split(/ {4}/);
        expect(detail.error?.type).toBe(type);
        expect(detail.error?.message).toBe(message);
        expect(JSON.parse(detail.raw)).toMatchObject({ _id: task.id, queue_name: task.queue });
      }
    });

    it("reads a task whose message carried no context as a trace of its own", async () => {
      const alone = expected.tasks.filter(task => task.traceId !== expected.traceId);
      expect(alone.length).toBeGreaterThan(0);
      for (const task of alone) expect((await read(task.id)).spanIds).toEqual([task.id]);
    });

    it("reads the children of a task, oldest first", async () => {
      for (const task of members) {
        const children = await store.readChildren(task.id, never);
        const wanted = members.filter(each => each.parent === task.id).map(each => each.id);
        expect(children.map(child => child.spanId).sort()).toEqual(wanted.sort());
        const starts = children.map(child => child.startUnixMs ?? Number.NaN);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        for (const child of children) {
          expect(child).toMatchObject({ parentSpanId: task.id, traceId: expected.traceId });
        }
      }
    });

    it("lists traces in short, as they are when read", async () => {
      const { traces, cursor } = await store.searchTraces({ limit: 100 }, never);
      expect(cursor).toBeUndefined();
      const alone = expected.tasks.filter(task => task.traceId !== expected.traceId);
      expect(traces.map(trace => trace.traceId).sort()).toEqual(
        [expected.traceId, ...alone.map(task => task.id)].sort(),
      );
      const order = traces.find(trace => trace.traceId === expected.traceId);
      expect(order?.root).toMatchObject({ spanId: expected.rootTaskId, name: "place_order" });
      expect(order?.spanCount).toBe(members.length);
      expect(order?.errorCount).toBe(members.filter(task => task.status === "error").length);
      expect(order?.durationMs, "a task of it still runs").toBeUndefined();
      expect(order?.services).toEqual([...new Set(members.map(task => task.queue))].sort());
    });

    it("pages through the list without gaps or repeats", async () => {
      const all = (await store.searchTraces({ limit: 100 }, never)).traces;
      const paged: TraceBrief[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.searchTraces({ limit: 1, cursor }, never);
        expect(page.traces.length).toBeLessThanOrEqual(1);
        paged.push(...page.traces);
        cursor = page.cursor;
      } while (cursor !== undefined && paged.length <= all.length);
      expect(paged.map(trace => trace.traceId)).toEqual(all.map(trace => trace.traceId));
    });

    it("narrows the list by every condition", async () => {
      const search = async (query: Partial<TraceQuery>): Promise<readonly string[]> => {
        const { traces } = await store.searchTraces({ limit: 100, ...query }, never);
        return traces.map(trace => trace.traceId);
      };
      const order = [expected.traceId];
      const image = find("resize_image");
      expect(await search({ service: "shop_labels" })).toEqual(order);
      expect(await search({ service: image.queue })).toEqual([image.id]);
      expect(await search({ service: "no_such_queue" })).toEqual([]);
      expect(await search({ operation: "book_payment" })).toEqual(order);
      expect(await search({ operation: "no_such_function" })).toEqual([]);
      expect(await search({ status: "error" })).toEqual(order);
      expect(await search({ status: "running" })).toEqual(order);
      expect(await search({ status: "ok", operation: "resize_image" })).toEqual([image.id]);
      expect(await search({ status: "error", operation: "resize_image" })).toEqual([]);
      expect(await search({ text: "KETTLE" })).toContain(expected.traceId);
      expect(await search({ text: "nothing says (this" })).toEqual([]);
      const [brief] = (await store.searchTraces({ limit: 1 }, never)).traces;
      const hour = 3_600_000;
      const startMs = brief?.startUnixMs ?? 0;
      expect(await search({ fromUnixMs: startMs - hour })).toContain(expected.traceId);
      expect(await search({ fromUnixMs: startMs + hour })).toEqual([]);
      expect(await search({ toUnixMs: startMs - hour })).toEqual([]);
      expect(await search({ minDurationMs: hour })).toEqual([]);
    });

    it("names queues and their functions for completion", async () => {
      const services = await store.listServices(never);
      expect(services).toEqual([...new Set(expected.tasks.map(task => task.queue))].sort());
      for (const queue of services) {
        const functions = expected.tasks
          .filter(task => task.queue === queue)
          .map(each => each.function);
        expect(await store.listOperations(queue, never)).toEqual([...new Set(functions)].sort());
      }
      expect(await store.listOperations("no_such_queue", never)).toEqual([]);
    });

    it("says that it is well", async () => {
      const health = await store.checkHealth(never);
      expect(health.facts.length).toBeGreaterThan(0);
    });

    it("rejects at once with the signal's own reason when it is told to stop", async () => {
      await expectToStop(
        signal => store.findId(expected.rootTaskId, signal),
        signal => store.readTrace(expected.traceId, signal),
        signal => store.readChildren(expected.rootTaskId, signal),
        signal => store.searchTraces({ limit: 10 }, signal),
        signal => store.listServices(signal),
        signal => store.checkHealth(signal),
      );
      // It is none the worse for it.
      expect(await store.findId(expected.rootTaskId, never)).not.toEqual([]);
    });
  });
}

function depthOf(trace: Trace, span: number): number {
  let depth = 0;
  for (let at = trace.columns.parent[span] ?? -1; at >= 0; at = trace.columns.parent[at] ?? -1) {
    depth += 1;
  }
  return depth;
}
