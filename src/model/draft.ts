/** A span and a problem while a trace is being built. */

import type { Problem } from "./problem.ts";
import type { SpanInput } from "./span.ts";
import type { SpanIndex } from "./trace.ts";
import type { Origin } from "./traceDetails.ts";

/** A span while the trace is being built; `id` is unique among the drafts. */
export interface Draft {
  id: string;
  input: SpanInput;
  /** In the order of the stores; best first once they are united. */
  origins: readonly Origin[];
  /** Others of the same id: a shared pair, or a fault. On the first of them alone. */
  twins: Draft[] | undefined;
  /** The document of the task that the span ran. */
  task: SpanInput | undefined;
  parent: Draft | undefined;
  /** Absent for a leaf: most spans are one, and a hundred thousand empty lists are slow to make. */
  children: Draft[] | undefined;
  startNs: bigint | undefined;
  endNs: bigint | undefined;
  flags: number;
  /** Whether its start and its end lie years away from the times of the other spans. */
  hasStrayStart: boolean;
  hasStrayEnd: boolean;
  /** By how much its stray times were moved; absent where they stand as they were told. */
  shiftNs: bigint | undefined;
  index: SpanIndex;
  /** The walk that came by first when circles were looked for; −1 for none. */
  walk: number;
}

/** A problem before the spans have their indices; the union is kept member by member. */
type Unplaced<P> = P extends Problem
  ? Omit<P, "spans"> & { readonly drafts: readonly Draft[] }
  : never;
export type DraftProblem = Unplaced<Problem>;
