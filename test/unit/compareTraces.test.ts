/** Two runs, or one against several, as drawings. */

import { describe, expect, it } from "vitest";
import { analyseTrace, type AnalysedTrace } from "../../src/analysis/analysedTrace.ts";
import { compareTraces } from "../../src/analysis/compareTraces.ts";
import { toIndexArray } from "../../src/base/indexArray.ts";
import { drawTrace } from "./drawTrace.ts";
import { allocateSpanColumns } from "../../src/model/spanColumns.ts";
import { asSpans } from "./spanIndex.ts";

const analyse = (drawing: string): AnalysedTrace => analyseTrace(drawTrace(drawing).columns);

function check(before: readonly string[], after: string, expected: readonly string[]): void {
  const later = analyse(after);
  const { rows, rowOfSpan } = compareTraces(before.map(analyse), later);
  const lines = rows.map(({ name, depth, change, isImplied, before: from, after: to }) => {
    const calls = `${from?.calls ?? 0} → ${to?.calls ?? 0}`;
    return `${"  ".repeat(depth)}${name} ${calls} ${change ?? "same"}${isImplied ? " too" : ""}`;
  });
  expect(lines).toEqual(expected);
  // Every span of the later trace stands in the row of its own name.
  rowOfSpan.forEach((row, span) => {
    expect(rows[row]!.name).toBe(later.columns.strings[later.columns.name[span]!]);
    expect(rows[row]!.after).toBeDefined();
  });
}

describe("a comparison", () => {
  it("tells what is new, missing, more often, slower and newly failing, where it is", () => {
    check(
      [
        `
        order       ================
          SELECT     =
          charge       ==
          mail            ==
            SMTP           =
          price             =
      `,
      ],
      `
        order       ==========================
          SELECT     =
          SELECT      =
          charge       ==!
          price          ======
          audit                ==
            log                =
      `,
      [
        "order 1 → 1 slower",
        "  SELECT 1 → 2 moreOften",
        "  charge 1 → 1 failing",
        "  price 1 → 1 slower",
        "  audit 0 → 1 new",
        "    log 0 → 1 new too",
        "  mail 1 → 0 missing",
        "    SMTP 1 → 0 missing too",
      ],
    );
  });

  it("tells what became better", () => {
    check(
      [
        `
        order       ====================
          charge     ==!
          price          ==========
          SELECT                   =
          SELECT                    =
      `,
      ],
      `
        order       ====================
          charge     ==
          price          ==
          SELECT                   =
      `,
      [
        "order 1 → 1 slower",
        "  charge 1 → 1 recovered",
        "  price 1 → 1 faster",
        "  SELECT 2 → 1 lessOften",
      ],
    );
  });

  it("finds nothing between a trace and itself", () => {
    const drawing = `
      order       ==========
        charge     ==!
        charge        ==
        send @q       ..====
    `;
    check([drawing], drawing, ["order 1 → 1 same", "  charge 2 → 2 same", "  send 1 → 1 same"]);
  });

  it("holds one run against what several did: what any of them did is usual", () => {
    const run = (price: string): string => `
      order       ====================
        price      ${price}
    `;
    const before = [run("=="), run("======"), run("===")];
    check(before, run("======"), ["order 1 → 1 same", "  price 1 → 1 same"]);
    check(before, run("============"), ["order 1 → 1 faster", "  price 1 → 1 slower"]);
    // One of three had it: neither new nor missing.
    const bare = "order       ====================";
    check([bare, bare, run("==")], run("=="), ["order 1 → 1 same", "  price 0 → 1 same"]);
    check([bare, run("=="), run("==")], bare, ["order 1 → 1 same", "  price 1 → 0 missing"]);
  });

  it("gives the lengths of both, the median of several", () => {
    const { beforeNs, afterNs, runs } = compareTraces(
      [analyse("a   =="), analyse("a   ===="), analyse("a   ========")],
      analyse("a   ==="),
    );
    expect([runs, beforeNs / 1e6, afterNs / 1e6]).toEqual([3, 4, 3]);
  });

  it("compares chains deeper than a call stack", () => {
    const count = 50_000;
    const { columns } = drawTrace("a   =");
    const chain = analyseTrace({
      ...columns,
      count,
      ...allocateSpanColumns(count),
      parent: toIndexArray(asSpans(Array.from({ length: count }, (_, i) => i - 1))),
      endNs: new Float64Array(count).fill(5),
      name: new Int32Array(count).fill(1),
    });
    const { rows } = compareTraces([chain], chain);
    expect(rows.length).toBe(count);
    expect(rows.some(({ change }) => change !== undefined)).toBe(false);
  });
});
