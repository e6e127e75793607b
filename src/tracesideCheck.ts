/**
 * `traceside-check FILE…`: whether the traces in these files meet the expectations of the workspace. Bundled to
 * dist/tracesideCheck.cjs; needs no editor and no store.
 *
 * Exit code 0: all is met. 1: something is not. 2: it could not be checked.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { analyseTrace } from "./analysis/analysedTrace.ts";
import {
  checkExpectations,
  EXPECTATIONS_FILE,
  findExpectedRoot,
  parseExpectations,
  type ExpectationResult,
  type ExpectationsFile,
} from "./analysis/expectations.ts";
import { readTraceFile } from "./formats/traceFile.ts";
import { getFailure } from "./model/failure.ts";
import type { SpanInput } from "./model/span.ts";
import { buildTrace } from "./model/traceBuilder.ts";

const USAGE = `Usage: traceside-check [--expectations FILE] TRACE_FILE…

Holds the traces in the files, of any format that Traceside reads, against ${EXPECTATIONS_FILE}.
Exit code 0: all is met. 1: something is not met. 2: nothing could be checked.`;

/** The first in which all is there that the readers of formats are made of, as the editor's own. */
const LEAST_NODE = 22;

process.exitCode = main();

function main(): number {
  try {
    const { node } = process.versions;
    if (Number.parseInt(node) < LEAST_NODE) {
      throw new Error(`traceside-check needs Node.js ${LEAST_NODE} or newer; this is ${node}.`);
    }
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        expectations: { type: "string", default: EXPECTATIONS_FILE },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    if (positionals.length === 0) throw new Error(USAGE);
    return checkFiles(readExpectations(values.expectations), positionals);
  } catch (error) {
    console.error(describeError(error));
    return 2;
  }
}

function checkFiles(expectations: ExpectationsFile, files: readonly string[]): number {
  let [checked, broken] = [0, 0];
  for (const file of files) {
    for (const { columns, problems } of readTraces(file)) {
      const { root } = findExpectedRoot(columns);
      const results = checkExpectations(analyseTrace(columns, problems), expectations);
      if (results.length === 0) continue;
      console.log(`${root} (${columns.traceId})`);
      for (const result of results) {
        console.log(`  ${result.isMet ? "ok  " : "FAIL"} ${describe(result)}`);
      }
      checked += results.length;
      broken += results.filter(({ isMet }) => !isMet).length;
    }
  }
  if (checked === 0) {
    throw new Error("No trace in these files has a root that anything is expected of.");
  }
  console.log(`${broken} of ${checked} expectations not met`);
  return broken > 0 ? 1 : 0;
}

function readExpectations(path: string): ExpectationsFile {
  const parsed = parseExpectations(parseJson(path, readFileSync(path, "utf8")));
  if ("wrong" in parsed) throw new Error([path, ...parsed.wrong].join("\n  "));
  return parsed.file;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: ${describeError(error)}`, { cause: error });
  }
}

function readTraces(path: string): readonly ReturnType<typeof buildTrace>[] {
  const { records } = readTraceFile(readFileSync(path), {
    store: "file",
    nowUnixMs: Date.now(),
    path,
  });
  const byTrace = new Map<string, SpanInput[]>();
  for (const { traceId, span } of records) {
    const known = byTrace.get(traceId);
    if (known === undefined) byTrace.set(traceId, [span]);
    else known.push(span);
  }
  const details = { readDetail: () => Promise.reject(new Error("Nobody asks for details here.")) };
  return [...byTrace].map(([traceId, spans]) =>
    buildTrace(traceId, [{ store: "file", spans, details }]),
  );
}

function describe({ expectation, found }: ExpectationResult): string {
  switch (expectation.kind) {
    case "noErrors":
      return `no errors: ${found}`;
    case "mostCalls":
      return `${expectation.operation} runs at most ${expectation.calls} times: ${found}`;
    case "edge":
      return `${expectation.from} calls ${expectation.to}`;
    case "p95":
      return `p95 of ${expectation.operation} is at most ${expectation.ms} ms: ${
        Number.isNaN(found) ? "never ended" : `${Number(found.toPrecision(4))} ms`
      }`;
  }
}

function describeError(error: unknown): string {
  const failure = getFailure(error);
  if (failure?.code === "unreadableFile") return `${failure.path}: ${failure.reason}`;
  return error instanceof Error ? error.message : String(error);
}
