/**
 * How well faults are found: precision and recall of each detector over planted faults, and, where TRACESIDE_DATA names the
 * folder of public traces, how many alarms its ordinary traces raise, with each alarm on standard error to be looked at.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { analyseTrace } from "../../src/analysis/analysedTrace.ts";
import type { Answer, AnswerCode } from "../../src/analysis/answers/answer.ts";
import { findAnswers } from "../../src/analysis/answers/findAnswers.ts";
import type { Trace } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import { summarise, type Bench } from "../harness/measure.ts";
import { dataFolder, listData } from "../publicTraces.ts";
import { readTraces } from "../readTraces.ts";
import { judgeAnswers } from "./judgeAnswers.ts";

const TRACES_OF_EACH = 200;
/** Above this an analysis of 100,000 spans is not for the page's main thread. */
const SIZES = [10_000, 100_000];

/** What proposes a fault; a failure, an idle time and where the time went are told by the trace itself. */
const alarms: ReadonlySet<AnswerCode> = new Set([
  ...(["repeatedCalls", "retries", "queueWait", "serialCalls"] as const),
  ...(["lostContext", "slowStart", "stillQueued"] as const),
]);

/**
 * The alarms in public traces that have been looked at and are right: the calls that they tell of are there, one for each
 * thing. Every other alarm counts as false.
 */
const rightAlarms: readonly {
  readonly code: AnswerCode;
  readonly file: RegExp;
  readonly name: RegExp;
  /** Why it is right. */
  readonly because: string;
}[] = [
  {
    code: "repeatedCalls",
    file: /^nezha\//,
    name: /ProductCatalogService\/GetProduct$/,
    because: "the shop's page asks for each recommended product by itself",
  },
  {
    code: "repeatedCalls",
    file: /^nezha\//,
    name: /CurrencyService\/Convert$/,
    because: "the price of each product is converted by itself",
  },
  {
    code: "repeatedCalls",
    file: /^nezha\//,
    name: /^HTTP POST$/,
    because: "the search for trips asks for the free seats of each trip, one after the other",
  },
  {
    code: "repeatedCalls",
    file: /^jaeger-ui\//,
    name: /^GetDriver$/,
    because: "HotROD reads each driver by itself, on purpose",
  },
];

export const bench: Bench = async report => {
  for (const { fault, found, missed, false: wrong, notes } of judgeAnswers(TRACES_OF_EACH)) {
    report(summarise(`${fault}: recall`, "%", [(100 * found) / (found + missed)]));
    report(summarise(`${fault}: precision`, "%", [(100 * found) / Math.max(1, found + wrong)]));
    for (const note of notes) console.error(`${fault}: ${note}`);
  }
  await measureSizes(report);
  reportPublicTraces(report);
};

async function measureSizes(report: Parameters<Bench>[0]): Promise<void> {
  const { makeTrace } = await import("./makeTrace.ts");
  const { buildTrace } = await import("../../src/model/traceBuilder.ts");
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  for (const spans of SIZES) {
    const inputs = [...makeTrace({ spans })].map(({ span }) => span);
    const { columns, problems } = buildTrace("made", [{ store: "made", spans: inputs, details }]);
    const samples = Array.from({ length: 5 }, () => {
      const startMs = performance.now();
      findAnswers(analyseTrace(columns, problems), Date.now());
      return performance.now() - startMs;
    });
    report(summarise(`all answers, ${spans} spans`, "ms", samples));
  }
}

function reportPublicTraces(report: Parameters<Bench>[0]): void {
  let traces = 0;
  let alarmed = 0;
  let misled = 0;
  const counts = new Map<string, number>();
  for (const file of listData()) {
    for (const trace of readAll(file)) {
      if (trace.columns.count < 2) continue;
      traces += 1;
      const answers = findAnswers(analyseTrace(trace.columns, trace.problems), Date.now());
      const raised = answers.filter(({ code }) => alarms.has(code));
      const { strings, name, traceId, count } = trace.columns;
      const nameOf = (answer: Answer): string => strings[name[answer.spans[0]!]!] ?? "";
      const isRight = (answer: Answer): boolean =>
        rightAlarms.some(
          each =>
            each.code === answer.code && each.file.test(file) && each.name.test(nameOf(answer)),
        );
      if (raised.length > 0) alarmed += 1;
      if (!raised.every(isRight)) misled += 1;
      for (const answer of raised) {
        const { code, certainty, spans, costNs } = answer;
        counts.set(code, (counts.get(code) ?? 0) + 1);
        const cost = Number.isNaN(costNs) ? "" : formatDuration(costNs);
        console.error(
          `${file} ${traceId} (${count} spans): ${code} ${certainty} ${nameOf(answer)} ×${spans.length} ${cost}`,
        );
      }
    }
  }
  if (traces === 0) return;
  report(summarise("public traces of two spans or more", "traces", [traces]));
  report(summarise("public traces with a proposed fault", "traces", [alarmed]));
  report(summarise("public traces with a false alarm", "%", [(100 * misled) / traces]));
  for (const [code, count] of counts) report(summarise(`public: ${code}`, "answers", [count]));
}

/** Files that are refused are held elsewhere. */
function readAll(file: string): readonly Trace[] {
  try {
    return readTraces(readFileSync(join(dataFolder, file)), file);
  } catch {
    return [];
  }
}
