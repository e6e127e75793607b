/** ELK's own worker, from the text that `dist/elkWorker.js` brings: a webview can start a worker from a blob only. */

import { loadScript } from "../kit/loadScript.ts";

declare global {
  /** Until the first worker is made of it. */
  var elkWorkerText: string | undefined;
}

let url: Promise<string> | undefined;

/** Rejects where the code cannot be had; a later call tries again. */
export async function createElkWorker(): Promise<Worker> {
  url ??= loadCode().catch((error: unknown) => {
    url = undefined;
    throw error;
  });
  return new Worker(await url);
}

async function loadCode(): Promise<string> {
  await loadScript("elkWorker.js");
  const text = globalThis.elkWorkerText ?? "";
  globalThis.elkWorkerText = undefined;
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
