/** The worker of the analyses, embedded: a webview can start a worker from a blob only. */

import workerText from "worker:./analysisWorker.ts";

export function createAnalysisWorker(): Worker {
  const url = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
