/** What the recorded order of the sample shop holds, as its recorder wrote it down. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface RecordedTask {
  readonly id: string;
  readonly function: string;
  readonly queue: string;
  readonly parent?: string;
  readonly traceId?: string;
  readonly status: "ok" | "error" | "running";
  readonly file: string;
  /** One-based line of the `def`. */
  readonly line: number;
}

export interface RecordedOrder {
  readonly traceId: string;
  readonly rootTaskId: string;
  readonly tasks: readonly RecordedTask[];
}

export function readRecordedOrder(repo: string): RecordedOrder {
  const file = join(repo, "test/fixtures/funboost/expected.json");
  return JSON.parse(readFileSync(file, "utf8")) as RecordedOrder;
}
