/** Holds answers against what is known of planted traces: right ones, missed ones, false ones, by detector. */

import { analyseTrace } from "../../src/analysis/analysedTrace.ts";
import type { Answer, AnswerCode } from "../../src/analysis/answers/answer.ts";
import { findAnswers } from "../../src/analysis/answers/findAnswers.ts";
import { faults, makePlantedTrace, type Fault } from "./plantedFaults.ts";

export interface Judgement {
  readonly fault: Fault;
  readonly found: number;
  readonly missed: number;
  readonly false: number;
  /** `seed fault: code` of what was missed or false. */
  readonly notes: readonly string[];
}

/** Long after every trace: nothing is still on its way. */
const NOW_UNIX_MS = Date.UTC(2026, 5, 1);
/** What is true of any trace, and no fault. */
const facts: ReadonlySet<AnswerCode> = new Set(["bottleneck", "idle"]);

/** `each` traces of every fault, and as many ordinary ones as of all faults together. */
export function judgeAnswers(each: number): readonly Judgement[] {
  const found = new Map<Fault, number>();
  const missed = new Map<Fault, number>();
  const wrong = new Map<Fault, number>();
  const notes = new Map<Fault, string[]>();
  const add = (to: Map<Fault, number>, fault: Fault, note?: string): void => {
    to.set(fault, (to.get(fault) ?? 0) + 1);
    if (note !== undefined) notes.set(fault, [...(notes.get(fault) ?? []), note]);
  };
  const planted = [
    ...faults.flatMap(fault => Array.from({ length: each }, () => fault)),
    ...Array.from({ length: each * faults.length }, () => undefined),
  ];
  planted.forEach((fault, seed) => {
    const { trace, places, alsoTrue } = makePlantedTrace(seed, fault);
    const answers = findAnswers(analyseTrace(trace.columns, trace.problems), NOW_UNIX_MS);
    const isRight = (answer: Answer): boolean =>
      answer.code === fault &&
      (answer.code === "failure" ? answer.spans.slice(0, 1) : answer.spans).some(span =>
        places.includes(trace.spanIds[span]!),
      );
    if (fault !== undefined) {
      if (answers.some(isRight)) add(found, fault);
      else add(missed, fault, `${seed} missed`);
    }
    for (const answer of answers) {
      const { code } = answer;
      if (facts.has(code) || isRight(answer) || alsoTrue.includes(code)) continue;
      if (faults.some(each => each === code)) {
        add(wrong, code as Fault, `${seed} ${fault ?? "ordinary"}: ${code}`);
      }
    }
  });
  return faults.map(fault => ({
    fault,
    found: found.get(fault) ?? 0,
    missed: missed.get(fault) ?? 0,
    false: wrong.get(fault) ?? 0,
    notes: notes.get(fault) ?? [],
  }));
}
