/**
 * The cases of CRISP, which finds critical paths: each trace is read as CRISP's own graph has it before any path is
 * sought, span by span; where we read otherwise, the reason stands here. Passed over where the files are absent.
 */

import { expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { SpanStatus } from "../../../src/model/span.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { describeData, readData } from "../../publicTraces.ts";
import { buildTraces } from "./outline.ts";

/** What CRISP's graph has after its reading: parent and child, start and end in microseconds, `!` for an error. */
const readings: Readonly<Record<string, string>> = {
  "2": "A 0-100  A>B 10-60",
  "4": "A 0-100  A>B 10-60  B>C 20-30",
  "6": "A 0-100  A>B 10-30  A>C 40-50  A>D 60-90",
  "7": "A 0-100  A>B 10-100  B>C 40-50",
  "9": "A 0-100  A>D 60-90",
  "10": "A 0-1000  A>B 10-210  A>C 209-309  A>D 308-608",
  "12": "A 0-100  A>B 10-70  B>C 25-45!  B>D 30-50",
  "13": "A 0-100  A>B 10-70  B>C 25-45  B>D 30-50!",
  "15": "A 0-100  A>B 10-20!  A>C 25-35!  A>D 40-50!  A>E 55-65!  A>F 70-80!  A>G 85-100",
  "16": "A 0-110  A>B 10-20  A>C 15-35  A>D 30-40!  A>E 50-60!  A>F 70-100  F>G 80-90!",
  "18": "A 0-250  A>B 10-110!  B>C 30-40  B>D 50-60!  B>E 70-80!  A>F 120-220!  F>G 140-200  G>H 150-170!  G>I 180-190!",
  "19": "A 0-600  A>B 10-210!  A>C 205-305!  A>D 300-600!",
  "21": "A 0-600  A>B 10-210  A>C 205-305!  A>D 300-600!",
  "22": "A 0-300  A>B 50-100!  A>C 150-200!  A>D 250-300!",
  "24": "A 0-700  A>B 50-350  B>C 100-150!  B>D 200-250!  B>E 300-350!  A>F 400-700!  F>G 450-500!  F>H 550-600!  F>I 650-700!",
  "25": "A 0-700  A>B 50-350  B>C 100-150!  B>D 200-250!  B>E 300-350!  A>F 400-700!  F>G 450-500  F>H 550-600  F>I 650-700",
  "err_pattern1-err1": "A 0-100!  A>B 70-100!",
  "err_pattern1-err2": "A 0-100!  A>B 70-100!",
  "err_pattern3-err1": "A 0-100  A>B 0-100!  B>C 70-100!",
  "err_pattern3-err2": "A 0-100  A>B 0-100!  B>C 70-100!",
};

/** CRISP cuts a child to its parent's time, and drops one outside of it; we show what was told, and that it is odd. */
const asTold: Readonly<Record<string, string>> = {
  "7": "A 0-100  A>B 10-110  B>C 40-50",
  "9": "A 0-100  A>B 110-160  B>C 120-150  A>D 60-90",
};

const aLog =
  "a log of an error is shown as one, but a span that does not call itself failed may have caught it";
const clientsFault =
  "400 to 499 is the caller's failure, and nothing says that this span is the caller";
const grpcCode = "which of gRPC's codes are failures only the program knows";

/** Spans that failed to CRISP and not to us, by file. */
const noFailures: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "12": { C: aLog },
  "15": { D: aLog, E: aLog, F: aLog },
  "16": { E: clientsFault, G: grpcCode },
  "18": { F: aLog },
  "19": { B: clientsFault, C: clientsFault },
  "21": { C: clientsFault },
  "22": { B: clientsFault, C: clientsFault },
  "24": { C: clientsFault, D: clientsFault, F: clientsFault, G: clientsFault, H: clientsFault },
  "25": { C: clientsFault, D: clientsFault, F: clientsFault },
};

function expectReading(name: string, crisp: string): string {
  return (asTold[name] ?? crisp).replaceAll(
    /(\w) (\d+-\d+)!/g,
    (text, id: string, times: string) =>
      noFailures[name]?.[id] === undefined ? text : `${id} ${times}`,
  );
}

function read(name: string): Trace {
  const { records } = readTraceFile(Buffer.from(readData(`uber-crisp/${name}.json`)), {
    ...{ store: "file", path: name, nowUnixMs: 0 },
  });
  const [trace] = buildTraces(records);
  return trace!;
}

/** A start of zero would be none: it is the first nanosecond. */
const toMicros = (ns: number): number => Math.floor(ns / 1e3);

function drawReading({ columns, spanIds }: Trace): string {
  const { parent, startNs, endNs, status, count } = columns;
  return Array.from({ length: count }, (_, span) => {
    const above = parent[span]!;
    const path = above < 0 ? spanIds[span]! : `${spanIds[above]!}>${spanIds[span]!}`;
    const error = status[span] === SpanStatus.error ? "!" : "";
    return {
      id: spanIds[span]!,
      text: `${path} ${toMicros(startNs[span]!)}-${toMicros(endNs[span]!)}${error}`,
    };
  })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ text }) => text)
    .join("  ");
}

describeData("CRISP", () => {
  it.each(Object.entries(readings))("%s", (name, reading) => {
    expect(drawReading(read(name))).toBe(expectReading(name, reading));
  });
});
