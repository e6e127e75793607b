/** ELK's own worker, from the text that `dist/elkWorker.js` brings: a webview can start a worker from a blob only. */

declare global {
  /** Until the first worker is made of it. */
  var elkWorkerText: string | undefined;
}

let url: string | undefined;

export function createElkWorker(): Worker {
  const text = globalThis.elkWorkerText ?? "";
  globalThis.elkWorkerText = undefined;
  url ??= URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new Worker(url);
}
