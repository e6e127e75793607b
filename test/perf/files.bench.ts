/** Every file of the folder of real traces, as a table: how it opens, or why it is refused. */

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { getFailure } from "../../src/model/failure.ts";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import type { Bench } from "../harness/measure.ts";
import { summarise } from "../harness/measure.ts";
import { dataFolder, hasData } from "../publicTraces.ts";
import { buildTraces, countRecords } from "../unit/formats/outline.ts";

export const bench: Bench = report => {
  if (!hasData) throw new Error("TRACESIDE_DATA names no folder of public traces.");
  const files = globSync("*/*", { cwd: dataFolder }).sort();
  const perMegabyte: number[] = [];
  let opened = 0;
  for (const file of files) {
    const bytes = readFileSync(join(dataFolder, file));
    const start = performance.now();
    const row = readRow(file, bytes);
    const tookMs = performance.now() - start;
    if (row.isTrace) {
      opened += 1;
      if (bytes.length > 50_000) perMegabyte.push((tookMs * 1024 * 1024) / bytes.length);
    }
    console.log([file.padEnd(72), ...row.cells, `${tookMs.toFixed(1)} ms`].join("  "));
  }
  report(summarise("files that open", "files", [opened]));
  report(summarise("files that are refused with a reason", "files", [files.length - opened]));
  report(summarise("reading and building, files over 50 kB", "ms/MB", perMegabyte));
  return Promise.resolve();
};

function readRow(file: string, bytes: Uint8Array) {
  try {
    const read = readTraceFile(bytes, {
      store: basename(file),
      path: file,
      nowUnixMs: Date.now(),
    });
    const problems = buildTraces(read.records).flatMap(trace => trace.problems);
    const kinds = [...new Set(problems.map(problem => problem.code))].sort();
    const counts = countRecords(read.records);
    return { isTrace: true, cells: [read.format.padEnd(32), counts.padEnd(18), kinds.join(" ")] };
  } catch (error) {
    const failure = getFailure(error);
    if (failure?.code !== "unreadableFile") throw error;
    return { isTrace: false, cells: [`refused: ${failure.reason}`] };
  }
}
