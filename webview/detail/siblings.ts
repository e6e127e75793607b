/** The spans beside a span. Pure. */

import { listChildren } from "../../src/analysis/tree.ts";
import { NO_SPAN } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { LoadedTrace } from "../panel/state.ts";

export interface Siblings {
  readonly previous: SpanIndex | undefined;
  readonly next: SpanIndex | undefined;
}

export function findSiblings({ columns, tree }: LoadedTrace, span: SpanIndex): Siblings {
  const parent = columns.parent[span] ?? NO_SPAN;
  const all = parent < 0 ? tree.roots : listChildren(parent, tree);
  const at = all.indexOf(span);
  return { previous: all[at - 1], next: all[at + 1] };
}
