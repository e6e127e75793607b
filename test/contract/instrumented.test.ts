/**
 * The modules that Instrument Project puts into projects, run with the real SDK of each language: the calls of one
 * order, over a thread or goroutine and over a message, are one trace, and every span names its function's place.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { join } from "node:path";
import { repoRoot } from "../harness/paths.ts";
import { findFreePort } from "../harness/processes.ts";
import type { PeerUnavailable } from "../peers/cache.ts";
import { runCommand } from "../peers/cache.ts";
import {
  findGoProgram,
  findJavaProgram,
  findNodeProgram,
  findPythonProgram,
  type InstrumentedProgram,
} from "../peers/instrumented.ts";
import { openMemoryReceiver, type MemoryReceiver } from "./memoryReceiver.ts";

interface Row {
  readonly language: string;
  find(): Promise<InstrumentedProgram | PeerUnavailable>;
  /** The names of the five spans: the order, what it calls, and what the consumer calls. */
  readonly names: readonly [string, string, string, string, string];
}

const callerTrace = "0af7651916cd43dd8448eb211c80319c";
const callerSpan = "b7ad6b7169203331";
const own = ["placeOrder", "chargeCard", "refund", "orders process", "pickItem"] as const;
const rows: readonly Row[] = [
  {
    language: "Python",
    find: findPythonProgram,
    names: ["place_order", "charge_card", "refund", "orders process", "pick_item"],
  },
  { language: "Node", find: findNodeProgram, names: own },
  { language: "Go", find: findGoProgram, names: own },
  { language: "Java", find: findJavaProgram, names: own },
];

describe("an instrumented program", () => {
  let receiver: MemoryReceiver;
  beforeAll(async () => {
    receiver = await openMemoryReceiver();
  });
  afterAll(() => receiver.close());

  it.for(rows)("in $language is one trace", async ({ find, names }, context) => {
    const program = await find();
    if (program.kind === "unavailable") {
      context.skip(`${program.name}: ${program.reason}`);
      return;
    }
    receiver.spans.length = 0;
    const done = await run(program, receiver.port);
    if (!done.ok) throw new Error(done.reason);

    const [order, charge, refund, process, pick] = names.map(name =>
      findSpan(receiver.spans, name),
    );
    expect(receiver.spans).toHaveLength(names.length);
    expect(new Set(receiver.spans.map(each => each.traceId)).size).toBe(1);
    expect(order!.span.parentSpanId ?? "").toBe("");
    for (const child of [charge, refund, process]) {
      expect(child!.span.parentSpanId).toBe(order!.span.spanId);
    }
    expect(pick!.span.parentSpanId).toBe(process!.span.spanId);
    expect(process!.span.kind).toBe(SpanKind.consumer);
    expect(refund!.span.status).toBe(SpanStatus.error);
    expect(refund!.detail.error?.message).toContain("no such card");
    for (const { span, detail } of receiver.spans) {
      expect(span.service).toBe("shop");
      if (span.kind === SpanKind.consumer) continue;
      const get = (key: string) => detail.attributes.find(each => each.key === key)?.value;
      expect(get("code.file.path")).toEqual(expect.stringContaining(program.file));
      expect(Number(get("code.line.number"))).toBeGreaterThan(0);
      expect(get("code.function.name")).toEqual(expect.stringMatching(/./));
    }
  });

  it.for(rows)(
    "in $language hangs below the call that started it",
    async ({ find, names }, context) => {
      const program = await find();
      if (program.kind === "unavailable") {
        context.skip(`${program.name}: ${program.reason}`);
        return;
      }
      receiver.spans.length = 0;
      const done = await run(program, receiver.port, [], `00-${callerTrace}-${callerSpan}-01`);
      if (!done.ok) throw new Error(done.reason);
      expect(new Set(receiver.spans.map(each => each.traceId))).toEqual(new Set([callerTrace]));
      expect(findSpan(receiver.spans, names[0]).span.parentSpanId).toBe(callerSpan);
    },
  );

  it("of any kind is a span with its exit code, and hands its trace on", async () => {
    receiver.spans.length = 0;
    const script = "console.log(process.env.TRACEPARENT); process.exitCode = 3";
    const done = await runCommand(
      process.execPath,
      [
        join(repoRoot, "media/instrument/run/traceside"),
        "run",
        "--name",
        "the check",
        "--",
        process.execPath,
        "-e",
        script,
      ],
      { env: createEnvironment(receiver.port, `00-${callerTrace}-${callerSpan}-01`) },
    );
    expect(done.ok).toBe(false);
    const { traceId, span, detail } = findSpan(receiver.spans, "the check");
    expect([traceId, span.parentSpanId]).toEqual([callerTrace, callerSpan]);
    expect(span.status).toBe(SpanStatus.error);
    const code = detail.attributes.find(({ key }) => key === "process.exit.code")?.value;
    expect(Number(code)).toBe(3);
    expect(JSON.stringify(done)).toContain(`00-${callerTrace}-${span.spanId}-01`);
  });

  it.for(rows)("in $language that dies has told of what", async ({ find }, context) => {
    const program = await find();
    if (program.kind === "unavailable") {
      context.skip(`${program.name}: ${program.reason}`);
      return;
    }
    receiver.spans.length = 0;
    expect((await run(program, receiver.port, ["crash"])).ok).toBe(false);
    expect(receiver.spans.map(({ span }) => span.name.replace("_r", "R"))).toEqual([
      "printReceipt",
    ]);
    expect(receiver.spans[0]!.span.status).toBe(SpanStatus.error);
    expect(receiver.spans[0]!.detail.error?.message).toContain("no paper");
  });

  it.for(rows)("in $language runs where nobody listens", async ({ find }, context) => {
    const program = await find();
    if (program.kind === "unavailable") {
      context.skip(`${program.name}: ${program.reason}`);
      return;
    }
    const nobody = await findFreePort();
    const done = await run(program, nobody);
    expect(done.ok || done.reason).toBe(true);
  });
});

/** With the words, the program is one that dies. */
function run(
  { run }: InstrumentedProgram,
  port: number,
  words: readonly string[] = [],
  traceparent = "",
) {
  return runCommand(run.command, [...run.args, ...words], {
    cwd: run.cwd,
    env: createEnvironment(port, traceparent),
  });
}

function createEnvironment(port: number, traceparent: string): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_SERVICE_NAME: "shop",
    TRACEPARENT: traceparent,
  };
}

function findSpan(spans: readonly SpanRecord[], name: string): SpanRecord {
  const found = spans.find(({ span }) => span.name === name);
  if (found === undefined) {
    throw new Error(`No span ${name} among ${spans.map(({ span }) => span.name).join(", ")}`);
  }
  return found;
}
