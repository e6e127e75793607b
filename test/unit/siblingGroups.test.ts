import { describe, expect, it } from "vitest";
import {
  buildGroupedRows,
  buildSiblingGroups,
  findLeaders,
  findShown,
  listGroupsToOpen,
} from "../../src/analysis/siblingGroups.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import { loadTrace, ViewState } from "../../webview/panel/state.ts";
import { drawTrace } from "./drawTrace.ts";
import { quiet } from "./webview/quiet.ts";
import { asSpan, asSpans } from "./spanIndex.ts";

const repeat = (count: number, line: string): string => `${line}\n`.repeat(count);

function read(drawing: string) {
  const { columns, problems } = drawTrace(drawing);
  const tree = buildTree(columns);
  const groups = buildSiblingGroups(columns, tree);
  const nameOf = (span: number): string => `${columns.strings[columns.name[span]!]!}${span}`;
  const rows = (open: readonly number[] = [], folded: readonly number[] = []): string =>
    Array.from(
      buildGroupedRows(
        columns.count,
        tree,
        new Set(asSpans(folded)),
        groups,
        findLeaders(groups, asSpans(open)),
      ),
      nameOf,
    ).join(" ");
  return { columns, tree, groups, rows, problems };
}

describe("siblings that are alike", () => {
  it("are one row from five on, though others stand between", () => {
    const five = read(`
  order     ==============
    SELECT   =
    SELECT    =
    render     =
    SELECT      =
    SELECT       =
    SELECT        =
`);
    expect(five.rows()).toBe("order0 SELECT1 render3");
    expect(five.rows([4])).toBe("order0 SELECT1 SELECT2 render3 SELECT4 SELECT5 SELECT6");
    expect(five.rows([], [0])).toBe("order0");
    expect(read(`  order  =====\n${repeat(4, "    SELECT   =")}`).groups.members.size).toBe(0);
  });

  it("are of one name, service, queue and kind, with alike calls below", () => {
    const mixed = read(
      `  order  =====\n` +
        repeat(4, "    SELECT #a   =") +
        repeat(4, "    SELECT #b   =") +
        repeat(4, "    SELECT @q   =") +
        repeat(4, "    load        =\n      item      =") +
        repeat(4, "    load        =\n      item      =\n      item      ="),
    );
    expect(mixed.groups.members.size).toBe(0);
    const deep = read(`  order  =====\n${repeat(5, "    load        =\n      item      =")}`);
    expect(deep.rows()).toBe("order0 load1");
    expect(deep.rows([3])).toBe(
      "order0 load1 item2 load3 item4 load5 item6 load7 item8 load9 item10",
    );
  });

  it("may be roots, and groups may stand in groups", () => {
    const outer = repeat(5, `  load   =====\n${repeat(5, "    item    =")}`.trimEnd());
    const nested = read(outer);
    expect(nested.rows()).toBe("load0");
    expect(nested.rows([6])).toBe(
      "load0 item1 load6 item7 load12 item13 load18 item19 load24 item25",
    );
    const { columns, groups } = nested;
    const open = (spans: readonly number[]) => findLeaders(groups, asSpans(spans));
    expect(findShown(asSpan(9), columns, groups, open([]))).toBe(0);
    expect(findShown(asSpan(9), columns, groups, open([6]))).toBe(7);
    expect(findShown(asSpan(9), columns, groups, open([6, 7]))).toBe(9);
    expect(listGroupsToOpen(asSpan(9), columns, groups)).toEqual([7, 0]);
    // A leader's own row is there already.
    expect(listGroupsToOpen(asSpan(0), columns, groups)).toEqual([]);
  });

  it("are looked at once, of 20,000 calls of one parent", () => {
    const many = read(`  order  =====\n${repeat(20_000, "    SELECT   =")}`);
    expect(many.groups.members.get(asSpan(1))).toHaveLength(20_000);
    expect(many.rows()).toBe("order0 SELECT1");
  });

  it("open when a span in them is looked for", () => {
    const { columns, problems } = read(`  order  =====\n${repeat(6, "    SELECT   =")}`);
    const state = new ViewState();
    const summary = { revision: 1, traceId: "t", problems, answers: [], ...quiet };
    state.trace.set(loadTrace(summary, columns));
    state.unfoldTo(asSpan(1));
    expect([...state.openGroups.value]).toEqual([]);
    state.unfoldTo(asSpan(4));
    expect([...state.openGroups.value]).toEqual([1]);
    state.openGroups.set(new Set());
    state.openGroupsBelow(asSpan(0));
    expect([...state.openGroups.value]).toEqual([1]);
  });
});
