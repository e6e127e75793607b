/** The store counts the runs of operations from what came: once each, whatever order, copies and versions. */

import { expect, test } from "vitest";
import type { OperationRuns, RunsAnswer, RunsMark } from "../../../src/model/operationRuns.ts";
import { SpanKind, SpanStatus, type SpanInput } from "../../../src/model/span.ts";
import type { LocalStore } from "../../../src/stores/local/localStore.ts";
import { MAX_RUNS, RunWindow } from "../../../src/stores/local/read/runWindow.ts";
import { never, record, start, useStores } from "./records.ts";
import { addSpans } from "./addSpans.ts";

const { open } = useStores();

const SECOND = 1_000_000_000n;
/** Thousands of traces take a busy machine longer than a question may. */
const patient = { deadlineMs: 120_000 };
const traceOf = (n: number): string => n.toString(16).padStart(32, "0");

function run(n: number, ms: number, span: Partial<SpanInput> = {}) {
  const startUnixNs = start + BigInt(n) * SECOND;
  return record(
    {
      spanId: (n + 1).toString(16).padStart(16, "0"),
      ...{ name: "charge", service: "payments", kind: SpanKind.consumer },
      ...{ startUnixNs, endUnixNs: startUnixNs + BigInt(ms) * 1_000_000n },
      ...span,
    },
    {},
    traceOf(n + 1),
  );
}

async function readAll(store: LocalStore, since?: RunsMark): Promise<RunsAnswer> {
  const changed = new Map<string, OperationRuns>();
  for (let mark = since; ;) {
    const answer = await store.readRuns(mark, never);
    mark = answer.mark;
    for (const each of answer.changed) changed.set(each.key, each);
    if (answer.isWhole) return { ...answer, changed: [...changed.values()] };
  }
}

const shortly = ({ changed }: RunsAnswer): object =>
  Object.fromEntries(
    changed.map(each => [
      each.name,
      [...each.durationMs].map((ms, i) => `${ms}${each.failed[i] === 1 ? "!" : ""}`).join(" "),
    ]),
  );

test("runs are told by operation, oldest first, and then only what changed", async () => {
  const store = open();
  await addSpans(store, [
    run(1, 20, { status: SpanStatus.error }),
    run(0, 10),
    run(2, 30, { name: "refund" }),
  ]);
  const first = await readAll(store);
  expect(shortly(first)).toEqual({ charge: "10 20!", refund: "30" });
  expect((await readAll(store, first.mark)).changed).toEqual([]);
  await addSpans(store, [run(3, 40)]);
  expect(shortly(await readAll(store, first.mark))).toEqual({ charge: "10 20! 40" });
});

test("a run counts once: when it has ended, though it came before and comes again", async () => {
  const store = open();
  await addSpans(store, [run(0, 0, { endUnixNs: undefined })]);
  expect((await readAll(store)).changed).toEqual([]);
  await addSpans(store, [run(0, 10)]);
  await addSpans(store, [run(0, 10)]);
  expect(shortly(await readAll(store))).toEqual({ charge: "10" });
});

test("runs that begin at one time in one trace are counted each", async () => {
  const store = open();
  const twins = ["00000000000000aa", "00000000000000bb"].map(spanId => run(0, 10, { spanId }));
  await addSpans(store, twins);
  expect(shortly(await readAll(store))).toEqual({ charge: "10 10" });
});

test("spans of one name are kept apart by the code that they name", async () => {
  const store = open();
  const inCode = (n: number, name: string) => {
    const { traceId, span, detail } = run(n, 10);
    return {
      traceId,
      span,
      detail: { ...detail, attributes: [{ key: "code.function", value: name }] },
    };
  };
  await addSpans(store, [inCode(0, "pay"), inCode(1, "pay"), inCode(2, "pay_back"), run(3, 10)]);
  const { changed } = await readAll(store);
  expect(changed.map(each => each.startUnixMs.length).sort()).toEqual([1, 1, 2]);
});

test("runs lead to their traces, newest first, without those that are gone", async () => {
  const store = open();
  await addSpans(store, [run(0, 10), run(1, 20, { status: SpanStatus.error }), run(2, 30)]);
  const [operation] = (await readAll(store)).changed;
  const keys = [operation!.key, "unknown"];
  const listed = await store.listRuns(keys, 10, never);
  expect(listed.map(each => each.traceId)).toEqual([traceOf(3), traceOf(2), traceOf(1)]);
  expect(listed[1]).toMatchObject({ name: "charge", durationMs: 20, isError: true });
  expect(await store.listRuns(keys, 1, never)).toHaveLength(1);
  expect(await store.readRun(operation!.key, true, never)).toMatchObject({ traceId: traceOf(2) });
  const last = await store.readRun(operation!.key, false, never);
  expect(last).toMatchObject({ traceId: traceOf(3), detail: { spanId: "0000000000000003" } });
  const mark = (await readAll(store)).mark;
  await store.deleteTraces([traceOf(2)], never);
  const after = await readAll(store, mark);
  expect(after.mark.session).not.toBe(mark.session);
  expect(shortly(after)).toEqual({ charge: "10 30" });
  expect(await store.readRun(operation!.key, true, never)).toBeUndefined();
});

test("what was stored before the store is opened is counted too", async () => {
  const store = open(undefined, patient);
  const records = Array.from({ length: 2_200 }, (_, n) => run(n, 1 + (n % 7)));
  await addSpans(store, records);
  const { changed, isLimited } = await readAll(store);
  expect(changed).toHaveLength(1);
  expect(changed[0]!.startUnixMs).toHaveLength(MAX_RUNS);
  expect(changed[0]!.isCut).toBe(true);
  expect(isLimited).toBe(false);
  const newest = Number((start + 2_199n * SECOND) / 1_000_000n);
  expect(Math.floor(changed[0]!.startUnixMs.at(-1)!)).toBe(newest);
});

test("names without end are bounded, and that is said", async () => {
  const store = open(undefined, patient);
  await addSpans(
    store,
    Array.from({ length: 2_300 }, (_, n) => run(n, 1, { name: `GET /${n}` })),
  );
  const { changed, isLimited } = await readAll(store);
  expect(isLimited).toBe(true);
  expect(changed.length).toBeLessThanOrEqual(2_300);
  const { changed: all } = await store.readRuns(undefined, never);
  expect(all.length).toBeLessThanOrEqual(2_000);
  expect(all.some(each => each.name === "GET /2299")).toBe(true);
  expect(all.some(each => each.name === "GET /0")).toBe(false);
});

test("a window keeps the newest in order, whatever order they come in, and knows a copy", () => {
  const order = Array.from({ length: MAX_RUNS + 500 }, (_, i) => (i * 7_919) % (MAX_RUNS + 500));
  const window = new RunWindow();
  const toRun = (n: number, batch: number) => ({
    ...{ startMs: n, durationMs: 0.1, isError: n % 3 === 0 },
    ...{ trace: n, idHash: n, batch, position: n },
  });
  for (const n of order) {
    window.add(toRun(n, 1));
    window.add(toRun(n, 2));
  }
  const { startUnixMs, failed } = window.toColumns();
  expect([...startUnixMs]).toEqual(Array.from({ length: MAX_RUNS }, (_, i) => i + 500));
  expect(failed[1]).toBe(startUnixMs[1]! % 3 === 0 ? 1 : 0);
  expect(window.isCut).toBe(true);
  expect([...window.list()].every(each => each.batch === 1 && each.trace === each.startMs)).toBe(
    true,
  );
});
