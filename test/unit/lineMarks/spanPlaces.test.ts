/** The lines of a trace's spans are looked for once for each kind of span, and one by one where they may differ. */

import { expect, test } from "vitest";
import { findSpanPlaces } from "../../../src/features/lineMarks/spanPlaces.ts";
import type { SpanLineFinder } from "../../../src/services/windowParts.ts";
import { drawTrace } from "../drawTrace.ts";
import { never } from "../local/records.ts";

const trace = drawTrace(`
  place        ==========
    pay         ==
    pay           ==
    pay             ==!
    log               =
    log                =
`);

async function look(find: SpanLineFinder["findLines"], hasSource = true) {
  const asked: string[] = [];
  const { lines, unread } = await findSpanPlaces(
    trace,
    {
      hasSource: () => Promise.resolve(hasSource),
      findLines: async (detail, facts, signal) => {
        asked.push(`${facts.name} ${detail.spanId}`);
        return find(detail, facts, signal);
      },
    },
    never,
  );
  return { asked, unread, lines: [...lines].sort(([a], [b]) => a - b) };
}

test("one of each, and those that failed", async () => {
  const { asked, lines, unread } = await look((detail, { name }) =>
    Promise.resolve({
      ...(name !== "log" && { ran: { path: `/ws/${name}.py`, line0: 1 } }),
      ...(detail.spanId === "s4" && { error: "KeyError" }),
      isNamed: false,
    }),
  );
  expect(asked).toEqual(["place s1", "pay s2", "pay s4", "log s5"]);
  expect(unread).toBe(0);
  const pay = { ran: { path: "/ws/pay.py", line0: 1 } };
  expect(lines.slice(1, 3)).toEqual([
    [1, expect.objectContaining(pay)],
    [2, pay],
  ]);
  expect(lines[3]?.[1]).toMatchObject({ ...pay, error: "KeyError" });
});

test("none where the window has no source", async () => {
  const { asked, lines } = await look(() => Promise.resolve({ isNamed: true }), false);
  expect(asked).toEqual([]);
  expect(lines).toEqual([]);
});

test("those that name their code each for itself", async () => {
  const { asked } = await look(() => Promise.resolve({ isNamed: true }));
  expect(asked).toHaveLength(6);
});
