/** What a reader made of a file, as text that a test can show: the numbers of the INDEX of trace data, and the tree. */

import { SpanFlag } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";

export function buildTraces(records: readonly SpanRecord[]): readonly Trace[] {
  const byTrace = Map.groupBy(records, record => record.traceId);
  return [...byTrace].map(([traceId, members]) =>
    buildTrace(traceId, [
      {
        store: "file",
        spans: members.map(record => record.span),
        details: { readDetail: () => Promise.reject(new Error("not asked for")) },
      },
    ]),
  );
}

/** Spans as they were read, depth as they are drawn; a placeholder is no span and no level. */
export function countRecords(records: readonly SpanRecord[]): string {
  const traces = buildTraces(records);
  const sizes = Map.groupBy(records, record => record.traceId);
  const largest = Math.max(0, ...[...sizes.values()].map(members => members.length));
  const depth = Math.max(0, ...traces.flatMap(trace => listLevels(trace)));
  return `${records.length}/${traces.length}/${largest}/${depth}`;
}

/** One line a span: its name and service under that of its parent; `?` and an id where the parent is missing. */
export function outline(records: readonly SpanRecord[]): string {
  return buildTraces(records)
    .map(trace => {
      const { columns, spanIds } = trace;
      const indents = listIndents(trace);
      return indents
        .map((indent, i) => {
          const isMissing = (columns.flags[i]! & SpanFlag.placeholder) !== 0;
          const name = columns.strings[columns.name[i]!]!;
          const service = columns.strings[columns.service[i]!]!;
          return `${"  ".repeat(indent)}${isMissing ? `? ${spanIds[i]}` : `${name} #${service}`}`;
        })
        .join("\n");
    })
    .join("\n\n");
}

function listIndents({ columns }: Trace): readonly number[] {
  const indents: number[] = [];
  for (let i = 0; i < columns.count; i += 1) {
    const parent = columns.parent[i]!;
    indents.push(parent < 0 ? 0 : indents[parent]! + 1);
  }
  return indents;
}

function listLevels(trace: Trace): readonly number[] {
  const { columns } = trace;
  const levels: number[] = [];
  for (let i = 0; i < columns.count; i += 1) {
    const parent = columns.parent[i]!;
    const isMissing = (columns.flags[i]! & SpanFlag.placeholder) !== 0;
    levels.push((parent < 0 ? 0 : levels[parent]!) + (isMissing ? 0 : 1));
  }
  return levels;
}
