/** The files that the documentation names are there, so that what is moved is moved in the documents too. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "../harness/paths.ts";

const documents = [
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...globSync("docs/*.md", { cwd: repoRoot }),
];
const folders = "{src,webview,test,media,docs}/**/*.{ts,mjs,md}";
const files = globSync(["*.{ts,mjs,md}", folders], { cwd: repoRoot }).map(
  file => `/${file.replaceAll("\\", "/")}`,
);

/** A document may name a file by the end of its path, where it has named the folder before. */
function isThere(name: string): boolean {
  return files.some(file => file.endsWith(`/${name}`));
}

test.each(documents)("%s", document => {
  const text = readFileSync(join(repoRoot, document), "utf8");
  const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|mjs))`/g)].map(
    match => match[1]!,
  );
  expect(named.filter(name => !isThere(name))).toEqual([]);
});
