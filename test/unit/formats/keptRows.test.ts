/** Rows and references that an answer or a table keeps in columns, or by a word. */

import { expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";

const traceId = "7f0c3a5d91e2b4466d1e8a9c20f7b353";
const other = "2c5e8b1f4a7d4063b9d2f6e5a8c7d1b0";
const read = (value: unknown) =>
  readTraceFile(Buffer.from(JSON.stringify(value)), { store: "file", path: "a", nowUnixMs: 0 });

it.each([
  [
    "columns",
    { refType: ["CHILD_OF", "FOLLOWS_FROM"], traceID: [traceId, other], spanID: ["a1", "c1"] },
  ],
  [
    "lists by their type",
    {
      CHILD_OF: [{ traceID: traceId, spanID: "a1" }],
      FOLLOWS_FROM: [{ traceID: other, spanID: "c1" }],
    },
  ],
])("reads the references of Jaeger's spans in %s", (_, references) => {
  const span = (spanID: string, held: unknown): object => ({
    ...{ traceID: traceId, spanID, operationName: "work", references: held },
    ...{ startTime: 1_767_261_600_000_000, duration: 5, process: { serviceName: "shop" } },
  });
  const none = { refType: [], traceID: [], spanID: [] };
  const { records, problems } = read([span("a1", none), span("b1", references)]);
  expect(problems).toEqual([]);
  expect(records.map(({ span: { parentSpanId } }) => parentSpanId)).toEqual([undefined, "a1"]);
  expect(records[1]?.detail.links).toMatchObject([{ traceId: other, spanId: "c1" }]);
});

it("reads the columns of a data frame whose rows have the ids of spans", () => {
  const [root, child] = ["00f067aa0ba902b7", "53995c3f42cd8ad8"];
  const column = (a: unknown, b: unknown): object => ({ [root]: a, [child]: b });
  const { records } = read({
    ...{ name: column("pay", "ask"), parent_id: column(null, root) },
    ...{ start_time: column(1_767_261_600_000, 1_767_261_600_005) },
    ...{ end_time: column(1_767_261_600_020, 1_767_261_600_009) },
    ...{ "context.span_id": column(root, child), "context.trace_id": column(traceId, traceId) },
  });
  expect(records.map(({ span }) => [span.name, span.parentSpanId])).toEqual([
    ["pay", undefined],
    ["ask", root],
  ]);
});

it("reads the rows of SigNoz' fifth query API", () => {
  const row = (span_id: string, parent_span_id: string, name: string, ms: number): object => ({
    timestamp: `2026-01-01T10:00:00.0${ms}Z`,
    data: {
      ...{ trace_id: traceId, span_id, parent_span_id, name, "service.name": "shop" },
      ...{ duration_nano: 20_000_000, has_error: name === "pay", kind_string: "Client" },
    },
  });
  const id = "00000000000000a1";
  const rows = [row(id, "", "order", 10), row("00000000000000b1", id, "pay", 20)];
  const { records, problems } = read({
    status: "success",
    data: { type: "raw", data: { results: [{ queryName: "A", nextCursor: "", rows }] } },
  });
  expect(problems).toEqual([]);
  expect(
    records.map(({ span }) => [span.name, span.service, span.parentSpanId, span.status]),
  ).toEqual([
    ["order", "shop", undefined, 0],
    ["pay", "shop", id, 2],
  ]);
  const [{ span } = { span: undefined }] = records;
  expect(Number((span?.endUnixNs ?? 0n) - (span?.startUnixNs ?? 0n))).toBe(20_000_000);
});
