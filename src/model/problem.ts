/**
 * The problems of a trace's data: what was wrong, where, and what was done about it. Values, never exceptions; they
 * know no words.
 */

import type { SpanIndex } from "./span.ts";

export type Problem = {
  /** The spans concerned, in the built trace. */
  readonly spans: readonly SpanIndex[];
} & (
  | { readonly code: "missingParent"; readonly parentId: string }
  | { readonly code: "selfParent" }
  /** The parent of the first span was cut to open the circle. */
  | { readonly code: "cycle" }
  /** A second, different span of the same id was kept beside the first. */
  | { readonly code: "duplicateSpan"; readonly spanId: string }
  /** The start was taken from the parent, or from the first span below. */
  | { readonly code: "noStart" }
  /** The end lay before the start by `byNs` and was moved to it. */
  | { readonly code: "endBeforeStart"; readonly byNs: number }
  /** Times, the first of them `unixMs`, lie years away from those of the rest, and were taken for unknown. */
  | { readonly code: "strayTime"; readonly unixMs: number }
  /** Published after it started by `byNs`: the clocks of two hosts differ; the wait is drawn as zero. */
  | { readonly code: "queuedAfterStart"; readonly byNs: number }
  /** A span without an id; one was made up. */
  | { readonly code: "noSpanId" }
  /** The store holds more than it was asked for; the rest is not drawn. */
  | { readonly code: "cutAt"; readonly limit: number; readonly store: string }
  /** A store that knows of this trace said something about it, in its own words. */
  | { readonly code: "storeNote"; readonly store: string; readonly text: string }
  /** The task's message carried no trace context, so its caller and callees cannot be known. */
  | { readonly code: "noTraceContext"; readonly store: string }
  /** The tasks share a trace id, but none says who published it: OpenTelemetry's context alone. */
  | { readonly code: "noParents"; readonly store: string }
);

/** Lists what stores and readers told in their own words. */
export function listNotes(problems: readonly Problem[]): readonly string[] {
  return problems.flatMap(problem => (problem.code === "storeNote" ? [problem.text] : []));
}
