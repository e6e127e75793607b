/**
 * Ten programs with a planted fault, as their traces tell them: whoever uses only the tools reaches the file and the line
 * of each in at most five calls and 40,000 characters. The calls are those that the answers themselves lead to.
 */

import { describe, expect, onTestFinished, test } from "vitest";
import { SpanKind, SpanStatus, type SpanInput } from "../../../src/model/span.ts";
import type { SpanDetail } from "../../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { Tools } from "../../../src/tools/runTool.ts";
import { createContext, MemoryStore } from "./memoryStore.ts";

const never = new AbortController().signal;
const startMs = Date.parse("2026-04-01T08:00:00Z");
const traceId = "c".repeat(32);
const MAX_CALLS = 5;
const MAX_ANSWERED = 40_000;

type Change = Partial<SpanInput> & {
  readonly detail?: Partial<SpanDetail>;
  readonly trace?: string;
};

function span(
  id: string,
  name: string,
  parent: string,
  fromMs: number,
  lengthMs: number,
  change: Change = {},
): SpanRecord {
  const { detail, trace = traceId, ...input } = change;
  const at = (ms: number): bigint => BigInt(Math.round((startMs + ms) * 1e6));
  return {
    traceId: trace,
    span: {
      ...{ spanId: id, name, service: "shop" },
      ...(parent !== "" && { parentSpanId: parent }),
      ...{ startUnixNs: at(fromMs), endUnixNs: at(fromMs + lengthMs) },
      ...input,
    },
    detail: {
      ...{ spanId: id, traceId: trace, attributes: [], resource: [], events: [], links: [] },
      ...{ stores: ["local"], raw: "" },
      ...detail,
    },
  };
}

const failed = (type: string, message: string): Change => ({
  status: SpanStatus.error,
  detail: { error: { type, message } },
});

/** Calls that are neither slow nor wrong, among which a fault hides. */
const crowd = (parent: string, count: number): SpanRecord[] =>
  Array.from({ length: count }, (_, i) =>
    span(`x${parent}${i}`, `step ${i % 7}`, parent, i * 0.05, 0.04),
  );

interface Task {
  readonly fault: string;
  /** The operation that has it; its file and line are what is looked for. */
  readonly culprit: string;
  readonly spans: readonly SpanRecord[];
  /** What is asked after `find_traces`, by the trace's id. */
  readonly calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
}

const summary = ["get_trace", {}] as const;
const order = (lengthMs: number, change?: Change): SpanRecord =>
  span("root", "POST /orders", "", 0, lengthMs, { kind: SpanKind.server, ...change });

const tasks: readonly Task[] = [
  {
    fault: "a query for each row (N+1)",
    culprit: "SELECT item",
    spans: [
      order(900),
      ...crowd("root", 300),
      span("list", "list_items", "root", 20, 860),
      ...Array.from({ length: 400 }, (_, i) =>
        span(`q${i}`, "SELECT item", "list", 22 + i * 2.1, 2, { kind: SpanKind.client }),
      ),
    ],
    calls: [summary],
  },
  {
    fault: "a storm of retries",
    culprit: "charge",
    spans: [
      order(4_000, failed("Timeout", "gave up")),
      ...crowd("root", 300),
      ...Array.from({ length: 6 }, (_, i) =>
        span(
          `t${i}`,
          "charge",
          "root",
          30 + i * 650,
          600,
          failed("Timeout", "no answer in 600 ms"),
        ),
      ),
    ],
    calls: [summary],
  },
  {
    fault: "a context that is lost on the way to another service",
    culprit: "POST /stock",
    spans: [
      order(500),
      ...crowd("root", 300),
      span("call", "POST /stock", "root", 40, 300, { kind: SpanKind.client }),
      span("far", "reserve", "", 60, 200, { service: "stock", kind: SpanKind.server }),
    ],
    calls: [summary],
  },
  {
    fault: "a queue whose one worker is busy",
    culprit: "resize_image",
    spans: [
      order(200),
      ...Array.from({ length: 12 }, (_, i) =>
        span(`r${i}`, "resize_image", "root", 100 + i * 2_400, 2_350, {
          queue: "images",
          kind: SpanKind.consumer,
          queuedUnixNs: BigInt(startMs + 90) * 1_000_000n,
        }),
      ),
    ],
    calls: [summary],
  },
  {
    fault: "an exception that is swallowed",
    culprit: "send_receipt",
    spans: [
      order(300),
      ...crowd("root", 500),
      span("mail", "send_receipt", "root", 100, 40, failed("KeyError", "'currency'")),
    ],
    calls: [summary],
  },
  {
    fault: "a tool that an agent calls with a wrong argument",
    culprit: "execute_tool search",
    spans: [
      span("root", "invoke_agent Helper", "", 0, 3_000),
      span("chat", "chat gpt", "root", 10, 900, { kind: SpanKind.client }),
      span("tool", "execute_tool search", "root", 1_000, 30, {
        ...failed("ValueError", "limit must be a number"),
        detail: {
          error: { type: "ValueError", message: "limit must be a number" },
          attributes: [{ key: "gen_ai.tool.call.arguments", value: '{"limit": "ten"}' }],
        },
      }),
      span("chat2", "chat gpt", "root", 1_100, 900, { kind: SpanKind.client }),
    ],
    calls: [summary, ["get_spans", { rows: [3], keys: "gen_ai.*" }]],
  },
  {
    fault: "calls one after the other that need not wait for each other",
    culprit: "fetch_rates",
    spans: [
      order(2_100),
      ...crowd("root", 200),
      ...Array.from({ length: 8 }, (_, i) =>
        span(`f${i}`, "fetch_rates", "root", 40 + i * 250, 245, { kind: SpanKind.client }),
      ),
    ],
    calls: [summary],
  },
  {
    fault: "a function that eats the time itself",
    culprit: "render_invoice",
    spans: [
      order(5_000),
      ...crowd("root", 600),
      span("pdf", "build_pdf", "root", 50, 4_900),
      span("slow", "render_invoice", "pdf", 60, 4_800),
    ],
    calls: [summary],
  },
  {
    fault: "a change that made one call slower",
    culprit: "load_cart",
    spans: [
      span("old", "POST /orders", "", -60_000, 200, {
        trace: "a".repeat(32),
        kind: SpanKind.server,
      }),
      span("oldc", "load_cart", "old", -59_990, 20, { trace: "a".repeat(32) }),
      span("oldp", "pay", "old", -59_900, 90, { trace: "a".repeat(32) }),
      order(600),
      span("newc", "load_cart", "root", 10, 420),
      span("newp", "pay", "root", 450, 90),
    ],
    calls: [["compare_traces", {}]],
  },
  {
    fault: "the first failure of many, deep below what it breaks",
    culprit: "parse_price",
    spans: [
      order(800, failed("OrderError", "order 7 failed")),
      ...crowd("root", 1_000),
      span("a", "place_order", "root", 10, 700, failed("OrderError", "order 7 failed")),
      span("b", "price_order", "a", 20, 300, failed("OrderError", "no price")),
      span("c", "parse_price", "b", 30, 10, failed("ValueError", "invalid literal: '1,99'")),
      ...Array.from({ length: 40 }, (_, i) =>
        span(`n${i}`, "notify", "a", 350 + i, 5, failed("OrderError", "no order")),
      ),
    ],
    calls: [summary, ["get_trace", { view: "errors" }]],
  },
];

describe.each(tasks)("$fault", ({ culprit, spans, calls }) => {
  test("is found with its file and line", async () => {
    const place = "shop/faulty.py:42";
    const store = new MemoryStore(spans);
    const tools = new Tools(
      createContext([store], {
        now: () => startMs + 60_000,
        placeOf: name => ({
          path: name === culprit ? "shop/faulty.py" : `shop/${name.replaceAll(/\W+/g, "_")}.py`,
          line1: name === culprit ? 42 : 7,
          isSure: true,
          reason: "named",
        }),
      }),
    );
    onTestFinished(() => tools.dispose());
    const answers: string[] = [];
    const ask = async (name: string, input: object): Promise<void> => {
      const { text, isError } = await tools.run(name, input, never);
      expect(isError, text).toBe(false);
      answers.push(text);
    };
    await ask("find_traces", { since: "1h" });
    const found = [...answers[0]!.matchAll(/^([0-9a-f]{32}) /gm)].map(match => match[1]!);
    const id = found.find(each => each === traceId) ?? found[0]!;
    for (const [name, input] of calls) {
      await ask(name, { ...(name === "get_trace" ? { id } : { trace: id }), ...input });
    }
    expect(answers.length).toBeLessThanOrEqual(MAX_CALLS);
    expect(answers.join("").length).toBeLessThanOrEqual(MAX_ANSWERED);
    // The place stands where the answer says what is wrong, and not only in a list of everything.
    const telling = answers.slice(1).join("\n").split("Time by operation:")[0]!;
    expect(telling).toContain(`${place} (sure)`);
  });
});
