/** All that one picture of the flame view is made of. Types only. */

import type { CriticalIndex } from "../../src/analysis/criticalPath.ts";
import type { FlameBox, FlameLayout } from "../../src/analysis/flame.ts";
import type { TimelineData } from "../timeline/timelineData.ts";
import type { TimeScale } from "../timeline/timeScale.ts";
import type { PixelRange } from "../timeline/windowGestures.ts";

/** How many boxes before each place of the layout's order have it. */
export interface FlameSums {
  readonly failed: Int32Array;
  /** Found and let through by the filter; `undefined`: all are. */
  readonly lit: Int32Array | undefined;
}

/** By box. */
export interface FlameFlags {
  readonly failed: Uint8Array;
  readonly lit: Uint8Array | undefined;
  readonly critical: Uint8Array | undefined;
}

export interface FlameFrame {
  readonly data: TimelineData;
  readonly layout: FlameLayout;
  readonly flags: FlameFlags;
  readonly sums: FlameSums;
  readonly scale: TimeScale;
  /** The time axis's zero; of self time, 0. */
  readonly zeroNs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly scrollPx: number;
  readonly selected: FlameBox | undefined;
  readonly hovered: FlameBox | undefined;
  readonly isFocused: boolean;
  /** Where the critical path is in each span, once it is known. */
  readonly critical: CriticalIndex | undefined;
  readonly drawnRange: PixelRange | undefined;
}

/** A box whose name can be read, where it was drawn. */
export interface ReadableBox {
  readonly box: FlameBox;
  readonly leftPx: number;
  readonly widthPx: number;
}
