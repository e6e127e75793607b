/**
 * Tests of each runner, run with the modules that Instrument Project puts into projects: each is a trace that is named
 * as the test, what it called hangs below it, and the output of one that fails names its trace.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpanStatus } from "../../src/model/span.ts";
import { findFreePort, run } from "../harness/processes.ts";
import type { PeerUnavailable } from "../peers/cache.ts";
import {
  findGoTests,
  findJunit,
  findMocha,
  findPytest,
  findVitest,
  type TestRunner,
} from "../peers/testRuns.ts";
import { openMemoryReceiver, type MemoryReceiver } from "./memoryReceiver.ts";

interface Row {
  readonly runner: string;
  find(): Promise<TestRunner | PeerUnavailable>;
  /** Two that pass, and one that fails. */
  readonly names: readonly [string, string, string];
  /** A part of what tells the first apart from others of its name. */
  readonly fullName: string;
  readonly function?: string;
  /** The one that fails runs twice. */
  readonly retries?: true;
}

const titles = ["adds the prices", "of nothing is nothing", "is wrong"] as const;
const rows: readonly Row[] = [
  {
    runner: "pytest",
    find: findPytest,
    names: ["test_total[2]", "test_none", "test_wrong"],
    fullName: "test_prices.py::TestDiscount::test_none",
    function: "test_prices.TestDiscount.test_none",
  },
  { runner: "Vitest", find: findVitest, names: titles, fullName: "a discount > of nothing" },
  {
    runner: "Mocha",
    find: findMocha,
    names: titles,
    fullName: "a discount of nothing",
    retries: true,
  },
  {
    runner: "Go",
    find: findGoTests,
    names: ["TestTotal", "TestDiscount/none", "TestWrong"],
    fullName: "TestDiscount/none",
    function: "TestDiscount",
  },
  {
    runner: "JUnit",
    find: findJunit,
    names: ["addsPrices", "discountOfNothing", "isWrong"],
    fullName: "PricesTest.discountOfNothing",
    function: "PricesTest.discountOfNothing",
  },
];

describe("each test is a trace", () => {
  let receiver: MemoryReceiver;
  beforeAll(async () => {
    receiver = await openMemoryReceiver();
  });
  afterAll(() => receiver.close());

  it.for(rows)("of $runner", async (row, context) => {
    const { find, names, fullName, function: name, retries } = row;
    const runner = await find();
    if (runner.kind === "unavailable") {
      context.skip(`${runner.name}: ${runner.reason}`);
      return;
    }
    receiver.spans.length = 0;
    const { code, output } = await runTests(runner, receiver.port);
    expect(code, output).not.toBe(0);

    const roots = receiver.spans.filter(({ span }) => (span.parentSpanId ?? "") === "");
    expect(roots.map(({ span }) => span.name).sort(), output).toEqual(
      [...names, ...(retries === true ? [names[2]] : [])].sort(),
    );
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length);
    for (const { traceId, span, detail } of roots) {
      const called = receiver.spans.find(each => each.span.parentSpanId === span.spanId);
      expect([called?.span.name, called?.traceId]).toEqual(["total", traceId]);
      const isWrong = span.name === names[2];
      expect(span.status === SpanStatus.error).toBe(isWrong);
      const get = (key: string) => detail.attributes.find(each => each.key === key)?.value;
      expect(get("test.case.result.status")).toBe(isWrong ? "fail" : "pass");
      // A failure's message leads to its trace, and others say nothing.
      expect(output.includes(traceId)).toBe(isWrong);
      if (span.name !== names[1]) continue;
      expect(get("test.case.name")).toEqual(expect.stringContaining(fullName));
      if (name !== undefined) {
        expect(get("code.function.name")).toEqual(expect.stringContaining(name));
      }
    }
  });

  it.for(rows)("of $runner, which runs where nobody listens", async ({ find }, context) => {
    const runner = await find();
    if (runner.kind === "unavailable") {
      context.skip(`${runner.name}: ${runner.reason}`);
      return;
    }
    const { hung, output } = await runTests(runner, await findFreePort());
    expect(hung).toBe(false);
    expect(output).not.toMatch(/OTLPExporterError|ConnectionError|Failed to export/);
  });
});

function runTests({ run: { command, args, cwd } }: TestRunner, port: number) {
  const env = {
    ...process.env,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_SERVICE_NAME: "prices",
    // What runs these tests is no parent of theirs, nor their runner.
    ...{ TRACEPARENT: "", VITEST: "", VITEST_WORKER_ID: "", NODE_OPTIONS: "" },
  };
  return run(command, args, { cwd, env });
}
