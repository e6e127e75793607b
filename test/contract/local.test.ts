/** The embedded store on what a real Funboost wrote: every task comes back by its id, with all that was recorded. */

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readDocumentFile } from "../../src/formats/tasks/documentFile.ts";
import { SpanStatus } from "../../src/model/span.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import type { LocalStore } from "../../src/stores/local/localStore.ts";
import { compact, never, useStores } from "../unit/local/records.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const { open } = useStores();
const folder = join(import.meta.dirname, "../fixtures/funboost/documents");
const context = { store: "local", nowUnixMs: Date.UTC(2100, 0), staleAfterMs: 600_000 };
const records = globSync("*.ndjson", { cwd: folder })
  .sort()
  .flatMap(
    file =>
      readDocumentFile(readFileSync(join(folder, file), "utf8"), {
        ...context,
        collection: basename(file, ".ndjson"),
      }).records,
  );
const byTrace = Map.groupBy(records, record => record.traceId);

describe("recorded Funboost documents", () => {
  let store: LocalStore;
  beforeEach(async () => {
    store = open();
    await addSpans(store, records);
  });

  it("come back span by span", async () => {
    expect(byTrace.size).toBeGreaterThan(1);
    for (const [traceId, written] of byTrace) {
      const stored = await store.readTrace(traceId, never);
      const read = [...(stored?.spans ?? [])].map(span =>
        compact({ ...span, detailKey: undefined }),
      );
      expect(sortById(read)).toEqual(sortById(written.map(({ span }) => normal(span))));
    }
  });

  it("are found by task id, with state, error and children, and keep their detail", async () => {
    for (const { span, detail, traceId } of records) {
      const taskId = detail.task?.taskId ?? span.spanId;
      const found = (await store.findId(taskId, never)).find(
        each => each.traceId === traceId && each.spanId === span.spanId,
      );
      expect(found?.brief).toMatchObject({ name: span.name, state: detail.task?.state });
      const isFailed = span.status === SpanStatus.error;
      expect(found?.brief.error === undefined).toBe(!isFailed);
      const children = await store.readChildren(taskId, never);
      const wanted = records.filter(each => each.span.parentSpanId === span.spanId);
      expect(children.map(child => child.spanId).sort()).toEqual(
        wanted.map(each => each.span.spanId).sort(),
      );
      const trace = await store.readTrace(traceId, never);
      const read = await trace?.details.readDetail(span.spanId, never);
      expect(read).toEqual({ ...detail, stores: ["local"] });
    }
  });

  it("are one trace in a list as in the panel", async () => {
    const { traces } = await store.searchTraces({ limit: 1_000 }, never);
    expect(traces.map(trace => trace.traceId).sort()).toEqual([...byTrace.keys()].sort());
    for (const brief of traces) {
      const stored = await store.readTrace(brief.traceId, never);
      const { columns } = buildTrace(brief.traceId, stored === undefined ? [] : [stored]);
      expect(brief.spanCount).toBe(byTrace.get(brief.traceId)?.length);
      expect(brief.errorCount).toBe(
        columns.status.filter(status => status === SpanStatus.error).length,
      );
    }
    const services = new Set(records.map(({ span }) => span.queue));
    expect(await store.listServices(never)).toEqual([...services].sort());
  });
});

function sortById(spans: readonly object[]): readonly object[] {
  const id = (span: object) => (span as { spanId: string }).spanId;
  return [...spans].sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** As the store gives a span back: what is absent, empty or a default is one and the same. */
function normal(span: SpanRecord["span"]): object {
  const filled: Record<string, unknown> = { kind: 0, status: 0, flags: 0, ...compact(span) };
  return Object.fromEntries(
    Object.entries(filled).filter(
      ([key, value]) =>
        key !== "detailKey" && value !== "" && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
