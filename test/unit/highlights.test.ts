import { describe, expect, it } from "vitest";
import { buildHighlights } from "../../src/analysis/highlights.ts";
import { buildSelfTimes, getTraceEndNs, getTraceStartNs } from "../../src/analysis/times.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import { SpanKind, SpanStatus, type SpanInput } from "../../src/model/span.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";

/**
 * One row a span, indented below its parent; `.` waits, `=` runs, `!` ends in failure, `>` still runs. A column is one
 * nanosecond. What is before the slash is its queue: such a span is a task, run by another worker.
 */
function draw(drawing: string) {
  const rows = drawing.split("\n").filter(row => row.trim() !== "");
  const indent = Math.min(...rows.map(row => row.search(/\S/)));
  const path: string[] = [];
  const spans = rows.map((row, i): SpanInput => {
    const match = /^(\s*)(\S+)\s*\|(\s*)([.]*)([=]*)([!>]?)$/.exec(row.slice(indent));
    if (match === null) throw new Error(`Not a row: ${row}`);
    const [, margin = "", label = "", lead = "", wait = "", run = "", mark = ""] = match;
    const [queue, name = ""] = label.includes("/") ? label.split("/") : [undefined, label];
    const depth = margin.length / 2;
    path.length = depth;
    path.push(`s${i}`);
    const queued = 1_000_000 + lead.length;
    const start = queued + wait.length;
    return {
      spanId: `s${i}`,
      ...(depth > 0 && { parentSpanId: path[depth - 1] }),
      name,
      service: "shop",
      ...(queue !== undefined && { queue, kind: SpanKind.consumer }),
      ...(wait !== "" && { queuedUnixNs: BigInt(queued) }),
      startUnixNs: BigInt(start),
      ...(mark !== ">" && { endUnixNs: BigInt(start + run.length + mark.length) }),
      status: mark === "!" ? SpanStatus.error : SpanStatus.ok,
    };
  });
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  const { columns } = buildTrace("t", [{ store: "drawn", spans, details }]);
  const tree = buildTree(columns);
  const bounds = { startNs: getTraceStartNs(columns), endNs: getTraceEndNs(columns) };
  const selfNs = buildSelfTimes(columns, tree, bounds.endNs);
  const nameOf = (span: number): string => columns.strings[columns.name[span]!]!;
  return { columns, selfNs, bounds, nameOf };
}

function check(drawing: string, expected: string, limit = 5): void {
  const { columns, selfNs, bounds, nameOf } = draw(drawing);
  const found = buildHighlights(columns, selfNs, bounds, limit);
  expect(found.groups.reduce((sum, group) => sum + group.selfNs, 0)).toBe(found.workNs);
  expect(found.groups.reduce((sum, group) => sum + group.spans, 0)).toBe(columns.count);
  const string = (index: number): string => columns.strings[index]!;
  const lines = [
    `work ${found.workNs} idle ${found.idleNs}`,
    `groups ${found.groups.map(each => `${string(each.group)} ${each.selfNs}`).join(", ")}`,
    `operations ${found.operations
      .map(each => `${string(each.name)} x${each.spans} ${each.selfNs} worst ${each.worstSelfNs}`)
      .join(", ")} of ${found.operationCount}`,
    `waits ${found.waits.map(each => `${nameOf(each.span)} ${each.waitNs}`).join(", ")} of ${found.waitCount}, ${found.totalWaitNs}`,
    `failed ${found.failures.all.map(nameOf).join(", ")} first ${
      found.failures.first === undefined ? "none" : nameOf(found.failures.first)
    }`,
  ];
  expect(lines.join("\n")).toBe(
    expected
      .trim()
      .split("\n")
      .map(line => line.trim())
      .join("\n"),
  );
}

describe("highlights", () => {
  it("sums self times by queue and by name, waits apart, and names the idle clock", () => {
    check(
      `
      orders/place    |..====
        orders/pack   |   ......===
        orders/pack   |   ........====
        mail/send     |      ..=
      `,
      `work 12 idle 4
       groups orders 11, mail 1
       operations pack x2 7 worst 4, place x1 4 worst 4, send x1 1 worst 1 of 3
       waits pack 8, pack 6, place 2, send 2 of 4, 18
       failed  first none`,
    );
  });

  it("counts a synchronous child once, not for its parent too", () => {
    check(
      `
      get     |==========
        read  |  ====
        read  |    ====
      `,
      `work 12 idle 0
       groups shop 12
       operations read x2 8 worst 4, get x1 4 worst 4 of 2
       waits  of 0, 0
       failed  first none`,
    );
  });

  it("takes for the cause the failed span with none failed below it that ended first", () => {
    check(
      `
      order     |=============!
        reserve |  ===========!
          stock |     ===!
        mail    |  ========!
        price   | =
      `,
      `work 23 idle 0
       groups shop 23
       operations mail x1 9 worst 9, reserve x1 8 worst 8, stock x1 4 worst 4, order x1 1 worst 1, price x1 1 worst 1 of 5
       waits  of 0, 0
       failed order, reserve, stock, mail first stock`,
    );
  });

  it("keeps the longest waits only, and the sum of all", () => {
    check(
      `
      q/a   |.=
      q/b   |...=
      q/c   |..=
      q/d   |....=
      `,
      `work 4 idle 1
       groups q 4
       operations a x1 1 worst 1, c x1 1 worst 1 of 4
       waits d 4, b 3 of 4, 10
       failed  first none`,
      2,
    );
  });

  it("counts a running span to the end of the trace, and lets a failure that ended come first", () => {
    check(
      `
      q/slow |==>
      q/bad  | ====!
      `,
      `work 11 idle 0
       groups q 11
       operations slow x1 6 worst 6, bad x1 5 worst 5 of 2
       waits  of 0, 0
       failed bad first bad`,
    );
  });

  it("has nothing to say of an empty trace", () => {
    const { columns, selfNs, bounds } = draw("");
    expect(buildHighlights(columns, selfNs, bounds, 5)).toEqual({
      workNs: 0,
      idleNs: 0,
      groups: [],
      operations: [],
      operationCount: 0,
      waits: [],
      waitCount: 0,
      totalWaitNs: 0,
      failures: { first: undefined, all: [] },
    });
  });
});
