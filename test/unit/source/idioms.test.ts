/** Every program of the corpus: the first place that is offered for its span is the marked line. */

import { expect, test } from "vitest";
import { idioms } from "../../corpus/idioms.ts";
import { mappedIdioms } from "../../corpus/projectIdioms.ts";
import { judge } from "../../corpus/judge.ts";

test.each(idioms)("$title", async idiom => {
  const { expected, found } = await judge(idiom);
  expect(found).toBe(expected);
});

test.each(mappedIdioms)(
  "A statement that a mapper made is sure of no place: $title",
  async idiom => {
    expect((await judge(idiom)).isSure).toBe(false);
  },
);
