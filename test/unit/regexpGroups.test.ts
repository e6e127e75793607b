/** The oldest editor servers that we run in have Node 22, which refuses a regular expression with two groups of one name. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "../harness/paths.ts";

test("no line of the source names two groups alike", () => {
  const twice = globSync("{src,webview}/**/*.ts", { cwd: repoRoot }).flatMap(path =>
    readFileSync(join(repoRoot, path), "utf8")
      .split("\n")
      .filter(line => {
        const names = Array.from(line.matchAll(/\(\?<([A-Za-z]\w*)>/g), ([, name]) => name);
        return new Set(names).size < names.length;
      })
      .map(line => `${path}: ${line.trim()}`),
  );
  expect(twice).toEqual([]);
});
