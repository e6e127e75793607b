/** The page holds of a large trace what it draws: counted in bytes of columns, which are the same on every machine. */

import { expect, it } from "vitest";
import type { SpanInput } from "../../../src/model/span.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { createAnalysisApi } from "../../../webview/answers/analysisApi.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { quiet } from "./quiet.ts";

const COUNT = 20_000;
const START = 1_767_225_600_000_000_000n;
const toId = (i: number): string => (i + 1).toString(16).padStart(16, "0");

function makeSpan(i: number): SpanInput {
  const startUnixNs = START + BigInt(i) * 1_000n;
  return {
    spanId: toId(i),
    parentSpanId: i === 0 ? undefined : toId(Math.floor((i - 1) / 4)),
    name: `step ${i % 50}`,
    service: `service ${i % 7}`,
    startUnixNs,
    endUnixNs: startUnixNs + 1_000_000_000n,
  };
}

/** Bytes of all that can be reached, each buffer once. */
function countBytes(...values: readonly unknown[]): number {
  const seen = new Set<unknown>();
  let bytes = 0;
  const rest = [...values];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      if (!seen.has(value.buffer)) bytes += value.buffer.byteLength;
      seen.add(value.buffer);
    } else if (value instanceof Map) rest.push(...value.values());
    else rest.push(...(Object.values(value) as unknown[]));
  }
  return bytes;
}

it("holds less than 80 bytes a span of a trace and its analysis", async () => {
  const spans = Array.from({ length: COUNT }, (_, i) => makeSpan(i));
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  const { columns } = buildTrace("t", [{ store: "drawn", spans, details }]);
  const summary = { revision: 1, traceId: "t", problems: [], answers: [], ...quiet };
  const trace = loadTrace(summary, columns);
  const api = createAnalysisApi(() => Promise.resolve());
  await api.take(1, columns, []);
  const analysis = structuredClone(await api.analyse(1, 0));
  expect(analysis?.rows).not.toHaveLength(0);
  const perSpan = countBytes(trace, analysis) / COUNT;
  expect(perSpan).toBeGreaterThan(48);
  expect(perSpan).toBeLessThan(80);
});
