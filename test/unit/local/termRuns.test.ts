import { expect, it } from "vitest";
import { sortPairs } from "../../../src/stores/local/index/pairSort.ts";
import { PageCursor, PageWriter } from "../../../src/stores/local/index/segmentPage.ts";
import { addRuns, type TraceTerms } from "../../../src/stores/local/index/termRuns.ts";

/** The terms and traces of the pages, as they are read. */
function write(
  pairs: readonly (readonly [term: number, local: number])[],
  numbers: readonly number[],
  firstNew: number,
  own: TraceTerms,
): [number, number[]][] {
  const make = () => ({
    terms: Uint32Array.from(pairs, ([term]) => term),
    traces: Uint32Array.from(pairs, ([, local]) => local),
  });
  const { sorted } = sortPairs(make(), make(), pairs.length);
  const pages: Uint8Array[] = [];
  const writer = new PageWriter(1, body => pages.push(body));
  addRuns(writer, sorted, Uint32Array.from(numbers), firstNew, own);
  writer.flush();
  return pages.flatMap(body => {
    const cursor = new PageCursor(body, 1);
    const found: [number, number[]][] = [];
    while (cursor.next()) {
      const traces = new Uint32Array(cursor.count);
      cursor.readTraces(traces, 0);
      found.push([cursor.term, [...traces]]);
    }
    return found;
  });
}

it("lists each term once, in order, with all its traces in order", () => {
  // Of five traces the second and the fourth were known before, and the last is left out.
  const numbers = [10, 7, 11, 3, 0];
  const pairs = [
    [500, 0],
    [500, 1],
    [500, 2],
    [500, 3],
    [500, 4],
    [20, 3],
    [900, 4],
    [20, 1],
    [600, 2],
    [600, 2],
  ] as const;
  const own: TraceTerms = new Map([
    [5, [11, 3]],
    [600, [11, 10, 3]],
    [4_000_000_000, [10]],
  ]);
  expect(write(pairs, numbers, 10, own)).toEqual([
    [5, [3, 11]],
    [20, [3, 7]],
    [500, [3, 7, 10, 11]],
    [600, [3, 10, 11]],
    [4_000_000_000, [10]],
  ]);
});

it("writes nothing of traces that were there already", () => {
  expect(write([[7, 0]], [0], 10, new Map())).toEqual([]);
});
