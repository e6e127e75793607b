/** What stands on the extension's page of the README: no picture that does not load, links that lead somewhere. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "../../harness/paths.ts";
import { toShippedReadme } from "../../harness/shippedReadme.ts";

test.each([
  ["One.\n\n![A trace](media/a.png)\n\nTwo.", "One.\n\nTwo."],
  ["see [the guide](docs/guide.md), and", "see the guide, and"],
  ["[the guide](docs/guide.md)\n\nTwo", "the guide\n\nTwo"],
  ["[site](https://example.org) [part](#part)", "[site](https://example.org) [part](#part)"],
  ["![far](https://example.org/a.png)", "![far](https://example.org/a.png)"],
  ["`[a](b)` and\n```\n[c](d)\n```", "`[a](b)` and\n```\n[c](d)\n```"],
])("%s", (markdown, shipped) => {
  expect(toShippedReadme(markdown)).toBe(shipped);
});

test("the README has no relative target left, and its words stand", () => {
  const markdown = readFileSync(join(repoRoot, "README.md"), "utf8");
  const shipped = toShippedReadme(markdown);
  const targets = [...shipped.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  expect(targets.filter(target => !/^(?:https:|#)/.test(target))).toEqual([]);
  const headings = markdown.match(/^#+ .*$/gm);
  expect(headings?.length).toBeGreaterThan(3);
  expect(shipped.match(/^#+ .*$/gm)).toEqual(headings);
});
