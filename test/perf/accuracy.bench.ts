/**
 * How many spans of the corpus lead to their line, of frameworks' idioms and of programs that really ran: of all, by
 * rule, by language and by framework.
 */

import { idioms } from "../corpus/idioms.ts";
import { judge, judgeSpan, type Judgement, type Verdict } from "../corpus/judge.ts";
import { getKind, listRecordedRuns, openRun } from "../corpus/recordedRuns.ts";
import type { Bench } from "../harness/measure.ts";

const verdicts: readonly Verdict[] = [
  "right",
  "near",
  "inList",
  "sureAndWrong",
  "wrong",
  "nothing",
];

export const bench: Bench = async report => {
  const groups = new Map<string, Map<Verdict, number>>();
  const count = (group: string, verdict: Verdict): void => {
    const counts = groups.get(group) ?? new Map<Verdict, number>();
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    groups.set(group, counts);
  };
  const add = (corpus: string, framework: string, judged: Judgement): void => {
    const { verdict, rule, language } = judged;
    count(corpus, verdict);
    for (const group of [`rule ${rule}`, `language ${language}`, `framework ${framework}`]) {
      count(`${corpus}, ${group}`, verdict);
    }
  };
  for (const idiom of idioms) {
    add("idioms", idiom.title.split(",")[0] ?? idiom.title, await judge(idiom));
  }
  for (const run of listRecordedRuns()) {
    const workspace = await openRun(run);
    for (const span of run.spans) {
      const judged = await judgeSpan({ ...span, kind: getKind(span) }, span.at, workspace);
      add("runs", run.framework, judged);
      if (judged.verdict === "right") continue;
      console.error(`${judged.verdict} ${run.framework} ${span.name}: ${span.at}, ${judged.found}`);
    }
  }
  for (const [group, counts] of groups) {
    for (const verdict of verdicts) {
      const spans = counts.get(verdict) ?? 0;
      if (spans === 0 && /, /.test(group)) continue;
      report({
        figure: `${group}: ${verdict}`,
        median: spans,
        min: spans,
        max: spans,
        unit: "spans",
        runs: 1,
      });
    }
  }
};
