/** What all tracing servers have in common: which questions one trace costs, from its id to its picture. */

import { describe, expect, it } from "vitest";
import type { SpanRecord, SpanRecords } from "../../../src/model/spanRecord.ts";
import type { Found, StoreHealth, TracePage } from "../../../src/model/traceStore.ts";
import { TracingServer } from "../../../src/stores/tracingServer.ts";
import { findTaskSpans } from "../../../src/stores/wholeTraces.ts";
import { never, record, traceId } from "../local/records.ts";

class CountedServer extends TracingServer {
  readonly kind = "jaeger";
  readonly questions: string[] = [];
  readonly #records: readonly SpanRecord[];

  constructor(records: readonly SpanRecord[]) {
    super({ name: "counted", url: "http://127.0.0.1:1", timeoutMs: 1_000 });
    this.#records = records;
  }

  protected async readRecords(id: string): Promise<SpanRecords> {
    return this.readForms(id, form => {
      this.questions.push(`trace ${form}`);
      const records = this.#records.filter(each => each.traceId === form);
      return Promise.resolve({ records, problems: [] });
    });
  }

  protected findTask(id: string): Promise<readonly Found[]> {
    this.questions.push(`task ${id}`);
    return Promise.resolve(findTaskSpans([this.#records], id));
  }

  protected readOperations(service: string): Promise<readonly string[]> {
    return Promise.resolve([service]);
  }

  searchTraces = (): Promise<TracePage> => Promise.resolve({ traces: [] });
  listServices = (): Promise<readonly string[]> => Promise.resolve([]);
  checkHealth = (): Promise<StoreHealth> => Promise.resolve({ facts: [], advice: [] });
}

const root = "b7ad6b7169203331";
const child = "b7ad6b7169203332";
const records = [
  record({ spanId: root }),
  record(
    { spanId: child, parentSpanId: root },
    { attributes: [{ key: "celery.task_id", value: "order-9" }] },
  ),
];

describe("a tracing server", () => {
  it("is not asked again for a trace that was read to find its id", async () => {
    const server = new CountedServer(records);
    const asked = [`trace ${traceId}`, `trace ${"0".repeat(16)}${traceId.slice(16)}`];
    expect((await server.findId(traceId, never)).map(each => each.traceId)).toEqual([traceId]);
    expect(server.questions).toEqual(asked);
    const trace = await server.readTrace(traceId, never);
    expect([...(trace?.spans ?? [])].map(each => each.spanId)).toEqual([root, child]);
    expect(server.questions).toEqual(asked);
    // Whoever asks again wants what is new.
    await server.readTrace(traceId, never);
    expect(server.questions).toEqual([...asked, ...asked]);
    server.dispose();
  });

  it("finds a span where it was read lately, and shows its trace with no more questions", async () => {
    const server = new CountedServer(records);
    expect(await server.findId(child, never)).toEqual([]);
    await server.readTrace(traceId, never);
    const before = server.questions.length;
    expect((await server.findId(child, never)).map(each => each.spanId)).toEqual([child]);
    const after = server.questions.length;
    expect(after).toBeGreaterThan(before);
    await server.readTrace(traceId, never);
    expect(server.questions).toHaveLength(after);
    server.dispose();
  });

  it("knows tasks and children", async () => {
    const server = new CountedServer(records);
    expect((await server.findId("order-9", never)).map(each => each.spanId)).toEqual([child]);
    await server.readTrace(traceId, never);
    expect((await server.readChildren(root, never)).map(each => each.spanId)).toEqual([child]);
    expect(await server.readChildren("no such span", never)).toEqual([]);
    expect(await server.listOperations("", never)).toEqual([]);
    server.dispose();
  });
});
