import { describe, expect, it } from "vitest";
import type { SpanInput } from "../../../src/model/span.ts";
import type { TraceColumns } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { carryOver, getShiftNs } from "../../../webview/carryOver.ts";

const MS = 1_000_000n;

/** `name start parent`, in milliseconds; the id is the name and the start. */
function build(...rows: readonly string[]): TraceColumns {
  const spans = rows.map((row, i): SpanInput => {
    const [name = "", start = "0", parent] = row.split(" ");
    const startUnixNs = 1_700_000_000_000n * MS + BigInt(start) * MS;
    return {
      spanId: `${name}${start}#${i}`,
      name,
      startUnixNs,
      endUnixNs: startUnixNs + MS,
      ...(parent !== undefined && { parentSpanId: parent }),
    };
  });
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return buildTrace("t", [{ store: "drawn", spans, details }]).columns;
}

function nameOf(columns: TraceColumns, span: number): string {
  return columns.strings[columns.name[span]!]!;
}

describe("carryOver", () => {
  it("finds spans again after others came between and before them", () => {
    const before = build("order 10", "pay 20 order10#0", "mail 40 order10#0");
    const after = build(
      "order 10",
      "pay 20 order10#0",
      "stock 30 order10#0",
      "mail 40 order10#0",
      "gateway 5",
    );
    const found = carryOver(before, after, [0, 1, 2]);
    expect([...found.keys()].map(old => nameOf(before, old))).toEqual(["order", "pay", "mail"]);
    expect([...found.values()].map(now => nameOf(after, now))).toEqual(["order", "pay", "mail"]);
    expect([...found.values()]).not.toEqual([0, 1, 2]);
    expect(getShiftNs(before, after)).toBe(-5e6);
  });

  it("leaves out what is gone, and looks for nothing that was not asked for", () => {
    const before = build("order 10", "pay 20 order10#0");
    const after = build("order 10");
    expect([...carryOver(before, after, [0, 1])]).toEqual([[0, 0]]);
    expect([...carryOver(before, after, [])]).toEqual([]);
  });

  it("tells spans of one name and start apart by their order", () => {
    const before = build("row 10", "row 10", "row 10");
    const after = build("row 10", "row 10", "row 10", "first 1");
    expect([...carryOver(before, after, [2])]).toEqual([[2, 3]]);
  });
});
