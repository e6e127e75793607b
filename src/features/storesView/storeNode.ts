/** The data of a row of the view "Stores", before VS Code draws it. */

import type { StoreAdvice } from "../../model/traceStore.ts";

export interface StoreNode {
  /** Keeps its row unfolded when its words change. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  /** A codicon, and one of VS Code's colours for it. */
  readonly icon?: string;
  readonly color?: string;
  /** Told to `when` clauses as `viewItem`. */
  readonly context?: string;
  /** The store that its commands are about. */
  readonly store?: string;
  readonly fold?: "open" | "closed";
  /** The rows below it, where they are known with it. */
  readonly children?: readonly StoreNode[];
  readonly isChecked?: boolean;
  /** The advice that a click on it follows. */
  readonly advice?: StoreAdvice;
}
