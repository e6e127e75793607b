/** The spans among which lost traces are sought: of the open trace all that matter, and of those around it up to a bound. */

import { expect, test } from "vitest";
import { gatherSpans } from "../../src/features/contextLoss/gatherSpans.ts";
import type { SpanIndex, Trace } from "../../src/model/trace.ts";
import type { TraceBrief } from "../../src/model/traceStore.ts";
import type { LocalStore } from "../../src/stores/local/localStore.ts";
import { asSpans } from "./spanIndex.ts";

/** One root, below it `count` - 1 spans. */
function makeTrace(traceId: string, count: number): Trace {
  const numbers = (value: (i: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => value(i));
  return {
    columns: {
      ...{ traceId, count, originUnixMs: 1_000_000, strings: ["work"] },
      ...{ startNs: numbers(i => i * 1e3), endNs: numbers(i => i * 1e3 + 1e6) },
      parent: Int32Array.from({ length: count }, (_, i) => (i === 0 ? -1 : 0)),
      ...{
        name: new Uint32Array(count),
        kind: new Uint8Array(count),
        flags: new Uint8Array(count),
      },
    },
    spanIds: Array.from({ length: count }, (_, i) => String(i)),
    readDetail: () => Promise.reject(new Error("No detail is read before a loss is found.")),
  } as unknown as Trace;
}

async function gather(
  shown: Trace,
  place: (span: SpanIndex) => boolean,
  around: readonly Pick<TraceBrief, "traceId" | "spanCount">[] = [
    { traceId: "huge", spanCount: 5_000_000 },
  ],
) {
  let asked: { fromUnixMs?: number; toUnixMs?: number } = {};
  const gathered = await gatherSpans(
    {
      local: {
        searchTraces: (query: typeof asked) => {
          asked = query;
          return Promise.resolve({ traces: around });
        },
        readTrace: (traceId: string) =>
          traceId === "huge"
            ? Promise.reject(new Error("A trace beyond the bound is read."))
            : Promise.resolve(undefined),
      } as unknown as LocalStore,
      lineMarks: {
        findPlaces: ({ columns }) =>
          Promise.resolve(
            new Map(
              asSpans(columns.name.keys()).map(span => [
                span,
                place(span) ? { ran: { path: "/ws/a.py", line0: 1 } } : {},
              ]),
            ),
          ),
      },
    },
    shown,
    new AbortController().signal,
  );
  return { ...gathered, asked };
}

test("a trace of very many spans is searched as a whole", async () => {
  const { spans, asked, isCut, traces } = await gather(
    makeTrace("a", 250_000),
    span => span % 2 === 1,
  );
  // A trace around it is too large to be read.
  expect({ isCut, traces }).toEqual({ isCut: true, traces: 0 });
  expect(spans.length).toBe(125_001);
  expect(spans.filter(({ isRoot }) => isRoot).length).toBe(1);
  expect(asked).toMatchObject({ fromUnixMs: 990_000, toUnixMs: 1_010_251 });
});

test("without a function of the workspace nothing is looked for around it", async () => {
  const { spans, asked } = await gather(makeTrace("a", 3), () => false);
  expect([spans, asked]).toEqual([[], {}]);
});

test.each([
  [12, false],
  [13, true],
])("of %s small traces around it", async (count, isCut) => {
  const around = Array.from({ length: count }, (_, i) => ({ traceId: `t${i}`, spanCount: 1 }));
  const shown = { traceId: "a", spanCount: 3 };
  const found = await gather(makeTrace("a", 3), () => true, [shown, ...around]);
  expect(found).toMatchObject({ isCut, traces: 12 });
});
