/** The page's worker begins here: pure analyses of the columns that it is given. Knows no DOM. */

import { analyseTrace } from "../../src/analysis/analysedTrace.ts";
import { findAnswers } from "../../src/analysis/answers/findAnswers.ts";
import { compareTraces } from "../../src/analysis/compareTraces.ts";
import { tabulate } from "../../src/analysis/operations.ts";
import type { AnalysisApi } from "../../src/protocol/analysisWorker.ts";
import { connectPeer } from "../../src/threads/rpc.ts";

const api: AnalysisApi = {
  analyse: (columns, problems, nowUnixMs) => {
    const trace = analyseTrace(columns, problems);
    const { critical } = trace;
    return Promise.resolve({
      answers: findAnswers(trace, nowUnixMs),
      rows: tabulate(trace),
      critical,
    });
  },
  compare: (before, after) =>
    Promise.resolve(
      compareTraces(
        before.map(columns => analyseTrace(columns)),
        analyseTrace(after),
      ),
    ),
};

connectPeer(
  {
    post: message => {
      self.postMessage(message);
    },
    listen: onMessage => {
      const listener = (event: MessageEvent): void => {
        onMessage(event.data);
      };
      self.addEventListener("message", listener);
      return {
        dispose: () => {
          self.removeEventListener("message", listener);
        },
      };
    },
  },
  api,
  // The caller is told, and reports it.
  () => undefined,
);
