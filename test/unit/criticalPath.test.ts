/** The critical path: drawings, and Uber's own cases where the folder of public traces has them. */

import { expect, it, test } from "vitest";
import { findCriticalPath, SegmentKind } from "../../src/analysis/criticalPath.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import { toIndexArray } from "../../src/base/indexArray.ts";
import { type SpanIndex } from "../../src/model/span.ts";
import type { TraceColumns } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { NS_PER_MS, NS_PER_US } from "../../src/model/units.ts";
import { dataFolder, describeData, listData, readData } from "../publicTraces.ts";
import { readTraces } from "../readTraces.ts";
import { createAnalysisApi } from "../../webview/answers/analysisApi.ts";
import { drawTrace } from "./drawTrace.ts";
import { allocateSpanColumns } from "../../src/model/spanColumns.ts";
import { asSpan, asSpans } from "./spanIndex.ts";

function describePath(columns: TraceColumns, of?: SpanIndex): string {
  const path = findCriticalPath(columns, buildTree(columns), of);
  const lines = Array.from(path.span, (span, i) => {
    const name = columns.strings[columns.name[span]!]!;
    const ms = (path.endNs[i]! - path.startNs[i]!) / NS_PER_MS;
    const wait = {
      [SegmentKind.run]: "",
      [SegmentKind.wait]: "wait for ",
      [SegmentKind.gap]: "gap before ",
    };
    expect(path.endNs[i], "no hole and no overlap").toBe(path.startNs[i + 1] ?? path.endNs[i]);
    return `${wait[path.kind[i] as SegmentKind]}${name} ${ms}`;
  });
  return lines.join(", ");
}

function check(drawing: string, expected: string, of?: SpanIndex): void {
  expect(describePath(drawTrace(drawing).columns, of)).toBe(expected);
}

test("the path is in the child that ended last, and between children in the parent", () => {
  check(
    `
    GET /cart      ==========
      auth          ==
      SELECT cart      =====
      log                ==
  `,
    "GET /cart 1, auth 2, GET /cart 1, SELECT cart 5, GET /cart 1",
  );
});

test("of children side by side only the one that ended last counts, down to its own children", () => {
  check(
    `
    a       ============
      b      ========
        d      ===
      c      ======
        e      ====
  `,
    "a 1, b 2, d 3, b 3, a 3",
  );
});

test("a task is left for what published it, over its wait in the queue", () => {
  check(
    `
    order       =======
      SELECT     ==
      send @mail    ....=====
        SMTP               =
  `,
    "order 1, SELECT 2, order 1, wait for send 4, send 3, SMTP 1, send 1",
  );
});

test("a wait without a publish time is no longer than its cause leaves room for", () => {
  check(
    `
    order       ===
      send @mail     =====
  `,
    "order 3, wait for send 2, send 5",
  );
});

test("a span with links is left for the cause that was done last", () => {
  check(
    `
    first       ===
    second      =====
    batch @q      ......====    link=first link=second
  `,
    "first 2, wait for batch 6, batch 4",
  );
  check(
    `
    first       ===
    second      =====
    join              ====    link=first link=second
  `,
    "second 5, gap before join 1, join 4",
  );
});

test("what outlives its parent is followed to the end of the trace, or left out of the parent's own path", () => {
  const drawing = `
    GET      ======
      read    ==
      audit     ========
  `;
  check(drawing, "GET 1, read 2, audit 8");
  check(drawing, "GET 1, read 2, audit 3", asSpan(0));
});

test("what began after its parent had ended is no part of the parent's path", () => {
  const drawing = `
    GET      =====
      audit        ===
  `;
  check(drawing, "GET 5, gap before audit 1, audit 3");
  check(drawing, "GET 5", asSpan(0));
});

test("calls in a row may overlap by less than 1 % of their parent", () => {
  const call = (name: string, startUs: number, endUs: number, parentSpanId?: string) => ({
    spanId: name,
    name,
    ...(parentSpanId !== undefined && { parentSpanId }),
    startUnixNs: BigInt(startUs + 1_000_000) * 1_000n,
    endUnixNs: BigInt(endUs + 1_000_000) * 1_000n,
  });
  const shares = (overlapUs: number): string => {
    const { columns } = buildTrace("t", [
      {
        store: "made",
        details: { readDetail: () => Promise.reject(new Error("not asked")) },
        spans: [
          call("a", 0, 1_000),
          call("b", 100, 300 + overlapUs, "a"),
          call("c", 300, 900, "a"),
        ],
      },
    ]);
    const { runNs } = findCriticalPath(columns, buildTree(columns));
    return Array.from(runNs, ns => ns / NS_PER_US).join(" ");
  };
  expect(shares(9)).toBe("200 200 600");
  expect(shares(11)).toBe("400 0 600");
});

test("what still runs holds up a trace by the clock, and not as it was when last heard of", async () => {
  const { columns } = drawTrace(`
    a   =>
      b  ==
  `);
  const api = createAnalysisApi(() => Promise.resolve());
  await api.take(1, columns, []);
  const read = async (nowNs?: number): Promise<readonly number[]> => {
    const { critical } = (await api.analyse(1, 0, nowNs))!;
    return Array.from(critical.path.endNs, ns => ns / NS_PER_MS);
  };
  expect(await read()).toEqual([1, 3]);
  expect(await read(9 * NS_PER_MS)).toEqual([1, 3, 9]);
  expect(await read(2 * NS_PER_MS), "a clock that is behind").toEqual([1, 3]);
});

test("a placeholder is a gap, and a running span goes on to the end of the trace", () => {
  check(
    `
    ?
      a       ===
      b           ==>
      c           ====
  `,
    "a 3, gap before  1, b 4",
  );
});

test("of parts that nothing joins the one that lasted longest has the path", () => {
  check(
    `
    a   =====
    b           ==
  `,
    "a 5",
  );
});

test("links in a circle and spans without length end the walk", () => {
  check(
    `
    a   ==    link=b
    b   ==    link=a
  `,
    "a 2",
  );
  check("a   |", "");
  expect(describePath(drawTrace("?\n  a   |").columns)).toBe("");
});

test("a chain of 200,000 spans and a star of 200,000 take one step a span", () => {
  for (const isChain of [true, false]) {
    const count = 200_000;
    const columns: TraceColumns = {
      ...drawTrace("a   =").columns,
      count,
      ...allocateSpanColumns(count),
      parent: toIndexArray(
        asSpans(Array.from({ length: count }, (_, i) => (isChain || i === 0 ? i - 1 : 0))),
      ),
      startNs: Float64Array.from({ length: count }, (_, i) => i),
      endNs: Float64Array.from({ length: count }, (_, i) =>
        isChain || i === 0 ? 2 * count - i : i + 1,
      ),
      name: new Int32Array(count).fill(1),
    };
    const path = findCriticalPath(columns, buildTree(columns));
    expect(path.span.length).toBe(isChain ? 2 * count - 1 : count + 1);
    expect(path.lengthNs).toBe(2 * count);
  }
});

/**
 * Cases whose times differ from CRISP's by what siblings overlap: CRISP counts it for both and takes it from the parent, so
 * that its parts are no picture of one time axis. The path itself is the same.
 */
const overlapUs: Readonly<Record<string, number>> = { "10": 2, "19": 10, "21": 10 };

describeData("critical paths of Uber's CRISP", () => {
  const files = listData("uber-crisp/*.json");
  it("has all twenty cases", () => {
    expect(files, dataFolder).toHaveLength(20);
  });
  it.each(files)("%s", file => {
    const text = readData(file);
    const { testing } = JSON.parse(text) as { testing: unknown };
    const told = (Array.isArray(testing) ? testing[0] : testing) as Record<string, unknown>;
    const expected = (told["opTimeExclusive"] ?? told) as Record<string, number>;
    // A start of 0 means "unknown" to every reader; theirs begin there.
    const shifted = text.replaceAll(
      /"startTime": (\d+)/g,
      (_, us) => `"startTime": ${Number(us) + 1e15}`,
    );
    const { columns } = readTraces(shifted)[0]!;
    const { runNs } = findCriticalPath(columns, buildTree(columns), asSpan(0));
    const found: Record<string, number> = {};
    runNs.forEach((ns, span) => {
      const at = (column: Int32Array): string => columns.strings[column[span]!]!;
      const key = `[${at(columns.service)}] ${at(columns.name)}`;
      if (ns > 0) found[key] = (found[key] ?? 0) + Math.round(ns / NS_PER_US);
    });
    const positive = Object.entries(expected).filter(([, us]) => us > 0);
    const difference =
      positive.reduce((sum, [key, us]) => sum + Math.abs(us - found[key]!), 0) +
      Object.entries(found).reduce((sum, [key, us]) => sum + (expected[key] ? 0 : us), 0);
    expect(difference).toBe((overlapUs[/(\w+)\.json$/.exec(file)?.[1] ?? ""] ?? 0) * 2);
  });
});
