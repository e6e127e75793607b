/** The bounds of every answer over traces of any size, and the truth of its first line, held against the store. */

import { afterAll, describe, expect, test } from "vitest";
import { SpanStatus } from "../../../src/model/span.ts";
import { DEFAULT_CHARS, MAX_CHARS, MAX_LINE_CHARS } from "../../../src/tools/answerText.ts";
import { Tools } from "../../../src/tools/runTool.ts";
import { traceViews } from "../../../src/tools/toolTable.ts";
import { makeTrace } from "../../perf/makeTrace.ts";
import { createContext, MemoryStore } from "./memoryStore.ts";

const never = new AbortController().signal;

/** Rows of an answer, which begin with their number. */
function listRows(text: string): readonly number[] {
  return [...text.matchAll(/^ *#(\d+) /gm)].map(match => Number(match[1]));
}

describe.each([100, 1_000, 10_000, 100_000])("a trace of %i spans", spans => {
  const records = [...makeTrace({ spans, seed: 7 })];
  const traceId = records[0]!.traceId;
  const errors = records.filter(({ span }) => span.status === SpanStatus.error).length;
  const other = [...makeTrace({ spans, seed: 8 })];
  const store = new MemoryStore([...records, ...other]);
  const tools = new Tools(
    createContext([store], {
      placeOf: name => ({
        path: `src/${name}.py`,
        file: `/ws/src/${name}.py`,
        line1: 40,
        isSure: true,
        reason: "named",
      }),
    }),
  );
  afterAll(() => tools.dispose());

  const run = async (name: string, input: object, budget?: number): Promise<string> => {
    const { text, isError } = await tools.run(name, input, never, budget);
    expect(isError, text).toBe(false);
    expect(text.length).toBeLessThanOrEqual(MAX_CHARS);
    const longest = Math.max(...text.split("\n").map(line => line.length));
    expect(longest).toBeLessThanOrEqual(MAX_LINE_CHARS);
    return text;
  };

  test.each(traceViews)(
    "the view %s is bounded and tells the whole in its first line",
    async view => {
      const text = await run("get_trace", { id: traceId, view });
      expect(text.length).toBeLessThanOrEqual(DEFAULT_CHARS);
      const [head = ""] = text.split("\n");
      expect(head).toContain(`${spans} spans, ${errors} error`);
      const most = await run("get_trace", { id: traceId, view, max_rows: 200, depth: 100 });
      expect(most.split("\n")[0]).toContain(`${spans} spans, ${errors} error`);
    },
  );

  test("as many rows as it says are shown, with every row above them", async () => {
    for (const input of [{}, { max_rows: 200, depth: 100 }, { max_rows: 5 }]) {
      const text = await run("get_trace", { id: traceId, view: "tree", ...input });
      const shown = Number(/shown (\d+) of/.exec(text)?.[1]);
      const rows = text.split("\n").filter(line => /^ *#\d+ /.test(line));
      expect(rows).toHaveLength(shown);
      expect(listRows(text)[0]).toBe(1);
      const indents = rows.map(row => /^ */.exec(row)![0].length);
      indents.forEach((indent, at) => {
        expect(indent).toBeLessThanOrEqual((indents[at - 1] ?? -2) + 2);
      });
    }
  });

  test("a token budget is honoured", async () => {
    const text = await run("get_trace", { id: traceId, view: "tree" }, 700);
    expect(text.length).toBeLessThanOrEqual(2_100);
    expect(text.split("\n")[0]).toContain(`${spans} spans`);
    expect(text).toContain("#1 ");
  });

  test("spans, logs and lists are bounded too", async () => {
    await run("get_spans", { trace: traceId, rows: [1, 2, 3, 50], value_chars: 8_000 });
    await run("get_logs", { trace: traceId, limit: 200 });
    const list = await run("find_traces", {});
    expect(list).toMatch(/^2 traces, all that fit/);
    await run("wait_for_trace", { after: "2020-01-01", settle_ms: 0 });
    await run("show", { trace: traceId, row: 3 });
  });
});
