import { expect, test } from "vitest";
import { loadTrace, ViewState } from "../../../webview/panel/state.ts";
import { TimelineData } from "../../../webview/timeline/timelineData.ts";
import { TimelineRows } from "../../../webview/timeline/timelineRows.ts";
import { drawTrace } from "../drawTrace.ts";
import { quiet } from "../webview/quiet.ts";
import { asSpan, asSpans } from "../spanIndex.ts";

const { columns, problems } = drawTrace(`
  order     ==============
    SELECT   =
    SELECT    =
    render     =
      draw     =
    SELECT      =
    SELECT       =
    SELECT        =
`);
const data = new TimelineData(
  loadTrace({ revision: 1, traceId: "t", problems, answers: [], ...quiet }, columns),
);

test("a member of a closed group is at the group's row, though other rows stand between", () => {
  const rows = new TimelineRows(data, new ViewState());
  expect([...rows.spans]).toEqual([0, 1, 3, 4]);
  expect(asSpans([1, 2, 3, 4, 5, 7]).map(rows.rowOf)).toEqual([1, 1, 2, 3, 1, 1]);
  expect(rows.has(asSpan(1))).toBe(true);
  expect(rows.has(asSpan(5))).toBe(false);
  // @ts-expect-error The index of a row is no span's, and the compiler knows it.
  expect(rows.has(rows.rowOf(3))).toBe(false);
  expect(rows.groupOf(asSpan(1))?.members).toEqual([1, 2, 5, 6, 7]);
  expect(rows.groupOf(asSpan(3))).toBeUndefined();
  expect(rows.findOpenLeader(asSpan(5))).toBeUndefined();
});

test("members of an open group have rows, and its first leads it", () => {
  const state = new ViewState();
  state.openGroups.set(new Set(asSpans([6])));
  const rows = new TimelineRows(data, state);
  expect([...rows.spans]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(rows.groupOf(asSpan(1))).toBeUndefined();
  expect(rows.openGroupOf(asSpan(1))?.members).toHaveLength(5);
  expect(rows.findOpenLeader(asSpan(5))).toBe(1);
});

test("nothing is grouped behind a filter, under a fold or when not wanted", () => {
  const spansOf = (change: (state: ViewState) => void): number[] => {
    const state = new ViewState();
    change(state);
    const rows = new TimelineRows(data, state);
    if (rows.spans.includes(1)) expect(rows.groupOf(asSpan(1))).toBeUndefined();
    return [...rows.spans];
  };
  const all = [0, 1, 2, 3, 4, 5, 6, 7];
  expect(spansOf(state => state.passing.set(new Uint8Array(8).fill(1)))).toEqual(all);
  expect(spansOf(state => state.areAlikeGrouped.set(false))).toEqual(all);
  expect(spansOf(state => state.folded.set(new Set(asSpans([0]))))).toEqual([0]);
});
