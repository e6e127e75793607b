/** YAML that nests for ever is refused before its parser meets it. */

import { expect, test } from "vitest";
import { getFailure } from "../../../src/model/failure.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";

function read(text: string): string {
  try {
    const { problems } = readTraceFile(Buffer.from(text), {
      store: "file",
      path: "x.yaml",
      nowUnixMs: 0,
    });
    return problems.map(problem => JSON.stringify(problem)).join();
  } catch (error) {
    return JSON.stringify(getFailure(error) ?? String(error));
  }
}

test.each([
  ["explicit keys", "? ".repeat(195_000)],
  ["lists in one line", "- ".repeat(195_000)],
  ["brackets", "[".repeat(390_000)],
  ["braces", "{a: ".repeat(90_000)],
  ["indentation", Array.from({ length: 800 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
])("%s", (_name, nested) => {
  expect(read(`resourceSpans:\n  ${nested}`)).toContain("nested deeper than 100");
});
