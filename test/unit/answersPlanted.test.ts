/** Faults of known place in made traces: nearly all are found, and nearly nothing else is. */

import { expect, it } from "vitest";
import { judgeAnswers } from "../perf/judgeAnswers.ts";

it.each(judgeAnswers(40))("$fault is found, and only where it is", judgement => {
  const { found, missed, notes } = judgement;
  expect(found / (found + missed), `recall: ${notes.join(", ")}`).toBeGreaterThanOrEqual(0.95);
  const precision = found / (found + judgement.false);
  expect(precision, `precision: ${notes.join(", ")}`).toBeGreaterThanOrEqual(0.95);
});
