/** An element of the panel: it has the one state and the way to the host, and is rendered anew when a cell changes that it shows. */

import { LitElement, type PropertyDeclarations } from "lit";
import { WatchCells, type Watchable } from "../kit/watchCells.ts";
import type { Host } from "./host.ts";
import type { ViewState } from "./state.ts";

export class PanelElement extends LitElement {
  static override properties: PropertyDeclarations = {
    state: { attribute: false },
    host: { attribute: false },
  };
  declare state: ViewState;
  declare host: Host;

  /** `listCells`: those that it shows. */
  constructor(listCells: (state: ViewState) => readonly Watchable[]) {
    super();
    new WatchCells(this, () => listCells(this.state));
  }
}
