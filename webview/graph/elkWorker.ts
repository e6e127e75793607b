/** ELK's own worker file, embedded: a webview can start a worker from a blob only. */

import workerText from "text:elkjs/lib/elk-worker.min.js";

let url: string | undefined;

export function createElkWorker(): Worker {
  url ??= URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
  return new Worker(url);
}
