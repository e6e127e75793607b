/** Columns that a store builds at once are those that `TraceBuilder` builds; what is odd is left to it. */

import { expect, it } from "vitest";
import { SpanFlag, type SpanInput } from "../../src/model/span.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { CellSpans, CellsWriter } from "../../src/stores/local/read/traceCells.ts";
import { toSpanRow } from "../../src/stores/local/log/spanRow.ts";
import { makeRandom } from "../perf/makeTrace.ts";
import { asSpan } from "./spanIndex.ts";

const START = 1_767_225_600_123_456_789n;
const details = { readDetail: () => Promise.reject(new Error("not read")) };
const toId = (i: number): string => (i + 1).toString(16).padStart(16, "a");

function build(spans: readonly SpanInput[]) {
  const writer = new CellsWriter(spans.length);
  for (const span of spans) writer.add(toSpanRow({ traceId: "t", span }));
  const cells = new CellSpans(writer.finish());
  const { plain } = cells;
  const part = { store: "local", spans: cells, details };
  const full = buildTrace("t", [part]);
  return { plain: plain && buildTrace("t", [{ ...part, plain }]), full };
}

/** Spans in any order, siblings that start together, some running, some queued. */
function draw(seed: number): SpanInput[] {
  const random = makeRandom(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  const count = 2 + pick(60);
  const spans = Array.from({ length: count }, (_, i): SpanInput => {
    const parent = i === 0 || pick(12) === 0 ? undefined : pick(i);
    const startUnixNs = START + BigInt(pick(8) * 1_000_000 + pick(3));
    return {
      spanId: toId(i),
      parentSpanId:
        parent === undefined ? [undefined, "", "0000000000000000"][pick(3)] : toId(parent),
      name: ["", "a", "b", "c"][pick(4)] ?? "",
      service: ["", "a", "s"][pick(3)],
      queue: pick(4) === 0 ? "q" : undefined,
      host: pick(4) === 0 ? "h" : undefined,
      kind: pick(6) as SpanInput["kind"],
      status: pick(3) as SpanInput["status"],
      startUnixNs,
      endUnixNs: pick(8) === 0 ? undefined : startUnixNs + BigInt(pick(5) * 500_000),
      queuedUnixNs: pick(5) === 0 ? startUnixNs - BigInt(pick(3) * 700_000) : undefined,
      attempts: pick(4) === 0 ? pick(400) : undefined,
      flags: pick(6) === 0 ? SpanFlag.untimed : 0,
      messageId: pick(9) === 0 ? "message" : undefined,
    };
  });
  return spans.sort(() => random() - 0.5);
}

it("builds what the builder builds", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const { plain, full } = build(draw(seed));
    expect(plain, String(seed)).toBeDefined();
    expect(plain!.columns, String(seed)).toEqual(full.columns);
    expect(plain!.spanIds).toEqual(full.spanIds);
    expect(plain!.problems).toEqual(full.problems);
    expect(plain!.sources).toEqual(full.sources);
    const across = full.spanIds.map(
      (id, i) => id.slice(5) + (full.spanIds[i + 1] ?? "").slice(0, 5),
    );
    for (const text of across) {
      expect(plain!.findSpan(text)).toBe(full.findSpan(text));
    }
    full.spanIds.forEach((id, span) => expect(plain!.findSpan(id)).toBe(span));
  }
});

it("lists no ids for the few that are sought first, nor for the detail of a span", () => {
  const writer = new CellsWriter(60);
  for (const span of draw(3)) writer.add(toSpanRow({ traceId: "t", span }));
  const cells = new CellSpans(writer.finish());
  let lists = 0;
  const plain = {
    ...cells.plain!,
    listSpanIds: () => {
      lists += 1;
      return cells.plain!.listSpanIds();
    },
  };
  const trace = buildTrace("t", [{ store: "local", spans: cells, plain, details }]);
  const { spanId } = plain.readSpan(asSpan(1));
  expect(trace.findSpan(spanId)).toBe(1);
  expect(trace.findSpan("")).toBeUndefined();
  expect(lists).toBe(0);
  for (let i = 0; i < 40; i += 1) expect(trace.findSpan(spanId)).toBe(1);
  expect(lists).toBe(1);
});

const change = (more: Partial<SpanInput>, at = 1): SpanInput[] =>
  draw(8).map((span, i) => (i === at ? { ...span, ...more } : span));

it.each<readonly [string, SpanInput[]]>([
  ["a parent that is not there", change({ parentSpanId: "bbbbbbbbbbbbbbbb" })],
  ["an id that comes twice", change({ spanId: draw(8)[0]!.spanId })],
  ["no id", change({ spanId: "0000000000000000" })],
  ["a span below itself", change({ parentSpanId: draw(8)[1]!.spanId })],
  ["no start", change({ startUnixNs: undefined })],
  ["an end before the start", change({ startUnixNs: START, endUnixNs: START - 1n })],
  ["queued after the start", change({ startUnixNs: START, queuedUnixNs: START + 1n })],
  ["a time of 1970", change({ startUnixNs: 5n, queuedUnixNs: undefined })],
  ["a link", change({ refs: [{ kind: 1, spanId: draw(8)[0]!.spanId }] })],
  ["a server's warning", change({ warnings: ["odd"] })],
  ["a task's own document", change({ messageId: draw(8)[1]!.spanId })],
  [
    "a circle",
    [
      { spanId: toId(1), parentSpanId: toId(2), name: "a", startUnixNs: START },
      { spanId: toId(2), parentSpanId: toId(1), name: "b", startUnixNs: START },
    ],
  ],
])("leaves %s to the builder", (_what, spans) => {
  expect(build(spans).plain).toBeUndefined();
});
