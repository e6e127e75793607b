/** Every answer has a sentence of its own, with nothing left to fill in. */

import { expect, it, vi } from "vitest";
import { analyseTrace } from "../../../src/analysis/analysedTrace.ts";
import { findAnswers } from "../../../src/analysis/answers/findAnswers.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { describeTraceAnswer } from "../../../webview/words/answerText.ts";
import { faults, makePlantedTrace } from "../../perf/plantedFaults.ts";

vi.stubGlobal("document", { documentElement: { lang: "en" } });

it("is written for every planted fault", () => {
  const live = { watched: [], polled: [], isReading: false };
  const written = new Map<string, string>();
  for (const [seed, fault] of faults.entries()) {
    const { trace } = makePlantedTrace(seed, fault);
    const { columns, problems } = trace;
    const summary = { revision: 1, traceId: "t", problems, answers: [], sources: [], live };
    const loaded = loadTrace({ ...summary, detailsRevision: 0 }, columns);
    for (const answer of findAnswers(analyseTrace(columns, problems), Date.now())) {
      const { text, note, cost } = describeTraceAnswer(loaded, answer);
      written.set(answer.code, text);
      expect(`${text} ${note}`).not.toMatch(/\{\d\}|undefined|NaN/);
      expect(cost === "" || /\d/.test(cost)).toBe(true);
      // No number stands in the sentence and beside it.
      for (const part of cost.split(" · ").filter(Boolean)) expect(text).not.toContain(part);
    }
  }
  expect([...written.keys()]).toEqual(expect.arrayContaining([...faults]));
  expect(new Set(written.values()).size).toBe(written.size);
});
