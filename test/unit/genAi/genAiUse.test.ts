/** What a trace has of models, tools and agents: sums over its calls, and none of them twice. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildGenAiOverview, type GenAiSpan } from "../../../src/analysis/genAi/genAiUse.ts";
import { readGenAiCall } from "../../../src/analysis/genAi/readGenAiCall.ts";
import { findGenAiSpans } from "../../../src/features/tracePanel/findGenAiSpans.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { SpanStatus } from "../../../src/model/span.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import type { TraceColumns } from "../../../src/model/trace.ts";
import { asSpan } from "../spanIndex.ts";

const ms = 1_000_000;

/** Spans as rows: parent, start and end in milliseconds, whether it failed. */
function draw(...rows: readonly (readonly [number, number, number, boolean?])[]): TraceColumns {
  return {
    parent: Int32Array.from(rows, ([parent]) => parent),
    startNs: Float64Array.from(rows, ([, start]) => start * ms),
    endNs: Float64Array.from(rows, ([, , end]) => end * ms),
    status: Uint8Array.from(rows, ([, , , isFailed]) =>
      isFailed === true ? SpanStatus.error : SpanStatus.unset,
    ),
    count: rows.length,
  } as unknown as TraceColumns;
}

test("the tokens of a framework's call and of the requests below it are counted once", () => {
  const columns = draw([-1, 0, 100], [0, 0, 90], [1, 0, 40], [1, 50, 90]);
  const spans: readonly GenAiSpan[] = [
    { span: asSpan(0), kind: "agent", agent: "Mender", tokens: { input: 30, output: 3 } },
    { span: asSpan(1), kind: "model", model: "m", tokens: { input: 30, output: 3 } },
    { span: asSpan(2), kind: "model", model: "m", provider: "p", tokens: { input: 10, output: 1 } },
    { span: asSpan(3), kind: "model", model: "m", tokens: { input: 20, output: 2, cacheRead: 5 } },
  ];
  const { models, agents } = buildGenAiOverview(columns, spans);
  expect(models).toEqual([
    {
      ...{ name: "m", provider: "p", calls: 2, failed: 0, totalNs: 80 * ms, worst: 2 },
      ...{ inputTokens: 30, outputTokens: 3, cachedTokens: 5 },
    },
  ]);
  expect(agents).toMatchObject([{ name: "Mender", calls: 1, totalNs: 100 * ms }]);
});

test("a tool or agent without a name has its span's", () => {
  const columns = draw([-1, 0, 9], [0, 0, 5]);
  Object.assign(columns, { strings: ["", "triage", "summarize"], name: Uint32Array.of(1, 2) });
  const { tools, agents } = buildGenAiOverview(columns, [
    { span: asSpan(0), kind: "agent", agent: "", tokens: {} },
    { span: asSpan(1), kind: "tool", tool: "", tokens: {} },
  ]);
  expect([...agents, ...tools].map(({ name }) => name)).toEqual(["triage", "summarize"]);
});

test("a tool's worst call is the longest that failed, and what is not told is absent", () => {
  const columns = draw([-1, 0, 9], [0, 0, 5], [0, 5, 6, true], [0, 6, NaN], [0, 6, 8]);
  const tool = { kind: "tool", tokens: {} } as const;
  const { tools, models } = buildGenAiOverview(columns, [
    { span: asSpan(1), tool: "grep", ...tool },
    { span: asSpan(2), tool: "grep", ...tool },
    { span: asSpan(3), tool: "grep", ...tool },
    { span: asSpan(4), kind: "model", model: "silent", tokens: {} },
    { span: asSpan(0), kind: "other", tokens: { input: 7 } },
  ]);
  expect(tools).toEqual([{ name: "grep", calls: 3, failed: 1, totalNs: 6 * ms, worst: 2 }]);
  expect(models).toEqual([{ name: "silent", calls: 1, failed: 0, totalNs: 2 * ms, worst: 4 }]);
});

test.each(["opentelemetry", "openinference"])("%s: a recorded chat with a tool", async file => {
  const path = join(import.meta.dirname, "../../fixtures/genAi", `${file}.otlp.json`);
  const { records } = readTraceFile(readFileSync(path), { path, store: "file", nowUnixMs: 0 });
  const detailOf = new Map(records.map(({ span, detail }) => [span.spanId, detail]));
  const trace = buildTrace(records[0]?.traceId ?? "", [
    {
      store: "file",
      spans: records.map(({ span }) => span),
      details: { readDetail: id => Promise.resolve(detailOf.get(id)!) },
    },
  ]);
  const { spans, unread } = await findGenAiSpans(trace, () => new AbortController().signal);
  expect(unread).toBe(0);
  const { models } = buildGenAiOverview(trace.columns, spans);
  expect(models).toHaveLength(1);
  expect(models[0]).toMatchObject({ calls: 2, failed: 0 });
  const calls = records.flatMap(({ detail }) => readGenAiCall(detail) ?? []);
  const sum = calls.reduce((total, { tokens }) => total + (tokens.input ?? 0), 0);
  expect(models[0]?.inputTokens).toBe(sum);
});

test("tokens that name no model are the only one's that is named, unless its calls tell their own", () => {
  const columns = draw([-1, 0, 9], [0, 0, 5], [0, 5, 8]);
  const named: GenAiSpan = { span: asSpan(0), kind: "agent", model: "m", tokens: {} };
  const usage: GenAiSpan = { span: asSpan(1), kind: "other", tokens: { input: 52, output: 17 } };
  const sums = { name: "m", calls: 1, inputTokens: 52, outputTokens: 17 };
  expect(buildGenAiOverview(columns, [named, usage]).models).toMatchObject([sums]);
  const call: GenAiSpan = { ...usage, span: asSpan(2), kind: "model", model: "m" };
  expect(buildGenAiOverview(columns, [named, usage, call]).models).toMatchObject([sums]);
  const other: GenAiSpan = { ...named, model: "n" };
  expect(buildGenAiOverview(columns, [named, usage, other]).models).toEqual([]);
});

test("a trace whose names tell of no model is not read for one", async () => {
  let read = 0;
  const trace = buildTrace("1", [
    {
      store: "tasks",
      spans: [
        { spanId: "1", name: "send_mail", service: "orders", startUnixNs: 1n, endUnixNs: 2n },
      ],
      details: {
        readDetail: () => {
          read += 1;
          return Promise.reject(new Error("nobody asks"));
        },
      },
    },
  ]);
  const found = await findGenAiSpans(trace, () => new AbortController().signal);
  expect(found).toEqual({ spans: [], unread: 0 });
  expect(read).toBe(0);
});
