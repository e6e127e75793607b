/** Spans of one trace, asked for one by one: what the trace consists of is read once for all of them. */

import { DatabaseSync, StatementSync } from "node:sqlite";
import { afterEach, expect, it, vi } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { BatchBytes } from "../../../src/stores/local/log/batchBytes.ts";
import { SpanEntries } from "../../../src/stores/local/log/spanEntries.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { DrawnPieces } from "../../../src/stores/local/file/drawnPieces.ts";
import { SpanBytes } from "../../../src/stores/local/read/spanBytes.ts";
import { TraceReader } from "../../../src/stores/local/read/traceReader.ts";
import { record, traceId, useStores } from "./records.ts";

const { newFile } = useStores();
const idOf = (i: number): string => i.toString(16).padStart(16, "0");

afterEach(() => vi.restoreAllMocks());

it("reads the entries of a trace once for the details of all its spans", async () => {
  const file = newFile();
  const log = openSpanLog({ file, capBytes: Infinity });
  const spans = Array.from({ length: 40 }, (_, i) =>
    record({ spanId: idOf(i + 1), name: `n${i}` }),
  );
  await log.ingestSpans(spans);
  const sql = new DatabaseSync(file, { readOnly: true });
  const reader = new TraceReader(
    sql,
    new SpanBytes(new BatchBytes(sql), "local"),
    new DrawnPieces(sql),
  );
  const read = vi.spyOn(SpanEntries.prototype, "deduplicate");
  const asked = vi.spyOn(StatementSync.prototype, "get");
  for (const { span } of spans) {
    expect(reader.readDetail(traceId, span.spanId, 0)?.spanId).toBe(span.spanId);
  }
  expect(reader.readDetail(traceId, idOf(99), 0)).toBeUndefined();
  expect(read).toHaveBeenCalledTimes(1);
  // While nothing is written nobody looks for its last piece, which reads the bytes of others.
  const ofPieces = asked.mock.contexts.filter(each =>
    (each as StatementSync).sourceSQL.includes("FROM piece"),
  );
  expect(ofPieces).toHaveLength(1);
  // News of the trace are seen, and a second span of one id is told apart from the first.
  const [first] = spans;
  const second = { ...first!.span, kind: SpanKind.server, name: "other" };
  await log.ingestSpans([{ ...first!, span: second }, record({ spanId: idOf(99) })]);
  read.mockClear();
  expect(reader.readDetail(traceId, idOf(99), 0)?.spanId).toBe(idOf(99));
  expect(reader.readDetail(traceId, idOf(1), 1)?.spanId).toBe(idOf(1));
  expect(reader.readDetail(traceId, idOf(2), 1)).toBeUndefined();
  expect(read).toHaveBeenCalledTimes(1);
  sql.close();
  await log.close();
});
