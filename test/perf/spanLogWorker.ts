/** A thread that keeps what it is sent, like the collector's, and answers each request when it is on disk. */

import { parentPort, workerData } from "node:worker_threads";
import { openSpanLog } from "../../src/stores/local/log/spanLog.ts";

const { file, capBytes } = workerData as { readonly file: string; readonly capBytes: number };
const log = openSpanLog({ file, capBytes });

parentPort?.on(
  "message",
  (message: { readonly id: number; readonly bytes: Uint8Array } | "end") => {
    if (message === "end") {
      void log.close().then(() => {
        parentPort?.postMessage("ended");
        parentPort?.close();
      });
      return;
    }
    void log.ingestOtlp(message.bytes).then(({ stored: kept }) => {
      parentPort?.postMessage({ id: message.id, kept });
    });
  },
);
