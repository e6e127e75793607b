/** What stands on the extension's page of the README: pictures that load, links that lead somewhere. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "../../harness/paths.ts";
import { embedPictures } from "../../harness/shippedReadme.ts";

const readLetters = (path: string): Uint8Array => Buffer.from(path);

test.each([
  ["![A trace](media/a.png)", "![](data:image/png;base64,bWVkaWEvYS5wbmc=)\n\n*A trace.*"],
  ["![A trace](./b.GIF)", "![](data:image/gif;base64,Li9iLkdJRg==)\n\n*A trace.*"],
  ["see [the guide](docs/guide.md), and", "see the guide, and"],
  ["[site](https://example.org) [part](#part)", "[site](https://example.org) [part](#part)"],
  ["![far](https://example.org/a.png)", "![far](https://example.org/a.png)"],
  ["`[a](b)` and\n```\n[c](d)\n```", "`[a](b)` and\n```\n[c](d)\n```"],
])("%s", (markdown, shipped) => {
  expect(embedPictures(markdown, readLetters)).toBe(shipped);
});

test("a picture that the page would refuse is refused when it is packed", () => {
  expect(() => embedPictures("![A trace](media/a.svg)", readLetters)).toThrow("media/a.svg");
});

test("the README has no relative target left, and its pictures are small", () => {
  const markdown = readFileSync(join(repoRoot, "README.md"), "utf8");
  const shipped = embedPictures(markdown, path => readFileSync(join(repoRoot, path)));
  const targets = [...shipped.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  expect(targets.filter(target => !/^(?:https:|data:|#)/.test(target))).toEqual([]);
  expect(targets.filter(target => target.startsWith("data:")).length).toBeGreaterThanOrEqual(2);
  // A page of this size opens at once.
  expect(shipped.length).toBeLessThan(1.5 * 2 ** 20);
});
