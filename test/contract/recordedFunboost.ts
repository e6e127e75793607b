/** One order of the sample shop as a real Funboost recorded it, and what a reader of it must find. */

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

export interface RecordedTask {
  readonly id: string;
  readonly function: string;
  readonly queue: string;
  readonly collection: string;
  /** Absent for the first task and for the one whose message carried no context. */
  readonly parent?: string | null;
  readonly traceId?: string | null;
  readonly depth?: number;
  readonly status: "ok" | "error" | "running";
  readonly runTimes: number;
  readonly exception: string;
}

export interface Recorded {
  readonly traceId: string;
  readonly rootTaskId: string;
  readonly tasks: readonly RecordedTask[];
}

const folder = join(import.meta.dirname, "../fixtures/funboost");

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Recorded;
}

/** Collection name to the text of its documents, one a line, extended JSON. */
export function readRecordedDocuments(): ReadonlyMap<string, string> {
  const files = globSync("*.ndjson", { cwd: join(folder, "documents") }).sort();
  return new Map(
    files.map(file => [
      basename(file, ".ndjson"),
      readFileSync(join(folder, "documents", file), "utf8"),
    ]),
  );
}
