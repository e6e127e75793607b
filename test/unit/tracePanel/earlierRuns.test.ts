/** Earlier runs of a trace's root, in stores that answer page by page, cannot answer, or find the name deeper down. */

import { expect, it } from "vitest";
import {
  findEarlierRuns,
  findRootOperation,
} from "../../../src/features/tracePanel/earlierRuns.ts";
import { TraceError } from "../../../src/model/failure.ts";
import { SpanStatus } from "../../../src/model/span.ts";
import type { TraceBrief, TraceQuery, TraceStore } from "../../../src/model/traceStore.ts";
import { StoreSet } from "../../../src/stores/storeSet.ts";
import { DRAWN_ORIGIN_UNIX_MS, drawTrace } from "../drawTrace.ts";

const trace = drawTrace("order #shop   ====", "now");

function brief(traceId: string, agoMs: number, name = "order", service = "shop"): TraceBrief {
  const startUnixMs = DRAWN_ORIGIN_UNIX_MS - agoMs;
  const root = { traceId, spanId: "1", name, service, status: SpanStatus.ok, startUnixMs };
  return { traceId, root, spanCount: 1, errorCount: 0, startUnixMs, services: [service] };
}

/** Two traces a page. */
function openStore(
  name: string,
  traces: readonly TraceBrief[],
  asked: TraceQuery[] = [],
): TraceStore {
  return {
    name,
    searchTraces: (query: TraceQuery) => {
      asked.push(query);
      const from = Number(query.cursor ?? 0);
      const cursor = from + 2 < traces.length ? String(from + 2) : undefined;
      return Promise.resolve({ traces: traces.slice(from, from + 2), cursor });
    },
  } as unknown as TraceStore;
}

const find = async (stores: readonly TraceStore[], most = 10): Promise<readonly string[]> => {
  const runs = await findEarlierRuns(
    new StoreSet(stores, 1_000),
    trace,
    most,
    AbortSignal.timeout(5_000),
  );
  return runs.map(({ traceId }) => traceId);
};

it("takes roots of the same name and service, before this one, newest first, each once", async () => {
  const asked: TraceQuery[] = [];
  const local = openStore(
    "local",
    [
      brief("now", 0),
      brief("later", -50),
      brief("deep", 10, "checkout"),
      brief("other", 15, "order", "bank"),
      brief("second", 30),
    ],
    asked,
  );
  const jaeger = openStore("jaeger", [brief("first", 20), brief("second", 30)]);
  expect(await find([local, jaeger])).toEqual(["first", "second"]);
  expect(asked).toHaveLength(3);
  expect(asked[0]).toMatchObject({ operation: "order", toUnixMs: DRAWN_ORIGIN_UNIX_MS });
  expect(await find([local, jaeger], 1)).toEqual(["first"]);
});

it("does without a store that cannot be asked, but hides no mistake of ours", async () => {
  const failing = (error: Error): TraceStore =>
    ({ name: "down", searchTraces: () => Promise.reject(error) }) as unknown as TraceStore;
  const down = new TraceError({ code: "storeTimeout", store: "down", afterMs: 1 });
  expect(await find([failing(down), openStore("local", [brief("first", 20)])])).toEqual(["first"]);
  await expect(find([failing(new TypeError("bug"))])).rejects.toThrow("bug");
});

it("knows the root below a parent that is missing, and none of an empty trace", () => {
  expect(findRootOperation(drawTrace("?\n  a #x   ==").columns)).toMatchObject({
    name: "a",
    service: "x",
  });
  expect(findRootOperation(drawTrace("").columns)).toBeUndefined();
});
