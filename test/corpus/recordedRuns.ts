/**
 * Spans that programs made when they really ran, under the instrumentation of their own languages, each with the line
 * that the run itself told: see `runs/python/recorder.py`, `runs/go/recorder` and `runs/node/recorder.cjs`.
 */

import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SpanKind } from "../../src/model/span.ts";
import type { AttributeValue } from "../../src/model/spanDetail.ts";
import type { SourceWorkspace } from "../../src/source/location.ts";
import { createWorkspace } from "../unit/source/indexFiles.ts";

export interface RecordedSpan {
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** `path:line`, one-based. */
  readonly at: string;
}

export interface RecordedRun {
  readonly framework: string;
  readonly spans: readonly RecordedSpan[];
}

const folder = join(import.meta.dirname, "runs");

export function listRecordedRuns(): readonly RecordedRun[] {
  return globSync("recordings/*.json", { cwd: folder })
    .sort()
    .map(path => JSON.parse(readFileSync(join(folder, path), "utf8")) as RecordedRun);
}

/** The program of a run as the only folder of a workspace, and the recorded places in it. */
export async function openRun({ framework }: RecordedRun): Promise<SourceWorkspace> {
  const [program] = globSync(`*/${framework}`, { cwd: folder });
  if (program === undefined) throw new Error(`There is no program ${framework}.`);
  const files = globSync(`${program}/**/*`, { cwd: folder, exclude: ["**/node_modules"] })
    .filter(path => statSync(join(folder, path)).isFile())
    .map(path => {
      const own = path.slice(program.length + 1);
      return [`/ws/${own}`, readFileSync(join(folder, path), "utf8")] as const;
    });
  return createWorkspace(Object.fromEntries(files));
}

export function getKind({ kind }: RecordedSpan): SpanKind {
  return SpanKind[kind];
}
