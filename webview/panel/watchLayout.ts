/** Tells of the user's first change of what the panel shows of its trace. Knows no DOM. */

import { Owner } from "../../src/base/disposables.ts";
import type { ViewState } from "./state.ts";

/** Calls `onChange` until it answers that it has taken the change; what the trace does by itself is none. */
export function watchLayout(state: ViewState, onChange: () => boolean): void {
  const watching = new Owner();
  for (const cell of [state.viewport, state.graphMode, state.folded, state.camera, state.closed]) {
    watching.own(
      cell.watch(() => {
        if (state.isByItself || state.content.value?.kind !== "trace") return;
        if (onChange()) watching.dispose();
      }),
    );
  }
}
