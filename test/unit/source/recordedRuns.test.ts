/** The spans of real runs: nearly all lead to their line, and hardly any to another one for certain. */

import { expect, test } from "vitest";
import { getKind, listRecordedRuns, openRun } from "../../corpus/recordedRuns.ts";
import { judgeSpan, type Judgement } from "../../corpus/judge.ts";

/** As the issue asks of programs outside of Funboost. */
const RIGHT_FIRST = 0.92;
/** A helper's span is started in the helper, and named where it is called: the run tells one, and the search the other. */
const SURE_AND_WRONG = 0.005;

test("spans of programs that really ran", async () => {
  const all: (Judgement & { readonly span: string })[] = [];
  for (const run of listRecordedRuns()) {
    const workspace = await openRun(run);
    for (const span of run.spans) {
      const judged = await judgeSpan({ ...span, kind: getKind(span) }, span.at, workspace);
      all.push({ ...judged, span: `${run.framework} ${span.kind} ${span.name}` });
    }
  }
  const certain = all.filter(({ verdict }) => verdict === "sureAndWrong");
  expect(certain.length / all.length, JSON.stringify(certain, null, 1)).toBeLessThan(
    SURE_AND_WRONG,
  );
  const wrong = all.filter(({ verdict }) => verdict !== "right");
  expect(wrong.length / all.length, JSON.stringify(wrong, null, 1)).toBeLessThan(1 - RIGHT_FIRST);
}, 60_000);
