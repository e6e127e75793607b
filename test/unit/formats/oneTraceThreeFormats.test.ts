/**
 * One build of docker/buildx, recorded as Jaeger's JSON, as the span stubs of OpenTelemetry's Go and as BuildKit's own
 * history of the build: one and the same trace.
 */

import { expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { SpanFlag, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { describeData, listData, readData } from "../../publicTraces.ts";
import { buildTraces } from "./outline.ts";

/** BuildKit's history is in few copies of the folder. */
const files = ["otlp", "jaeger", "bktraces"].filter(name =>
  listData().includes(`docker-buildx/${name}.json`),
);

function read(name: string): readonly SpanRecord[] {
  const bytes = Buffer.from(readData(`docker-buildx/${name}.json`));
  return readTraceFile(bytes, { store: name, path: name, nowUnixMs: 0 }).records;
}

/** A row as it is drawn, in microseconds, with what the detail says of it. */
function drawRows({ columns, spanIds }: Trace, records: readonly SpanRecord[]): readonly string[] {
  const { parent, flags, status, kind, strings, name, service } = columns;
  const originUs = BigInt(columns.originUnixMs) * 1_000n;
  const toMicros = (ns: number): string => String(originUs + BigInt(Math.floor(ns / 1e3)));
  const byId = new Map(records.map(record => [record.span.spanId, record.detail]));
  return spanIds
    .map((id, span) => {
      const above = parent[span]!;
      const detail = byId.get(id);
      const attributes = (detail?.attributes ?? [])
        // Jaeger's words for what are fields elsewhere, of which the rows have the fields.
        .filter(({ key }) => !/^(?:span\.kind|error|otel\.|internal\.span\.format)/.test(key))
        .map(({ key, value }) => `${key}=${JSON.stringify(value)}`)
        .sort();
      return JSON.stringify([
        id,
        above < 0 ? "" : spanIds[above],
        strings[name[span]!],
        strings[service[span]!],
        toMicros(columns.startNs[span]!),
        Math.floor((columns.endNs[span]! - columns.startNs[span]!) / 1e3),
        status[span] === SpanStatus.error,
        kind[span] === SpanKind.unspecified ? SpanKind.internal : kind[span],
        flags[span]! & SpanFlag.placeholder,
        attributes,
        detail?.events.map(event => event.name),
        detail?.scope?.name,
      ]);
    })
    .sort();
}

describeData("a build", () => {
  const records = read("otlp");
  const [trace] = buildTraces(records);
  const rows = drawRows(trace!, records);

  it("is 73 spans under one root", () => {
    expect(rows).toHaveLength(73);
    expect([...trace!.columns.parent].filter(above => above < 0)).toHaveLength(1);
  });

  it.each(files.slice(1))("is the same from %s", name => {
    const others = read(name);
    const [other, ...more] = buildTraces(others);
    expect(more).toEqual([]);
    expect(drawRows(other!, others)).toEqual(rows);
  });

  it("is drawn once where one store has all of the files, with the times to the nanosecond", () => {
    const spans = files.toReversed().flatMap(name => read(name).map(record => record.span));
    const details = { readDetail: () => Promise.reject(new Error("not asked for")) };
    const one = buildTrace(trace!.columns.traceId, [{ store: "folder", spans, details }]);
    expect(one.problems).toEqual(trace!.problems);
    expect(one.columns.startNs).toEqual(trace!.columns.startNs);
    expect(one.columns.endNs).toEqual(trace!.columns.endNs);
    expect(one.spanIds).toEqual(trace!.spanIds);
  });
});
