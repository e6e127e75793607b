/** The answers to the page's questions about the trace that it gave last: what several of them need is built once. Pure. */

import { analyseTrace, type AnalysedTrace } from "../../src/analysis/analysedTrace.ts";
import { findAnswers } from "../../src/analysis/answers/findAnswers.ts";
import {
  buildCallGraph,
  buildCallGraphSource,
  type CallGraphSource,
} from "../../src/analysis/callGraph.ts";
import { noWishes } from "../../src/analysis/callGraphFold.ts";
import { compareTraces } from "../../src/analysis/compareTraces.ts";
import { indexCriticalPath, markCritical } from "../../src/analysis/criticalPath.ts";
import { tabulate } from "../../src/analysis/operations.ts";
import type { AnalysisApi, TraceNumber } from "../../src/protocol/analysisWorker.ts";

/** `letOthersIn` resolves when the questions that came meanwhile have been answered. */
export function createAnalysisApi(letOthersIn: () => Promise<void>): AnalysisApi {
  let current:
    | { readonly number: TraceNumber; readonly analyse: (nowNs?: number) => AnalysedTrace }
    | undefined;
  let source: CallGraphSource | undefined;
  return {
    take: (number, columns, problems) => {
      let analysed: AnalysedTrace | undefined;
      current = {
        number,
        analyse: nowNs =>
          nowNs === undefined
            ? (analysed ??= analyseTrace(columns, problems))
            : analyseTrace(columns, problems, nowNs),
      };
      source = undefined;
      return Promise.resolve();
    },
    // Questions of the graph are short, and who asks them waits: they go before what is read in a minute.
    analyse: async (number, nowUnixMs, nowNs) => {
      await letOthersIn();
      if (current?.number !== number) return undefined;
      const trace = current.analyse(nowNs);
      await letOthersIn();
      const answers = findAnswers(trace, nowUnixMs);
      await letOthersIn();
      return {
        answers,
        rows: tabulate(trace),
        critical: indexCriticalPath(trace.critical),
        isCritical: markCritical(trace.critical),
      };
    },
    openCallGraph: (number, mode, selected) => {
      if (current?.number !== number) return Promise.resolve(undefined);
      const { columns, selfNs, endNs } = current.analyse();
      source = buildCallGraphSource(columns, selfNs, endNs, mode);
      const { count, parent, pathOfSpan } = source.paths;
      const graph = buildCallGraph(source, {
        ...noWishes,
        selected: selected === undefined ? undefined : pathOfSpan[selected],
      });
      return Promise.resolve({ paths: { count, parent, pathOfSpan }, graph, selected });
    },
    foldCallGraph: (number, mode, wishes, limits) => {
      const isOpen = current?.number === number && source?.mode === mode;
      return Promise.resolve(
        isOpen && source !== undefined ? buildCallGraph(source, wishes, limits) : undefined,
      );
    },
    compare: (before, after) =>
      Promise.resolve(
        compareTraces(
          before.map(columns => analyseTrace(columns)),
          analyseTrace(after),
        ),
      ),
  };
}
