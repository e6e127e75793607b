/**
 * What every store of a tracing server must do: what real tracers sent comes back whole, is found, listed and narrowed.
 * A store's own test file fills a real server and says what was sent, as the reader of that format sees it; what is
 * asked here is answered from that too, and the answers must be the same.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { NO_SPAN, SpanFlag, SpanStatus } from "../../src/model/span.ts";
import type { SpanDetail, SpanLink } from "../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import type { StoredTrace, Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { findTaskId, toSpanBrief, toTraceBrief } from "../../src/stores/briefs.ts";
import { matchTrace } from "../../src/stores/matchTrace.ts";
import type { TraceBrief, TraceQuery, TraceStore } from "../../src/model/traceStore.ts";
import { expectToStop } from "./stopped.ts";
import { asSpan } from "../unit/spanIndex.ts";

export interface SpanStoreUnderTest {
  readonly store: TraceStore;
  /** Everything that is in the server, with names as it keeps them. */
  readonly sent: readonly SpanRecord[];
  /** Whether a span's name is offered for completion; absent: each is. */
  readonly isOffered?: (record: SpanRecord) => boolean;
  /** What the server says of a span in words of its own. */
  readonly ownKeys?: readonly string[];
  /** A tag that the server can search by. */
  readonly tag: readonly [key: string, value: string];
}

const never = new AbortController().signal;

export function describeSpanStoreContract(
  name: string,
  open: () => Promise<SpanStoreUnderTest>,
): void {
  describe(`the contract of stores of spans: ${name}`, () => {
    let store: TraceStore;
    let own: SpanStoreUnderTest;
    let traces: ReadonlyMap<string, readonly SpanRecord[]>;
    beforeAll(async () => {
      own = await open();
      ({ store } = own);
      traces = Map.groupBy(own.sent, record => record.traceId);
      return () => store.dispose();
    });

    const briefOf = (traceId: string): TraceBrief =>
      toTraceBrief(traceId, (traces.get(traceId) ?? []).map(toSpanBrief));
    const readAll = async (): Promise<void> => {
      for (const traceId of traces.keys()) await store.readTrace(traceId, never);
    };

    it("has something to be asked for", () => {
      expect(traces.size).toBeGreaterThan(4);
      expect(own.sent.some(({ span }) => span.status === SpanStatus.error)).toBe(true);
      expect(Math.max(...[...traces.values()].map(records => records.length))).toBeGreaterThan(4);
    });

    it("reads every trace as it was sent: tree, times, kinds, statuses, and nothing else", async () => {
      for (const [traceId, records] of traces) {
        expect(drawTrace(await read(store, traceId))).toEqual(drawTrace(build(traceId, records)));
      }
    });

    it("reads the detail of every span", async () => {
      for (const [traceId, records] of traces) {
        const trace = await read(store, traceId);
        const sent = build(traceId, records);
        for (const [span, id] of trace.spanIds.entries()) {
          if (((trace.columns.flags[span] ?? 0) & SpanFlag.placeholder) !== 0) continue;
          const detail = await trace.readDetail(asSpan(span), never);
          const wanted = await sent.readDetail(sent.findSpan(id) ?? NO_SPAN, never);
          expect(detail.stores).toEqual([store.name]);
          expect(drawAttributes(detail, own), id).toEqual(drawAttributes(wanted, own));
          expect(detail.events.map(toText).sort(), id).toEqual(wanted.events.map(toText).sort());
          expect(detail.links.map(toTarget), id).toEqual(wanted.links.map(toTarget));
          expect(detail.error, id).toEqual(wanted.error);
          expect(JSON.parse(detail.raw)).toBeTypeOf("object");
        }
      }
    });

    it("finds every trace by its own id, shown by its root", async () => {
      for (const traceId of traces.keys()) {
        const [found, ...others] = await store.findId(traceId, never);
        expect(others).toEqual([]);
        expect(found?.traceId).toBe(traceId);
        expect(found?.spanId).toBeUndefined();
        const { childCount, ...brief } = found?.brief ?? {};
        const { root } = briefOf(traceId);
        expect(brief).toEqual(root);
        const children = (traces.get(traceId) ?? []).filter(
          ({ span }) => span.parentSpanId === root.spanId,
        );
        expect(childCount).toBe(children.length);
      }
    });

    it("finds a task by the id of its message", async () => {
      const tasks = own.sent.filter(({ detail }) => findTaskId(detail) !== undefined);
      expect(tasks.length).toBeGreaterThan(0);
      for (const { traceId, span, detail } of tasks) {
        const found = await store.findId(findTaskId(detail) ?? "", never);
        expect(found.map(each => [each.traceId, each.spanId])).toContainEqual([
          traceId,
          span.spanId,
        ]);
      }
    });

    it("finds every span that was read, and its children, oldest first", async () => {
      await readAll();
      for (const { traceId, span } of own.sent) {
        const { spanId } = span;
        // Where a span is called like its trace, the trace is meant.
        if (traceId.endsWith(spanId)) continue;
        const found = await store.findId(spanId, never);
        expect(found.map(each => each.spanId)).toContain(spanId);
        const children = await store.readChildren(spanId, never);
        const wanted = (traces.get(traceId) ?? []).filter(
          each => each.span.parentSpanId === spanId,
        );
        expect(children.map(child => child.spanId).sort()).toEqual(
          wanted.map(each => each.span.spanId).sort(),
        );
        const starts = children.flatMap(child => child.startUnixMs ?? []);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }
    });

    it("finds nothing for ids of every shape that nobody has", async () => {
      const unknown = [
        "01a1fdcd-0000-7000-8000-000000000000",
        "f50f7a80f0b8f88b97788093157c4ae2",
        "c1a5e958ffd61344",
        "no.such.segment:7",
        "424242",
        "订单",
        "$where and x=y",
        "0".repeat(32),
        "x".repeat(10_000),
        "",
      ];
      for (const id of unknown) expect(await store.findId(id, never), id).toEqual([]);
      expect(await store.readTrace("f50f7a80f0b8f88b97788093157c4ae2", never)).toBeUndefined();
      expect(await store.readTrace("no/such?trace#at&all", never)).toBeUndefined();
      expect(await store.readChildren("c1a5e958ffd61344", never)).toEqual([]);
    });

    it("lists traces in short, as they are when read", async () => {
      const page = await store.searchTraces({ limit: 200 }, never);
      expect(page.cursor).toBeUndefined();
      expect(page.traces.map(trace => trace.traceId).sort()).toEqual([...traces.keys()].sort());
      for (const trace of page.traces) {
        const wanted = briefOf(trace.traceId);
        // A list may leave the words of an error to whoever reads the trace.
        const root = { ...wanted.root, error: trace.root.error };
        expect(trace).toEqual({ ...wanted, root });
        expect([undefined, wanted.root.error]).toContain(trace.root.error);
      }
    });

    it.each([1, 2, 5])("pages through the list by %i without gaps or repeats", async limit => {
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.searchTraces({ limit, cursor }, never);
        expect(page.traces.length).toBeLessThanOrEqual(limit);
        paged.push(...page.traces.map(trace => trace.traceId));
        cursor = page.cursor;
      } while (cursor !== undefined && paged.length <= traces.size);
      expect([...paged].sort()).toEqual([...traces.keys()].sort());
      // A trace that ran for long may stand where it began, or where it still ran.
      const first = briefOf(paged[0] ?? "").startUnixMs;
      expect(first).toBeGreaterThan(briefOf(paged.at(-1) ?? "").startUnixMs);
    });

    it("narrows the list by every condition", async () => {
      const [key, value] = own.tag;
      const shown = [...traces.keys()].map(briefOf);
      const starts = shown.map(brief => brief.startUnixMs).sort((a, b) => a - b);
      const middle = starts[Math.floor(starts.length / 2)] ?? 0;
      const failed = own.sent.find(({ span }) => span.status === SpanStatus.error);
      const { service, name: operation } = failed?.span ?? { name: "" };
      const queries: readonly Partial<TraceQuery>[] = [
        ...new Set(own.sent.map(({ span }) => span.service).filter(each => each !== "")),
      ].map(each => ({ service: each }));
      const more: readonly Partial<TraceQuery>[] = [
        { service, operation },
        { operation },
        { operation: "no such operation" },
        { service: "no such service" },
        { service, operation, status: "error" },
        { service, operation, status: "ok" },
        { status: "error" },
        { status: "ok" },
        { status: "running" },
        { tags: { [key]: value } },
        { tags: { [key]: "no such value" } },
        { minDurationMs: 100 },
        { minDurationMs: 3_600_000 },
        { maxDurationMs: 100 },
        { service, minDurationMs: 0.001, maxDurationMs: 50 },
        { fromUnixMs: middle },
        { toUnixMs: middle },
        { fromUnixMs: (starts.at(-1) ?? 0) + 3_600_000 },
        { text: operation.slice(1).toUpperCase() },
        { text: value },
        { text: "nothing says (this" },
      ];
      for (const query of [...queries, ...more]) {
        const wanted = shown.filter(brief =>
          matchTrace(brief, traces.get(brief.traceId) ?? [], { limit: 200, ...query }),
        );
        const found = await store.searchTraces({ limit: 200, ...query }, never);
        expect(found.traces.map(trace => trace.traceId).sort(), JSON.stringify(query)).toEqual(
          wanted.map(trace => trace.traceId).sort(),
        );
      }
    });

    it("names services and their operations for completion", async () => {
      const services = await store.listServices(never);
      const wanted = own.sent.flatMap(({ span }) => span.service || []);
      expect(services).toEqual([...new Set(wanted)].sort());
      for (const service of services) {
        const offered = own.sent.filter(
          record => record.span.service === service && (own.isOffered?.(record) ?? true),
        );
        const names = new Set(offered.map(({ span }) => span.name).filter(each => each !== ""));
        expect(await store.listOperations(service, never), service).toEqual([...names].sort());
      }
      expect(await store.listOperations("no such service", never)).toEqual([]);
    });

    it("says that it is well", async () => {
      const health = await store.checkHealth(never);
      const names = await store.listServices(never);
      expect(health.facts).toContainEqual({ kind: "services", names });
    });

    it("rejects at once with the signal's own reason when it is told to stop", async () => {
      const [traceId = ""] = traces.keys();
      await expectToStop(
        signal => store.findId(traceId, signal),
        signal => store.readTrace(traceId, signal),
        signal => store.searchTraces({ limit: 10 }, signal),
        signal => store.listServices(signal),
        signal => store.checkHealth(signal),
      );
      // It is none the worse for it.
      expect(await store.findId(traceId, never)).not.toEqual([]);
    });
  });
}

export async function read(store: TraceStore, traceId: string): Promise<Trace> {
  const part = await store.readTrace(traceId, never);
  return buildTrace(traceId, part === undefined ? [] : [part]);
}

export function build(traceId: string, records: readonly SpanRecord[]): Trace {
  const part: StoredTrace = {
    store: "sent",
    spans: records.map(({ span }, index) => ({ ...span, detailKey: String(index) })),
    details: {
      readDetail: async key => Promise.resolve((records[Number(key)] as SpanRecord).detail),
    },
  };
  return buildTrace(traceId, [part]);
}

/** All that is drawn of a trace, one line a span. */
export function drawTrace(trace: Trace): readonly string[] {
  const { columns } = trace;
  const at = (strings: Int32Array, span: number): string =>
    columns.strings[strings[span] ?? 0] ?? "";
  const lines = trace.spanIds.map((id, span) => {
    const parent = columns.parent[span] ?? -1;
    return [
      `${id} < ${parent < 0 ? "-" : (trace.spanIds[parent] ?? "?")}`,
      `${at(columns.name, span)} #${at(columns.service, span)} @${at(columns.queue, span)}`,
      `kind ${String(columns.kind[span])} status ${String(columns.status[span])}`,
      `flags ${String(columns.flags[span])}`,
      `${String(columns.originUnixMs)} ${String(columns.startNs[span])} ${String(columns.endNs[span])}`,
    ].join(" | ");
  });
  const problems = trace.problems.map(problem => `${problem.code} ${problem.spans.join(",")}`);
  return [...lines, ...problems];
}

function drawAttributes(
  { attributes }: SpanDetail,
  { ownKeys = [] }: Pick<SpanStoreUnderTest, "ownKeys">,
): readonly string[] {
  return attributes
    .filter(({ key }) => !ownKeys.includes(key))
    .map(({ key, value }) => `${key}=${JSON.stringify(value)}`)
    .sort();
}

function toTarget({ kind, traceId, spanId }: SpanLink): string {
  return `${kind} ${traceId} ${spanId}`;
}

function toText(value: unknown): string {
  return JSON.stringify(value);
}

/** Repeats a question until its answer is the wanted one: servers take a while to show what they took in. */
export async function waitFor(isThere: () => Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = Date.now() + 170_000;
  while (!(await isThere())) {
    if (Date.now() > deadlineMs) throw new Error(`${what} did not come in time.`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
