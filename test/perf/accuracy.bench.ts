/** How many spans of the corpus lead to their line: of all, by rule, by language and by framework. */

import { idioms } from "../corpus/idioms.ts";
import { judge, type Verdict } from "../corpus/judge.ts";
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
  for (const idiom of idioms) {
    const { verdict, rule, language } = await judge(idiom);
    const framework = idiom.title.split(",")[0] ?? idiom.title;
    for (const group of ["all", `rule ${rule}`, `language ${language}`, `framework ${framework}`]) {
      count(group, verdict);
    }
  }
  for (const [group, counts] of groups) {
    for (const verdict of verdicts) {
      const spans = counts.get(verdict) ?? 0;
      if (spans === 0 && group !== "all") continue;
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
