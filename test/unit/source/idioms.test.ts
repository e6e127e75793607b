/** Every program of the corpus: the first place that is offered for its span is the marked line. */

import { expect, test } from "vitest";
import { idioms } from "../../corpus/idioms.ts";
import { judge } from "../../corpus/judge.ts";

test.each(idioms)("$title", async idiom => {
  const { expected, found } = await judge(idiom);
  expect(found).toBe(expected);
});
