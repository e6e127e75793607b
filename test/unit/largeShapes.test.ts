/** Traces of extreme shapes open: every pass is a loop, and the graph shows what a person can look at. */

import { expect, it } from "vitest";
import { analyseTrace } from "../../src/analysis/analysedTrace.ts";
import { findAnswers } from "../../src/analysis/answers/findAnswers.ts";
import { buildCallGraph, buildCallGraphSource } from "../../src/analysis/callGraph.ts";
import { buildHighlights } from "../../src/analysis/highlights.ts";
import { tabulate } from "../../src/analysis/operations.ts";
import { buildRows } from "../../src/analysis/tree.ts";
import { findByText } from "../../src/analysis/treeSearch.ts";
import { EdgeKind, type SpanInput } from "../../src/model/span.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import type { TraceSummary } from "../../src/protocol/traceView.ts";
import { CellSpans, CellsWriter } from "../../src/stores/local/read/traceCells.ts";
import { toSpanRow } from "../../src/stores/local/log/spanRow.ts";
import { layOutTree } from "../../webview/graph/tidyTree.ts";
import { loadTrace } from "../../webview/panel/state.ts";
import { TimelineData } from "../../webview/timeline/timelineData.ts";
import { asSpan } from "./spanIndex.ts";

const START = 1_767_225_600_000_000_000n;
/** More than a person looks at. */
const MOST_NODES = 300;
const gaps = { trunkPx: 16, betweenLayersPx: 48, betweenNodesPx: 12 };

function span(i: number, parent: number | undefined, more: Partial<SpanInput> = {}): SpanInput {
  const startUnixNs = START + BigInt(i);
  return {
    spanId: i.toString(16).padStart(16, "0"),
    parentSpanId: parent === undefined ? undefined : parent.toString(16).padStart(16, "0"),
    name: `step ${i % 7}`,
    service: `service ${i % 3}`,
    startUnixNs,
    endUnixNs: startUnixNs + 1_000_000n,
    ...more,
  };
}

function* make(count: number, toSpan: (i: number) => SpanInput): Generator<SpanInput> {
  for (let i = 0; i < count; i += 1) yield toSpan(i);
}

const linksOf = (i: number): SpanInput["refs"] =>
  Array.from({ length: Math.min(i, 40) }, (_, back) => ({
    kind: EdgeKind.link,
    spanId: (i - back - 1).toString(16).padStart(16, "0"),
  }));

const shapes: readonly (readonly [string, number, (i: number) => SpanInput])[] = [
  ["a chain", 200_000, i => span(i, i === 0 ? undefined : i - 1)],
  [
    "a chain whose spans have no times",
    20_000,
    i => span(i, i === 0 ? undefined : i - 1, { startUnixNs: undefined, endUnixNs: undefined }),
  ],
  ["a star", 100_000, i => span(i, i === 0 ? undefined : 0)],
  ["a star of names that differ", 20_000, i => span(i, i === 0 ? undefined : 0, { name: `n${i}` })],
  ["a comb", 40_000, i => span(i, i < 2 ? (i === 0 ? undefined : 0) : i % 2 === 0 ? i - 2 : i - 1)],
  ["roots alone", 40_000, i => span(i, undefined)],
  ["lost parents", 20_000, i => span(i, 1_000_000 + i)],
  [
    "dense links",
    3_000,
    i => ({ ...span(i, i === 0 ? undefined : (i - 1) >> 1), refs: linksOf(i) }),
  ],
];

it.each(shapes)("opens %s of %i spans", (_name, count, toSpan) => {
  const cells = new CellsWriter(count);
  for (const input of make(count, toSpan)) cells.add(toSpanRow({ traceId: "t", span: input }));
  const details = { readDetail: () => Promise.reject(new Error("not read")) };
  const part = { store: "local", spans: new CellSpans(cells.finish()), details };
  const { columns, problems } = buildTrace("t", [part]);
  expect(columns.count).toBeGreaterThanOrEqual(count);
  const trace = analyseTrace(columns, problems);
  expect(buildRows(columns.count, trace.tree, new Set())).toHaveLength(columns.count);
  expect(tabulate(trace).reduce((sum, row) => sum + row.count, 0)).toBe(count);
  expect(findAnswers(trace, Number(START / 1_000_000n)).length).toBeLessThan(1_000);
  expect(findByText(columns, "step 1").length + findByText(columns, "n1").length).toBeGreaterThan(
    0,
  );
  expect(buildHighlights(columns, trace.selfNs, trace, 10).operations.length).toBeLessThanOrEqual(
    10,
  );
  const loaded = loadTrace({ problems } as unknown as TraceSummary, columns);
  expect(new TimelineData(loaded).getTitle(asSpan(columns.count - 1))).not.toBe("");
  for (const mode of ["aggregated", "spans"] as const) {
    const graph = buildCallGraph(buildCallGraphSource(columns, trace.selfNs, trace.endNs, mode));
    expect(graph.nodes.length).toBeLessThanOrEqual(MOST_NODES);
    const picture = layOutTree(graph, "right", { widthPx: 160, heightPx: 44 }, gaps);
    expect(picture.nodes.length).toBe(graph.nodes.length);
  }
});
