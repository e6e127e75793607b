/** The runs of each function, from a real store and the index of real sources, as traces come and files change. */

import { expect, test } from "vitest";
import { SpanKind, SpanStatus, type SpanInput } from "../../../src/model/span.ts";
import { toDisposable } from "../../../src/base/disposables.ts";
import { RunsOfCode } from "../../../src/services/runsOfCode.ts";
import { findRunPlace } from "../../../src/source/runPlace.ts";
import type { LocalStore } from "../../../src/stores/local/localStore.ts";
import { never, record, start, useStores } from "../local/records.ts";
import { createWorkspace } from "../source/indexFiles.ts";
import { addSpans } from "../local/addSpans.ts";

const { open } = useStores();
const path = "/ws/api.py";
const source = `@app.post("/orders/{id}")
async def place(id):
    with tracer.start_as_current_span("reserve"):
        pass
    with tracer.start_as_current_span("pay"):
        pass
`;

function span(n: number, input: Partial<SpanInput>, isHttp = false) {
  const startUnixNs = start + BigInt(n) * 1_000_000_000n;
  const attributes = Object.entries(
    isHttp ? { "http.request.method": "POST", "http.route": "/orders/{id}" } : {},
  ).map(([key, value]) => ({ key, value }));
  const spanId = (n + 1).toString(16).padStart(16, "0");
  const endUnixNs = startUnixNs + 5_000_000n;
  const traceId = (n + 1).toString(16).padStart(32, "0");
  return record({ spanId, startUnixNs, endUnixNs, ...input }, { attributes }, traceId);
}

const request = (n: number, input: Partial<SpanInput> = {}) =>
  span(n, { name: "POST /orders/{id}", kind: SpanKind.server, ...input }, true);

function openRuns(store: LocalStore, files: Record<string, string>) {
  const errors: unknown[] = [];
  const runs = new RunsOfCode({
    source: store,
    watchStore: onChange => store.watch(onChange),
    findPlace: async ({ name, service, queue, kind }, { detail }) =>
      findRunPlace(detail, { name, service, queue, kind }, await createWorkspace(files)),
    onError: error => errors.push(error),
  });
  const list = () =>
    runs
      .list()
      .map(
        each =>
          `${each.place.function} ${each.runs.startUnixMs.length}: ${each.operations.map(({ name }) => name).join(", ")}`,
      );
  return { runs, list, errors };
}

test("a function's runs are those of its own spans, and lead to their traces", async () => {
  const store = open();
  const { runs, list, errors } = openRuns(store, { [path]: source });
  await addSpans(store, [
    ...[request(0), request(1, { status: SpanStatus.error }), request(2)],
    ...[span(3, { name: "reserve" }), span(4, { name: "nowhere" })],
  ]);
  await runs.refresh(never);
  expect(list()).toEqual(["place 3: POST /orders/{id}"]);
  const [place] = runs.list({ path, line0: 3 });
  expect(runs.list({ function: "place" })).toEqual([place]);
  expect(runs.list({ path, line0: 30 })).toEqual([]);
  const listed = await runs.listRuns(place!, 2, never);
  expect(listed.map(each => [each.traceId.at(-1), each.isError])).toEqual([
    ["3", false],
    ["2", true],
  ]);
  expect(await runs.readLastFailed(place!, never)).toMatchObject({ spanId: "0000000000000002" });
  expect(errors).toEqual([]);
  runs.dispose();
});

test("of spans that begin within a function those that ran most stand for it", async () => {
  const store = open();
  const { runs, list } = openRuns(store, { [path]: source });
  const names = ["reserve", "pay", "reserve", "reserve"];
  await addSpans(
    store,
    names.map((name, n) => span(n, { name })),
  );
  await runs.refresh(never);
  expect(list()).toEqual(["place 3: reserve"]);
  runs.dispose();
});

test("a way to tell of runs that is used no longer does not stand before the one of today", async () => {
  const store = open();
  const { runs, list } = openRuns(store, { [path]: source });
  const old = ["pay", "pay", "pay"].map((name, n) => span(n, { name }));
  await addSpans(store, [...old, span(10_000, { name: "reserve" })]);
  await runs.refresh(never);
  expect(list()).toEqual(["place 1: reserve"]);
  runs.dispose();
});

test("a watcher is told of what comes, and a changed file is looked through again", async () => {
  const store = open();
  const files: Record<string, string> = { [path]: source };
  const { runs, list } = openRuns(store, files);
  let wake: () => void = () => undefined;
  const until = async (expected: readonly string[]): Promise<void> => {
    while (list().join() !== expected.join()) await new Promise<void>(resolve => (wake = resolve));
  };
  const watch = runs.watch(() => wake());
  await addSpans(store, [span(0, { name: "refund" })]);
  await addSpans(store, [request(1)]);
  await until(["place 1: POST /orders/{id}"]);
  files["/ws/new.py"] =
    'def give_back():\n    with tracer.start_as_current_span("refund"):\n        pass\n';
  runs.forgetPlaces("/ws/new.py");
  await until(["place 1: POST /orders/{id}", "give_back 1: refund"]);
  watch.dispose();
  runs.dispose();
});

test("what cannot be read is told, and asked for again when more comes", async () => {
  const errors: unknown[] = [];
  let answers = 0;
  const runs = new RunsOfCode({
    source: {
      readRuns: () => {
        answers += 1;
        return Promise.reject(new Error("gone"));
      },
      readRun: () => Promise.resolve(undefined),
      listRuns: () => Promise.resolve([]),
    },
    watchStore: () => toDisposable(() => undefined),
    findPlace: () => Promise.resolve(undefined),
    onError: error => errors.push(error),
  });
  await runs.refresh(never);
  await runs.refresh(never);
  expect([answers, errors.length]).toEqual([2, 2]);
  expect(runs.list()).toEqual([]);
  runs.dispose();
});
