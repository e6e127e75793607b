import { describe, expect, it } from "vitest";
import { toRawText } from "../../../src/formats/values/attributeValues.ts";
import { parseJsonBytes } from "../../../src/formats/encodings/internedJson.ts";
import { makeRandom } from "../../perf/makeTrace.ts";
import { parseExact } from "../../../src/formats/encodings/jsonText.ts";

const parse = (text: string): { readonly value: unknown } | undefined => {
  const parsed = parseJsonBytes(Buffer.from(text));
  return parsed && { value: parsed.value };
};

const texts: readonly string[] = [
  ...["0", "-0", "1", "-1", "10", "1.5", "-1.5e-7", "1e400", "123456789012345", "1234567890123456"],
  ...["[9007199254740993]", "[-12345678901234567890]", "1E5", "0.1", '""', '"a"', "true", "false"],
  ...["null", "[]", "{}", "[[],{}]", " [ 1 ,\n\t2 ] ", '{"a":{"b":[{"c":"d"}]}}'],
  ...[
    '"\\u00e9\\n\\"\\\\"',
    '"é世界🙂"',
    '"\\ud800"',
    '{"é":"ü"}',
    '{"a":1,"a":2}',
    '{"1":1,"0":0}',
  ],
  '{"id":9007199254740993,"text":"9007199254740993","list":[1e3,12345678901234567]}',
  '{"tags":[{"key":"a","value":1},{"key":"a","value":1},{"key":"a","value":2}]}',
  '{"attributes":[{"key":"a","value":{"stringValue":"}\\"{"}},{"key":"a","value":{"stringValue":"}\\"{"}}]}',
  `{"tags":[{"key":"long","value":"${"x".repeat(400)}"},"text",[{"key":"in"}],null]}`,
  `{"name":"${"y".repeat(49)}","other":"${"z".repeat(48)}"}`,
];

describe("parseJsonBytes", () => {
  it.each(texts)("reads what the engine reads: %s", text => {
    expect(parse(text)).toEqual(parseExact(text));
  });

  it("keeps the sign of a zero", () => {
    expect(Object.is(parse("-0")?.value, -0)).toBe(true);
  });

  it("passes over a byte order mark", () => {
    expect(parse("\uFEFF[1]")).toEqual({ value: [1] });
  });

  it.each([
    ...[
      "",
      " ",
      "01",
      "-01",
      "+1",
      ".5",
      "1.",
      "1e",
      "-",
      "nul",
      "truex",
      "[1,]",
      "[,1]",
      "[1 2]",
      "{a:1}",
    ],
    ...[
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '"a',
      '"a\\"',
      '"\u0001"',
      '"\\x"',
      "[1]2",
      "{}{}",
      "[1",
      '{"a":1',
    ],
    ...["\u00a0[]", "[1,2", '"a\nb"', "1-1", "1,2", "[1]\n[2]"],
  ])("gives up where the engine refuses: %j", text => {
    expect(parse(text)).toBe(undefined);
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it("reads what nests deeper than the call stack, integers and all", () => {
    const depth = 100_000;
    const long = 1_795_262_188_594_000_123n;
    const { value } = parse(`${'{"id":1,"a":['.repeat(depth)}${long}${"]}".repeat(depth)}`) ?? {};
    let inner = value as { readonly a: readonly [unknown] };
    for (let level = 1; level < depth; level += 1) inner = inner.a[0] as typeof inner;
    expect(inner).toEqual({ id: 1, a: [`${long}`] });
  });

  it("leaves to the engine a key that would be a prototype", () => {
    expect(parse('{"__proto__":{"a":1}}')).toBe(undefined);
  });

  it("agrees with the engine on documents with a fault anywhere", () => {
    const random = makeRandom(7);
    const signs = '{}[]",:\\ 0-1.eE+atrufn\n\u0001é';
    const source = `{"spans":[${texts.slice(-5).join(",")}, {"tags":[{"key":"a","value":-1.5}]}]}`;
    for (let run = 0; run < 3_000; run += 1) {
      const at = Math.floor(random() * source.length);
      const sign = signs.charAt(Math.floor(random() * signs.length));
      const text = source.slice(0, at) + sign + source.slice(at + Math.floor(random() * 3));
      const value = parse(text);
      const wanted = parseExact(text);
      if (value === undefined) continue;
      expect(value, text).toEqual(wanted);
    }
  });

  it("tells how many fields the widest object has", () => {
    const widest = (text: string) => parseJsonBytes(Buffer.from(text))?.widest;
    expect(widest("[1]")).toBe(0);
    expect(widest('{"a":{"b":1,"c":2},"tags":[{"d":1,"e":2,"f":3}]}')).toBe(3);
  });

  it("makes an attribute once, and a span each time", () => {
    const span = '{"name":"n","tags":[{"key":"k","value":"v"}]}';
    const spans = parse(`{"spans":[${span},${span}]}`)?.value as {
      readonly spans: readonly { readonly tags: readonly object[] }[];
    };
    const [a, b] = spans.spans;
    expect(a).not.toBe(b);
    expect(a!.tags[0]).toBe(b!.tags[0]);
  });

  it("gives a large object the text that it was read from, where that is one line", () => {
    const long = { id: 1, text: "é".repeat(100) };
    const source = JSON.stringify(long).replace('"id":1', '"id": 12345678901234567890');
    const lines = JSON.stringify(long, undefined, 1);
    const [one, many] = parse(`[${source},${lines}]`)?.value as readonly object[];
    expect(toRawText(one)).toBe(source);
    expect(toRawText(many)).toBe(JSON.stringify(long));
    expect(toRawText({ ...one })).toBe(JSON.stringify(one));
  });
});
