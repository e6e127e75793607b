/**
 * How long the tools for coding agents take over traces of 100 to 100,000 spans: each tool and each view, asked again and
 * again, as the 95th percentile. Above 300 ms an agent waits for the tool, and the run ends with an error.
 */

import { traceViews } from "../../src/tools/toolTable.ts";
import { Tools } from "../../src/tools/runTool.ts";
import { summarise, type Bench } from "../harness/measure.ts";
import { createContext, MemoryStore } from "../unit/tools/memoryStore.ts";
import { makeTrace } from "./makeTrace.ts";

const SIZES = [100, 1_000, 10_000, 100_000];
const ROUNDS = 20;
const MOST_MS = 300;

export const bench: Bench = async report => {
  const slow: string[] = [];
  for (const spans of SIZES) {
    const records = [...makeTrace({ spans, seed: 7 })];
    const other = [...makeTrace({ spans, seed: 8 })];
    const [id, trace] = [records[0]!.traceId, records[0]!.traceId];
    const tools = new Tools(
      createContext([new MemoryStore([...records, ...other])], {
        placeOf: name => ({ path: `src/${name}.py`, line1: 40, isSure: true, reason: "named" }),
      }),
    );
    const questions: readonly (readonly [string, object])[] = [
      ...traceViews.map(view => ["get_trace", { id, view, max_rows: 200, depth: 100 }] as const),
      ["get_spans", { trace, rows: [1, 2, 3, 50], value_chars: 8_000 }],
      ["get_logs", { trace, limit: 200 }],
      ["compare_traces", { trace, with: other[0]!.traceId, max_rows: 100 }],
      ["runs_of_code", { file: "src/pay.py", line: 40 }],
      ["show", { trace, row: 3 }],
    ];
    for (const [name, input] of questions) {
      const view = "view" in input ? ` ${String(input.view)}` : "";
      const figure = `${name}${view}, ${spans} spans`;
      const samples: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const startMs = performance.now();
        await tools.run(name, input, new AbortController().signal);
        samples.push(performance.now() - startMs);
      }
      const p95 = samples.toSorted((a, b) => a - b)[Math.ceil(ROUNDS * 0.95) - 1]!;
      report(summarise(figure, "ms", samples));
      if (p95 > MOST_MS) slow.push(`${figure}: ${p95.toFixed(0)} ms`);
    }
    tools.dispose();
  }
  if (slow.length > 0) throw new Error(`Above ${MOST_MS} ms at p95: ${slow.join("; ")}`);
};
