/** A folder's traces, when none of its spans are kept between questions: the index finds, the files tell. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileTraces } from "../../../src/stores/file/fileTraces.ts";
import type { TraceQuery } from "../../../src/model/traceStore.ts";

const yieldAndCheckCancelled = (): Promise<void> => Promise.resolve();
const whole = "0af7651916cd43dd8448eb211c80319c";
const split = "1bf8762a27de54ee9559fc322d914200";
let folder: string;
let traces: FileTraces;

interface Plain {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly service: string;
  readonly at: number;
  readonly isFailed?: boolean;
  readonly user?: string;
}

function toJson({ trace, id, parent, name, service, at, isFailed, user }: Plain): object {
  return {
    ...{ trace_id: trace, span_id: id, parent_id: parent, name, service },
    ...{ start_time: 1_767_225_600_000 + at, duration_ms: 10 },
    status: isFailed === true ? "error" : "ok",
    ...(user !== undefined && { attributes: { user, "messaging.message.id": `task-of-${user}` } }),
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "traceside-index-"));
  const write = (file: string, ...spans: readonly Plain[]): void => {
    writeFileSync(join(folder, file), JSON.stringify(spans.map(toJson)));
  };
  write(
    "a.json",
    { trace: whole, id: "00000000000000a1", name: "order", service: "shop", at: 0, user: "Ann" },
    ...[1, 2].map(n => ({
      ...{ trace: whole, id: `00000000000000b${n}`, parent: "00000000000000a1" },
      ...{ name: "pay", service: "bank", at: n },
    })),
    // The child of what another file has.
    {
      trace: split,
      id: "c2",
      parent: "c1",
      name: "pack",
      service: "store",
      at: 30,
      isFailed: true,
    },
  );
  write("b.json", { trace: split, id: "c1", name: "send", service: "shop", at: 20, user: "Bob" });
  traces = new FileTraces({ path: folder, store: "folder", keepBytes: 1 });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("puts a trace together that lies in two files", async () => {
  const found = await traces.readTrace(split, yieldAndCheckCancelled);
  expect(found?.spans.map(span => span.name).sort()).toEqual(["pack", "send"]);
  const { traces: list } = await traces.searchTraces({ limit: 9 }, yieldAndCheckCancelled);
  expect(list).toMatchObject([
    {
      traceId: split,
      root: { name: "send" },
      ...{ spanCount: 2, errorCount: 1, durationMs: 20, services: ["shop", "store"] },
    },
    { traceId: whole, root: { name: "order" }, spanCount: 3, errorCount: 0, durationMs: 12 },
  ]);
});

it("finds a span, a task, a trace and children by their ids", async () => {
  const find = async (id: string): Promise<unknown[]> =>
    (await traces.findId(id, yieldAndCheckCancelled)).map(({ traceId, spanId, brief }) => [
      ...[traceId, spanId, brief.name, brief.childCount],
    ]);
  expect(await find("00000000000000a1")).toEqual([[whole, "00000000000000a1", "order", 2]]);
  expect(await find("c1")).toEqual([[split, "c1", "send", 1]]);
  expect(await find("task-of-Bob")).toEqual([[split, "c1", "send", 1]]);
  expect(await find(split)).toEqual([[split, undefined, "send", undefined]]);
  expect(await find("nobody")).toEqual([]);
  const children = await traces.readChildren("c1", yieldAndCheckCancelled);
  expect(children.map(({ name }) => name)).toEqual(["pack"]);
});

it.each<[Omit<TraceQuery, "limit">, readonly string[]]>([
  [{ service: "store" }, [split]],
  [{ service: "shop", operation: "send" }, [split]],
  [{ service: "shop", status: "error" }, []],
  [{ status: "error" }, [split]],
  [{ status: "ok" }, [whole]],
  [{ tags: { user: "Ann" } }, [whole]],
  [{ text: "bob" }, [split]],
  [{ text: "PAY" }, [whole]],
  [{ minDurationMs: 15 }, [split]],
  [{ toUnixMs: 1_767_225_600_010 }, [whole]],
  [{ text: "nowhere" }, []],
])("searches for %o", async (query, expected) => {
  const { traces: list } = await traces.searchTraces(
    { ...query, limit: 9 },
    yieldAndCheckCancelled,
  );
  expect(list.map(({ traceId }) => traceId)).toEqual(expected);
});

it("pages, and completes services and operations", async () => {
  const first = await traces.searchTraces({ limit: 1 }, yieldAndCheckCancelled);
  expect(first.traces.map(({ traceId }) => traceId)).toEqual([split]);
  const next = await traces.searchTraces(
    { limit: 1, cursor: first.cursor ?? "" },
    yieldAndCheckCancelled,
  );
  expect(next.traces.map(({ traceId }) => traceId)).toEqual([whole]);
  expect(next.cursor).toBeUndefined();
  expect(await traces.listServices(yieldAndCheckCancelled)).toEqual(["bank", "shop", "store"]);
  expect(await traces.listOperations("shop", yieldAndCheckCancelled)).toEqual(["order", "send"]);
  expect(await traces.readFacts(yieldAndCheckCancelled)).toMatchObject({
    fileCount: 2,
    traceCount: 2,
    spanCount: 5,
  });
});

it("tells a span's logs from the file in which both are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "traceside-logs-"));
  const ids = { traceId: whole, spanId: "00000000000000a1" };
  const span = {
    ...ids,
    startTimeUnixNano: "1767261600000000000",
    endTimeUnixNano: "1767261601000000000",
  };
  const lines = [
    { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] },
    {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ ...ids, body: { stringValue: "slow" } }] }] }],
    },
  ];
  writeFileSync(join(folder, "both.ndjson"), lines.map(line => JSON.stringify(line)).join("\n"));
  const own = new FileTraces({ path: folder, store: "folder" });
  const trace = await own.readTrace(whole, yieldAndCheckCancelled);
  const detail = await own.readDetail(trace?.spans[0]?.detailKey ?? "");
  expect(detail.events.map(({ name }) => name)).toEqual(["slow"]);
  rmSync(folder, { recursive: true });
});
