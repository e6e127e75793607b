/** The store's worker, but the first that is started for a file dies when it is asked for something. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

const { file } = workerData as { readonly file: string };
const marker = `${file}.died`;

if (existsSync(marker)) {
  await import("../../../src/stores/local/worker.ts");
} else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(marker, "");
  parentPort?.once("message", () => process.exit(3));
}
