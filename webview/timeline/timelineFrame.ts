/** All that one picture of the timeline is made of. Types only. */

import type { LogMark } from "../../src/analysis/traceLogs.ts";
import type { CriticalIndex } from "../../src/analysis/criticalPath.ts";
import type { RowIndex } from "../../src/analysis/treeSearch.ts";
import type { IndexArray } from "../../src/base/indexArray.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { GroupFacts } from "./groupFacts.ts";
import type { RowLayout } from "./rowLayout.ts";
import type { SpanEdge, TimelineData } from "./timelineData.ts";
import type { TimeScale } from "./timeScale.ts";
import type { PixelRange } from "./windowGestures.ts";

export interface TimelineFrame {
  readonly data: TimelineData;
  readonly rows: IndexArray<SpanIndex>;
  readonly scrollPx: number;
  readonly layout: RowLayout;
  readonly scale: TimeScale;
  readonly folded: ReadonlySet<SpanIndex>;
  readonly selected: SpanIndex | undefined;
  readonly hovered: SpanIndex | undefined;
  /** The log lines of each span, in the order of time. */
  readonly logs: ReadonlyMap<SpanIndex, readonly LogMark[]>;
  /** The spans of the function at the cursor of an editor. */
  readonly marked: ReadonlySet<SpanIndex>;
  /** 1 for each span that was found; `undefined` while nothing is sought. */
  readonly matched: Uint8Array | undefined;
  /** 1 for each span that the filter lets through, the others lead to one; `undefined` while nothing is filtered. */
  readonly passing: Uint8Array | undefined;
  /** Where the critical path is, once it is known. */
  readonly critical: CriticalIndex | undefined;
  /** Returns what has changed of a call path since an earlier run, at the path's first span; empty for nothing. */
  readonly changeOf: (span: SpanIndex) => string;
  /** The group of alike siblings that the row of a span stands for. */
  readonly groupOf: (span: SpanIndex) => GroupFacts | undefined;
  /** The group that a span leads whose members all have rows. */
  readonly openGroupOf: (span: SpanIndex) => GroupFacts | undefined;
  readonly isFocused: boolean;
  readonly showQueueWait: boolean;
  /** The causes beside the tree of the selected span, where both ends have rows. */
  readonly edges: readonly SpanEdge[];
  readonly rowOf: (span: SpanIndex) => RowIndex;
  /** The depth that all visible rows share at least. */
  readonly leastDepth: number;
  /** A range that is being drawn on the axis. */
  readonly drawnRange: PixelRange | undefined;
}
