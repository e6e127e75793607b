/** The script of its own that brings ELK's worker file to the page, which is three times as long as all else of it. */

import workerText from "text:elkjs/lib/elk-worker.min.js";

globalThis.elkWorkerText = workerText;
