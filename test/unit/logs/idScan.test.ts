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

test("a line that does not end is let go, and what comes behind it is found", () => {
  const found: number[] = [];
  const ids = new IdScan(({ line0 }) => found.push(line0));
  const piece = Buffer.alloc(700_000, "x");
  for (let i = 0; i < 20; i += 1) ids.push(piece);
  ids.push(Buffer.from(`\n${trace}\n`));
  ids.end();
  expect([found, ids.lines]).toEqual([[1], 2]);
});
