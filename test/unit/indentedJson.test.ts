import { describe, expect, it } from "vitest";
import { indentJson } from "../../src/base/indentedJson.ts";

const values: readonly unknown[] = [
  { a: 1, b: "two, [three]: {four}", c: [1, 2, { d: null }], e: {}, f: [], g: '\\"' },
  [[], [[]], {}, "", "\\", { "a:b": { "c,d": [true] } }],
  [{ text: "line\nbreak", sign: "\u0001" }],
];

describe("indentJson", () => {
  it.each(values)("writes as JSON.stringify indents: %j", value => {
    expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
  });

  it("keeps numbers that no double can hold", () => {
    expect(indentJson('{"id":12345678901234567890,"one":1.0}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "one": 1.0\n}',
    );
  });

  it("leaves what is on many lines, deep, long or no JSON as it is", () => {
    const deep = `${"[".repeat(14)}1${"]".repeat(14)}`;
    const long = JSON.stringify({ text: "x".repeat(70_000) });
    const many = JSON.stringify(values[0], undefined, 2);
    for (const text of ["", "plain", "[odd}", "{}", deep, long, many, "[INFO] up [ok]"]) {
      expect(indentJson(text)).toBe(text);
    }
  });

  it("indents each document of several stores", () => {
    const united = `// local\n${JSON.stringify([1])}\n\n// zipkin\n${JSON.stringify({ b: 2 })}`;
    expect(indentJson(united)).toBe('// local\n[\n  1\n]\n\n// zipkin\n{\n  "b": 2\n}');
  });
});
