/** The tool `runs_of_code`: how often functions ran, how long they took, and how they failed. */

import { getRunFacts, type RunColumns, type RunStatistics } from "../analysis/runFacts.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { countOf, QUOTE_NOTE, quote, writeWithin } from "./answerText.ts";
import { readSince } from "./cursor.ts";
import { agoText } from "./listedText.ts";
import { errorText, isoText } from "./rowText.ts";
import { numberOf, numberValue, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import type { RunsOfFunction } from "./toolContext.ts";
import { ToolRefusal } from "./toolInput.ts";

const DEFAULT_SINCE_MS = 3_600_000;
/** The slowest is looked for among so many of the newest. */
const LOOKED_AT = 500;

export const runsOfCode: ToolHandler = async call => {
  const { context, values, signal, limit } = call;
  const fromUnixMs = readFrom(call);
  const found = await context.findRuns(readQuery(call), signal);
  const counted = found.functions
    .map(each => ({ each, runs: sliceRuns(each.runs, fromUnixMs) }))
    .filter(({ runs }) => runs.startUnixMs.length > 0)
    .sort((a, b) => b.runs.startUnixMs.length - a.runs.startUnixMs.length);
  const listed = counted.slice(0, numberOf(values, "limit"));
  const blocks: (readonly string[])[] = [];
  for (const { each, runs } of listed) blocks.push(await describe(call, each, runs, fromUnixMs));
  const since = `since ${isoText(fromUnixMs)}`;
  if (listed.length === 0) {
    return writeWithin(limit, 1, () => ({
      head: `0 runs ${since}; why:`,
      lines: [
        found.functions.length > 0
          ? `${countOf(found.functions.length, "function")} fit and ran earlier: ask with a longer since.`
          : found.known > 0
            ? `No span leads to this code with certainty; ${countOf(found.known, "other function")} of this workspace ran. A function without a span of its own has no runs: look at its callers.`
            : "No span in the embedded store leads to a function of this workspace with certainty.",
        "Counted are runs in the embedded store alone.",
      ],
    }));
  }
  return writeWithin(limit, blocks.length, shown => ({
    head: `${countOf(counted.length, "function")} ran ${since}; shown ${shown}, most runs first${shown < counted.length ? "; more: limit, line, function" : ""}; next: get_trace(id)`,
    lines: [
      QUOTE_NOTE,
      "Counted are runs in the embedded store alone.",
      ...(found.isLimited ? ["There are too many operations: some are not counted."] : []),
      ...blocks.slice(0, shown).flat(),
    ],
  }));
};

function readFrom({ context, values }: ToolCall): number {
  const since = textValue(values, "since");
  const nowMs = context.now();
  const fromUnixMs = since === undefined ? nowMs - DEFAULT_SINCE_MS : readSince(since, nowMs);
  if (fromUnixMs === undefined) throw new ToolRefusal("since must be like 15m or an ISO time");
  return fromUnixMs;
}

function readQuery({ values }: ToolCall): { file: string; line1?: number } | { function: string } {
  const name = textValue(values, "function");
  const file = textValue(values, "file");
  const line1 = numberValue(values, "line");
  if (name !== undefined) return { function: name };
  if (file === undefined) throw new ToolRefusal("name a file, with a line, or a function");
  return line1 === undefined ? { file } : { file, line1 };
}

async function describe(
  { context, signal }: ToolCall,
  each: RunsOfFunction,
  runs: RunColumns,
  fromUnixMs: number,
): Promise<readonly string[]> {
  const facts = getRunFacts(runs, context.now());
  const [newest, failed] = await Promise.all([
    each.listRuns(LOOKED_AT, signal),
    each.readLastFailed(signal),
  ]);
  const there = newest.filter(({ startUnixMs }) => startUnixMs >= fromUnixMs);
  const slowest = there.toSorted((a, b) => b.durationMs - a.durationMs)[0];
  const isRecent = failed !== undefined && failed.startUnixMs >= fromUnixMs;
  const place =
    isRecent &&
    (await context.findPlace(
      failed.detail,
      { name: failed.name, service: "", queue: "", kind: 0 },
      signal,
    ));
  return [
    `${each.path}:${each.line1} ${quote(each.name)}: ${facts === undefined ? "no runs" : statisticsText(facts.all)}${runs.isCut ? " (older runs are not counted)" : ""}`,
    ...(facts?.trend === undefined || Math.abs(facts.trend) < 0.1
      ? []
      : [
          `  its newest runs are ${Math.round(Math.abs(facts.trend) * 100)} % ${facts.trend > 0 ? "slower" : "faster"} than those before`,
        ]),
    ...(slowest === undefined
      ? ["  none of their traces is still there"]
      : [
          `  slowest${newest.length === LOOKED_AT ? ` of the newest ${LOOKED_AT}` : ""}: ${msText(slowest.durationMs)}, trace ${slowest.traceId}, span ${quote(slowest.spanId)}`,
        ]),
    ...(there[0] === undefined
      ? []
      : [
          `  last: ${msText(there[0].durationMs)}, ${agoText(context.now() - there[0].startUnixMs)}${there[0].isError ? ", failed" : ""}, trace ${there[0].traceId}`,
        ]),
    ...(isRecent
      ? [
          `  last failure: ${agoText(context.now() - failed.startUnixMs)}, ${errorText(failed.detail, true, 200) || "no message"}${place ? `, at ${place.path}:${place.line1}` : ""}, trace ${failed.traceId}`,
        ]
      : []),
  ];
}

function statisticsText({ count, errors, p50Ms, p95Ms }: RunStatistics): string {
  return `${countOf(count, "run")}, ${countOf(errors, "error")}, p50 ${msText(p50Ms)}, p95 ${msText(p95Ms)}`;
}

function msText(ms: number): string {
  return formatDuration(ms * NS_PER_MS);
}

function sliceRuns(runs: RunColumns, fromUnixMs: number): RunColumns {
  const found = runs.startUnixMs.findIndex(startMs => startMs >= fromUnixMs);
  const from = found < 0 ? runs.startUnixMs.length : found;
  return {
    startUnixMs: runs.startUnixMs.slice(from),
    trace: runs.trace.slice(from),
    durationMs: runs.durationMs.slice(from),
    failed: runs.failed.slice(from),
    // Older runs that were left out matter only where they would have counted.
    isCut: runs.isCut && from === 0,
  };
}
