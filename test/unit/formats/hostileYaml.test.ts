/** Files of one piece again and again: YAML that nests for ever is refused before its parser meets it, other text is read in time. */

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
  ["anchors", "&a ".repeat(66_000)],
  ["anchors and tags", "&a\n  !b\n  ".repeat(20_000)],
  ["brackets", "[".repeat(390_000)],
  ["braces", "{a: ".repeat(90_000)],
  ["indentation", Array.from({ length: 800 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
])("%s", (_name, nested) => {
  expect(read(`resourceSpans:\n  ${nested}`)).toContain("nested deeper than 100");
});

/** An expression that reads a line in two ways takes two to the power of the lines, and vitest ends a test. */
test.each(["\n", " \n", "# \n", "#\n", "---\n", "--- \n", "\r\n", "\t\n \n"])(
  "many lines of %j before what is no trace",
  line => {
    expect(read(`${line.repeat(5_000)}name: no trace\n`)).toContain("of no known trace format");
    expect(read(`${line.repeat(100)}resourceSpans: []\n`)).toContain("without any span");
  },
);

/** Work that grows with the square of the file would not end in time. */
test.each(["{}\n", "[]\n", '{"a":1}\n', "[\n", "{},", "at {\n", '"\n', "[[]", "\n"])(
  "a file of nothing but %j is read in time",
  piece => {
    expect(read(piece.repeat(Math.ceil(200_000 / piece.length)))).toContain("unreadableFile");
  },
);
