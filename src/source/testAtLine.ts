/** The test at a line, and the words that run it alone with its runner. Pure; starts nothing. */

import type { SymbolFact } from "./fileFacts.ts";
import { getLanguage } from "./languages.ts";
import { readOutline } from "./outline.ts";
import { listTestTitles } from "./testTitles.ts";

export const testRunners = [
  "pytest",
  "vitest",
  "mocha",
  "playwright",
  "go",
  "maven",
  "gradle",
] as const;
export type TestRunner = (typeof testRunners)[number];

/** A test, and the words that name it to its runner, behind those that start the runner. */
export interface TestAtLine {
  readonly runner: TestRunner;
  readonly name: string;
  readonly args: readonly string[];
}

export interface TestedFile {
  /** From the folder that the runner is started in, with `/`. */
  readonly path: string;
  readonly text: string;
}

export function findTestAtLine(
  { path, text }: TestedFile,
  line0: number,
  runner: TestRunner,
): TestAtLine | undefined {
  // By the text and not by the index, which may not have come to a new file yet.
  const symbols = readOutline(getLanguage(path) ?? "text", text);
  switch (runner) {
    case "pytest": {
      const test = findFunction(symbols, line0, /^test/u);
      const names = test && [...test.owner.split("."), test.name].filter(name => name !== "");
      return names && { runner, name: names.join("."), args: [[path, ...names].join("::")] };
    }
    case "go": {
      const test = findFunction(symbols, line0, /^Test/u);
      return test && { runner, name: test.name, args: ["-run", `^${test.name}$`, "."] };
    }
    case "maven":
    case "gradle": {
      const test = findFunction(symbols, line0, /./u);
      if (test === undefined || !isAnnotated(text, test.line0)) return undefined;
      const type = test.owner.replaceAll(".", "$");
      const args =
        runner === "maven"
          ? ["-q", "test", `-Dtest=${type}#${test.name}`]
          : ["test", "--tests", `${test.owner}.${test.name}`];
      return { runner, name: `${test.owner}.${test.name}`, args };
    }
    default: {
      const test = listTestTitles(text).findLast(each => each.line0 <= line0);
      if (test === undefined) return undefined;
      const { title } = test;
      // Behind it stands what a table or a template fills in.
      const [fixed = ""] = title.split(/%[sdifjoO#]|\$/u);
      const pattern = fixed.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
      const args = {
        vitest: ["run", path, "-t", pattern],
        mocha: [path, "--grep", pattern],
        playwright: ["test", `${path}:${String(test.line0 + 1)}`],
      }[runner];
      return { runner, name: title, args };
    }
  }
}

/** The innermost around the line, or around that of its decorators. */
function findFunction(
  symbols: readonly SymbolFact[],
  line0: number,
  name: RegExp,
): SymbolFact | undefined {
  return symbols
    .filter(each => each.kind === "function" && name.test(each.name))
    .filter(each => each.line0 - MAX_DECORATION_LINES <= line0 && line0 <= each.endLine0)
    .sort((a, b) => distance(a, line0) - distance(b, line0) || b.line0 - a.line0)[0];
}

/** Decorators and annotations stand so far above a function. */
const MAX_DECORATION_LINES = 3;

/** 0 where the line lies in the function. */
function distance({ line0: from }: SymbolFact, line0: number): number {
  return Math.max(0, from - line0);
}

/** Whether it is a test of JUnit, as `@Test` or another annotation in the lines above says. */
function isAnnotated(text: string, line0: number): boolean {
  const lines = text.split(/\r?\n/u).slice(Math.max(0, line0 - MAX_DECORATION_LINES), line0 + 1);
  return lines.some(line => /@\w*Test\w*\b/u.test(line));
}
