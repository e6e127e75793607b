/** Tracers that count their spans from 0: a parent 0 is a parent where a span has that id, and none where nobody has. */

import { expect, it } from "vitest";
import { writeJaegerJson } from "../../../src/formats/jaeger/jaegerJsonWriter.ts";
import { writeOtlpJson } from "../../../src/formats/otlp/otlpJsonWriter.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { SpanFlag } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { readTraceRecords } from "../../../src/model/traceRecords.ts";
import { toTraceBrief, toSpanBrief } from "../../../src/stores/briefs.ts";
import { toFoundSpan, toStoredTrace } from "../../../src/stores/wholeTraces.ts";

const startUs = 1_767_261_600_000_000;
const never = new AbortController().signal;

/** Each with the ids 0, 1 and 2: 1 hangs below 0, and 2 below 1. */
const files: Readonly<Record<string, unknown>> = {
  "numbers of one's own": list(id => ({
    ...{ trace_id: 0, span_id: id, parent_id: id === 0 ? null : id - 1 },
    ...{ name: `step ${id}`, start_time: startUs / 1e6 + id / 1_000, duration_ms: 3 - id },
  })),
  "in full width": list(id => ({
    ...{ trace_id: hex(7, 32), span_id: hex(id, 16), parent_id: hex(Math.max(0, id - 1), 16) },
    ...{ name: `step ${id}`, start_time: startUs / 1e6 + id / 1_000, duration_ms: 3 - id },
  })),
  "OpenTelemetry's": {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: list(id => ({
              ...{ traceId: hex(7, 32), spanId: String(id), name: `step ${id}` },
              ...(id > 0 && { parentSpanId: String(id - 1) }),
              startTimeUnixNano: `${startUs + id * 1_000}000`,
              endTimeUnixNano: `${startUs + 3_000}000`,
            })),
          },
        ],
      },
    ],
  },
  "Jaeger's": {
    data: [
      {
        traceID: "7",
        processes: { p1: { serviceName: "shop" } },
        spans: list(id => ({
          ...{ traceID: "7", spanID: String(id), operationName: `step ${id}`, processID: "p1" },
          references:
            id === 0 ? [] : [{ refType: "CHILD_OF", traceID: "7", spanID: String(id - 1) }],
          ...{ startTime: startUs + id * 1_000, duration: 3_000 - id * 1_000 },
        })),
      },
    ],
  },
  "Zipkin's": list(id => ({
    ...{ traceId: hex(7, 16), id: hex(id, 16), ...(id > 0 && { parentId: hex(id - 1, 16) }) },
    ...{ name: `step ${id}`, timestamp: startUs + id * 1_000, duration: 3_000 - id * 1_000 },
    localEndpoint: { serviceName: "shop" },
  })),
};

it.each(Object.entries(files))("hangs spans below the span 0: %s", async (_, file) => {
  const trace = build(read(file));
  expect(draw(trace)).toEqual(["step 0", " step 1", "  step 2"]);
  for (const write of [writeOtlpJson, writeJaegerJson]) {
    const records: SpanRecord[] = [];
    await readTraceRecords(trace, never, record => records.push(record));
    const again = build(read(JSON.parse(write(records))));
    expect(draw(again), write.name).toEqual(["step 0", " step 1", "  step 2"]);
  }
});

it("tells the parent 0 in short, and a root whose parent 0 nobody is as a root", () => {
  const records = read(files["numbers of one's own"]);
  const briefs = records.map(toSpanBrief);
  expect(briefs.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, "0", "1"]);
  expect(toFoundSpan(records, records[0] as SpanRecord).brief.childCount).toBe(1);
  const [, second, third] = briefs as [unknown, (typeof briefs)[0], (typeof briefs)[0]];
  expect(toTraceBrief("0", [third, second]).root).toEqual({ ...second, parentSpanId: undefined });
});

it("makes no parent of a zero that nobody is", () => {
  const zeros = [0, "0", "0".repeat(16)].map((parent_id, index) => ({
    ...{ trace_id: hex(7, 32), span_id: hex(index + 1, 16), parent_id, name: `step ${index}` },
    ...{ start_time: startUs / 1e6 + index, duration_ms: 1 },
  }));
  const trace = build(read(zeros));
  expect(draw(trace)).toEqual(["step 0", "step 1", "step 2"]);
  expect(trace.problems).toEqual([]);
});

function list(make: (id: number) => object): readonly object[] {
  return [0, 1, 2].map(make);
}

function hex(id: number, digits: number): string {
  return id.toString(16).padStart(digits, "0");
}

function read(file: unknown): readonly SpanRecord[] {
  const context = { store: "file", path: "spans.json", nowUnixMs: startUs / 1_000 };
  return readTraceFile(Buffer.from(JSON.stringify(file)), context).records;
}

function build(records: readonly SpanRecord[]): Trace {
  return buildTrace(records[0]?.traceId ?? "", [toStoredTrace("file", records, [])]);
}

/** Names, a blank more for each step down; a parent that is missing would show as a name of its own. */
function draw({ columns }: Trace): readonly string[] {
  return Array.from({ length: columns.count }, (_, span) => {
    let depth = 0;
    for (let at = columns.parent[span] ?? -1; at >= 0; at = columns.parent[at] ?? -1) depth += 1;
    const isMissing = ((columns.flags[span] ?? 0) & SpanFlag.placeholder) !== 0;
    return " ".repeat(depth) + (isMissing ? "?" : (columns.strings[columns.name[span] ?? 0] ?? ""));
  });
}
