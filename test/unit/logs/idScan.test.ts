/** Ids in the bytes of a log, however they are cut into pieces. */

import { expect, test } from "vitest";
import { IdScan } from "../../../src/logs/idScan.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const span = "b7ad6b7169203331";
const uuid = "0190a000-0000-7000-8000-00000000DEAD";

function scan(text: string, piece = Infinity): string[] {
  const found: string[] = [];
  const ids = new IdScan(line =>
    found.push(`${line.line0} ${line.ids.join(" ")}: ${line.readText()}`),
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) {
    ids.push(Buffer.from(bytes.subarray(at, Math.min(bytes.length, at + piece))));
  }
  ids.end();
  return found;
}

const text = [
  `INFO started`,
  `INFO trace_id=${trace} span_id=${span} é`,
  `WARN task ${uuid}\r`,
  `sha ${trace}00 and x${trace} and ${trace}x and ${uuid}9 are none`,
  `twice ${trace} ${trace.toUpperCase()}`,
  ``,
  `traceparent: 00-${trace}-${span}-01 on 2026-05-04T12:00:01`,
  `x-${trace}- deadbeef-${span} ${uuid}-7 a${uuid}`,
  `last ${span}`,
].join("\n");
const expected = [
  `1 ${trace} ${span}: INFO trace_id=${trace} span_id=${span} é`,
  `2 ${uuid.toLowerCase().replaceAll("-", "")}: WARN task ${uuid}`,
  `4 ${trace}: twice ${trace} ${trace.toUpperCase()}`,
  `6 ${trace} ${span}: traceparent: 00-${trace}-${span}-01 on 2026-05-04T12:00:01`,
  `7 ${trace} ${span} ${uuid.toLowerCase().replaceAll("-", "")}: x-${trace}- deadbeef-${span} ${uuid}-7 a${uuid}`,
  `8 ${span}: last ${span}`,
];

test.each([Infinity, 1_000, 7, 1])("in pieces of %s bytes", piece => {
  expect(scan(text, piece)).toEqual(expected);
});

test("for counts traces and tasks alone, the same text for the same id", () => {
  const found: (readonly string[])[] = [];
  const ids = new IdScan(line => found.push(line.ids), "counts");
  const digits = uuid.toLowerCase().replaceAll("-", "");
  ids.push(Buffer.from(`${text}\n${digits.toUpperCase()} ${trace}`));
  ids.end();
  expect(found).toEqual([
    ...[[trace], [digits], [trace], [trace], [trace, digits]],
    [digits, trace],
  ]);
});

test("ids that share a place in the cache stay apart", () => {
  const made = Array.from({ length: 40_000 }, (_, i) =>
    ((i * 2654435761) >>> 0).toString(16).padStart(8, "0").repeat(4),
  );
  const found: string[] = [];
  const ids = new IdScan(line => found.push(...line.ids), "counts");
  for (let turn = 0; turn < 2; turn += 1) ids.push(Buffer.from(`${made.join("\n")}\n`));
  expect(found).toEqual([...made, ...made]);
});

test("a line that does not end is let go, and what comes behind it is found", () => {
  const found: number[] = [];
  const ids = new IdScan(({ line0 }) => found.push(line0));
  const piece = Buffer.alloc(700_000, "x");
  for (let i = 0; i < 20; i += 1) ids.push(piece);
  ids.push(Buffer.from(`\n${trace}\n`));
  ids.end();
  expect(found).toEqual([1]);
});
