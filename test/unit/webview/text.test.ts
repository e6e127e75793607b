import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../src/model/problem.ts";
import { readStack } from "../../../webview/detail/stackLines.ts";
import {
  formatAgo,
  formatMoment,
  formatShare,
  formatSize,
  formatStart,
  setUtc,
} from "../../../webview/words/localText.ts";
import { describeProblem } from "../../../webview/words/problemText.ts";
import { explainAnswer } from "../../../webview/words/storeAnswers.ts";
import { findNextOf } from "../../../webview/words/traceFacts.ts";
import { setWords } from "../../../webview/words/words.ts";
import { asSpan, asSpans } from "../spanIndex.ts";

beforeAll(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
});

describe("readStack", () => {
  const rows: readonly (readonly [string, "open" | "foreign" | "text"])[] = [
    ['  File "/home/me/shop/orders.py", line 12, in place', "open"],
    ['  File "/usr/lib/python3.12/site-packages/funboost/base.py", line 9, in run', "foreign"],
    ["    raise ValueError('no')", "text"],
    ["    at place (/home/me/shop/orders.ts:12:5)", "open"],
    ["    at node:internal/process/task_queues:95:5", "text"],
    ["    at /home/me/node_modules/x/lib.js:3:1", "foreign"],
    ["\tat shop.Orders.place(Orders.java:12)", "open"],
    ["\tat java.base/java.lang.Thread.run(Thread.java:840)", "foreign"],
    ["\t/home/me/shop/orders.go:12 +0x1d", "open"],
    ["orders.rb:12:in 'place'", "open"],
    ["   at Shop.Place() in C:\\shop\\Orders.cs:line 12", "open"],
    ["Traceback (most recent call last):", "text"],
    ["ValueError: at 12:30 no stock", "text"],
  ];
  it.each(rows)("%s is %s", (text, expected) => {
    const [line] = readStack(text);
    expect(line?.isForeign ? "foreign" : line?.isFrame ? "open" : "text").toBe(expected);
  });
});

describe("words", () => {
  it("has something to say of every problem, and counts the spans", () => {
    const problems: readonly Problem[] = [
      { code: "missingParent", parentId: "00f067aa0ba902b7", spans: [asSpan(1)] },
      {
        code: "missingParent",
        parentId: "00f067aa0ba902b7",
        spans: [asSpan(1), asSpan(2), asSpan(3)],
      },
      { code: "selfParent", spans: [asSpan(1)] },
      { code: "cycle", spans: [asSpan(1), asSpan(2)] },
      { code: "duplicateSpan", spanId: "b", spans: [asSpan(1), asSpan(2)] },
      { code: "noStart", spans: [asSpan(1)] },
      { code: "endBeforeStart", byNs: 2_000_000, spans: [asSpan(1)] },
      { code: "queuedAfterStart", byNs: 3_000_000_000, spans: [asSpan(1)] },
      { code: "noSpanId", spans: [asSpan(1)] },
      { code: "cutAt", limit: 10_000, store: "mongo", spans: [] },
      { code: "storeNote", store: "mongo", text: "No index.", spans: [] },
      { code: "noTraceContext", store: "mongo", spans: [asSpan(1)] },
      { code: "noParents", store: "mongo", spans: [] },
    ];
    const texts = problems.map(problem => describeProblem(problem).what);
    expect(new Set(texts).size).toBe(problems.length);
    expect(texts.join("\n")).not.toMatch(/\{\d\}|undefined/);
    expect(texts[1]).toBe("The parent 00f067aa…02b7 of 3 spans is missing.");
    expect(texts[6]).toBe("A span ended 2 ms before it started.");
    expect(texts[9]).toBe("mongo holds more than 10,000 spans of this trace.");
  });

  it("takes the display language's words where there are any", () => {
    setWords({ "A span has no id.": "一个 span 没有 id。" });
    expect(describeProblem({ code: "noSpanId", spans: [asSpan(1)] }).what).toBe(
      "一个 span 没有 id。",
    );
    setWords({});
  });

  it("says why a store failed", () => {
    const failure = { code: "storeTimeout", store: "jaeger", afterMs: 5_000 } as const;
    expect(explainAnswer({ kind: "failed", store: "jaeger", failure })).toBe(
      "jaeger did not answer in 5 s.",
    );
  });
});

describe("numbers in words", () => {
  it.each([
    [0, 10, "0 %"],
    [0.01, 10, "< 1 %"],
    [3.4, 10, "34 %"],
    [1, 0, "0 %"],
    [Number.NaN, 10, "0 %"],
  ])("%d of %d is %s", (part, whole, expected) => {
    expect(formatShare(part, whole)).toBe(expected);
  });

  it.each([
    [12, "12 characters"],
    [2_140, "2.14 kB"],
    [1_000_000, "1.0 MB"],
  ])("%d characters are %s", (length, expected) => {
    expect(formatSize(length)).toBe(expected);
  });

  it.each([
    [0, "now"],
    [42_000, "42 seconds ago"],
    [180_000, "3 minutes ago"],
    [86_400_000, "yesterday"],
    [-5_000, "in 5 seconds"],
  ])("%d ms before now is %s", (beforeMs, expected) => {
    expect(formatAgo(1_700_000_000_000 - beforeMs, 1_700_000_000_000)).toBe(expected);
  });
});

describe("findNextOf", () => {
  it.each([
    [[2, 5], undefined, 2],
    [[2, 5], 2, 5],
    [[2, 5], 3, 5],
    [[2, 5], 5, 2],
    [[], 1, undefined],
  ])("of %j after %s is %s", (spans, selected, expected) => {
    expect(findNextOf(asSpans(spans), selected === undefined ? selected : asSpan(selected))).toBe(
      expected,
    );
  });
});

it("writes moments with their zone, and in UTC when asked to", () => {
  const unixMs = Date.UTC(2026, 2, 1, 23, 30, 5, 250);
  setUtc(true);
  try {
    expect(formatMoment(unixMs)).toMatch(/Mar 1, 2026.*11:30:05\.250\sPM UTC/);
    expect(formatStart(unixMs, unixMs + 1_000)).toMatch(/^11:30:05\sPM UTC$/);
    // Twelve hours have no leading zero.
    const afternoonMs = unixMs - 8 * 3_600_000;
    expect(formatStart(afternoonMs, unixMs)).toMatch(/^3:30:05\sPM UTC$/);
    expect(formatStart(unixMs, unixMs + 3_600_000)).toMatch(/^Mar 1.*UTC$/);
  } finally {
    setUtc(false);
  }
  expect(formatMoment(unixMs)).toMatch(/:05\.250\s.*[A-Z]/);
});
