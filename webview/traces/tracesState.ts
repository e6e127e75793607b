/** The state of the list of traces, as cells that its elements watch and set. Knows no DOM and no host. */

import { parseTraceFilter, type ParsedFilter } from "../../src/analysis/traceFilter.ts";
import { Cell } from "../../src/base/cell.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { TracesSituation } from "../../src/protocol/tracesView.ts";
import { selectOne, type ListSelection } from "./listSelection.ts";
import { emptyList, type TraceList } from "./traceList.ts";

/** How it is with the question to the store. */
export type AskPhase =
  | { readonly kind: "answered" }
  /** `extent`: everything anew, what has changed, or what lies further back. */
  | { readonly kind: "asking"; readonly extent: "anew" | "refresh" | "more" }
  /** The user did not want to wait. */
  | { readonly kind: "cancelled" }
  /** No failure: a bug, which the log has. */
  | { readonly kind: "failed"; readonly failure: Failure | undefined };

export class TracesState {
  readonly situation = new Cell<TracesSituation | undefined>(undefined);
  readonly filterText = new Cell("");
  readonly list = new Cell<TraceList>(emptyList);
  readonly phase = new Cell<AskPhase>({ kind: "asking", extent: "anew" });
  /** The filter that the list answers to; `undefined` before the first answer. */
  readonly shownFilter = new Cell<ParsedFilter | undefined>(undefined);
  readonly selection = new Cell<ListSelection>(selectOne(undefined));
  /** The keys of the unfolded groups. */
  readonly openGroups = new Cell<ReadonlySet<string>>(new Set());

  parseFilter(): ParsedFilter {
    return parseTraceFilter(this.filterText.value);
  }
}
